"""The docks around the recording: which panels there are, where they stand, and what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

from gui.actions import State
from gui.closing import Work
from gui.later_dock import LaterDock
from gui.panel_focus import go_to_panel
from gui.panels.annotations import AnnotationsPanel
from gui.panels.library import LibraryPanel
from gui.panels.pipeline import PipelinePanel
from gui.window_state import LAYOUT_VERSION

if TYPE_CHECKING:
    from PySide6.QtCore import QByteArray
    from PySide6.QtWidgets import QWidget

    from gui.error_listening import Place
    from gui.main_window import MainWindow
    from gui.panels.alignment import AlignmentPanel
    from gui.panels.annotate_next import AnnotateNextPanel
    from gui.panels.checks import ChecksPanel
    from gui.panels.evaluation import EvaluationPanel
    from gui.panels.label_errors import LabelErrorsPanel
    from gui.panels.proposals import ProposalsPanel
    from gui.panels.review import ReviewPanel
    from gui.panels.training import TrainingPanel

LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
SIDE_WIDTHS_PX = (270, 266)
BOTTOM_HEIGHT_PX = 220


class Docks:
    """Puts the panels in place; those that stand behind others are made when they are wanted.

    Parameters
    ----------
    window : MainWindow
        It has its session, its media, its player and its recording view.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        session, actions = window.session, window.actions_
        self.library = LibraryPanel(session, actions)
        self.annotations = AnnotationsPanel(session, actions, window.media)
        self.pipeline = PipelinePanel(session, actions)
        self.training = LaterDock("Training", self._make_training, window)
        self.evaluation = LaterDock("Evaluation", self._make_evaluation, window)
        self.review = LaterDock("Review", self._make_review, window)
        self.checks = LaterDock("Checks", self._make_checks, window)
        self.proposals = LaterDock("Proposals", self._make_proposals, window)
        self.alignment = LaterDock("Alignment", self._make_alignment, window)
        self.label_errors = LaterDock("Label errors", self._make_label_errors, window)
        self.annotate_next = LaterDock("Annotate next", self._make_annotate_next, window)
        self.every: list[QDockWidget] = []
        """In the order of the menu."""
        self.works: list[Work] = []
        """What may run in panels, besides the stages."""
        self._put_in_place()

    @property
    def later(self) -> tuple[LaterDock[QWidget], ...]:
        """Those that stand behind others."""
        return tuple(dock for dock in self.every if isinstance(dock, LaterDock))

    def show(self, panel: QWidget) -> None:
        """Bring a panel before those that share its place."""
        for dock in self.every:
            if dock.widget() is panel:
                dock.show()
                dock.raise_()

    def go_on(self, step: int) -> None:
        """Give the focus to the panel so many after the one that has it."""
        window = self._window
        panels: dict[QWidget, str] = {
            self.library: "recordingsTable",
            window.recording: "waveform",
            window.transport: "speedBox",
            self.annotations: "annotationsTable",
            self.proposals.panel: "proposalsTable",
            self.checks.panel: "checksTable",
            self.pipeline: "runAllButton",
            self.training.panel: "trainButton",
            self.evaluation.panel: "evaluationRun",
            self.review.panel: "errorsTable",
            self.label_errors.panel: "labelErrorsTable",
            self.alignment.panel: "alignmentTable",
            self.annotate_next.panel: "queueTable",
        }
        go_to_panel(panels, step, bring_forward=self.show)

    def _put_in_place(self) -> None:
        """Side by side: what shares a place is told by an arrangement."""
        self._add("libraryDock", _dock("Library", self.library), LEFT)
        self._add("annotationsDock", _dock("Annotations", self.annotations), RIGHT)
        self._add("pipelineDock", _dock("Pipeline", self.pipeline), BOTTOM)
        for name, dock, area in (
            ("trainingDock", self.training, BOTTOM),
            ("evaluationDock", self.evaluation, BOTTOM),
            ("reviewDock", self.review, BOTTOM),
            ("labelErrorsDock", self.label_errors, BOTTOM),
            ("proposalsDock", self.proposals, RIGHT),
            ("checksDock", self.checks, RIGHT),
            ("alignmentDock", self.alignment, BOTTOM),
            ("annotateNextDock", self.annotate_next, BOTTOM),
        ):
            self._add(name, dock, area)
        self._window.setCorner(Qt.Corner.BottomLeftCorner, LEFT)

    def arrange(self, arrangement: QByteArray) -> None:
        """Put the docks where an arrangement of this version has them, else where they belong."""
        window = self._window
        if not window.restoreState(arrangement, LAYOUT_VERSION):
            window.restoreState(self._usual_arrangement(), LAYOUT_VERSION)

    def _usual_arrangement(self) -> QByteArray:
        """Docks that share a place one behind the other, the first of each in front.

        Qt leaves tab bars on the screen where docks join others one by one, and where an
        arrangement then replaces that: so they join in a window that nobody sees.
        """
        window = QMainWindow()
        window.resize(self._window.size())
        fronts: dict[Qt.DockWidgetArea, QDockWidget] = {}
        for dock in self.every:
            double = QDockWidget(window)
            double.setObjectName(dock.objectName())
            area = self._window.dockWidgetArea(dock)
            window.addDockWidget(area, double)
            if area in fronts:
                window.tabifyDockWidget(fronts[area], double)
            fronts.setdefault(area, double)
        for front in fronts.values():
            front.raise_()
        window.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        sides = [fronts[LEFT], fronts[RIGHT]]
        window.resizeDocks(sides, list(SIDE_WIDTHS_PX), Qt.Orientation.Horizontal)
        window.resizeDocks([fronts[BOTTOM]], [BOTTOM_HEIGHT_PX], Qt.Orientation.Vertical)
        arrangement = window.saveState(LAYOUT_VERSION)
        window.deleteLater()
        return arrangement

    def _add(self, name: str, dock: QDockWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock.setObjectName(name)
        self._window.addDockWidget(area, dock)
        self.every.append(dock)
        return dock

    def _make_training(self) -> TrainingPanel:
        from gui.panels.training import TrainingPanel

        window = self._window
        panel = TrainingPanel(window.session, window.actions_, self.pipeline.runs)
        panel.wanted.connect(lambda: self.show(panel))
        window.enabling.watch(panel.past.selection_changed, lambda: panel.past.states)
        return panel

    def _make_evaluation(self) -> EvaluationPanel:
        from gui.panels.evaluation import EvaluationPanel

        window = self._window
        panel = EvaluationPanel(window.session, window.actions_)
        window.enabling.watch(
            panel.shown_changed, lambda: {State.EVALUATED: panel.result is not None}
        )
        # It reads much, and only while it is in front, as does the review.
        panel.set_seen(self.evaluation.is_in_front)
        self.evaluation.visibilityChanged.connect(panel.set_seen)
        return panel

    def _make_review(self) -> ReviewPanel:
        from gui.correcting import Correcting
        from gui.panels.review import ReviewPanel

        window = self._window
        panel = ReviewPanel(window.session, window.actions_, window.media, window.player)
        window.enabling.watch(panel.chosen_changed, lambda: {State.ERROR: panel.chosen is not None})
        window.recording.explaining.follow(panel)
        window.annotating.follow(panel)
        correcting = Correcting(window.session, window.actions_, window.annotating, panel)
        window.enabling.watch(correcting.changed, lambda: correcting.states)
        window.enabling.watch(
            panel.reviewing.changed,
            lambda: {State.REVIEWED: panel.reviewing.review is not None},
        )
        panel.train_again_wanted.connect(self._train_again)
        self.pipeline.runs.stage_ended.connect(
            lambda report: panel.reviewing.choose_run(report.run) if report.run else None
        )
        panel.reviewing.want(self.review.is_in_front)
        self.review.visibilityChanged.connect(panel.reviewing.want)
        return panel

    def _make_label_errors(self) -> LabelErrorsPanel:
        from gui.panels.label_errors import LabelErrorsPanel

        window = self._window
        panel = LabelErrorsPanel(window.session, window.actions_)
        panel.place_wanted.connect(self._hear)
        window.annotating.follow(panel)
        window.enabling.watch(
            panel.chosen_changed, lambda: {State.LABEL_ERROR: panel.chosen is not None}
        )
        checking = panel.checking
        # It holds the project as a stage does.
        self._watch_work(
            Work(
                "Find label errors",
                lambda: checking.is_running,
                checking.cancel,
                checking.changed,
            )
        )
        panel.checking.want(self.label_errors.is_in_front)
        self.label_errors.visibilityChanged.connect(panel.checking.want)
        return panel

    def _watch_work(self, work: Work) -> None:
        """Have it cancelled as a stage is, and no stage begun while it runs."""
        self.works.append(work)
        self.pipeline.runs.give_way_to(work)
        self._window.enabling.watch(
            work.changed,
            lambda: {State.IDLE: False, State.RUNNING: True} if work.is_running() else {},
        )
        self._window.actions_["cancel"].triggered.connect(work.cancel)

    def _hear(self, place: Place) -> None:
        """Show a place as errors of the model are shown, by the panel that is made for that."""
        self.review.panel.listening.show(place)

    def _train_again(self, run: str) -> None:
        """With its curves in view, and at the end both models side by side."""
        training = self.training.panel
        self.show(training)
        training.train_again(run)

    def _make_checks(self) -> ChecksPanel:
        from core.annotations.mending import signed
        from gui.panels.checks import ChecksPanel

        window = self._window
        panel = ChecksPanel(window.session, window.media)
        panel.place_wanted.connect(lambda p: self.review.panel.listening.show(p, plays=False))
        panel.checking.want(self.checks.is_in_front)
        self.checks.visibilityChanged.connect(panel.checking.want)
        panel.fix_wanted.connect(lambda edit: window.editing.submit(lambda _, by: signed(edit, by)))
        panel.set_can_fix(True)
        return panel

    def _make_proposals(self) -> ProposalsPanel:
        from gui.panels.proposals import ProposalsPanel

        window = self._window
        panel = ProposalsPanel(window.session, window.actions_, window.media, window.proposing)
        panel.predict_with(window.recording.predicting)
        panel.play_wanted.connect(window.player.play_range)
        return panel

    def _make_alignment(self) -> AlignmentPanel:
        from gui.panels.alignment import AlignmentPanel

        window = self._window
        panel = AlignmentPanel(window.session, window.actions_)
        panel.edit_wanted.connect(window.editing.submit)
        panel.preview_wanted.connect(window.annotating.preview)
        window.session.annotations_changed.connect(panel.aligning.check_again)
        return panel

    def _make_annotate_next(self) -> AnnotateNextPanel:
        from gui.panels.annotate_next import AnnotateNextPanel

        window = self._window
        panel = AnnotateNextPanel(window.session, window.actions_)
        panel.queueing.place_wanted.connect(
            lambda p: self.review.panel.listening.show(p, plays=False)
        )
        panel.front_wanted.connect(lambda: self.show(panel))
        queueing = panel.queueing
        self._watch_work(
            Work("Rank recordings", lambda: queueing.is_ranking, queueing.cancel, queueing.changed)
        )
        panel.queueing.want(self.annotate_next.is_in_front)
        self.annotate_next.visibilityChanged.connect(panel.queueing.want)
        return panel


def _dock(title: str, panel: QWidget) -> QDockWidget:
    dock = QDockWidget(title)
    dock.setWidget(panel)
    return dock
