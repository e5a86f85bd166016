"""The window's event loop as a benchmark sees it: how long it stalls, and waiting in it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, Qt, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

TICK_MS = 5


class Stalls:
    """Longest times between two ticks of a timer."""

    def __init__(self) -> None:
        self._gaps_s: list[float] = []
        self._last_s = time.perf_counter()
        self.timer = QTimer(interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self._tick)
        self.timer.start()

    def _tick(self) -> None:
        now_s = time.perf_counter()
        self._gaps_s.append(now_s - self._last_s)
        self._last_s = now_s

    def take(self) -> str:
        """What has been seen since the last time, in words."""
        gaps_ms, self._gaps_s = sorted(1000 * gap for gap in self._gaps_s), []
        if not gaps_ms:
            return "no stall"
        p99_ms = gaps_ms[int(0.99 * len(gaps_ms))]
        return f"longest stall {gaps_ms[-1]:.0f} ms, 99th percentile {p99_ms:.0f} ms"


class BusyTime:
    """What the window's thread computes in each step: others on the machine do not add to it."""

    def __init__(self) -> None:
        self._steps_s: list[float] = []
        self._last_s = time.thread_time()

    def note(self) -> None:
        """A step has ended."""
        now_s = time.thread_time()
        self._steps_s.append(now_s - self._last_s)
        self._last_s = now_s

    def __str__(self) -> str:
        """In words."""
        steps_ms = sorted(1000 * step for step in self._steps_s)
        middle_ms = steps_ms[len(steps_ms) // 2]
        return f"of the processor {middle_ms:.0f} ms a step, {steps_ms[-1]:.0f} ms at most"


def wait(until: Callable[[], object], limit_s: float = 120.0) -> float:
    """Seconds until something holds, while the event loop runs."""
    loop, began_s = QEventLoop(), time.perf_counter()
    timer = QTimer(interval=1)
    timer.timeout.connect(
        lambda: loop.quit() if until() or time.perf_counter() - began_s > limit_s else None
    )
    timer.start()
    loop.exec()
    timer.stop()
    return time.perf_counter() - began_s
