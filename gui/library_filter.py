"""The filter above the list of recordings: words while one types, and states to choose from."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from core.recording_states import QUICK_FILTERS

TYPING_MS = 80
"""After a key, so long is waited for the next."""

TIP = "Words that a name or a text has; with a slash, the path is looked into, too (Ctrl+F)"


class LibraryFilter(QWidget):
    """A field for words and a box with states."""

    changed = Signal()
    """Other words or another state are wanted."""
    left = Signal()
    """The user wants to go on to the list."""

    def __init__(self) -> None:
        super().__init__()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self.changed)
        self._field = QLineEdit()
        self._field.setObjectName("recordingsFilter")
        self._field.setPlaceholderText("Filter")
        self._field.setClearButtonEnabled(True)
        self._field.setToolTip(TIP)
        self._field.setAccessibleName("Filter recordings")
        self._field.installEventFilter(self)
        self._field.textChanged.connect(lambda _text: self._typing.start())
        self._states = QComboBox()
        self._states.setObjectName("recordingsQuickFilter")
        self._states.setToolTip("Show only recordings in this state")
        self._states.setAccessibleName("Filter by state")
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self._states.setSizeAdjustPolicy(policy)
        self._states.setMinimumContentsLength(8)
        self._states.addItems([name.capitalize() for name in QUICK_FILTERS])
        self._states.activated.connect(lambda _place: self.changed.emit())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._field, stretch=3)
        layout.addWidget(self._states, stretch=2)

    @property
    def words(self) -> str:
        """What is typed."""
        return self._field.text().strip()

    @property
    def quick(self) -> str:
        """One of `QUICK_FILTERS`."""
        return QUICK_FILTERS[max(0, self._states.currentIndex())]

    def clear(self) -> None:
        """Want everything again, without a word to anybody."""
        self._states.setCurrentIndex(0)
        self._field.clear()
        self._typing.stop()

    def begin(self) -> None:
        """Have the user type."""
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()

    def show_counts(self, counts: dict[str, int]) -> None:
        """Show behind each state how many recordings are in it, as far as that is known."""
        for k, name in enumerate(QUICK_FILTERS):
            known = f" ({counts[name]:,})" if k and name in counts else ""
            self._states.setItemText(k, name.capitalize() + known)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape clears, then leaves, as do Down and Enter; none means anything else here."""
        if watched is not self._field or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        is_escape = event.key() == Qt.Key.Key_Escape
        if event.type() == QEvent.Type.ShortcutOverride and is_escape:
            # Else it would stop the sound.
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        if is_escape and self._field.text():
            self._field.clear()
            return True
        if is_escape or event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.left.emit()
            return True
        return False
