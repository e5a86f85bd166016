"""How fast a stage is, and how long it will still take."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.progress import Progress

SHORTEST_S = 1.0
"""Before that, nothing is said: the first moments are start-up."""

LOOK_BACK_S = 15.0
"""At least so long a stretch is averaged over."""

LOOK_BACK_SHARE = 0.5
"""Of a long run, so much is averaged over: recordings differ in length."""

_STEPS_S = ((10.0, 1.0), (60.0, 5.0), (300.0, 15.0))
"""Times below the first number are rounded to the second: nobody reads "127 s"."""

MINUTE_S, HOUR_S = 60.0, 3600.0
FEW = 10
FAST_PER_S = 1.0


class Pace:
    """Measures a stage by its progress."""

    def __init__(self) -> None:
        self._kind: tuple[str, str, float] = ("", "", 0.0)
        self._seen: deque[tuple[float, float]] = deque()
        self._began_s = 0.0
        self._left: float | None = None

    @property
    def rate(self) -> float | None:
        """How much is done in a second, in the progress's unit.

        Returns
        -------
        float or None
            None while that cannot be said.
        """
        if not self._seen:
            return None
        (first_s, first), (last_s, last) = self._seen[0], self._seen[-1]
        if last_s - first_s < SHORTEST_S or last <= first:
            return None
        return (last - first) / (last_s - first_s)

    @property
    def left_s(self) -> float | None:
        """Time left.

        Returns
        -------
        float or None
            In seconds; None while that cannot be said.
        """
        rate = self.rate
        if rate is None or self._left is None:
            return None
        left_s = self._left / rate
        # So little has been done that the quotient is no number.
        return left_s if math.isfinite(left_s) else None

    def update(self, progress: Progress, now_s: float) -> None:
        """Take note of a progress.

        Parameters
        ----------
        progress : Progress
            What the stage reported.
        now_s : float
            Seconds on a clock that never goes back.
        """
        kind = (progress.stage, progress.unit, progress.total)
        if kind != self._kind or (self._seen and progress.done < self._seen[-1][1]):
            self._kind, self._began_s = kind, now_s
            self._seen.clear()
        self._seen.append((now_s, progress.done))
        oldest_s = now_s - max(LOOK_BACK_S, LOOK_BACK_SHARE * (now_s - self._began_s))
        while len(self._seen) > 2 and self._seen[1][0] <= oldest_s:  # noqa: PLR2004  a stretch has two ends
            self._seen.popleft()
        self._left = max(0.0, progress.total - progress.done) if progress.total else None


def rate_in_words(rate: float, unit: str) -> str:
    """A rate, per second or per minute.

    Parameters
    ----------
    rate : float
        In `unit` per second, > 0.
    unit : str
        What is counted, such as ``"recordings"``.

    Returns
    -------
    str
        Such as ``"3.2 recordings/s"``.
    """
    per_s = rate >= FAST_PER_S
    value = rate if per_s else rate * MINUTE_S
    number = f"{value:.1f}" if value < FEW else f"{value:,.0f}"
    return f"{number} {unit}/{'s' if per_s else 'min'}"


def duration_in_words(seconds: float) -> str:
    """A length of time, as exactly as a reader wants it.

    Parameters
    ----------
    seconds : float
        Not negative.

    Returns
    -------
    str
        Such as ``"0.7 s"``, ``"25 s"``, ``"3 min 20 s"`` or ``"2 h 5 min"``.
    """
    if seconds < FEW:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < MINUTE_S:
        return f"{whole} s"
    minutes, rest_s = divmod(whole, int(MINUTE_S))
    if whole < HOUR_S:
        return f"{minutes} min {rest_s} s" if rest_s else f"{minutes} min"
    hours, minutes = divmod(round(whole / MINUTE_S), int(HOUR_S / MINUTE_S))
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def time_left_in_words(seconds: float) -> str:
    """Time left, rounded as the guess that it is.

    Parameters
    ----------
    seconds : float
        Not negative.

    Returns
    -------
    str
        Such as ``"about 25 s"`` or ``"about 3 min"``.
    """
    step_s = next((step for below, step in _STEPS_S if seconds < below), MINUTE_S)
    rounded = max(1.0, round(seconds / step_s) * step_s)
    if rounded < MINUTE_S:
        return f"about {rounded:.0f} s"
    return f"about {duration_in_words(rounded)}"
