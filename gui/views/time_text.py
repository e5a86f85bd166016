"""Times and frequencies as they are written, with as many decimals as can be told apart."""

from __future__ import annotations

import math

MICROSECONDS = 6
MINUTE_S, HOUR_S = 60, 3600
KILOHERTZ = 1000

STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200)


def time_text(time_s: float, decimals: int = MICROSECONDS) -> str:
    """A time such as ``1:02:03.250000``, or ``2:03.25``."""
    sign = "-" if time_s < 0 else ""
    ticks = round(abs(time_s) * 10**decimals)
    whole, rest = divmod(ticks, 10**decimals)
    minutes, seconds = divmod(whole, MINUTE_S)
    hours, minutes = divmod(minutes, MINUTE_S)
    text = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"{sign}{text}.{rest:0{decimals}}" if decimals else f"{sign}{text}"


def frequency_text(hz: float) -> str:
    """A frequency or rate such as ``800 Hz`` or ``44.1 kHz``."""
    return f"{hz / KILOHERTZ:g} kHz" if hz >= KILOHERTZ else f"{hz:g} Hz"


def tick_step_s(span_s: float, most: int) -> float:
    """The smallest step of a round number of seconds or minutes that gives at most so many."""
    wanted_s = span_s / max(1, most)
    if wanted_s > STEPS_S[0] / 2:
        longest = STEPS_S[-1]
        return next((s for s in STEPS_S if s >= wanted_s), math.ceil(wanted_s / longest) * longest)
    power = 10.0 ** math.floor(math.log10(wanted_s))
    return next(power * k for k in (1, 2, 5, 10) if power * k >= wanted_s * (1 - 1e-9))


def decimals_for(step_s: float) -> int:
    """How many decimals tell neighbouring ticks apart."""
    return max(0, -math.floor(math.log10(step_s) + 1e-9))
