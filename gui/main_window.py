"""The window: puts panels, docks, menus and actions together, and does nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QDockWidget,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.errors import LoudnessError
from gui.actions import Actions, State
from gui.annotating import Annotating
from gui.annotation_files import AnnotationFiles
from gui.closing import may_close
from gui.editing import Editing
from gui.editing_right import EditingRightHolder
from gui.enabling import Enabling
from gui.help_dialogs import AboutDialog, KeysDialog
from gui.later_dock import LaterDock
from gui.library_notes import LibraryNotes
from gui.media import Media
from gui.menus import make_menus
from gui.own_keys import OwnKeys
from gui.panel_focus import go_to_panel
from gui.panels.annotations import AnnotationsPanel
from gui.panels.library import LibraryPanel
from gui.panels.pipeline import PipelinePanel
from gui.panels.recording import RecordingPanel
from gui.panels.transport import TransportBar
from gui.panels.welcome import WelcomePage
from gui.playback import Player
from gui.project_opening import ProjectOpening
from gui.restoring import Restoring
from gui.session import Session
from gui.status_line import StatusLine
from gui.validation_choice import keep_for_validation
from gui.window_state import LAYOUT_VERSION, restore_layout, save_layout

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QCloseEvent, QPaintEvent

    from core.project import Project
    from gui.panels.alignment import AlignmentPanel
    from gui.panels.checks import ChecksPanel
    from gui.panels.evaluation import EvaluationPanel
    from gui.panels.review import ReviewPanel
    from gui.panels.training import TrainingPanel

TITLE = "Loudness Classificator"
SIZE_PX = (1280, 800)


class MainWindow(QMainWindow):
    """The window of the application.

    Parameters
    ----------
    project : Path, optional
        Project folder to open.
    paints_first : bool
        Whether panels that stand behind others are made once the window is on the screen.
    """

    def __init__(self, project: Path | None = None, *, paints_first: bool = False) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self._asks = True
        self._has_rest = False
        self.session = Session(self)
        self.actions_ = Actions(self)
        self._restoring = Restoring(self.session)
        self.media = Media(self.session)
        self.player = Player(self.session, self.media)
        self.right = EditingRightHolder(self.session)
        self.editing = Editing(self.session, self.media, self.player.listening)
        self.opening = ProjectOpening(self.session, self.actions_, self)
        self._make_middle()
        self._make_docks()
        self.enabling = Enabling(
            self.session,
            self.actions_,
            media=self.media,
            player=self.player,
            library=self.library,
            runs=self.pipeline.runs,
        )
        predicting, explaining = self.recording.predicting, self.recording.explaining
        self.enabling.watch(predicting.changed, lambda: {State.PREDICTABLE: predicting.can_predict})
        self.enabling.watch(
            explaining.changed,
            lambda: {State.EXPLAINED: explaining.is_open and not self.player.can_stop},
        )
        self.annotating = Annotating(
            self.session, self.actions_, self.media, self.editing, self.recording.waveform
        )
        self.enabling.watch(self.annotating.changed, lambda: self.annotating.states)
        self.annotations.edit_with(self.annotating)
        self.annotation_files = AnnotationFiles(self.session, self.actions_, self.editing, self)
        LibraryNotes(self.session, self.actions_, self.library)
        make_menus(self)
        self._connect()
        self._own_keys = OwnKeys(self)
        self._own_keys.watch(self)
        self.resize(*SIZE_PX)
        self._docks_state = restore_layout(self)
        self._show_project(None)
        if not paints_first:
            self._make_the_rest()
        if project is not None:
            self.open_project(project)

    def open_project(self, path: Path) -> None:
        """Open a project, or say why not."""
        try:
            self.session.open_project(path)
        except LoudnessError as error:
            self.session.errors.show(error, title="Open project")

    def end(self) -> None:
        """Close without asking: what runs is cancelled, and what is done is kept."""
        self._asks = False
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask while a stage runs; else remember where everything stood, and end what works."""
        if self._asks and not may_close(self, self.pipeline.runs):
            event.ignore()
            return
        if self.session.project is not None:
            self._docks_state = self.saveState(LAYOUT_VERSION)
        save_layout(self, self._docks_state)
        self._restoring.save()
        self.pipeline.runs.close()
        self.player.close()
        self.media.close()
        self.session.close()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Make what stands behind other panels: now that the window is on the screen."""
        super().paintEvent(event)
        if not self._has_rest:
            QTimer.singleShot(0, self, self._make_the_rest)

    @property
    def training(self) -> TrainingPanel:
        """The panel."""
        return self._training.panel

    @property
    def evaluation(self) -> EvaluationPanel:
        """The panel."""
        return self._evaluation.panel

    @property
    def review(self) -> ReviewPanel:
        """The panel."""
        return self._review.panel

    @property
    def checks(self) -> ChecksPanel:
        """The panel."""
        return self._checks.panel

    @property
    def alignment(self) -> AlignmentPanel:
        """The panel."""
        return self._alignment.panel

    def _make_middle(self) -> None:
        session, actions = self.session, self.actions_
        self.welcome = WelcomePage(session, actions)
        self.recording = RecordingPanel(session, actions, self.media)
        self.transport = TransportBar(session, actions, self.player)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.recording, 1)
        layout.addWidget(self.transport)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.welcome)
        self._pages.addWidget(page)
        self.setCentralWidget(self._pages)
        view = self.recording
        actions.add_to_recording_view(
            *(view.overview, view.waveform, view.spectrogram, view.tracks, view.strips, view.ruler)
        )

    def _make_docks(self) -> None:
        self.library = LibraryPanel(self.session, self.actions_)
        self.annotations = AnnotationsPanel(self.session, self.actions_, self.media)
        self.pipeline = PipelinePanel(self.session, self.actions_)
        self._training = LaterDock("Training", self._make_training, self)
        self._evaluation = LaterDock("Evaluation", self._make_evaluation, self)
        self._review = LaterDock("Review", self._make_review, self)
        self._checks = LaterDock("Checks", self._make_checks, self)
        self._alignment = LaterDock("Alignment", self._make_alignment, self)
        left, right, bottom = (
            Qt.DockWidgetArea.LeftDockWidgetArea,
            Qt.DockWidgetArea.RightDockWidgetArea,
            Qt.DockWidgetArea.BottomDockWidgetArea,
        )
        self.docks = [
            self._add_dock("libraryDock", _dock("Library", self.library), left),
            self._add_dock("annotationsDock", _dock("Annotations", self.annotations), right),
            self._add_dock("pipelineDock", _dock("Pipeline", self.pipeline), bottom),
            self._add_dock("trainingDock", self._training, bottom),
            self._add_dock("evaluationDock", self._evaluation, bottom),
            self._add_dock("reviewDock", self._review, bottom),
            self._add_dock("checksDock", self._checks, right),
            self._add_dock("alignmentDock", self._alignment, bottom),
        ]
        annotations, pipeline = self.docks[1:3]
        for dock in (self._training, self._evaluation, self._review, self._alignment):
            self.tabifyDockWidget(pipeline, dock)
        self.tabifyDockWidget(annotations, self._checks)
        for dock in (pipeline, annotations):
            dock.raise_()
        self.setCorner(Qt.Corner.BottomLeftCorner, left)
        self.resizeDocks(self.docks[:2], [270, 230], Qt.Orientation.Horizontal)
        self.resizeDocks(self.docks[2:3], [220], Qt.Orientation.Vertical)

    def _add_dock(self, name: str, dock: QDockWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock.setObjectName(name)
        self.addDockWidget(area, dock)
        return dock

    def _make_the_rest(self) -> None:
        self._has_rest = True
        for dock in (
            *(self._training, self._evaluation, self._review),
            *(self._alignment, self._checks),
        ):
            self._own_keys.watch(dock.panel)

    def _make_training(self) -> TrainingPanel:
        from gui.panels.training import TrainingPanel

        panel = TrainingPanel(self.session, self.actions_, self.pipeline.runs)
        panel.wanted.connect(lambda: self._raise(panel))
        self.enabling.watch(panel.past.selection_changed, lambda: panel.past.states)
        return panel

    def _make_evaluation(self) -> EvaluationPanel:
        from gui.panels.evaluation import EvaluationPanel

        panel = EvaluationPanel(self.session, self.actions_)
        self.enabling.watch(
            panel.shown_changed, lambda: {State.EVALUATED: panel.result is not None}
        )
        # It reads much, and only while it is in front, as does the review.
        panel.set_seen(self._evaluation.is_in_front)
        self._evaluation.visibilityChanged.connect(panel.set_seen)
        return panel

    def _make_review(self) -> ReviewPanel:
        from gui.panels.review import ReviewPanel

        panel = ReviewPanel(self.session, self.actions_, self.media, self.player)
        self.enabling.watch(panel.chosen_changed, lambda: {State.ERROR: panel.chosen is not None})
        self.recording.explaining.follow(panel)
        self.annotating.follow(panel)
        panel.reviewing.want(self._review.is_in_front)
        self._review.visibilityChanged.connect(panel.reviewing.want)
        return panel

    def _make_checks(self) -> ChecksPanel:
        from core.annotations.mending import signed
        from gui.panels.checks import ChecksPanel

        panel = ChecksPanel(self.session, self.media)
        panel.place_wanted.connect(lambda p: self.review.listening.show(p, plays=False))
        panel.checking.want(self._checks.is_in_front)
        self._checks.visibilityChanged.connect(panel.checking.want)
        panel.fix_wanted.connect(lambda edit: self.editing.submit(lambda _, by: signed(edit, by)))
        panel.set_can_fix(True)
        return panel

    def _make_alignment(self) -> AlignmentPanel:
        from gui.panels.alignment import AlignmentPanel

        panel = AlignmentPanel(self.session, self.actions_)
        panel.edit_wanted.connect(self.editing.submit)
        self.session.annotations_changed.connect(panel.aligning.check_again)
        return panel

    def _connect(self) -> None:
        session, actions = self.session, self.actions_
        StatusLine(session, self.pipeline.runs, self.statusBar())
        self.player.notice.connect(session.say)
        session.project_changed.connect(self._show_project)
        session.read_only_changed.connect(self._show_title)
        session.theme.changed.connect(lambda _colors: actions.refresh_icons())
        self.annotations.play_wanted.connect(self.player.play_range)
        self.pipeline.results.confusion.cell_clicked.connect(self._review_cell)
        self.opening.may_leave = lambda then: may_close(self, self.pipeline.runs, then)
        for name, slot in {
            "project_settings": self._show_settings,
            "close_project": self._close_project,
            "quit": self.close,
            "review": lambda: self._raise(self.review),
            "checks": lambda: self._raise(self.checks),
            "check_alignment": self._check_alignment,
            "train": lambda: self._raise(self.training),
            "predict": self._ask_to_predict,
            "keep_for_validation": lambda: keep_for_validation(
                session, self.library.table.selected_database_paths()
            ),
            "next_panel": lambda: self._go_to_panel(1),
            "previous_panel": lambda: self._go_to_panel(-1),
            "keys": lambda: KeysDialog(self).open(),
            "about": lambda: AboutDialog(self).open(),
        }.items():
            actions[name].triggered.connect(slot)

    def _show_project(self, project: Project | None) -> None:
        """The docks with a project, the welcome without: they have nothing to show then."""
        is_shown = self._pages.currentIndex() == 1
        if project is None and is_shown:
            self._docks_state = self.saveState(LAYOUT_VERSION)
        for dock in self.docks:
            dock.setVisible(project is not None)
        if project is not None and not is_shown:
            self.restoreState(self._docks_state, LAYOUT_VERSION)
        self._pages.setCurrentIndex(0 if project is None else 1)
        self._show_title()

    def _show_title(self) -> None:
        project = self.session.project
        name = f"{project.folder.name} - " if project else ""
        sign = " (read-only)" if self.session.read_only else ""
        self.setWindowTitle(f"{name}{TITLE}{sign}")

    def _close_project(self) -> None:
        if may_close(self, self.pipeline.runs, self._close_project):
            self.session.close_project()

    def _show_settings(self) -> None:
        # Imported when wanted, as the next: it brings the checks of what is typed in with it.
        from gui.settings_dialog import SettingsDialog

        SettingsDialog(self.session, self).open()

    def _ask_to_predict(self) -> None:
        # It brings every stage of the pipeline with it.
        from gui.predict_dialog import PredictDialog

        PredictDialog(self.session, self.library.table.selected_recordings(), self).open()

    def _check_alignment(self) -> None:
        self._raise(self.alignment)
        # A panel that was made just now has not heard of it.
        self.alignment.aligning.run()

    def _raise(self, panel: QWidget) -> None:
        """Bring a panel before those that share its place."""
        for dock in self.docks:
            if dock.widget() is panel:
                dock.show()
                dock.raise_()

    def _review_cell(self, annotated: str, predicted: str) -> None:
        """List the errors of a cell of the results' matrix."""
        self._raise(self.review)
        self.review.choose_cell(annotated, predicted)

    def _go_to_panel(self, step: int) -> None:
        panels: dict[QWidget, str] = {
            self.library: "recordingsTable",
            self.recording: "waveform",
            self.transport: "speedBox",
            self.annotations: "annotationsTable",
            self.checks: "checksTable",
            self.pipeline: "runAllButton",
            self.training: "trainButton",
            self.evaluation: "evaluationRun",
            self.review: "errorsTable",
            self.alignment: "alignmentTable",
        }
        go_to_panel(panels, step, bring_forward=self._raise)


def _dock(title: str, panel: QWidget) -> QDockWidget:
    dock = QDockWidget(title)
    dock.setWidget(panel)
    return dock
