"""A dock whose panel is made once it is wanted: the window is on the screen before that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtWidgets import QDockWidget, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

P = TypeVar("P", bound=QWidget)


class LaterDock(QDockWidget, Generic[P]):
    """A dock that stands behind others when the window opens.

    Parameters
    ----------
    title : str
        What its tab says.
    make : callable
        Makes the panel.
    parent : QWidget
        The window.
    """

    def __init__(self, title: str, make: Callable[[], P], parent: QWidget) -> None:
        super().__init__(title, parent)
        self._make = make
        self._panel: P | None = None
        self.is_in_front = False
        """Whether it is seen: to Qt, a dock that others cover is visible."""
        self.visibilityChanged.connect(self._take_note)

    @property
    def panel(self) -> P:
        """The panel; made now if it was not yet."""
        if self._panel is None:
            self._panel = self._make()
            self.setWidget(self._panel)
        return self._panel

    def _take_note(self, is_in_front: bool) -> None:  # noqa: FBT001  a signal's
        self.is_in_front = is_in_front
