"""The annotations of the open recording: a table that goes along with the recording view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.models.annotations_model import AnnotationsModel, Column
from gui.sentence import Sentence, Tone
from gui.table_rows import show_as_rows

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex

    from core.recording_details import RecordingDetails
    from gui.actions import Actions
    from gui.media import Media
    from gui.session import Session

MEASURED_ROWS = 50
"""Rows that are looked at for the width of the columns."""

NO_RECORDING = "Open a recording in the library: its annotations are listed here."
NO_TABLE = "The project names no table of annotations."
NO_ANNOTATION = "The table of annotations has none of this recording."
LOADING = "Reading the annotations"


class AnnotationsPanel(QWidget):
    """Lists annotations; a row that is chosen is selected and brought into view.

    Parameters
    ----------
    session : Session
        Whose time axis is followed.
    actions : Actions
        Of the window.
    media : Media
        Knows the annotations.
    """

    play_wanted = Signal(float, float)
    """Start and end in seconds of what the user wants to hear."""

    def __init__(self, session: Session, actions: Actions, media: Media) -> None:
        super().__init__()
        self._session, self._media = session, media
        self._time = session.time
        self._is_following = False
        self._problem = Sentence()
        self._problem.setObjectName("annotationsProblem")
        self._counts = Sentence()
        self._counts.setObjectName("annotationsCounts")
        self._empty = Sentence()
        self._empty.setObjectName("annotationsEmpty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._settings_button = QPushButton("Project settings …")
        self._settings_button.setObjectName("annotationsSettingsButton")
        self._settings_button.clicked.connect(actions["project_settings"].trigger)
        self._model = AnnotationsModel(session.theme.colors, self)
        self._table = self._make_table()
        self._lay_out()
        self.setFocusProxy(self._table)
        session.theme.changed.connect(self._model.set_colors)
        session.recording_changed.connect(self._show_details)
        session.project_changed.connect(self._show_details)
        session.settings_changed.connect(self._show_details)
        media.details_changed.connect(self._show_details)
        self._time.selection_changed.connect(self._follow_selection)
        self._show_details()

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("annotationsTable")
        table.setModel(self._model)
        show_as_rows(table)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setToolTip("Choose a row to see it in the recording; double-click it to hear it")
        columns = table.horizontalHeader()
        columns.setResizeContentsPrecision(MEASURED_ROWS)
        columns.setSortIndicator(Column.START, Qt.SortOrder.AscendingOrder)
        table.setSortingEnabled(True)
        # Not the current row: a table that gets the focus has one at once, chosen by nobody.
        table.selectionModel().selectionChanged.connect(self._on_row_chosen)
        table.activated.connect(self._on_activated)
        return table

    def _lay_out(self) -> None:
        nothing = QWidget()
        column = QVBoxLayout(nothing)
        column.addStretch()
        column.addWidget(self._empty)
        column.addWidget(self._settings_button, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        self._pages = QStackedWidget()
        self._pages.addWidget(self._table)
        self._pages.addWidget(nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self._problem)
        layout.addWidget(self._pages, stretch=1)
        layout.addWidget(self._counts)

    def _show_details(self) -> None:
        details = self._media.details
        table = self._table
        self._is_following = True
        self._model.show(details)
        self._is_following = False
        self._problem.say(Tone.ODD, details.annotations_problem if details else "")
        self._counts.say(Tone.HELP, self._counts_text())
        if self._model.rowCount():
            table.resizeColumnsToContents()
            self._pages.setCurrentIndex(0)
        else:
            self._say_why_empty(details)
            self._pages.setCurrentIndex(1)
        self._follow_selection(self._time.selection)

    def _say_why_empty(self, details: RecordingDetails | None) -> None:
        project = self._session.project
        has_table = project is not None and bool(project.settings.annotations.annotations)
        tone = Tone.HELP
        if self._session.recording is None or project is None:
            text = NO_RECORDING
        elif details is None:
            tone, text = Tone.BUSY, LOADING
        else:
            text = NO_ANNOTATION if has_table else NO_TABLE
        self._empty.say(tone, text)
        self._settings_button.setVisible(text in (NO_TABLE, NO_ANNOTATION))

    def _counts_text(self) -> str:
        n_annotations = self._model.rowCount()
        if not n_annotations:
            return ""
        counts = ", ".join(f"{n} {name}" for name, n in self._model.counts().items())
        noun = "annotation" if n_annotations == 1 else "annotations"
        return f"{n_annotations} {noun}: {counts}"

    def _on_row_chosen(self) -> None:
        row = self._chosen_row()
        if self._is_following or row < 0:
            return
        annotation = self._model.annotation(row)
        self._time.select(annotation.start_s, annotation.end_s)
        self._time.reveal(annotation.start_s, annotation.end_s)

    def _chosen_row(self) -> int:
        rows = self._table.selectionModel().selectedRows()
        return rows[0].row() if rows else -1

    def _on_activated(self, index: QModelIndex) -> None:
        annotation = self._model.annotation(index.row())
        self.play_wanted.emit(annotation.start_s, annotation.end_s)

    def _follow_selection(self, selection: tuple[float, float] | None) -> None:
        """Choose the row of what is selected in the view, or none."""
        table = self._table
        current, row = self._chosen_row(), -1
        if selection is not None:
            duration_s = self._time.duration_s
            row = self._model.row_of(*selection, duration_s=duration_s, prefer=current)
        if row == current:
            return
        self._is_following = True
        if row < 0:
            table.selectionModel().clear()
        else:
            table.selectRow(row)
        self._is_following = False
