"""Audio at other speeds or rates, made by a child while it is being heard."""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.errors import LoudnessError
from core.peaks import PeakReader
from core.rendition import render
from core.tracks import Track

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.rendition import RenditionSpec
    from gui.session import Session

KEPT = 4
"""So many of the last ones may still be heard, or are about to be."""


class Rendition:
    """One stretch of audio that is made; `track` is None until some of it is there."""

    def __init__(self, folder: Path, spec: RenditionSpec, source_rate: int) -> None:
        self.folder = folder
        self.spec = spec
        self.track: Track | None = None
        self._source_rate = source_rate
        self._reader: PeakReader | None = None

    def refresh(self) -> None:
        """Look how much of it is there."""
        if self._reader is not None:
            self._reader.refresh()
            return
        reader = PeakReader(self.folder)
        if not reader.n_samples and not reader.is_complete:
            reader.close()
            return
        self._reader = reader
        start_s = self.spec.start_sample / self._source_rate
        self.track = Track(reader, start_s=start_s, speed=self.spec.speed)

    def drop(self) -> None:
        """Remove it; the child notices."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._reader is not None:
            self._reader.close()


class Renditions(QObject):
    """Makes renditions in the lane of sound; all of them go with `clear`."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._folder: Path | None = None
        self._kept: list[Rendition] = []
        self._n_made = 0

    def ask(
        self, spec: RenditionSpec, source_rate: int, ready: Callable[[Rendition], None]
    ) -> Rendition:
        """Have one made; `ready` is told once some of it can be heard."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="loudness-sound-"))
        self._n_made += 1
        rendition = Rendition(self._folder / str(self._n_made), spec, source_rate)
        rendition.folder.mkdir()
        self._kept.append(rendition)
        while len(self._kept) > KEPT:
            self._kept.pop(0).drop()
        self._session.sound.submit(
            render,
            spec,
            rendition.folder,
            progressed=partial(self._on_progress, rendition, ready),
            done=partial(self._on_progress, rendition, ready),
            failed=partial(self._on_failed, rendition),
        )
        return rendition

    def clear(self) -> None:
        """Remove all of them."""
        for rendition in self._kept:
            rendition.drop()
        self._kept = []
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _on_progress(
        self, rendition: Rendition, ready: Callable[[Rendition], None], _news: object
    ) -> None:
        if rendition not in self._kept:
            return
        was_ready = rendition.track is not None
        try:
            rendition.refresh()
        except LoudnessError:
            # The child has not begun with it yet; whatever else it is, the child tells.
            return
        if rendition.track is not None and not was_ready:
            ready(rendition)

    def _on_failed(self, rendition: Rendition, error: Exception) -> None:
        if rendition in self._kept:
            self._session.errors.show(error, title="Play")
