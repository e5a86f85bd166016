"""The error that is chosen: what it is, what one thinks of its label, and how it is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.review_marks import VERDICTS
from gui.elided_label import ElidedLabel
from gui.error_listening import LONGEST_S, SHORTEST_S, ErrorListening
from gui.preferences import preferences
from gui.sentence import Sentence, Tone
from gui.theme import class_color

if TYPE_CHECKING:
    from core.project_store import Mark
    from core.review import Review
    from gui.actions import Actions
    from gui.session import Session

NOTHING_CHOSEN = "Choose an error in the list: Up and Down go through it."
GOES_ON_KEY = "review/goes_on"
GOES_ON_TIP = "Go to the next error as soon as a label is confirmed (right, Y)"
MATCH_TIP = (
    "In A/B, bring the example to the error's level: root mean square (RMS) of each, without the "
    "context. Where raising it would clip, the error is lowered"
)
BUTTON_TEXTS = {
    "mark_right": "right",
    "mark_wrong": "wrong",
    "mark_unsure": "unsure",
    "compare": "A/B",
    "extend_span": "extend",
    "trim_span": "trim",
    "train_again": "train again",
}


class ReviewDetails(QWidget):
    """Shows an error; marks and notes are told by signals."""

    note_written = Signal(str)
    """The user has finished a note."""

    def __init__(self, session: Session, actions: Actions, listening: ErrorListening) -> None:
        super().__init__()
        self._session, self._actions, self._listening = session, actions, listening
        self._classes = QLabel()
        self._classes.setObjectName("reviewClasses")
        self._classes.setTextFormat(Qt.TextFormat.RichText)
        self._where = ElidedLabel(n_lines=2)
        self._where.setObjectName("reviewWhere")
        self._note = QLineEdit()
        self._note.setObjectName("reviewNote")
        self._note.setPlaceholderText("Note, kept with the mark")
        self._note.setAccessibleName("Note")
        self._note.editingFinished.connect(self._on_note)
        self._level = Sentence()
        self._level.setObjectName("reviewLevel")
        self._plays = QCheckBox("Play")
        self._plays.setObjectName("reviewPlays")
        self._plays.setToolTip("Play an error in a loop as soon as it is chosen")
        self._plays.setChecked(listening.plays)
        self._plays.toggled.connect(listening.set_plays)
        self._goes_on = QCheckBox("Next after Y")
        self._goes_on.setObjectName("reviewGoesOn")
        self._goes_on.setToolTip(GOES_ON_TIP)
        self._goes_on.setChecked(str(preferences().value(GOES_ON_KEY, "true")).lower() != "false")
        self._goes_on.toggled.connect(lambda on: preferences().setValue(GOES_ON_KEY, on))
        self._context = QDoubleSpinBox()
        self._context.setObjectName("reviewContext")
        self._context.setRange(SHORTEST_S, LONGEST_S)
        self._context.setSingleStep(0.5)
        self._context.setDecimals(1)
        self._context.setPrefix("\N{PLUS-MINUS SIGN} ")
        self._context.setSuffix(" s")
        self._context.setToolTip("What is shown and heard before and behind an error")
        self._context.setAccessibleName("Context")
        self._context.setValue(listening.context_s)
        self._context.valueChanged.connect(listening.set_context)
        self._matches = QCheckBox("Match levels")
        self._matches.setObjectName("reviewMatchLevels")
        self._matches.setAccessibleName("Match levels in A/B")
        self._matches.setToolTip(MATCH_TIP)
        self._matches.setChecked(listening.matching.is_on)
        self._matches.toggled.connect(listening.matching.set_on)
        self._written = self._error = ""
        self._lay_out()
        self.show_error(None, 0, None)

    @property
    def note(self) -> str:
        """What is written."""
        return self._note.text().strip()

    @property
    def goes_on(self) -> bool:
        """Whether the next error is wanted once a label is confirmed."""
        return self._goes_on.isChecked()

    def show_error(self, review: Review | None, error: int, mark: Mark | None) -> None:
        """Show an error; without a review, that none is chosen."""
        self._note.setEnabled(review is not None)
        self._show_mark(mark)
        if review is None:
            self._classes.setText("")
            self._show_where(NOTHING_CHOSEN)
            return
        errors, keys = review.errors, review.keys
        annotated, predicted = int(errors.annotated[error]), int(errors.predicted[error])
        name = keys.recordings[int(errors.recording[error])].encode("utf-8", "replace").decode()
        start_s, end_s = float(review.start_s[error]), float(review.end_s[error])
        n_frames, score = int(errors.n_frames[error]), float(errors.score[error])
        n = len(keys.classes)
        arrow = "\N{RIGHTWARDS ARROW}"
        self._classes.setText(
            f"{self._dot(annotated, n)} {_escaped(keys.classes[annotated])} {arrow} "
            f"{self._dot(predicted, n)} <b>{_escaped(keys.classes[predicted])}</b> {score:.2f}"
        )
        frames = f"{n_frames:,} frame{'' if n_frames == 1 else 's'}"
        self._show_where(f"{name}\n{start_s:.3f} to {end_s:.3f} s, {frames}")

    def show_compared(self, sentence: str, *, example: str = "") -> None:
        """Say what is done to the levels, and where the example is while that is heard.

        Both are empty when comparing has ended.
        """
        self._where.setText(example or self._error)
        self._level.say(Tone.HELP, sentence)
        self._level.setToolTip(sentence)

    def _show_where(self, error: str) -> None:
        self._error = error
        self._where.setText(error)

    def _show_mark(self, mark: Mark | None) -> None:
        for verdict in VERDICTS:
            self._actions[f"mark_{verdict}"].setChecked(
                mark is not None and mark.verdict == verdict
            )
        with QSignalBlocker(self._note):
            self._written = mark.note if mark else ""
            self._note.setText(self._written)

    def _on_note(self) -> None:
        if self.note != self._written:
            self._written = self.note
            self.note_written.emit(self.note)

    def _dot(self, target: int, n_classes: int) -> str:
        color = class_color(target, n_classes, self._session.theme.colors).name()
        return f'<span style="color:{color}">\N{BLACK SQUARE}</span>'

    def _button(self, action_id: str) -> QToolButton:
        action, button = self._actions[action_id], QToolButton()
        button.setObjectName(f"{action_id}Button")
        button.setDefaultAction(action)
        button.setText(BUTTON_TEXTS[action_id])
        # An action that changes gives the button its own, longer text.
        action.changed.connect(lambda: button.setText(BUTTON_TEXTS[action_id]))
        # Where there are three, there is no room for icons, too.
        style = Qt.ToolButtonStyle
        has_icon = action_id == "compare"
        button.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if has_icon else style.ToolButtonTextOnly
        )
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def _lay_out(self) -> None:
        marks, mends, sound, beside = (QHBoxLayout() for _ in range(4))
        marks.setSpacing(3)
        marks.addWidget(QLabel("Label"))
        for verdict in VERDICTS:
            marks.addWidget(self._button(f"mark_{verdict}"))
        marks.addStretch(1)
        mends.setSpacing(3)
        mends.addWidget(QLabel("Mend"))
        for action_id in ("extend_span", "trim_span", "train_again"):
            mends.addWidget(self._button(action_id))
        mends.addStretch(1)
        beside.addWidget(self._button("compare"))
        beside.addWidget(self._matches)
        beside.addStretch(1)
        sound.addWidget(self._plays)
        sound.addWidget(self._context)
        sound.addWidget(self._goes_on)
        sound.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self._classes)
        layout.addWidget(self._where)
        layout.addLayout(marks)
        layout.addLayout(mends)
        layout.addWidget(self._note)
        layout.addLayout(sound)
        layout.addLayout(beside)
        layout.addWidget(self._level)
        layout.addStretch(1)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
