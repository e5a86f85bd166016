"""Keys that a focused button, slider or box keeps, though they are keys of the window, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QTabBar

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

_ARROWS = frozenset(
    {
        *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down),
        *(Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown),
    }
)
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
KINDS = (QAbstractButton, QAbstractSlider, QComboBox, QTabBar)


class OwnKeys(QObject):
    """Lets what has the focus be worked by the keys that it is worked by everywhere.

    Space presses the button, and does not play; letters choose from a box, and toggle nothing.
    """

    def watch(self, parent: QWidget) -> None:
        """Do so for everything in a widget."""
        for kind in KINDS:
            for widget in parent.findChildren(kind):
                widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell Qt which keys are no shortcuts now; press buttons by Enter, too."""
        if event.type() == QEvent.Type.ShortcutOverride:
            if is_own(watched, event):  # pyright: ignore[reportArgumentType]
                event.accept()
                return True
        elif (
            event.type() == QEvent.Type.KeyPress
            and isinstance(watched, QAbstractButton)
            and event.key() in _ENTER  # pyright: ignore[reportAttributeAccessIssue]
        ):
            watched.click()
            return True
        return super().eventFilter(watched, event)


def is_own(widget: QObject, event: QKeyEvent) -> bool:
    """Whether a widget means something by a key that is pressed."""
    if event.modifiers() & _HELD:
        return False
    key = event.key()
    if isinstance(widget, QAbstractButton):
        return key == Qt.Key.Key_Space or key in _ENTER
    if isinstance(widget, QComboBox):
        return key in _ARROWS or (bool(event.text()) and event.text().isprintable())
    return key in _ARROWS
