"""The pipeline panel: the strip of stages, what was left out, the log, and the results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from core.errors import LoudnessError
from core.project import STAGES
from gui.icons import icon
from gui.panels.pipeline_card import StageCard
from gui.panels.pipeline_left_out import LeftOutPage
from gui.panels.pipeline_log import LogPage
from gui.panels.pipeline_parameters import SECTIONS, ParametersDialog
from gui.panels.pipeline_results import ResultsPage
from gui.reasons import enable
from gui.sentence import Sentence, Tone
from gui.stage_runs import TITLES, StageRuns

if TYPE_CHECKING:
    from core.overview import ProjectOverview, StageReport
    from core.project import Project
    from gui.actions import Actions
    from gui.session import Session
    from gui.stage_progress import StageProgress


class PipelinePanel(QWidget):
    """Shows the stages of the open project, and runs them."""

    def __init__(self, session: Session, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pipelinePanel")
        self._session = session
        self.runs = StageRuns(session)
        self.cards = {
            stage: StageCard(stage, title, has_parameters=stage in SECTIONS)
            for stage, title in TITLES.items()
        }
        self.left_out = LeftOutPage()
        self.log = LogPage()
        self.results = ResultsPage(session)
        self._problem = Sentence()
        self._problem.setObjectName("pipelineProblem")
        self.tabs = QTabWidget()
        self.tabs.setObjectName("pipelineTabs")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self._make_strip(), "&Stages")
        self.tabs.addTab(self.left_out, "Left out")
        self.tabs.addTab(self.log, "Log")
        self.tabs.addTab(self.results, "Results")
        self.tabs.setCornerWidget(self._make_buttons())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs)
        self.setFocusProxy(self.tabs)
        self._connect(actions)
        self._on_overview(self.runs.overview)
        self._enable()

    def _make_strip(self) -> QWidget:
        strip = QWidget()
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for stage, card in self.cards.items():
            if stage != STAGES[0]:
                arrow = QLabel("\N{RIGHTWARDS ARROW}")
                arrow.setAccessibleName("then")
                row.addWidget(arrow)
            row.addWidget(card, 1)
        row.addStretch(0)
        layout = QVBoxLayout(strip)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(2)
        layout.addWidget(self._problem)
        layout.addLayout(row, 1)
        area = QScrollArea()
        area.setWidget(strip)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        return area

    def _make_buttons(self) -> QWidget:
        corner = QWidget()
        self._run_all = QPushButton("Run &all")
        self._run_all.setObjectName("runAllButton")
        self._cancel = QPushButton("&Cancel")
        self._cancel.setObjectName("cancelButton")
        layout = QHBoxLayout(corner)
        layout.setContentsMargins(4, 1, 4, 1)
        layout.setSpacing(4)
        layout.addWidget(self._run_all)
        layout.addWidget(self._cancel)
        return corner

    def _connect(self, actions: Actions) -> None:
        runs, session = self.runs, self._session
        actions["run_all"].triggered.connect(runs.run_all)
        actions["cancel"].triggered.connect(runs.cancel)
        self._run_all.clicked.connect(runs.run_all)
        self._cancel.clicked.connect(runs.cancel)
        for stage, card in self.cards.items():
            card.run_wanted.connect(lambda s=stage: runs.run([s]))
            card.run_until_wanted.connect(lambda s=stage: runs.run_until(s))
            card.parameters_wanted.connect(lambda s=stage: self._edit_parameters(s))
            actions[f"run_{stage}"].triggered.connect(card.run_wanted)
            actions[f"until_{stage}"].triggered.connect(card.run_until_wanted)
            if stage in SECTIONS:
                actions[f"parameters_{stage}"].triggered.connect(card.parameters_wanted)
        actions["copy_log"].triggered.connect(self.log.copy_all)
        runs.overview_changed.connect(self._on_overview)
        runs.look_failed.connect(self._on_look_failed)
        runs.running_changed.connect(self._on_running_changed)
        runs.why_not_changed.connect(self._enable)
        runs.stage_started.connect(self._on_started)
        runs.progressed.connect(self._on_progressed)
        runs.stage_ended.connect(self._on_ended)
        runs.stage_failed.connect(self._on_failed)
        runs.stage_cancelled.connect(lambda stage: self.cards[stage].show_cancelled())
        self.left_out.recording_wanted.connect(session.open_recording)
        self.left_out.count_changed.connect(self._on_left_out)
        session.project_changed.connect(self._on_project_changed)
        session.read_only_changed.connect(self._enable)
        session.theme.changed.connect(self._refresh_colors)
        self._refresh_colors()

    def _edit_parameters(self, stage: str) -> None:
        project = self._session.project
        if project is not None and not self.runs.why_not:
            ParametersDialog(self._session, project, stage, self).open()

    def _on_project_changed(self, _project: Project | None) -> None:
        for card in self.cards.values():
            card.forget()
        self._enable()

    def _on_overview(self, overview: ProjectOverview | None) -> None:
        self._problem.say(Tone.PLAIN, "")
        stages = {s.stage: s for s in overview.stages} if overview else {}
        for stage, card in self.cards.items():
            card.show_overview(stages.get(stage))
        self.left_out.show_overview(overview)
        self.results.show_results(overview.results if overview else None)
        self._enable()

    def _on_look_failed(self, error: LoudnessError) -> None:
        self._problem.say(Tone.WRONG, f"{error.message}. {error.hint}".strip())

    def _on_running_changed(self, _is_running: bool) -> None:  # noqa: FBT001  a signal's
        self._enable()

    def _on_started(self, stage: str) -> None:
        self._session.say(f"{TITLES[stage]} …")
        self.cards[stage].show_started()
        for waiting in self.runs.waiting:
            self.cards[waiting].show_waiting()

    def _on_progressed(self, progress: StageProgress) -> None:
        self.cards[progress.stage].show_progress(progress)
        if self.runs.is_cancelling:
            self._enable()

    def _on_ended(self, report: StageReport) -> None:
        self.cards[report.stage].show_ended(report)
        how = "was fresh" if report.skipped else f"done in {report.seconds:.1f} s"
        left_out = f", {report.n_left_out:,} left out" if report.n_left_out else ""
        self._session.say(f"{TITLES[report.stage]}: {how}{left_out}.")

    def _on_failed(self, stage: str, error: Exception) -> None:
        text = error.message if isinstance(error, LoudnessError) else "a bug, see the log"
        self.cards[stage].show_failure(text)

    def _on_left_out(self, n: int) -> None:
        title = f"Left out ({n:,})" if n else "Left out"
        self.tabs.setTabText(self.tabs.indexOf(self.left_out), title)

    def _enable(self) -> None:
        runs = self.runs
        why_not = runs.why_not
        enable(self._run_all, "Run every stage that is stale (Ctrl+R)", why_not)
        nothing = "" if runs.is_running else "Nothing runs."
        why_not_cancel = "It is being cancelled." if runs.is_cancelling else nothing
        enable(self._cancel, "Stop what runs; what is done is kept (Ctrl+.)", why_not_cancel)
        for card in self.cards.values():
            card.enable(why_not)

    def _refresh_colors(self, *_: object) -> None:
        self._run_all.setIcon(icon("run_all"))
        self._cancel.setIcon(icon("cancel"))
        for card in self.cards.values():
            card.set_dark(self._session.theme.is_dark)
        self.results.refresh_colors()
