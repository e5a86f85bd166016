"""A stage's plan and its past, in a few words."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING

from core.pace import duration_in_words
from gui.sentence import Tone

if TYPE_CHECKING:
    from core.overview import StageOverview
    from core.stage_plans import StagePlan

NEVER_RUN = "it was never run"

_UNITS = ("B", "kB", "MB", "GB", "TB")
_STEP = 1000


class StageState(enum.Enum):
    """How a stage stands: the word, the icon, the tone of its colour."""

    UNKNOWN = ("Looking …", "find", Tone.BUSY)
    FRESH = ("Fresh", "fresh", Tone.GOOD)
    STALE = ("Stale", "stale", Tone.ODD)
    NEVER_RUN = ("Never run", "new", Tone.PLAIN)
    WAITING = ("Comes next", "stale", Tone.PLAIN)
    RUNNING = ("Running", "run", Tone.BUSY)
    FAILED = ("Failed", "missing", Tone.WRONG)
    CANCELLED = ("Cancelled", "cancel", Tone.ODD)

    @property
    def word(self) -> str:
        """For the user."""
        return self.value[0]

    @property
    def icon_name(self) -> str:
        """Of `gui.icons`."""
        return self.value[1]

    @property
    def tone(self) -> Tone:
        """Good, odd, wrong or neither."""
        return self.value[2]


def state_of(overview: StageOverview) -> StageState:
    """How a stage stands that does not run."""
    if overview.plan is None:
        return StageState.FAILED
    if overview.plan.fresh:
        return StageState.FRESH
    never = not overview.finished_at or NEVER_RUN in overview.plan.reasons
    return StageState.NEVER_RUN if never else StageState.STALE


def why(overview: StageOverview) -> list[str]:
    """Why it is not fresh."""
    if overview.problem:
        return [overview.problem]
    reasons = overview.plan.reasons if overview.plan else ()
    return [reason for reason in reasons if reason != NEVER_RUN]


def amount_in_words(overview: StageOverview) -> str:
    """What a stage would do, or has done."""
    plan = overview.plan
    if plan is None:
        return ""
    if overview.stage == "evaluate":
        return "On the recordings that it was not trained on"
    parts = [_recordings(plan)] if plan.n_recordings is not None else []
    if plan.n_frames:
        parts.append(f"{plan.n_frames:,} frame{_s(plan.n_frames)}")
    if plan.seconds:
        parts.append(duration_in_words(plan.seconds))
    if plan.n_bytes and not plan.fresh:
        parts.append(f"{bytes_in_words(plan.n_bytes)} to read")
    if overview.n_left_out and plan.fresh:
        parts.insert(1, f"{overview.n_left_out:,} left out")
    return ", ".join(parts)


def share_done(overview: StageOverview) -> float:
    """How much of a stage is done, 0 to 1."""
    plan = overview.plan
    if plan is None:
        return 0.0
    if plan.fresh:
        return 1.0
    return min(1.0, plan.n_fresh / plan.n_recordings) if plan.n_recordings else 0.0


def last_run_in_words(overview: StageOverview, now: datetime) -> str:
    """When a stage last ended, in the user's time, and how long it took."""
    if not overview.finished_at:
        return ""
    took = f"took {duration_in_words(overview.seconds)}"
    return f"{moment_in_words(overview.finished_at, now)}, {took}"


def moment_in_words(iso: str, now: datetime) -> str:
    """A moment, such as "today 14:05" or "3 Nov 14:05"."""
    try:
        moment = datetime.fromisoformat(iso).astimezone(now.tzinfo)
    except ValueError:
        return iso
    day = f"{moment.day} {moment:%b}"
    if moment.date() == now.date():
        day = "today"
    elif moment.year != now.year:
        day += f" {moment.year}"
    return f"{day} {moment:%H:%M}"


def bytes_in_words(n_bytes: int) -> str:
    """A size, such as "4.2 MB"."""
    if n_bytes < _STEP:
        return f"{n_bytes} B"
    value, unit = n_bytes / _STEP, 1
    while value >= _STEP and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    return f"{value:.1f} {_UNITS[unit]}"


def _recordings(plan: StagePlan) -> str:
    n = plan.n_recordings or 0
    noun = f"recording{_s(n)}"
    if plan.fresh or not plan.n_fresh:
        return f"{n:,} {noun}"
    return f"{n:,} {noun}, {plan.n_fresh:,} done"


def _s(n: int) -> str:
    return "" if n == 1 else "s"
