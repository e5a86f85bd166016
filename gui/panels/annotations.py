"""The annotations of the open recording: a table that goes along with the recording view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.annotation_delegate import AnnotationDelegate
from gui.column_choice import ColumnChoice
from gui.models.annotations_model import SIGNATURE, AnnotationsModel, Column
from gui.sentence import Sentence, Tone
from gui.table_rows import show_as_rows

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex

    from core.annotations.csv import Annotation
    from core.library import Recording
    from core.recording_details import RecordingDetails
    from gui.actions import Actions
    from gui.annotating import Annotating
    from gui.media import Media
    from gui.session import Session

MEASURED_ROWS = 50
"""Rows that are looked at for the width of the columns."""

NO_RECORDING = "Open a recording in the library: its annotations are listed here."
NO_TABLE = "The project names no table of annotations."
NO_ANNOTATION = "The table of annotations has none of this recording."
HOW_TO_MAKE = "Drag along the top of the waveform to make one."
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
        self._annotating: Annotating | None = None
        self._measured_of: Recording | None = None
        self._problem = Sentence()
        self._problem.setObjectName("annotationsProblem")
        self._refused = Sentence()
        self._refused.setObjectName("annotationsRefused")
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
        session.choice.changed.connect(self._follow_choice)
        session.recording_changed.connect(lambda _recording: self._say_refused(""))
        actions.add_to_annotations(self._table)
        self._show_details()

    def edit_with(self, annotating: Annotating) -> None:
        """Have annotations edited in the table, too."""
        self._annotating = annotating
        self._model.class_wanted.connect(self._on_class_wanted)
        self._model.edges_wanted.connect(annotating.set_edges)
        annotating.refused.connect(self._say_refused)
        annotating.editing.state_changed.connect(self._on_editing_state)
        self._on_editing_state()

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("annotationsTable")
        table.setModel(self._model)
        show_as_rows(table, several=True)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setToolTip(
            "Choose a row to see it in the recording; double-click it to hear it; click once more,"
            " or press F2, to change its class, start or end"
        )
        triggers = QAbstractItemView.EditTrigger
        table.setEditTriggers(triggers.EditKeyPressed | triggers.SelectedClicked)
        table.setItemDelegate(AnnotationDelegate(table))
        self._model.refused.connect(self._say_refused)
        columns = table.horizontalHeader()
        columns.setResizeContentsPrecision(MEASURED_ROWS)
        columns.setSortIndicator(Column.START, Qt.SortOrder.AscendingOrder)
        table.setSortingEnabled(True)
        ColumnChoice(table, key="annotations/hidden_columns", hidden=SIGNATURE)
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
        layout.addWidget(self._refused)
        layout.addWidget(self._counts)

    def _show_details(self) -> None:
        details = self._media.details
        table = self._table
        self._is_following = True
        n_rows = self._model.rowCount()
        self._model.show(details)
        self._is_following = False
        self._problem.say(Tone.ODD, details.annotations_problem if details else "")
        self._counts.say(Tone.HELP, self._counts_text())
        if self._model.rowCount():
            recording = details.recording if details else None
            if not n_rows or recording != self._measured_of:
                self._measured_of = recording
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
            if self._model.can_edit:
                text = f"{text} {HOW_TO_MAKE}"
        self._empty.say(tone, text)
        self._settings_button.setVisible(text.startswith((NO_TABLE, NO_ANNOTATION)))

    def _counts_text(self) -> str:
        n_annotations = self._model.rowCount()
        if not n_annotations:
            return ""
        counts = ", ".join(f"{n} {name}" for name, n in self._model.counts().items())
        noun = "annotation" if n_annotations == 1 else "annotations"
        return f"{n_annotations} {noun}: {counts}"

    def _on_row_chosen(self) -> None:
        rows = self._chosen_rows()
        if self._is_following or not rows:
            return
        chosen = [self._model.annotation(row) for row in rows]
        self._session.choice.choose(chosen)
        if len(chosen) == 1:
            self._time.reveal(chosen[0].start_s, chosen[0].end_s)

    def _chosen_rows(self) -> list[int]:
        return [index.row() for index in self._table.selectionModel().selectedRows()]

    def _on_activated(self, index: QModelIndex) -> None:
        annotation = self._model.annotation(index.row())
        self.play_wanted.emit(annotation.start_s, annotation.end_s)

    def _follow_selection(self, selection: tuple[float, float] | None) -> None:
        """Choose the annotation whose time was selected in the view, if there is one."""
        choice = self._session.choice
        if choice.annotations or selection is None:
            self._follow_choice()
            return
        row = self._model.row_of(*selection, duration_s=self._time.duration_s)
        if row < 0:
            self._follow_choice()
        else:
            choice.choose([self._model.annotation(row)])

    def _follow_choice(self) -> None:
        """Choose the rows of what is chosen, or none."""
        model, selected = self._model, self._table.selectionModel()
        rows = model.rows_of(self._session.choice.keys)
        if rows == sorted(self._chosen_rows()):
            return
        selection = QItemSelection()
        for row in rows:
            selection.select(model.index(row, 0), model.index(row, len(Column) - 1))
        self._is_following = True
        selected.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if rows:
            first = model.index(rows[0], max(0, self._table.currentIndex().column()))
            selected.setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self._table.scrollTo(first)
        self._is_following = False

    def _on_class_wanted(self, annotation: Annotation, target: int) -> None:
        """Of several chosen rows, all get the class."""
        if self._annotating is None:
            return
        choice = self._session.choice
        chosen = choice.annotations if annotation in choice else (annotation,)
        self._annotating.relabel(chosen, target)

    def _on_editing_state(self) -> None:
        if self._annotating is not None:
            self._model.set_can_edit(not self._annotating.editing.why_not)
            self._say_why_empty(self._media.details)

    def _say_refused(self, why: str) -> None:
        self._refused.say(Tone.WRONG, why)
