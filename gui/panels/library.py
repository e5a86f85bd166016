"""The library panel: the recordings of the user's database, filtered, sorted, counted, opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.listing_search import Wanted, find_recording
from core.recording_states import count_states
from gui.icons import icon
from gui.library_filter import LibraryFilter
from gui.library_listing import LibraryListing
from gui.library_search import LibrarySearch
from gui.library_table import RecordingsTable
from gui.models.recordings_model import RecordingsModel
from gui.relink_dialog import RelinkDialog
from gui.sentence import Sentence, Tone

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from core.library import Recording
    from core.project import Project
    from gui.actions import Actions
    from gui.session import Session

OPENING_MS = 120
"""A row is opened when one stays on it so long: holding the key down runs through the list."""

GROWING_MS = 1000
"""A filtered or sorted list that grows is asked for anew no oftener."""

NO_PROJECT = "Open a project: its recordings are listed here."
NOTHING_FOUND = "The database has no recording for this query. Change the query in the settings."


class LibraryPanel(QWidget):
    """Lists recordings; the chosen one is opened.

    Parameters
    ----------
    session : Session
        Whose project's recordings are listed.
    actions : Actions
        Of the window.
    """

    rows_changed = Signal()
    """`has_rows` may be another."""

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self._session, self._actions = session, actions
        self._settings: tuple[object, object] | None = None
        self._order: tuple[str | int | None, bool] = (None, False)
        self.current: int | None = None
        self._n_in_state: dict[str, int] = {}
        self._asked_for: str | None = None  # a name that somebody wants, until it is found
        self._is_asked_loudly = False
        self.listing = LibraryListing(session)
        self._search = LibrarySearch(session)
        self.model = RecordingsModel(self)
        self.table = RecordingsTable(self.model, actions)
        self._opening = self._timer(OPENING_MS, self._open_chosen)
        self._growing = self._timer(GROWING_MS, self._search_rows)
        self._filter = LibraryFilter()
        self._make_pages()
        self._lay_out()
        self.setFocusProxy(self.table)
        self._connect()
        self._show_status()

    @property
    def has_rows(self) -> bool:
        """Whether a recording is shown."""
        return self.model.rowCount() > 0

    @property
    def wanted(self) -> Wanted:
        """What the filters and the header ask for."""
        order_by, descending = self._order
        return Wanted(self._filter.words, self._filter.quick, order_by, descending)

    def _timer(self, after_ms: int, call: object) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=after_ms)
        timer.timeout.connect(call)
        return timer

    def _make_pages(self) -> None:
        self._problem, self._empty, self._busy, self._counts = (Sentence() for _ in range(4))
        self._retry, self._missing = QPushButton("Try again"), QToolButton()
        self._settings_button, self._show_all = map(QPushButton, ("Project settings …", "Show all"))
        for name, part in {
            "libraryProblem": self._problem,
            "libraryEmpty": self._empty,
            "libraryBusy": self._busy,
            "libraryCounts": self._counts,
            "libraryRetry": self._retry,
            "librarySettings": self._settings_button,
            "libraryShowAll": self._show_all,
            "libraryMissing": self._missing,
        }.items():
            part.setObjectName(name)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._missing.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._missing.setToolTip("Say in which folder the missing files are now")
        self._missing.hide()
        self._refresh_icons()

    def _lay_out(self) -> None:
        nothing = QWidget()
        column = QVBoxLayout(nothing)
        column.addStretch()
        column.addWidget(self._empty)
        for button in (self._settings_button, self._show_all):
            column.addWidget(button, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(nothing)
        below = QHBoxLayout()
        below.addWidget(self._counts, stretch=1)
        below.addWidget(self._missing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(4)
        layout.addWidget(self._filter)
        layout.addWidget(self._problem)
        layout.addWidget(self._retry, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._pages, stretch=1)
        layout.addWidget(self._busy)
        layout.addLayout(below)

    def _connect(self) -> None:
        session, actions, listing = self._session, self._actions, self.listing
        session.project_changed.connect(self._on_project_changed)
        session.settings_changed.connect(self._on_settings_changed)
        session.products_changed.connect(listing.survey)
        session.recording_wanted.connect(self._on_recording_wanted)
        session.recording_changed.connect(self._on_recording_changed)
        session.theme.changed.connect(lambda _colors: self._refresh_icons())
        listing.restarted.connect(self._on_restarted)
        listing.grown.connect(self._on_grown)
        listing.states_changed.connect(self._on_states_changed)
        listing.status_changed.connect(self._show_status)
        self._search.found.connect(self._on_found)
        self.table.chosen.connect(self._on_chosen)
        self.table.order_wanted.connect(self._on_order_wanted)
        self._filter.changed.connect(self._search_rows)
        self._filter.left.connect(self.table.setFocus)
        self._show_all.clicked.connect(self._show_everything)
        self._retry.clicked.connect(self._reload)
        self._settings_button.clicked.connect(actions["project_settings"].trigger)
        self._missing.clicked.connect(actions["relink"].trigger)
        actions["reload"].triggered.connect(self._reload)
        actions["relink"].triggered.connect(self._relink)
        actions["filter"].triggered.connect(self._filter.begin)
        actions["next_recording"].triggered.connect(lambda: self.table.step(1))
        actions["previous_recording"].triggered.connect(lambda: self.table.step(-1))

    def _refresh_icons(self) -> None:
        self.model.refresh_icons()
        self._missing.setIcon(icon("missing"))

    def _on_project_changed(self, project: Project | None) -> None:
        for timer in (self._opening, self._growing):
            timer.stop()
        self._search.drop()
        self.current = None
        if project is None:
            self._settings = None
            self._asked_for = None
            self.listing.clear()
            return
        self._settings = (project.settings.library, project.settings.annotations)
        self._filter.clear()
        self.listing.clear()
        self.listing.read()

    def _on_settings_changed(self, project: Project) -> None:
        before, now = self._settings, (project.settings.library, project.settings.annotations)
        self._settings = now
        if before is None or before[0] != now[0]:
            self.listing.read()
        elif before != now:
            self.listing.survey()

    def _on_restarted(self) -> None:
        reader = self.listing.reader
        self.current, self._n_in_state = None, {}
        before = self.model.columns
        self.model.show_list(reader)
        self.table.arrange()
        if self.model.columns != before:
            self._order = (None, False)
        self.table.show_order(*self._order)
        if reader is not None:
            self._search.prepare()
            recording = self._session.recording
            if self._asked_for is None and recording is not None:
                self._asked_for, self._is_asked_loudly = recording.database_path, False
            self._look_for_asked()
            if self.wanted != Wanted():
                self._search_rows()
        self._show_status()
        self.rows_changed.emit()

    def _on_grown(self) -> None:
        self.model.grow()
        if self.wanted != Wanted() and not self._growing.isActive():
            self._growing.start()
        if self.listing.is_complete:
            self._look_for_asked()
        self._show_status()
        self.rows_changed.emit()

    def _on_states_changed(self) -> None:
        states = self.listing.states
        self.model.show_states(states)
        self._n_in_state = count_states(states) if states is not None else {}
        self._filter.show_counts(self._n_in_state)
        wanted = self.wanted
        if wanted.quick != "all" or wanted.order_by in {"state", "annotations", "errors"}:
            self._growing.start()
        self._show_status()

    def _on_order_wanted(self, order_by: str | int | None, descending: bool) -> None:  # noqa: FBT001  a signal's argument
        self._order = (order_by, descending)
        self._search_rows()

    def _search_rows(self) -> None:
        """Ask for the rows that are wanted; all of them need not be asked for."""
        reader = self.listing.reader
        if reader is None:
            return
        if self.wanted == Wanted():
            self._search.drop()
            self._show_rows(None)
        else:
            self._search.ask(reader.folder, self.listing.states_folder, self.wanted)

    def _on_found(self, listing: Path, rows: NDArray[np.int32]) -> None:
        reader = self.listing.reader
        if reader is not None and reader.folder == listing:
            if len(rows) and int(rows.max()) >= reader.n_rows:
                reader.refresh()
            self._show_rows(rows)

    def _show_rows(self, rows: NDArray[np.int32] | None) -> None:
        self.model.show_rows(rows)
        self.table.follow(self.current)
        self._show_status()
        self.rows_changed.emit()

    def _on_chosen(self, listed: int) -> None:
        self.current = listed
        self._asked_for = None
        self._opening.start()

    def _open_chosen(self) -> None:
        if self.current is None or self.listing.reader is None:
            return
        recording = self.model.recording(self.current)
        if recording is None:
            self._session.say("This row of the database has no usable path: it cannot be opened.")
            return
        self._session.show_recording(recording)

    def _on_recording_wanted(self, name: str) -> None:
        self._asked_for, self._is_asked_loudly = name, True
        if self.listing.reader is not None:
            self._look_for_asked()

    def _on_recording_changed(self, recording: Recording | None) -> None:
        """Go along where it was opened from elsewhere."""
        if recording is None or self.listing.reader is None:
            return
        path, current = str(recording.path), self.current
        if current is None or self.model.path(current) != path:
            self._asked_for, self._is_asked_loudly = path, False
            self._look_for_asked()
        elif not self._is_asked_loudly:
            self._asked_for = None  # that which was opened between is no longer looked for

    def _look_for_asked(self) -> None:
        """Find who was asked for, or open the first; nothing while one is open already."""
        reader, project = self.listing.reader, self._session.project
        if reader is None or project is None or not reader.n_rows:
            return
        name, is_complete = self._asked_for, self.listing.is_complete
        if name is None:
            if self._session.recording is None and self.current is None:
                self._show_found(0)
            return
        self._session.finding.submit(
            find_recording,
            reader.folder,
            project.transcoded,
            name,
            done=lambda row: self._on_recording_found(
                reader.folder, name, row, is_complete=is_complete
            ),
            failed=self._session.errors.show,
        )

    def _on_recording_found(
        self, listing: Path, name: str, row: int | None, *, is_complete: bool
    ) -> None:
        reader = self.listing.reader
        if reader is None or reader.folder != listing or name != self._asked_for:
            return
        if row is not None:
            self._asked_for = None
            self._show_found(row)
        elif is_complete:
            self._asked_for = None
            if self._is_asked_loudly:
                self._session.say(f"The library has no recording named {name}.")
            self._look_for_asked()

    def _show_found(self, listed: int) -> None:
        reader = self.listing.reader
        if reader is not None and listed >= reader.n_rows:
            reader.refresh()
            self.model.grow()
        self.current = listed
        self.table.follow(listed)
        self._opening.stop()
        self._open_chosen()

    def _show_everything(self) -> None:
        self._filter.clear()
        self._search_rows()

    def _reload(self) -> None:
        self.listing.read()

    def _relink(self) -> None:
        listing = self.listing
        reader = listing.reader
        if reader is None or listing.states_folder is None or listing.text:
            self._session.say("The files are still being looked for; try again.")
            return
        RelinkDialog(self._session, reader.folder, listing.states_folder, self.window()).open()

    def _show_status(self) -> None:
        """What is there, what is going on, what went wrong, and what can be done."""
        listing = self.listing
        error = listing.error
        sentences = [f"{error.message}. {error.hint}"] if error else list(listing.problems)
        self._problem.say(Tone.WRONG if error else Tone.ODD, "\n".join(sentences))
        self._retry.setVisible(error is not None)
        self._busy.say(Tone.BUSY, listing.text if self.model.n_listed else "")
        self._show_counts()
        if self.has_rows:
            self._pages.setCurrentIndex(0)
            return
        is_filtered = bool(self.model.n_listed)
        text, tone = NOTHING_FOUND, Tone.HELP
        if self._session.project is None:
            text = NO_PROJECT
        elif is_filtered:
            text = "No recording fits the filter."
        elif error is not None:
            text = ""
        elif listing.text:
            text, tone = listing.text, Tone.BUSY
        self._empty.say(tone, text)
        self._show_all.setVisible(is_filtered)
        can_mend = error is not None and not is_filtered
        self._settings_button.setVisible(text == NOTHING_FOUND or can_mend)
        self._pages.setCurrentIndex(1)

    def _show_counts(self) -> None:
        n_listed, n_shown, counts = self.model.n_listed, self.model.rowCount(), self._n_in_state
        parts: list[str] = []
        if counts:
            is_marked = "reviewed" in {c.order_by for c in self.model.columns}
            word = "reviewed" if is_marked else "selected"
            parts.append(f"{counts[word]:,} of {n_listed:,} {word}")
        elif n_listed:
            parts.append(f"{n_listed:,} recordings")
        if n_shown != n_listed:
            parts.append(f"{n_shown:,} of {n_listed:,} shown")
        self._counts.say(Tone.HELP, ", ".join(parts))
        n_missing = counts.get("missing", 0)
        self._missing.setVisible(bool(n_missing))
        self._missing.setText(f"{n_missing:,} missing")
