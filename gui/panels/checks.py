"""The checks panel: what may be wrong with annotations; each leads to its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.checking import Checking
from gui.error_listening import Place, is_of
from gui.icons import icon
from gui.models.findings_model import TONES, Column, FindingsModel
from gui.sentence import Sentence, Tone
from gui.table_rows import show_as_rows

if TYPE_CHECKING:
    from core.annotations.findings import Finding
    from core.project_lint import LintResult
    from gui.media import Media
    from gui.session import Session

SCOPES = ("Whole project", "This recording")
LOOKING = "Looking at the annotations"
NO_PROJECT = "Open a project: what may be wrong with its annotations is listed here."
NO_FINDING = "No finding"
NO_RECORDING = "Open a recording in the library to see what may be wrong with it."
ROOM_PX = 10
KIND_SAMPLE = "! Unknown class"
START_SAMPLE = "0000.000"


class ChecksPanel(QWidget):
    """Lists findings of the open recording or of the whole project."""

    place_wanted = Signal(object)
    """A `gui.error_listening.Place` that is to be seen."""
    fix_wanted = Signal(object)
    """A `core.annotations.stored.Edit` that would mend what is chosen."""

    def __init__(self, session: Session, media: Media) -> None:
        super().__init__()
        self.setObjectName("checksPanel")
        self._session = session
        self._can_fix = False
        self._chosen: Finding | None = None
        self._is_following = False
        self.checking = Checking(session, media)
        self.model = FindingsModel(self)
        self.scope = QComboBox()
        self.scope.setObjectName("checksScope")
        self.scope.addItems(SCOPES)
        self.scope.setToolTip("Which findings are listed")
        self.again = QPushButton()
        self.again.setObjectName("checksAgain")
        self.again.setToolTip("Look at the annotations again")
        self.again.setAccessibleName("Look again")
        self.table = self._make_table()
        self._empty = Sentence()
        self._empty.setObjectName("checksEmpty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text = Sentence()
        self._text.setObjectName("checksText")
        self.fix = QPushButton()
        self.fix.setObjectName("checksFix")
        self._counts = Sentence()
        self._counts.setObjectName("checksCounts")
        self._lay_out()
        self.setFocusProxy(self.table)
        self._show_icons()
        self.scope.currentIndexChanged.connect(self._on_scope)
        self.again.clicked.connect(self.checking.refresh)
        self.fix.clicked.connect(self._on_fix)
        self.checking.changed.connect(self._show)
        session.recording_changed.connect(self._on_scope)
        session.theme.changed.connect(self._show_icons)
        self._show()

    def set_can_fix(self, on: bool) -> None:  # noqa: FBT001  as a slot
        """Say whether somebody makes the edits of `fix_wanted`."""
        self._can_fix = on
        self._show_chosen()

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("checksTable")
        table.setAccessibleName("Findings")
        table.setModel(self.model)
        show_as_rows(table)
        columns = table.horizontalHeader()
        columns.setSortIndicatorClearable(True)
        columns.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        columns.setStretchLastSection(True)
        columns.setMinimumSectionSize(30)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.setSortingEnabled(True)
        for column, sample in ((Column.KIND, KIND_SAMPLE), (Column.START, START_SAMPLE)):
            table.setColumnWidth(column, table.fontMetrics().horizontalAdvance(sample) + ROOM_PX)
        table.selectionModel().selectionChanged.connect(self._on_chosen)
        # The same one once more, when the view has gone elsewhere meanwhile.
        table.clicked.connect(lambda _index: self._go_there())
        table.activated.connect(lambda _index: self._go_there())
        return table

    def _lay_out(self) -> None:
        nothing = QWidget()
        column = QVBoxLayout(nothing)
        column.addStretch()
        column.addWidget(self._empty)
        column.addStretch()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(nothing)
        top = QHBoxLayout()
        top.addWidget(self.scope, 1)
        top.addWidget(self.again)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addLayout(top)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self._text)
        layout.addWidget(self.fix)
        layout.addWidget(self._counts)

    def _show_icons(self, *_: object) -> None:
        self.again.setIcon(icon("reload"))

    def _on_scope(self, *_: object) -> None:
        """Of the open recording, or of all; what is chosen stays chosen where it is shown."""
        names = None
        recording = self._session.recording
        is_of_one = self.scope.currentIndex() == 1
        if is_of_one:
            names = {str(recording.path), recording.database_path} if recording else set[str]()
        self._is_following = True
        self.model.show_only(names)
        self._is_following = False
        self.table.setColumnHidden(Column.RECORDING, is_of_one)
        self._show_state()

    def _show(self) -> None:
        result = self.checking.result
        if result is not self.model.result:
            self._is_following = True
            self.model.show(result)
            self._is_following = False
        self._on_scope()

    def _show_state(self) -> None:
        checking, result = self.checking, self.checking.result
        has_rows = self.model.rowCount() > 0
        self._pages.setCurrentIndex(0 if has_rows else 1)
        self.again.setEnabled(self._session.project is not None and not checking.is_looking)
        if not has_rows:
            self._empty.say(*self._why_empty(result))
        self._counts.say(Tone.BUSY if checking.is_looking else Tone.HELP, self._counts_text(result))
        self._choose_again()
        self._show_chosen()

    def _why_empty(self, result: LintResult | None) -> tuple[Tone, str]:
        checking = self.checking
        if self._session.project is None:
            return Tone.HELP, NO_PROJECT
        if checking.error is not None and not checking.is_looking:
            error = checking.error
            return Tone.WRONG, f"{error.message}. {error.hint}"
        if result is None:
            return Tone.BUSY, LOOKING
        if self.scope.currentIndex() == 1 and self._session.recording is None:
            return Tone.HELP, NO_RECORDING
        return Tone.GOOD, NO_FINDING

    def _counts_text(self, result: LintResult | None) -> str:
        if result is None:
            return ""
        if self.checking.is_looking:
            return LOOKING
        n_shown, n_all = self.model.rowCount(), result.n_findings
        noun = "finding" if n_all == 1 else "findings"
        text = f"{n_all:,} {noun}" if n_shown == n_all else f"{n_shown:,} of {n_all:,} {noun}"
        text = f"{text} in {result.n_annotations:,} annotations"
        if result.n_unknown_lengths:
            text += (
                f"; {result.n_unknown_lengths:,} of {result.n_recordings:,} recordings are not"
                " transcoded: nothing is found beyond their ends"
            )
        return text

    def _choose_again(self) -> None:
        """Choose what was chosen before the list was another one."""
        row = -1 if self._chosen is None else self.model.row_of(self._chosen)
        self._is_following = True
        if row < 0:
            self.table.selectionModel().clear()
        else:
            self.table.selectRow(row)
        self._is_following = False
        self._chosen = self.model.finding(row) if row >= 0 else None

    def _row(self) -> int:
        rows = self.table.selectionModel().selectedRows()
        return rows[0].row() if rows else -1

    def _on_chosen(self) -> None:
        if self._is_following:
            return
        row = self._row()
        self._chosen = self.model.finding(row) if row >= 0 else None
        self._show_chosen()
        self._go_there()

    def _show_chosen(self) -> None:
        finding, row = self._chosen, self._row()
        if finding is None or row < 0:
            self._text.say(Tone.PLAIN, "")
            self.fix.hide()
            return
        text = finding.text.encode("utf-8", "backslashreplace").decode()
        self._text.say(TONES[finding.severity], f"{text}.")
        edit = self.model.edit(row)
        name = finding.fix.name if finding.fix else ""
        self.fix.setText(name[:1].upper() + name[1:])
        self.fix.setToolTip(f"Mend it: {name}")
        self.fix.setVisible(self._can_fix and edit is not None)
        place = Place(finding.recording, 0, 0)
        # Edits, and their undo, are those of the recording that is open.
        is_open = bool(finding.recording) and is_of(self._session.recording, place)
        self.fix.setEnabled(is_open and not self.checking.is_looking)

    def _go_there(self) -> None:
        """Show the place, opening its recording where another one is open."""
        finding = self._chosen
        if finding is None or not finding.recording:
            return
        if finding.start_s is not None and finding.end_s is not None:
            self.place_wanted.emit(Place(finding.recording, finding.start_s, finding.end_s))
        else:
            self._session.open_recording(finding.recording)

    def _on_fix(self) -> None:
        row = self._row()
        edit = self.model.edit(row) if row >= 0 else None
        if edit is not None and self._can_fix:
            self.fix_wanted.emit(edit)
