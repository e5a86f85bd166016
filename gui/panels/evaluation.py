"""The evaluation panel: how good a run is, on which recordings, and how far that can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import LoudnessError
from core.run_assessment import assess_run, list_evaluated_runs
from gui.panels.evaluation_figures import FiguresPage
from gui.panels.evaluation_saving import EvaluationSaving
from gui.panels.evaluation_tables import (
    CLASS_COLUMNS,
    EVENT_COLUMNS,
    SPLIT_NAMES,
    class_rows,
    event_rows,
    recording_columns,
    recording_rows,
    step_columns,
    step_rows,
)
from gui.views.score_curves import ScoreCurves
from gui.views.score_table import ScoreTable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.project import Project
    from core.run_assessment import EvaluatedRun, RunAssessment
    from gui.actions import Actions
    from gui.jobs import Job
    from gui.session import Session

EMPTY = "No run is evaluated yet. Run all stages (Ctrl+R): how good the model is will stand here."
READING = "Reading what the run predicted …"
N_CLASSES = 3


class EvaluationPanel(QWidget):
    """Shows what is said of a run; it reads nothing before it is seen."""

    shown_changed = Signal()
    """Another run or split is shown, or none."""

    def __init__(self, session: Session, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("evaluationPanel")
        self._session = session
        self._job: Job | None = None
        self._runs: list[EvaluatedRun] = []
        self._result: RunAssessment | None = None
        self._is_due = self._is_seen = False
        self._wanted_split = ""
        self.saving = EvaluationSaving(session, self)
        self.run_box, self.split_box = QComboBox(), QComboBox()
        self.figures = FiguresPage(session)
        self.classes = ScoreTable("evaluationClasses", CLASS_COLUMNS)
        self.recordings = ScoreTable("evaluationRecordings", recording_columns(N_CLASSES))
        self.steps = ScoreTable("evaluationSteps", step_columns(N_CLASSES))
        self.curves = ScoreCurves(session.theme.colors)
        self.events = ScoreTable("evaluationEvents", EVENT_COLUMNS)
        self._save = QToolButton()
        self._save.setObjectName("saveEvaluationButton")
        self._save.setDefaultAction(actions["save_evaluation"])
        self._make_layout()
        self.recordings.row_opened.connect(lambda row: session.open_recording(row[0]))
        self.run_box.activated.connect(self._read_run)
        self.split_box.activated.connect(self._on_split_chosen)
        actions["save_evaluation"].triggered.connect(self._on_save)
        session.project_changed.connect(self._on_project_changed)
        session.products_changed.connect(self.refresh)
        session.settings_changed.connect(self.refresh)
        session.theme.changed.connect(self._refresh_colors)
        self._refresh_colors()
        self._on_project_changed(session.project)

    @property
    def result(self) -> RunAssessment | None:
        """What is said of the run that is shown."""
        return self._result

    @property
    def split(self) -> str:
        """The split that is shown; empty without one."""
        return self.split_box.currentData() or ""

    @property
    def run(self) -> Path | None:
        """Folder of the run that is chosen."""
        row = self.run_box.currentIndex()
        return self._runs[row].folder if 0 <= row < len(self._runs) else None

    def refresh(self, *_: object) -> None:
        """Look for runs again; while nobody sees the panel, once somebody does."""
        self._is_due = True
        if self._is_seen:
            self._list_runs()

    def set_seen(self, is_seen: bool) -> None:  # noqa: FBT001  a dock's signal
        """Take note that the dock has come to the front, or has gone behind another.

        To Qt, a dock that others cover is visible.
        """
        self._is_seen = is_seen
        if is_seen and self._is_due:
            self._list_runs()

    def _make_layout(self) -> None:
        self.tabs = QTabWidget()
        self.tabs.setObjectName("evaluationTabs")
        self.tabs.setDocumentMode(True)
        for page, title in (
            (self.figures, "Figures"),
            (self.classes, "Classes"),
            (self.recordings, "Recordings"),
            (self.steps, "Edges and steps"),
            (self.curves, "Curves"),
            (self.events, "Events"),
        ):
            self.tabs.addTab(page, title)
        self._message = QLabel(EMPTY)
        self._message.setObjectName("evaluationMessage")
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._message)
        self._pages.addWidget(self.tabs)
        corner = QWidget()
        row = QHBoxLayout(corner)
        row.setContentsMargins(4, 1, 4, 1)
        row.setSpacing(4)
        for box, name, tip in (
            (
                self.run_box,
                "evaluationRun",
                "Run: the one of the settings as they are, then newest",
            ),
            (self.split_box, "evaluationSplit", "Recordings to be measured on"),
        ):
            box.setObjectName(name)
            box.setToolTip(tip)
            box.setAccessibleName(tip)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            row.addWidget(box)
        row.addWidget(self._save)
        self.tabs.setCornerWidget(corner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self.setFocusProxy(self.tabs)

    def _on_project_changed(self, project: Project | None) -> None:
        self._show_nothing(EMPTY)
        self.run_box.clear()
        self._runs = []
        if project is not None:
            self.refresh()

    def _list_runs(self) -> None:
        project = self._session.project
        self._is_due = False
        if project is not None:
            self._submit(list_evaluated_runs, project.folder, done=self._on_listed)

    def _on_listed(self, runs: list[EvaluatedRun]) -> None:
        # Who looks at the first wants to see the one that comes after it; an older one stays.
        before = self.run if self.run_box.currentIndex() > 0 else None
        self._runs = runs
        self.run_box.clear()
        for run in runs:
            self.run_box.addItem(f"{run.folder.name}{' (current)' if run.is_current else ''}")
        if not runs:
            self._show_nothing(EMPTY)
            return
        folders = [run.folder for run in runs]
        self.run_box.setCurrentIndex(folders.index(before) if before in folders else 0)
        self._read_run()

    def _read_run(self, *_: object) -> None:
        project, run = self._session.project, self.run
        if project is None or run is None:
            return
        if self._result is None:
            self._show_nothing(READING)
        self._submit(assess_run, run, project.dataset, done=self._on_assessed)

    def _submit(
        self,
        function: Callable[..., Any],
        *arguments: Path,
        done: Callable[[Any], None],
    ) -> None:
        """Only what was asked last is of use."""
        if self._job is not None:
            self._job.cancel()
        lane = self._session.listing
        self._job = lane.submit(function, *arguments, done=done, failed=self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, LoudnessError):
            self._session.errors.show(error)
            return
        # The other runs stay there to be chosen.
        self._show_nothing(READING)
        self.figures.clear()
        self.figures.say("", note=f"{error.message}. {error.hint}".strip())
        for table in (self.classes, self.recordings, self.steps, self.events):
            table.show_rows([])
        self.curves.show_curves((), {})
        self.tabs.setCurrentWidget(self.figures)
        self._pages.setCurrentIndex(1)

    def _on_assessed(self, result: RunAssessment) -> None:
        self._result = result
        self.split_box.clear()
        for split in result.splits:
            self.split_box.addItem(SPLIT_NAMES[split], split)
        if self._wanted_split in result.splits:
            self.split_box.setCurrentIndex(result.splits.index(self._wanted_split))
        self._show_split()

    def _on_split_chosen(self, *_: object) -> None:
        self._wanted_split = self.split
        self._show_split()

    def _show_split(self) -> None:
        result = self._result
        if result is None or not self.split:
            return
        part, classes = result.assessment["by_split"][self.split], result.classes
        n = len(classes)
        self.figures.show_part(part, classes=classes, bootstrap=result.assessment["bootstrap"])
        self.figures.say(self._words(result), note=self._note(result))
        self.classes.show_rows(class_rows(part))
        self.recordings.show_rows(recording_rows(part), columns=recording_columns(n))
        near_edge_s = result.assessment["near_edge_s"]
        self.steps.show_rows(step_rows(part, near_edge_s=near_edge_s), columns=step_columns(n))
        self.curves.show_curves(classes, part["curves"])
        self.events.show_rows(event_rows(part))
        self._pages.setCurrentIndex(1)
        self.shown_changed.emit()

    def _words(self, result: RunAssessment) -> str:
        part = result.assessment["by_split"][self.split]
        n_frames, n_recordings = part["n_frames"], part["n_recordings"]
        known = {
            "held_out": " that the model was not trained on",
            "trained_on": " that the model was trained on",
            "all": "",
        }[self.split]
        recordings = f"{n_recordings:,} recording{'' if n_recordings == 1 else 's'}"
        return f"{result.run.name}: {n_frames:,} frames of {recordings}{known}"

    def _note(self, result: RunAssessment) -> str:
        n = result.assessment["by_split"]["trained_on"]["n_recordings"]
        if self.split != "held_out" and n:
            return f"It was trained on {n:,} of these recordings, and does better on them."
        if not result.is_of_dataset:
            return "The dataset has changed since this run was trained."
        return ""

    def _show_nothing(self, message: str) -> None:
        self._result = None
        self.split_box.clear()
        self._message.setText(message)
        self._pages.setCurrentIndex(0)
        self.shown_changed.emit()

    def _on_save(self) -> None:
        if self._result is not None:
            self.saving.ask(self._result, self.split, self.curves.threshold_class)

    def _refresh_colors(self, *_: object) -> None:
        self.figures.refresh_colors()
        self.curves.set_colors(self._session.theme.colors)
