"""Over the predicted strip: which run says it, what can be predicted, and how far that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QColor, QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QProgressBar, QToolButton, QWidget

from gui.icons import icon

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from core.recording_details import RecordingDetails
    from core.recording_predictions import RunOfRecording
    from gui.actions import Actions
    from gui.media import Media
    from gui.predicting import Predicting
    from gui.session import Session
    from gui.theme import PlotColors

STEPS = 1000
PROGRESS_PX = (120, 10)
ICON_PX = 14
GAP_PX = 6
PLATE_ALPHA = 200

STALE = "Dataset or settings have changed since it was trained."
ALL_FRAMES = "What the run {} says of all frames of this recording."
EVALUATED = "What the run {} says of the frames that it was evaluated on."
NOTHING = "The run {} says nothing of this recording yet."


class PredictionBar(QWidget):
    """A line of what is known and can be done; hidden where there is no run."""

    changed = Signal()
    """It needs more room, or less."""

    def __init__(
        self, session: Session, actions: Actions, media: Media, predicting: Predicting
    ) -> None:
        super().__init__()
        self.setObjectName("predictionBar")
        self._session, self._actions = session, actions
        self._media, self._predicting = media, predicting
        self._colors = session.theme.colors
        self._make_parts()
        media.details_changed.connect(self.refresh)
        media.tracks_changed.connect(self.refresh)
        predicting.changed.connect(self.refresh)
        self.refresh()

    @property
    def problem(self) -> str:
        """Why the open recording could not be predicted; empty if nothing went wrong."""
        return self._predicting.problem

    def set_colors(self, colors: PlotColors) -> None:
        """Be readable over anything."""
        self._colors = colors
        self._cancel.setIcon(icon("cancel"))
        self.update()

    def refresh(self, *_: object) -> None:
        """Show what is so now."""
        details, now = self._media.details, self._predicting.now
        runs = details.runs if details else ()
        has_any = len(self._media.predicted) > 0
        self._text.setText(now.text if now else "")
        for part in (self._text, self._progress, self._cancel):
            part.setVisible(now is not None)
        self._progress.setRange(0, 0 if now is None or now.share is None else STEPS)
        if now is not None and now.share is not None:
            self._progress.setValue(round(STEPS * min(now.share, 1)))
        self._cancel.setEnabled(now is not None and not now.job.is_cancelled)
        self._run.setVisible(bool(runs) and now is None)
        self._predict.setVisible(bool(runs) and now is None and not has_any)
        if details is not None and details.run is not None:
            self._show_run(details, has_any=has_any)
        self.setVisible(bool(runs) or now is not None)
        self.resize(self.sizeHint())
        self.changed.emit()

    def sizeHint(self) -> QSize:
        """Room for what is shown."""
        layout = self.layout()
        return layout.sizeHint() if layout else super().sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  all is drawn
        """Let what is below shine through."""
        painter = QPainter(self)
        background = QColor(self._colors.background)
        background.setAlpha(PLATE_ALPHA)
        painter.fillRect(self.rect(), background)
        painter.end()

    def _make_parts(self) -> None:
        self._text = QLabel()
        self._text.setObjectName("predictionText")
        self._progress = QProgressBar()
        self._progress.setObjectName("predictionProgress")
        self._progress.setTextVisible(False)
        self._progress.setFixedSize(*PROGRESS_PX)
        self._cancel, self._predict, self._run = QToolButton(), QToolButton(), QToolButton()
        self._cancel.setObjectName("predictionCancel")
        self._cancel.setText("Cancel")
        self._cancel.setToolTip("End this prediction; nothing of it is kept")
        self._cancel.clicked.connect(self._predicting.cancel)
        self._predict.setObjectName("predictionStart")
        self._predict.setDefaultAction(self._actions["predict_recording"])
        self._run.setObjectName("predictionRun")
        self._run.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self._run)
        self._menu.setObjectName("predictionRuns")
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill_menu)
        self._run.setMenu(self._menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 0, 2, 0)
        layout.setSpacing(GAP_PX)
        for button in (self._cancel, self._predict):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for part in (self._predict, self._run, self._text, self._progress, self._cancel):
            if isinstance(part, QToolButton):
                # The keys of the recording view stay those of the recording view.
                part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                part.setIconSize(QSize(ICON_PX, ICON_PX))
            layout.addWidget(part)

    def _show_run(self, details: RecordingDetails, *, has_any: bool) -> None:
        name = details.run.name if details.run else ""
        title = _titled(name, is_current=details.run_is_current)
        # Over curves it is short, for their sake.
        short = "Run" if details.run_is_current else "Stale run"
        self._run.setText(short if has_any else title)
        says = NOTHING
        if has_any:
            says = ALL_FRAMES if details.are_all_predicted else EVALUATED
        tip = says.format(name)
        if not details.run_is_current:
            tip += f"\n{STALE}"
        if len(details.runs) > 1:
            tip += "\nClick to choose another run."
        self._run.setToolTip(tip)
        self._run.setAccessibleName(f"Run whose predictions are shown: {title}")

    def _fill_menu(self) -> None:
        self._menu.clear()
        details = self._media.details
        shown = details.run.name if details and details.run else ""
        group = QActionGroup(self._menu)
        for run in details.runs if details else ():
            action = self._menu.addAction(_listed(run))
            action.setCheckable(True)
            action.setChecked(run.name == shown)
            action.triggered.connect(lambda _on, name=run.name: self._media.choose_run(name))
            group.addAction(action)
        self._menu.addSeparator()
        self._menu.addAction(self._actions["predict_recording"])
        self._menu.addAction(self._actions["predict"])


def _titled(name: str, *, is_current: bool) -> str:
    return f"{name} ({'current' if is_current else 'stale'})".replace("&", "&&")


def _listed(run: RunOfRecording) -> str:
    says = ", has predicted this recording" if run.has_predicted else ""
    return f"{_titled(run.name, is_current=run.is_current)}{says}"
