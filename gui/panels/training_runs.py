"""The table of past runs, and what can be done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QSizePolicy,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import LoudnessError
from core.runs import delete_runs, list_runs, write_note
from core.settings import TrainConfig
from gui.actions import State
from gui.models.runs_model import Column, RunsModel, date_in_words
from gui.panels.run_export import RunExport
from gui.sentence import Sentence, Tone
from gui.table_rows import show_as_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.project import Project
    from core.run_summary import RunSummary
    from gui.actions import Actions
    from gui.jobs import Job
    from gui.session import Session

EMPTY = "No model was trained yet: each training is listed here."
BOX = "deleteRunBox"
PAIR = 2
WIDEST_PX = 240
BUTTONS = {
    "load_run": "loadRunParametersButton",
    "compare_runs": "compareRunsButton",
    "note_run": "editRunNoteButton",
    "export_run": "exportRunButton",
    "run_folder": "openRunFolderButton",
    "delete_runs": "deleteRunButton",
}
"""Of the actions of the runs, in their order."""


class RunsPage(QWidget):
    """Lists the runs of the open project; says which are selected."""

    selection_changed = Signal(object)
    """A tuple of `RunSummary`, in the order of the table."""
    comparison_wanted = Signal()
    wanted = Signal()
    """A note is to be written in the table: it is to be seen."""

    def __init__(self, session: Session, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._actions = session, actions
        self._export = RunExport(session, self)
        self._listing: Job | None = None
        self._chosen: tuple[str, ...] = ()
        self._awaited: tuple[str, ...] = ()
        self._current = ""
        self._is_filling = False
        self.model = RunsModel(self)
        self.table = self._make_table()
        self._empty = QLabel(EMPTY)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._problem = Sentence()
        self._problem.setObjectName("runsProblem")
        self._lay_out()
        self._connect()
        self._on_project_changed(session.project)

    @property
    def selected(self) -> tuple[RunSummary, ...]:
        """The runs that are selected, in the order of the table."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return tuple(self.model.run(row) for row in rows)

    @property
    def states(self) -> dict[State, bool]:
        """What can be done with what is selected."""
        chosen = self.selected
        is_one = len(chosen) == 1
        return {
            State.RUN: is_one,
            State.KNOWN_RUN: is_one and bool(chosen[0].config),
            State.RUNS: bool(chosen),
            State.TWO_RUNS: len(chosen) == PAIR,
        }

    def look(self, *_: object) -> None:
        """List the runs again."""
        if self._listing is not None:
            self._listing.cancel()
            self._listing = None
        project = self._session.project
        if project is None:
            return
        self._listing = self._session.details.submit(
            list_runs, project.folder, done=self._on_listed, failed=self._on_failed
        )

    def select(self, *names: str) -> None:
        """Select runs in place of those that are, whatever keys are held down."""
        self._is_filling = True
        self.table.clearSelection()
        self._select(names)
        self._is_filling = False
        self._on_selected()

    def choose_when_listed(self, *names: str) -> None:
        """Select runs as soon as they are listed, which may not be yet."""
        self._awaited = names
        self.look()

    def select_ends(self) -> None:
        """Select the first and the last row, to be compared."""
        rows = dict.fromkeys((0, self.model.rowCount() - 1))
        self.select(*(self.model.run(row).name for row in rows))

    def load_parameters(self) -> None:
        """Make the selected run's parameters those of the project."""
        (run,) = self.selected
        try:
            self._session.change_settings(train=TrainConfig.from_dict(run.config))
        except LoudnessError as error:
            self._session.errors.show(error, title="Load parameters")
            return
        self._session.say(f"Parameters of the run of {date_in_words(run)} loaded.")

    def ask_to_delete(self) -> None:
        """Delete what is selected, if the user says so."""
        chosen = self.selected
        names = [run.name for run in chosen]
        box = QMessageBox(self)
        box.setObjectName(BOX)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Delete runs")
        what = f"the run {names[0]}" if len(names) == 1 else f"these {len(names):,} runs"
        box.setText(f"Delete {what}?")
        text = "Model, history, metrics and predictions are gone then for good."
        if any(run.is_current for run in chosen):
            text = f"It is the current model: the next run will train it anew. {text}"
        box.setInformativeText(text)
        delete = box.addButton("&Delete", QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton("&Keep", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.finished.connect(
            lambda _result: self._delete(names) if box.clickedButton() is delete else None
        )
        box.open()

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("runsTable")
        table.setModel(self.model)
        show_as_rows(table, several=True)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        columns = table.horizontalHeader()
        columns.setMaximumSectionSize(WIDEST_PX)
        columns.setSortIndicator(Column.DATE, Qt.SortOrder.DescendingOrder)
        table.setSortingEnabled(True)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        return table

    def _make_buttons(self) -> list[QToolButton]:
        """One for each action of the runs, which the table has in its own menu, too."""
        buttons: list[QToolButton] = []
        for name, button_name in BUTTONS.items():
            action = self._actions[name]
            self.table.addAction(action)
            button = QToolButton()
            button.setObjectName(button_name)
            button.setDefaultAction(action)
            button.setAutoRaise(True)
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            buttons.append(button)
        return buttons

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        # The first two say what they do: they are what one comes here for.
        for place, button in enumerate(self._make_buttons()):
            if place < PAIR:
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 2, 2, 2)
        layout.setSpacing(2)
        layout.addLayout(buttons)
        layout.addWidget(self._problem)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._empty, 1)

    def _connect(self) -> None:
        session = self._session
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self.model.note_edited.connect(self._on_note_edited)
        session.project_changed.connect(self._on_project_changed)
        session.settings_changed.connect(self.look)
        session.products_changed.connect(self.look)
        for name, slot in {
            "load_run": self.load_parameters,
            "compare_runs": self.comparison_wanted.emit,
            "note_run": self._edit_note,
            "export_run": self._ask_to_export,
            "run_folder": self._open_folder,
            "delete_runs": self.ask_to_delete,
        }.items():
            self._actions[name].triggered.connect(lambda _on, slot=slot: slot())

    # Listing

    def _on_project_changed(self, _project: Project | None) -> None:
        self._chosen, self._awaited, self._current = (), (), ""
        self._show(())
        self.look()

    def _on_listed(self, runs: Sequence[RunSummary]) -> None:
        self._listing = None
        self._problem.say(Tone.PLAIN, "")
        self._show(runs)

    def _on_failed(self, error: Exception) -> None:
        self._listing = None
        if not isinstance(error, LoudnessError):
            self._session.errors.show(error)
            return
        self._show(())
        self._problem.say(Tone.WRONG, f"{error.message}. {error.hint}".strip())

    def _show(self, runs: Sequence[RunSummary]) -> None:
        """Show other runs; those that were selected stay so, but a new model is selected itself."""
        was_empty = not self.model.rowCount()
        self._is_filling = True
        self.model.show(runs)
        self.table.setVisible(bool(runs))
        self._empty.setVisible(not runs)
        if was_empty and runs:
            self.table.resizeColumnsToContents()
        current = next((run.name for run in runs if run.is_current), "")
        if current and current != self._current:
            self._chosen = (current,)
        self._current = current
        known = [run.name for run in runs]
        if self._awaited and set(self._awaited) <= set(known):
            self._chosen, self._awaited = self._awaited, ()
        chosen = [name for name in self._chosen if name in known] or known[:1]
        self._select(chosen)
        self._is_filling = False
        self._on_selected()

    def _select(self, names: Sequence[str]) -> None:
        """Select runs besides those that are."""
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for name in names:
            index = self.model.index(self.model.row_of(name), Column.DATE)
            self.table.selectionModel().select(index, flags)

    def _on_selected(self, *_: object) -> None:
        if self._is_filling:
            return
        chosen = self.selected
        self._chosen = tuple(run.name for run in chosen)
        self.selection_changed.emit(chosen)

    # What can be done with a run

    def _edit_note(self) -> None:
        (run,) = self.selected
        self.wanted.emit()
        index = self.model.index(self.model.row_of(run.name), Column.NOTE)
        self.table.scrollTo(index)
        self.table.setCurrentIndex(index)
        self.table.edit(index)

    def _on_note_edited(self, name: str, text: str) -> None:
        project = self._session.project
        if project is not None:
            self._session.details.submit(write_note, project.folder, name, text, done=self.look)

    def _ask_to_export(self) -> None:
        project, (run,) = self._session.project, self.selected
        if project is not None:
            self._export.ask(project.runs / run.name)

    def _open_folder(self) -> None:
        project = self._session.project
        if project is not None:
            folder = project.runs / self.selected[0].name
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _delete(self, names: list[str]) -> None:
        project = self._session.project
        if project is None:
            return
        self._session.details.submit(
            delete_runs,
            project.folder,
            names,
            done=lambda _result: self._session.products_changed.emit(),
            failed=self._on_not_deleted,
        )

    def _on_not_deleted(self, error: Exception) -> None:
        self._session.errors.show(error, title="Delete runs")
        self.look()
