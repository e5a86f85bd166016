"""What the next training would learn from and how: class balance, parameters, buttons, progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.class_balance import class_balance
from core.errors import LoudnessError
from core.settings import TrainConfig, settings_of
from gui.elided_label import ElidedLabel
from gui.icons import icon
from gui.reasons import enable
from gui.sentence import Sentence, Tone
from gui.settings_form import ConfigForm
from gui.views.class_balance import ClassBalanceView

if TYPE_CHECKING:
    from core.class_balance import ClassBalance
    from core.overview import StageReport
    from core.project import Project
    from gui.jobs import Job
    from gui.session import Session
    from gui.stage_progress import StageProgress
    from gui.stage_runs import StageRuns

SAVE_MS = 400
"""A number is saved once it is written, not each of its digits."""

FULL = 1000
BAR_HEIGHT_PX = 15
FORM_PX = 225
SIDE_PX = 200
NAMED = "For validation those are kept that were chosen in the library (Keep for validation)."
NO_DATASET = "Train makes what is missing: recordings are transcoded, features and dataset built."


class TrainingForm(QWidget):
    """Edits the training's settings of the open project, and runs it.

    What is changed here is changed in the project, as in the dialog of its settings.
    """

    def __init__(self, session: Session, runs: StageRuns, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._runs = session, runs
        self._balance_job: Job | None = None
        self._saving = QTimer(self, interval=SAVE_MS, singleShot=True)
        self._saving.timeout.connect(self.save)
        # Names of recordings are a list for which there is no room; they are chosen in the library.
        shown = tuple(s.key for s in settings_of(TrainConfig) if s.key != "validation_recordings")
        self.form: ConfigForm[TrainConfig] = ConfigForm(TrainConfig, only=shown)
        self.form.changed.connect(self._saving.start)
        self.balance = ClassBalanceView(session.theme.colors)
        self._balance_note = Sentence()
        self._balance_note.setObjectName("balanceNote")
        self._state = Sentence()
        self._state.setObjectName("trainingState")
        self._amount = ElidedLabel()
        self._amount.setObjectName("trainingAmount")
        self._bar = QProgressBar()
        self._bar.setObjectName("trainingProgress")
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(BAR_HEIGHT_PX)
        self._lay_out()
        self._connect()
        self.refresh_colors()
        self._on_project_changed(session.project)

    def train(self) -> None:
        """Save what is written, then train and evaluate, and do before it what is stale."""
        if self.save():
            self._runs.run_all()

    def save(self) -> bool:
        """Take the form over into the project; False if something in it is wrong."""
        self._saving.stop()
        project = self._session.project
        if project is None or self._is_fixed or self.form.problem:
            return False
        config = self.form.value()
        try:
            if config != project.settings.train:
                self._session.change_settings(train=config)
        except LoudnessError as error:
            self._session.errors.show(error, title="Parameters")
            return False
        return True

    @property
    def _is_fixed(self) -> bool:
        """Whether the parameters cannot be changed; a ranking does not ask for them."""
        has_project = self._session.project is not None
        return self._runs.is_running or bool(self._session.read_only) or not has_project

    def refresh_colors(self) -> None:
        """Take the colours of the theme as it is now."""
        self.balance.set_colors(self._session.theme.colors)
        for button, name in self._icons.items():
            button.setIcon(icon(name))

    def close_form(self) -> None:
        """Keep what was written a moment ago; the window closes."""
        if self._saving.isActive():
            self.save()

    def _lay_out(self) -> None:
        self.train_button = QPushButton("&Train")
        self.train_button.setObjectName("trainButton")
        self.stop_button = QPushButton("Stop and &keep best")
        self.stop_button.setObjectName("stopTrainingButton")
        self.stop_button.setToolTip("End the training; the best model so far is kept and evaluated")
        self.cancel_button = QPushButton("&Cancel")
        self.cancel_button.setObjectName("cancelTrainingButton")
        self.cancel_button.setToolTip("Stop what runs, and keep no model")
        self._icons = {
            self.train_button: "train",
            self.stop_button: "stop_training",
            self.cancel_button: "cancel",
        }
        # The panel puts them where they can be pressed whatever is in front.
        self.buttons = QWidget()
        buttons = QHBoxLayout(self.buttons)
        buttons.setContentsMargins(4, 1, 4, 1)
        buttons.setSpacing(4)
        for button in self._icons:
            buttons.addWidget(button)
        column = QVBoxLayout()
        column.setSpacing(3)
        column.addWidget(self._bar)
        column.addWidget(self._amount)
        column.addWidget(self._state)
        column.addWidget(self.balance)
        column.addWidget(self._balance_note)
        column.addStretch(1)
        right = QWidget()
        right.setLayout(column)
        column.setContentsMargins(0, 0, 4, 0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 4, 2, 2)
        layout.setSpacing(8)
        layout.addWidget(_scrolled(self.form, FORM_PX), 4)
        layout.addWidget(_scrolled(right, SIDE_PX), 5)

    def _connect(self) -> None:
        runs, session = self._runs, self._session
        self.train_button.clicked.connect(self.train)
        self.stop_button.clicked.connect(runs.stop_and_keep_best)
        self.cancel_button.clicked.connect(runs.cancel)
        runs.running_changed.connect(self._on_running)
        runs.stoppable_changed.connect(self._enable)
        runs.stage_started.connect(self._on_started)
        runs.progressed.connect(self._on_progressed)
        runs.stage_ended.connect(self._on_ended)
        runs.stage_failed.connect(lambda _stage, error: self._on_failed(error))
        runs.stage_cancelled.connect(lambda _stage: self._rest("Cancelled, what is done is kept."))
        session.project_changed.connect(self._on_project_changed)
        session.settings_changed.connect(self._on_settings_changed)
        for changed in (session.read_only_changed, runs.why_not_changed):
            changed.connect(self._enable)
        session.products_changed.connect(self.look)
        session.closing.connect(self.close_form)

    # Settings and balance

    def _on_project_changed(self, project: Project | None) -> None:
        self._saving.stop()
        self._rest("")
        if project is not None:
            self.form.set_value(project.settings.train)
        self._show_balance(None)
        self.look()
        self._enable()

    def _on_settings_changed(self, project: Project) -> None:
        if not self._saving.isActive():
            self.form.set_value(project.settings.train)
        self._enable()
        self.look()

    def look(self) -> None:
        """Count the classes again."""
        project = self._session.project
        if self._balance_job is not None:
            self._balance_job.cancel()
            self._balance_job = None
        if project is None or self._runs.is_running:
            return
        self._balance_job = self._session.details.submit(
            class_balance,
            project.folder,
            project.settings.train,
            done=self._show_balance,
            failed=self._on_no_balance,
        )

    def _show_balance(self, balance: ClassBalance | None) -> None:
        self._balance_job = None
        self.balance.show_balance(balance)
        project = self._session.project
        named = project.settings.train.validation_recordings if project else ()
        if balance and balance.warnings:
            self._balance_note.say(Tone.ODD, "\n".join(balance.warnings))
        else:
            self._balance_note.say(Tone.HELP, NAMED if balance and named else "")

    def _on_no_balance(self, error: Exception) -> None:
        self._balance_job = None
        self.balance.show_balance(None)
        project = self._session.project
        if not isinstance(error, LoudnessError):
            self._session.errors.show(error)
        elif project is not None and not project.dataset.exists():
            self._balance_note.say(Tone.HELP, NO_DATASET)
        else:
            self._balance_note.say(Tone.WRONG, f"{error.message}. {error.hint}".strip())

    # Running

    def _on_running(self, is_running: bool) -> None:  # noqa: FBT001  a signal's
        if not is_running:
            # While something runs nobody counts: the dataset may be written.
            self.look()
        self._enable()

    def _on_started(self, _stage: str) -> None:
        self._say(Tone.BUSY, "Starting")
        self._bar.setRange(0, 0)

    def _on_progressed(self, progress: StageProgress) -> None:
        doing = progress.doing
        if progress.time_left:
            doing = f"{progress.time_left[0].upper()}{progress.time_left[1:]}. {doing}"
        self._say(Tone.BUSY, doing)
        self._amount.setText(progress.amount)
        if progress.fraction is None:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, FULL)
            self._bar.setValue(round(FULL * progress.fraction))
        self._enable()

    def _on_ended(self, report: StageReport) -> None:
        if report.run:
            self._rest("Trained again and evaluated: see both models beside each other in Compare.")
        elif report.stage == "evaluate":
            fresh = "Nothing to do: there is a model of these parameters and this dataset already."
            self._rest(fresh if report.skipped else "Trained and evaluated.")

    def _on_failed(self, error: Exception) -> None:
        text = error.message if isinstance(error, LoudnessError) else "A bug, see the log"
        self._rest("")
        self._say(Tone.WRONG, text)

    def _rest(self, sentence: str) -> None:
        """Show that nothing runs."""
        self._say(Tone.PLAIN, sentence)
        self._amount.setText("")
        self._bar.setRange(0, FULL)
        self._bar.setValue(0)

    def _say(self, tone: Tone, sentence: str) -> None:
        if (tone, sentence) != (self._state.tone, self._state.sentence):
            self._state.say(tone, sentence)

    def _enable(self, *_: object) -> None:
        runs = self._runs
        self.form.setEnabled(not self._is_fixed)
        tip = "Train and evaluate a model, and do before it what is stale"
        enable(self.train_button, tip, runs.why_not)
        self.stop_button.setEnabled(runs.can_stop)
        self.cancel_button.setEnabled(runs.is_running and not runs.is_cancelling)
        for part in (self._bar, self._amount):
            part.setVisible(runs.is_running)


def _scrolled(widget: QWidget, width_px: int) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(widget)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setMinimumWidth(width_px)
    area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    return area
