"""The training panel: train and watch, look at past runs, lay two side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from core.errors import LoudnessError
from core.runs import read_histories
from gui.models.runs_model import date_in_words
from gui.panels.training_comparison import ComparisonPage
from gui.panels.training_form import TrainingForm
from gui.panels.training_runs import PAIR, RunsPage
from gui.sentence import Sentence, Tone
from gui.views.training_curves import TrainingCurves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.overview import StageReport
    from core.run_summary import RunSummary
    from core.runs import RunHistory
    from gui.actions import Actions
    from gui.jobs import Job
    from gui.session import Session
    from gui.stage_runs import StageRuns

PARTS = (600, 400)
NOW = "The training that runs"


class TrainingPanel(QWidget):
    """Beside the curves: the form of the next training, the past ones, two of them compared."""

    wanted = Signal()
    """Something was asked for that is done in this panel: it is to be seen."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        runs: StageRuns,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("trainingPanel")
        self._session, self._runs = session, runs
        self._reading: Job | None = None
        self.form = TrainingForm(session, runs)
        self.past = RunsPage(session, actions)
        self.comparison = ComparisonPage()
        self.curves = TrainingCurves(session.theme.colors)
        self._problem = Sentence()
        self._problem.setObjectName("historyProblem")
        self.tabs = QTabWidget()
        self.tabs.setObjectName("trainingTabs")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.form, "&Now")
        self.tabs.addTab(self.past, "&Runs")
        self.tabs.addTab(self.comparison, "Com&pare")
        self.tabs.setCornerWidget(self.form.buttons)
        self._lay_out()
        self.setFocusProxy(self.tabs)
        self._connect(actions)
        self._show_selected(self.past.selected)

    def train_again(self, run: str) -> None:
        """Train again with what a run was trained with, then lay the two side by side."""
        self.form.save()
        self.tabs.setCurrentWidget(self.form)
        self._runs.train_again(run)

    def _on_ended(self, report: StageReport) -> None:
        if report.run and report.before:
            self.past.choose_when_listed(report.before, report.run)
            self.tabs.setCurrentWidget(self.comparison)

    def _lay_out(self) -> None:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._problem)
        column.addWidget(self.curves, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("trainingSplitter")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.tabs)
        self.splitter.addWidget(right)
        self.splitter.setSizes(list(PARTS))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def _connect(self, actions: Actions) -> None:
        runs, session = self._runs, self._session
        actions["train"].triggered.connect(self.form.train)
        actions["stop_training"].triggered.connect(runs.stop_and_keep_best)
        runs.stage_started.connect(self._on_started)
        runs.stage_ended.connect(self._on_ended)
        runs.epoch_ended.connect(lambda _epoch, metrics: self.curves.add_epoch(metrics))
        runs.idle.connect(self._on_idle)
        self.past.selection_changed.connect(self._on_selected)
        self.past.wanted.connect(lambda: self._show_page(self.past))
        self.past.comparison_wanted.connect(lambda: self._show_page(self.comparison))
        session.theme.changed.connect(self._refresh_colors)
        session.closing.connect(self.curves.stop)

    def _show_page(self, page: QWidget) -> None:
        self.wanted.emit()
        self.tabs.setCurrentWidget(page)

    def _on_started(self, stage: str) -> None:
        if stage == "train":
            self._stop_reading()
            self._problem.say(Tone.PLAIN, "")
            self.curves.follow(NOW)

    def _on_idle(self) -> None:
        if self.curves.is_live and not self._session.project:
            self.curves.show_runs(())
        elif self.curves.is_live and not self._reading:
            # The new run is selected once it is listed; one that was cancelled is no run.
            self._show_selected(self.past.selected)

    def _on_selected(self, chosen: tuple[RunSummary, ...]) -> None:
        self.comparison.show_runs(_pair(chosen))
        if not (self.curves.is_live and self._runs.is_running):
            self._show_selected(chosen)

    def _show_selected(self, chosen: Sequence[RunSummary]) -> None:
        """Draw the histories of what is selected: two at the most."""
        self._stop_reading()
        project = self._session.project
        drawn = _oldest_first(chosen)[-PAIR:]
        if project is None or not drawn:
            self._show_histories((), ())
            return
        self._reading = self._session.details.submit(
            read_histories,
            project.folder,
            [run.name for run in drawn],
            done=lambda histories: self._show_histories(drawn, histories),
            failed=self._on_unreadable,
        )

    def _stop_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _show_histories(self, runs: Sequence[RunSummary], histories: Sequence[RunHistory]) -> None:
        self._reading = None
        self.curves.show_runs(
            [
                (f"{k}: {date_in_words(run)} {run.model}", history.epochs, run.best_epoch)
                for k, (run, history) in enumerate(zip(runs, histories, strict=True), start=1)
            ]
        )
        problems = [f"{h.name}: {h.problem}." for h in histories if h.problem]
        self._problem.say(Tone.WRONG, " ".join(problems))

    def _on_unreadable(self, error: Exception) -> None:
        self._reading = None
        self.curves.show_runs(())
        if isinstance(error, LoudnessError):
            self._problem.say(Tone.WRONG, f"{error.message}. {error.hint}".strip())
        else:
            self._session.errors.show(error)

    def _refresh_colors(self, *_: object) -> None:
        self.curves.set_colors(self._session.theme.colors)
        self.form.refresh_colors()


def _oldest_first(runs: Sequence[RunSummary]) -> list[RunSummary]:
    """So that a difference is what the later run has gained."""
    return sorted(runs, key=lambda run: (run.trained_at, run.name))


def _pair(runs: Sequence[RunSummary]) -> tuple[RunSummary, RunSummary] | None:
    if len(runs) != PAIR:
        return None
    first, second = _oldest_first(runs)
    return first, second
