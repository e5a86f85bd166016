"""What is done to a recording, noted in the library at once; and the mark `reviewed` itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.reviewed import mark_reviewed
from core.state_notes import note_annotations, note_reviewed

if TYPE_CHECKING:
    from core.library import Recording
    from core.reviewed import ReviewedMark
    from gui.actions import Actions
    from gui.panels.library import LibraryPanel
    from gui.session import Session


class LibraryNotes(QObject):
    """Toggles the mark in the user's database, and keeps the list's counts with what is edited."""

    def __init__(self, session: Session, actions: Actions, library: LibraryPanel) -> None:
        super().__init__(session)
        self._session, self._library = session, library
        actions["reviewed"].triggered.connect(self.toggle_reviewed)
        session.annotations_changed.connect(self._on_annotations)

    def toggle_reviewed(self) -> None:
        """Mark the open recording as reviewed in the database, or no longer."""
        project, recording = self._session.project, self._session.recording
        if project is None or recording is None:
            return
        self._session.annotating.submit(
            mark_reviewed,
            project.folder,
            recording,
            done=partial(self._on_marked, recording),
            failed=lambda error: self._session.errors.show(error, title="Reviewed"),
        )

    def _on_marked(self, recording: Recording, mark: ReviewedMark) -> None:
        word = "reviewed" if mark.is_reviewed else "not reviewed"
        self._session.say(f"{recording.name} is marked as {word} in the database.")
        self._session.reviewed_changed.emit(recording, mark.is_reviewed)
        listing, row = self._library.listing, self._row_of(recording)
        if listing.reader is None or row is None:
            return
        self._session.annotating.submit(
            note_reviewed,
            listing.reader.folder,
            listing.states_folder,
            row,
            mark.is_reviewed,
            done=self._on_reviewed_noted,
            failed=self._session.errors.show,
        )

    def _on_reviewed_noted(self, _nothing: None) -> None:
        self._show()
        # What the pipeline's query selects may hang on the mark.
        self._library.listing.survey()

    def _on_annotations(self, recording: Recording, n_more: int) -> None:
        listing, row = self._library.listing, self._row_of(recording)
        if n_more and listing.states_folder is not None and row is not None:
            self._session.annotating.submit(
                note_annotations,
                listing.states_folder,
                row,
                n_more,
                done=lambda _nothing: self._show(),
                failed=self._session.errors.show,
            )

    def _show(self) -> None:
        """The states are mapped: what was noted is there already."""
        if self._library.listing.states is not None:
            self._library.listing.states_changed.emit()

    def _row_of(self, recording: Recording) -> int | None:
        """The row of the list that stands for a recording, if it is the one that is open."""
        row, model = self._library.current, self._library.model
        if row is None or row >= model.n_listed or model.path(row) != str(recording.path):
            return None
        return row
