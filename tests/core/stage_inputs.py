"""Small inputs for stages, and a stand-in that works on recordings in this very process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import soundfile

from core.errors import LoudnessError, StorageError
from core.executor import Outcome
from core.library import Recording, Selection
from core.progress import Cancelled, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

RATE_HZ = 8000


def make_audio(
    path: Path, n_samples: int = 1000, *, rate: int = RATE_HZ, seed: int = 0, **options
) -> Path:
    """Write noise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = 0.1 * np.random.default_rng(seed).standard_normal(n_samples)
    soundfile.write(path, samples, rate, **options)
    return path


def selection_of(*paths: Path, left_out: tuple[tuple[str, str], ...] = ()) -> Selection:
    """What a library would select."""
    return Selection(tuple(Recording(f"db/{p.name}", p) for p in paths), left_out)


def map_here(
    task: Callable,
    items: Sequence,
    *,
    name: Callable,
    stage: str,
    cost_s: float,
    execution: object,
    report: Callable,
) -> Iterator[Outcome]:
    """Do as `core.executor.map_recordings` does, less the processes."""
    for k, item in enumerate(items):
        report(Progress(stage, k, len(items), "recordings", recording=name(item)))
        try:
            yield Outcome(item, task(item, report=report))
        except StorageError:
            raise
        except LoudnessError as error:
            yield Outcome(item, None, error)


class CancelAt:
    """A report that cancels when a recording's turn comes."""

    def __init__(self, recording: str) -> None:
        self._recording = recording

    def __call__(self, progress: Progress) -> None:
        """Raise when it is there."""
        if self._recording in progress.recording:
            raise Cancelled


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }
