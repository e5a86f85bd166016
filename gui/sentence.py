"""A line beside what it is about: right, wrong, or being looked at; the sign says it, too."""

from __future__ import annotations

import enum

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QWidget

DARK_BELOW = 128


class Tone(enum.Enum):
    """How a sentence is meant: its sign, its colour on light and on dark."""

    PLAIN = ("", None, None)
    BUSY = ("… ", "#6a6f78", "#9aa0aa")
    HELP = ("", "#6a6f78", "#9aa0aa")
    GOOD = ("\N{CHECK MARK} ", "#1a7f37", "#5fd07f")
    ODD = ("! ", "#8a5a00", "#f0c23c")
    WRONG = ("\N{BALLOT X} ", "#b42318", "#ff8f85")


class Sentence(QLabel):
    """A sentence that wraps, can be selected, and takes no room while it is empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = Tone.PLAIN
        self._sentence = ""
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hide()

    @property
    def tone(self) -> Tone:
        """How it is meant."""
        return self._tone

    @property
    def sentence(self) -> str:
        """The text without its sign."""
        return self._sentence

    def say(self, tone: Tone, sentence: str) -> None:
        """Show a sentence; an empty one hides the line."""
        self._tone, self._sentence = tone, sentence
        self.setText(tone.value[0] + sentence if sentence else "")
        self.setVisible(bool(sentence))
        self._color()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colour that can be read on the new background."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._color()

    def _color(self) -> None:
        palette = QPalette()
        is_dark = palette.color(QPalette.ColorRole.Window).lightness() < DARK_BELOW
        color = self._tone.value[2 if is_dark else 1]
        wanted = QColor(color) if color else palette.color(QPalette.ColorRole.WindowText)
        mine = self.palette()
        # A new palette is a palette change, too.
        if mine.color(QPalette.ColorRole.WindowText) != wanted:
            mine.setColor(QPalette.ColorRole.WindowText, wanted)
            self.setPalette(mine)
