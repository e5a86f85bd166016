"""The one door through which a user hears of errors, and the hook for those nobody expected."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QMessageBox

from core.errors import LoudnessError
from core.progress import Cancelled

if TYPE_CHECKING:
    from types import TracebackType

    from PySide6.QtWidgets import QWidget

_LOG = logging.getLogger("loudness")

BUG_TITLE = "A bug in this program"
BUG_TEXT = "Something went wrong that should not have. What you had is kept; you can go on."


class ErrorDoor(QObject):
    """Sorts errors: those of the user's world are a sentence and a hint, others are bugs.

    Parameters
    ----------
    window : QWidget, optional
        Where boxes stand before.
    """

    shown = Signal(str, str)
    """Message and hint of each error that the user was shown."""

    def __init__(self, window: QWidget | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._open: list[QMessageBox] = []

    @property
    def boxes(self) -> tuple[QMessageBox, ...]:
        """The boxes that are on the screen."""
        return tuple(self._open)

    def show(self, error: BaseException, *, title: str = "") -> None:
        """Tell the user of an error, without waiting for an answer.

        Parameters
        ----------
        error : BaseException
            `Cancelled` is no error: nothing is shown.
        title : str
            What was being tried, such as ``"Open project"``.
        """
        if isinstance(error, Cancelled):
            return
        if isinstance(error, LoudnessError):
            _LOG.warning("%s %s", error.message, error.hint)
            self._tell(title or "This did not work", error.message, error.hint)
            return
        text = "".join(traceback.format_exception(error))
        _LOG.error("%s", text)
        self._tell(BUG_TITLE, f"{type(error).__name__}: {error}", BUG_TEXT, details=text)

    def _tell(self, title: str, message: str, hint: str, *, details: str = "") -> None:
        self.shown.emit(message, hint)
        if any(box.text() == message for box in self._open):
            # The same again says nothing new: a timer that fails would bury the screen.
            return
        box = QMessageBox(self._window)
        box.setWindowTitle(title)
        box.setIcon(QMessageBox.Icon.Critical if details else QMessageBox.Icon.Warning)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.setText(message)
        box.setInformativeText(hint)
        if details:
            box.setDetailedText(details)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(lambda _result: self._open.remove(box))
        self._open.append(box)
        box.open()


def install_excepthook(door: ErrorDoor) -> None:
    """Have errors that nobody caught go through the door, so that the window stays open."""

    def hook(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        door.show(error.with_traceback(where))

    sys.excepthook = hook
