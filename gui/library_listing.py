"""The list of recordings of the open project: made by children, mapped here while it grows."""

from __future__ import annotations

import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Signal

from core.errors import LoudnessError, StorageError
from core.listing import list_recordings, listing_name
from core.listing_files import ListingReader
from core.listing_search import rank_texts
from core.recording_states import PREFIX, StatesReader, survey_recordings

if TYPE_CHECKING:
    from core.listing import Listing
    from core.progress import Progress
    from core.recording_states import Survey
    from gui.jobs import Job
    from gui.session import Session

FOLDER = "listing"
COUNT_EVERY_S = 0.5
"""States that are being found out are counted anew no oftener."""

_numbers = count(1)
"""Lists of this process, whichever window they are for."""


class LibraryListing(QObject):
    """Lists recordings, then finds out what became of each; the last good list stays."""

    restarted = Signal()
    """`reader` is of another list, or None."""
    grown = Signal()
    """The list has more rows, or is complete."""
    states_changed = Signal()
    """More is known of the recordings, or something else."""
    status_changed = Signal()
    """`text`, `error` or `problems` are others."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._job: Job | None = None
        self._survey_job: Job | None = None
        self._rank_job: Job | None = None
        self._is_selection = False
        self._counted_at_s = 0.0
        self._name = ""
        self._places: tuple[Path, ...] = ()
        self.reader: ListingReader | None = None
        self.states: StatesReader | None = None
        self.states_folder: Path | None = None
        self.is_complete = False
        self.text = ""
        """What is being done; empty when all is known."""
        self.error: LoudnessError | None = None
        """Why there is no list, or no newer one."""
        self.problems: tuple[str, ...] = ()
        """What could not be found out."""
        session.closing.connect(self.clear)

    def read(self, *, is_selection: bool = False) -> None:
        """List the recordings of the open project anew."""
        self._cancel()
        project = self._session.project
        if project is None:
            self.clear()
            return
        cache = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation)
        self._places = (project.folder / "cache" / FOLDER, Path(cache) / FOLDER)
        self._name = name = listing_name(next(_numbers))
        self.is_complete = False
        self._tell("Reading the database", error=None)
        self._job = self._session.listing.submit(
            list_recordings,
            project.settings.library,
            self._places,
            name,
            # Not the one before: that may never have come so far.
            shown=self.reader.folder.name if self.reader else "",
            is_selection=is_selection,
            progressed=lambda progress: self._on_progress(name, progress),
            done=lambda listing: self._on_listed(listing, is_selection=is_selection),
            failed=self._on_failed,
        )

    def survey(self) -> None:
        """Find out anew what became of the recordings."""
        project = self._session.project
        if project is None or self.reader is None or not self.is_complete:
            # It comes anyway when the list is complete.
            return
        if self._survey_job is not None:
            self._survey_job.cancel()
        folder = self.reader.folder
        name = f"{PREFIX}{next(_numbers)}"
        self._tell("Looking at the files")
        self._survey_job = self._session.listing.submit(
            survey_recordings,
            project.folder,
            folder,
            name,
            progressed=lambda progress: self._on_survey_progress(folder / name, progress),
            done=self._on_surveyed,
            failed=self._on_failed,
        )

    def clear(self) -> None:
        """Let the list go."""
        self._cancel()
        self._close()
        self.is_complete, self.problems = False, ()
        self._tell("", error=None)
        self.restarted.emit()

    def _cancel(self) -> None:
        for job in (self._job, self._survey_job, self._rank_job):
            if job is not None:
                job.cancel()
        self._job = self._survey_job = self._rank_job = None

    def _close(self) -> None:
        for reader in (self.reader, self.states):
            if reader is not None:
                reader.close()
        self.reader = self.states = self.states_folder = None

    def _tell(self, text: str, **changes: LoudnessError | None) -> None:
        self.text = text
        self.error = changes.get("error", self.error)
        self.status_changed.emit()

    def _on_progress(self, name: str, progress: Progress) -> None:
        if name != self._name or self._job is None:
            return
        if progress.done:
            self._map(name)
        self._tell(progress.text if progress.done else "Reading the database")

    def _map(self, name: str) -> None:
        """Take the list with that name, as far as it is there."""
        if self.reader is not None and self.reader.folder.name == name:
            self.reader.refresh()
            self.grown.emit()
            return
        for place in self._places:
            try:
                reader = ListingReader(place / name)
            except StorageError:
                continue
            self._close()
            self.reader = reader
            self.restarted.emit()
            return

    def _on_listed(self, listing: Listing, *, is_selection: bool) -> None:
        self._job = None
        self._map(listing.folder.name)
        self.is_complete = True
        self._is_selection = is_selection
        self.grown.emit()
        self.survey()

    def _on_survey_progress(self, folder: Path, progress: Progress) -> None:
        if self._survey_job is None or self.reader is None or folder.parent != self.reader.folder:
            return
        # What is known already is shown until all of the new is known.
        if progress.done and self.states is None:
            self._map_states(folder)
        elif self.states is not None and self.states_folder == folder:
            now_s = time.monotonic()
            if now_s - self._counted_at_s >= COUNT_EVERY_S:
                self._counted_at_s = now_s
                self.states.refresh()
                self.states_changed.emit()
        self._tell(progress.text if progress.done else "Looking at the files")

    def _map_states(self, folder: Path) -> None:
        states = StatesReader(folder)
        if self.states is not None:
            self.states.close()
        self.states, self.states_folder = states, folder
        self.states_changed.emit()

    def _on_surveyed(self, survey: Survey) -> None:
        self._survey_job = None
        project = self._session.project
        if self.reader is None or survey.folder.parent != self.reader.folder or project is None:
            return
        if (
            survey.n_unlisted
            and not self._is_selection
            and not project.settings.library.browse_query
        ):
            # The table was not the right one after all: the pipeline's query itself never errs.
            self.read(is_selection=True)
            return
        if self.states is not None and self.states_folder == survey.folder:
            self.states.refresh()
            self.states_changed.emit()
        else:
            self._map_states(survey.folder)
        self.problems = survey.problems
        self._tell("")
        if survey.n_rows:
            self._rank_job = self._session.listing.submit(
                rank_texts, self.reader.folder, done=self._on_ranked, failed=self._on_failed
            )

    def _on_ranked(self, _nothing: None) -> None:
        self._rank_job = None

    def _on_failed(self, error: Exception) -> None:
        self._job = self._survey_job = self._rank_job = None
        if isinstance(error, LoudnessError):
            self._tell("", error=error)
        else:
            self._tell("")
            self._session.errors.show(error)
