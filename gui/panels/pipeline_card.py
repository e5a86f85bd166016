"""One stage of the pipeline on a card: how it stands, what it would do, and its buttons."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.pace import duration_in_words
from gui.elided_label import ElidedLabel
from gui.icons import icon
from gui.panels.pipeline_words import (
    StageState,
    amount_in_words,
    last_run_in_words,
    share_done,
    state_of,
    why,
)
from gui.reasons import enable

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from core.overview import StageOverview, StageReport
    from gui.stage_progress import StageProgress

NARROWEST_PX = 164
WIDEST_PX = 320
STRIPE_PX = 4
ROUNDING_PX = 6.0
ICON_PX = 16
FULL = 1000
BAR_HEIGHT_PX = 15

TIPS = {
    "transcode": "Makes mono 16 bit audio at one sample rate of every selected recording",
    "extract": "Cuts the transcoded recordings into frames, and computes each frame's features",
    "dataset": "Labels the frames that lie within an annotation",
    "train": "Trains a model on the labelled frames",
    "evaluate": "Measures the model on the recordings that it was not trained on",
}


class StageCard(QWidget):
    """Shows a stage; says when one of its buttons is pressed."""

    run_wanted = Signal()
    run_until_wanted = Signal()
    parameters_wanted = Signal()

    def __init__(
        self, stage: str, title: str, *, has_parameters: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"stageCard_{stage}")
        self.setMinimumWidth(NARROWEST_PX)
        self.setMaximumWidth(WIDEST_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._stage, self._title = stage, title
        self._is_dark = False
        self.state = StageState.UNKNOWN
        self._overview: StageOverview | None = None
        self._failure = ""
        self._was_cancelled = False
        self._make(title, has_parameters=has_parameters)
        self._rest()

    @property
    def state_text(self) -> str:
        """What is said of how it stands."""
        return self._state_label.text()

    @property
    def detail_text(self) -> str:
        """What it would do, or does."""
        return self._detail.text()

    def set_dark(self, is_dark: bool) -> None:  # noqa: FBT001  as Qt's setters
        """Take the colours for a dark or a light window."""
        self._is_dark = is_dark
        self._sign.setPixmap(QPixmap())
        for button, name in self._icons.items():
            button.setIcon(icon(name))
        self._show_state(self.state, self._state_label.text(), self._state_label.toolTip())

    def show_overview(self, overview: StageOverview | None) -> None:
        """Show what the stage would do, and how it stands; None while that is not known."""
        self._overview = overview
        if overview is not None and overview.plan is not None and overview.plan.fresh:
            self._failure, self._was_cancelled = "", False
        self._rest()

    def show_waiting(self) -> None:
        """Show that its turn will come."""
        self._show_state(StageState.WAITING, StageState.WAITING.word)

    def show_started(self) -> None:
        """Show that it runs."""
        self._failure, self._was_cancelled = "", False
        self._show_state(StageState.RUNNING, StageState.RUNNING.word)
        self._detail.setText("Starting …")
        self._last.setText("")
        self._bar.setRange(0, 0)

    def show_progress(self, progress: StageProgress) -> None:
        """Show how far it is."""
        state = f"Running, {progress.time_left}" if progress.time_left else "Running"
        self._show_state(StageState.RUNNING, state)
        self._detail.setText(progress.doing)
        self._last.setText(_metrics_in_words(progress.metrics) or progress.amount)
        if progress.fraction is None:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, FULL)
            self._bar.setValue(round(FULL * progress.fraction))

    def show_ended(self, report: StageReport) -> None:
        """Show that it is done, until the stages were looked at again."""
        self._bar.setRange(0, FULL)
        self._bar.setValue(FULL)
        self._show_state(StageState.FRESH, StageState.FRESH.word)
        # Where it lies says the log: here is room for how much it is.
        first = report.lines[0] if report.lines else ""
        self._detail.setText(first.partition(" in /")[0].rstrip(","), tip=first)
        took = "" if report.skipped else f"took {duration_in_words(report.seconds)}"
        self._last.setText(took)

    def show_failure(self, sentence: str) -> None:
        """Show why it failed, until it runs again."""
        self._failure = sentence
        self._rest()

    def show_cancelled(self) -> None:
        """Show that it was cancelled, until it runs again."""
        self._was_cancelled = True
        self._rest()

    def forget(self) -> None:
        """Forget what became of it; for another project."""
        self._failure, self._was_cancelled = "", False
        self.show_overview(None)

    def enable(self, why_not: str) -> None:
        """Enable the buttons, unless something forbids it or there is nothing to do."""
        plan = self._overview.plan if self._overview else None
        nothing = "It is fresh: there is nothing to do." if plan and plan.fresh else ""
        enable(self.run_button, "Run this stage alone", why_not or nothing)
        until = "Run this stage, and those before it that are stale"
        enable(self.until_button, until, why_not or nothing)
        enable(self.parameters_button, f"Parameters of “{self._title}”", why_not)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card, with a stripe in the colour of its state."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        edge = palette.color(QPalette.ColorRole.Mid)
        if self.state is StageState.RUNNING:
            edge = palette.color(QPalette.ColorRole.Highlight)
        painter.setPen(edge)
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(frame, ROUNDING_PX, ROUNDING_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color())
        stripe = QRectF(2.0, ROUNDING_PX, STRIPE_PX, self.height() - 2 * ROUNDING_PX)
        painter.drawRoundedRect(stripe, STRIPE_PX / 2, STRIPE_PX / 2)

    def _make(self, title: str, *, has_parameters: bool) -> None:
        stage = self._stage
        name = QLabel(title)
        font = name.font()
        font.setBold(True)
        name.setFont(font)
        name.setToolTip(TIPS[stage])
        self._sign = QLabel()
        self._sign.setFixedSize(ICON_PX, ICON_PX)
        self._state_label = ElidedLabel()
        self._state_label.setObjectName(f"stageState_{stage}")
        self._detail = ElidedLabel(n_lines=2)
        self._last = ElidedLabel()
        self._bar = QProgressBar()
        self._bar.setObjectName(f"stageProgress_{stage}")
        self._bar.setFixedHeight(BAR_HEIGHT_PX)
        self._bar.setToolTip("How much of the stage is done")
        self._icons: dict[QToolButton, str] = {}
        self.run_button = self._button(f"stageRun_{stage}", "Run", "run")
        self.until_button = self._button(f"stageUntil_{stage}", "Until here", "run_until")
        self.parameters_button = self._button(f"stageParameters_{stage}", "", "settings")
        self.parameters_button.setAutoRaise(True)
        # Its room stays, so that all cards have their lines at the same height.
        policy = self.parameters_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.parameters_button.setSizePolicy(policy)
        self.parameters_button.setVisible(has_parameters)
        self.run_button.clicked.connect(self.run_wanted)
        self.until_button.clicked.connect(self.run_until_wanted)
        self.parameters_button.clicked.connect(self.parameters_wanted)

        head, state, buttons = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        head.addWidget(name, 1)
        head.addWidget(self.parameters_button)
        state.setSpacing(4)
        state.addWidget(self._sign)
        state.addWidget(self._state_label, 1)
        buttons.setSpacing(4)
        buttons.addWidget(self.run_button, 1)
        buttons.addWidget(self.until_button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(STRIPE_PX + 8, 4, 8, 6)
        layout.setSpacing(3)
        layout.addLayout(head)
        layout.addLayout(state)
        layout.addWidget(self._detail)
        layout.addWidget(self._last)
        layout.addStretch(1)
        layout.addWidget(self._bar)
        layout.addLayout(buttons)

    def _button(self, name: str, text: str, icon_name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setText(text)
        button.setIcon(icon(icon_name))
        button.setIconSize(QSize(ICON_PX, ICON_PX))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if text:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._icons[button] = icon_name
        return button

    def _rest(self) -> None:
        """Show how the stage stands while it does not run."""
        overview = self._overview
        self._bar.setRange(0, FULL)
        self._bar.setValue(round(FULL * share_done(overview)) if overview else 0)
        self._detail.setText(amount_in_words(overview) if overview else TIPS[self._stage])
        now = datetime.now().astimezone()
        self._last.setText(last_run_in_words(overview, now) if overview else "")
        if self._failure:
            self._show_state(StageState.FAILED, f"Failed: {self._failure}", self._failure)
            return
        if overview is None:
            self._show_state(StageState.UNKNOWN, StageState.UNKNOWN.word)
            return
        state, reasons = state_of(overview), why(overview)
        tip = "\n".join([TIPS[self._stage], *reasons])
        if self._was_cancelled and state is not StageState.FRESH:
            self._show_state(StageState.CANCELLED, "Cancelled, what is done is kept", tip)
            return
        word = state.word if not overview.problem else "Cannot tell"
        self._show_state(state, f"{word}: {', '.join(reasons)}" if reasons else word, tip)

    def _show_state(self, state: StageState, text: str, tip: str = "") -> None:
        if state is not self.state or self._sign.pixmap().isNull():
            self._sign.setPixmap(icon(state.icon_name).pixmap(ICON_PX, ICON_PX))
        is_new = state is not self.state
        self.state = state
        self._state_label.setText(text, tip=tip)
        palette = self._state_label.palette()
        if palette.color(QPalette.ColorRole.WindowText) != self._text_color():
            palette.setColor(QPalette.ColorRole.WindowText, self._text_color())
            self._state_label.setPalette(palette)
        if is_new:
            self.update()

    def _color(self) -> QColor:
        color = self.state.tone.value[2 if self._is_dark else 1]
        if color:
            return QColor(color)
        role = QPalette.ColorRole.Mid
        if self.state is StageState.RUNNING:
            role = QPalette.ColorRole.Highlight
        return QPalette().color(role)

    def _text_color(self) -> QColor:
        color = self.state.tone.value[2 if self._is_dark else 1]
        return QColor(color) if color else QPalette().color(QPalette.ColorRole.WindowText)


def _metrics_in_words(metrics: dict[str, float]) -> str:
    """The last epoch of a training."""
    names = {
        "loss": "loss",
        "balanced_accuracy": "balanced acc.",
        "val_balanced_accuracy": "validation",
    }
    return ", ".join(f"{name} {metrics[k]:.3f}" for k, name in names.items() if k in metrics)
