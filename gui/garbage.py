"""Python's garbage is collected in the window's thread alone.

Left to itself, Python collects in whichever thread happens to make the next object. A widget that
is garbage would then be destroyed in the thread of a job or of the sound card, and Qt's widgets
may be destroyed in their own thread only: the process ends there, or some time later.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from PySide6.QtCore import QTimerEvent

LOOK_EVERY_MS = 500

SETTLED_AFTER_LOOKS = 10
"""By then everything is imported and the window built. That stays: to go through it each time takes
longer (56 ms) than a window may stall."""


class GarbageCollector(QObject):
    """Takes over from Python's own collector as long as it lives; one for the application."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._n_looks = 0
        self.startTimer(LOOK_EVERY_MS)

    def timerEvent(self, event: QTimerEvent) -> None:
        """Collect what is due."""
        super().timerEvent(event)
        self._n_looks += 1
        collect_if_due()
        if self._n_looks == SETTLED_AFTER_LOOKS:
            # What is garbage by then would stay, too.
            gc.collect(1)
            gc.freeze()


def collect_if_due() -> int | None:
    """Collect the oldest generation whose threshold is passed; the result is which it was."""
    due = [
        generation
        for generation, (count, threshold) in enumerate(
            zip(gc.get_count(), gc.get_threshold(), strict=True)
        )
        if count > threshold > 0
    ]
    if not due:
        return None
    gc.collect(due[-1])
    return due[-1]
