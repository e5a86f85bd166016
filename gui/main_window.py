"""The window: puts panels, docks, menus and actions together, and does nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.errors import LoudnessError
from gui.actions import Actions, State
from gui.annotating import Annotating
from gui.annotation_files import AnnotationFiles
from gui.closing import LastEdits, may_close
from gui.docks import Docks
from gui.editing import Editing
from gui.editing_right import EditingRightHolder
from gui.enabling import Enabling
from gui.help_dialogs import AboutDialog, KeysDialog
from gui.library_notes import LibraryNotes
from gui.media import Media
from gui.menus import make_menus
from gui.own_keys import OwnKeys
from gui.panels.recording import RecordingPanel
from gui.panels.transport import TransportBar
from gui.panels.welcome import WelcomePage
from gui.playback import Player
from gui.project_opening import ProjectOpening
from gui.proposing import Proposing
from gui.restoring import Restoring
from gui.session import Session
from gui.status_line import StatusLine
from gui.validation_choice import keep_for_validation
from gui.views.proposal_strip import ProposalStrip
from gui.window_state import LAYOUT_VERSION, restore_layout, save_layout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QCloseEvent, QPaintEvent

    from core.library import Recording
    from core.project import Project
    from gui.panels.alignment import AlignmentPanel
    from gui.panels.annotate_next import AnnotateNextPanel
    from gui.panels.checks import ChecksPanel
    from gui.panels.evaluation import EvaluationPanel
    from gui.panels.label_errors import LabelErrorsPanel
    from gui.panels.proposals import ProposalsPanel
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
        self._last_edits = LastEdits(self, self.session, self.editing)
        self.proposing = Proposing(self.session, self.actions_, self.media, self.editing)
        self.opening = ProjectOpening(self.session, self.actions_, self)
        self._make_middle()
        self.docks = Docks(self)
        self.library, self.pipeline = self.docks.library, self.docks.pipeline
        self.annotations = self.docks.annotations
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
        self.enabling.watch(self.proposing.chosen_changed, lambda: self.proposing.states)
        self.annotating.ask_first(self.proposing.accept_as)
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
        if self._asks and not self._may_leave():
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
        return self.docks.training.panel

    @property
    def evaluation(self) -> EvaluationPanel:
        """The panel."""
        return self.docks.evaluation.panel

    @property
    def review(self) -> ReviewPanel:
        """The panel."""
        return self.docks.review.panel

    @property
    def label_errors(self) -> LabelErrorsPanel:
        """The panel."""
        return self.docks.label_errors.panel

    @property
    def checks(self) -> ChecksPanel:
        """The panel."""
        return self.docks.checks.panel

    @property
    def proposals(self) -> ProposalsPanel:
        """The panel."""
        return self.docks.proposals.panel

    @property
    def alignment(self) -> AlignmentPanel:
        """The panel."""
        return self.docks.alignment.panel

    @property
    def annotate_next(self) -> AnnotateNextPanel:
        """The panel."""
        return self.docks.annotate_next.panel

    def _make_middle(self) -> None:
        session, actions = self.session, self.actions_
        self.welcome = WelcomePage(session, actions)
        self.recording = RecordingPanel(session, actions, self.media)
        proposals = ProposalStrip(session, self.proposing)
        self.recording.hold_proposals(proposals)
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
            *(view.overview, view.waveform, view.spectrogram, view.tracks, view.strips, view.ruler),
            proposals,
        )

    def _make_the_rest(self) -> None:
        self._has_rest = True
        for dock in self.docks.later:
            self._own_keys.watch(dock.panel)

    def _connect(self) -> None:
        session, actions = self.session, self.actions_
        StatusLine(session, self.pipeline.runs, self.statusBar())
        self.player.notice.connect(session.say)
        session.project_changed.connect(self._show_project)
        session.read_only_changed.connect(self._show_title)
        session.theme.changed.connect(lambda _colors: actions.refresh_icons())
        self.annotations.play_wanted.connect(self.player.play_range)
        self.pipeline.results.confusion.cell_clicked.connect(self._review_cell)
        self.opening.may_leave = self._may_leave
        for name, slot in {
            "project_settings": self._show_settings,
            "close_project": self._close_project,
            "quit": self.close,
            "review": lambda: self.docks.show(self.review),
            "checks": lambda: self.docks.show(self.checks),
            "proposals": lambda: self.docks.show(self.proposals),
            "check_alignment": self._check_alignment,
            "label_errors": lambda: self.docks.show(self.label_errors),
            "find_label_errors": self._find_label_errors,
            "rank_recordings": lambda: self._rank(None),
            "rank_selected": lambda: self._rank(self.library.table.selected_recordings()),
            "next_in_queue": self._open_next,
            "train": lambda: self.docks.show(self.training),
            "predict": self._ask_to_predict,
            "keep_for_validation": lambda: keep_for_validation(
                session, self.library.table.selected_database_paths()
            ),
            "next_panel": lambda: self.docks.go_on(1),
            "previous_panel": lambda: self.docks.go_on(-1),
            "keys": lambda: KeysDialog(self).open(),
            "about": lambda: AboutDialog(self).open(),
        }.items():
            actions[name].triggered.connect(slot)

    def _may_leave(self, then: Callable[[], object] | None = None) -> bool:
        """Whether nothing runs and everything is stored; else that is seen to, and `then` done."""
        may = may_close(self, self.pipeline.runs, then, self.docks.works)
        return may and self._last_edits.are_stored(then)

    def _show_project(self, project: Project | None) -> None:
        """The docks with a project, the welcome without: they have nothing to show then."""
        is_shown = self._pages.currentIndex() == 1
        if project is None and is_shown:
            self._docks_state = self.saveState(LAYOUT_VERSION)
        for dock in self.docks.every:
            dock.setVisible(project is not None)
        if project is not None and not is_shown:
            self.docks.arrange(self._docks_state)
        self._pages.setCurrentIndex(0 if project is None else 1)
        self._show_title()

    def _show_title(self) -> None:
        project = self.session.project
        name = f"{project.folder.name} - " if project else ""
        sign = " (read-only)" if self.session.read_only else ""
        self.setWindowTitle(f"{name}{TITLE}{sign}")

    def _close_project(self) -> None:
        if self._may_leave(self._close_project):
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
        self.docks.show(self.alignment)
        # A panel that was made just now has not heard of it.
        self.alignment.aligning.run()

    def _find_label_errors(self) -> None:
        self.docks.show(self.label_errors)
        self.label_errors.checking.run()

    def _rank(self, recordings: list[Recording] | None) -> None:
        self.docks.show(self.annotate_next)
        self.annotate_next.queueing.rank(recordings)

    def _open_next(self) -> None:
        self.annotate_next.queueing.open_next()

    def _review_cell(self, annotated: str, predicted: str) -> None:
        """List the errors of a cell of the results' matrix."""
        self.docks.show(self.review)
        self.review.choose_cell(annotated, predicted)
