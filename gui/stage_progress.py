"""How far a stage is, in words for the screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.pace import rate_in_words, time_left_in_words

if TYPE_CHECKING:
    from core.pace import Pace
    from core.progress import Progress

STARTING_TENSORFLOW = "Starting TensorFlow"
STOPPING = "Stopping, the best model is kept"


@dataclass(frozen=True)
class StageProgress:
    """How far the stage is that runs, in words."""

    stage: str
    fraction: float | None
    """0 to 1; None while that is not known."""
    doing: str
    """What is being done now."""
    amount: str = ""
    """How much of how much, and how fast."""
    time_left: str = ""
    metrics: dict[str, float] = field(default_factory=dict[str, float])
    """Of the last epoch of a training."""


def progress_in_words(
    stage: str, progress: Progress, pace: Pace, *, is_stopping: bool, metrics: dict[str, float]
) -> StageProgress:
    """Say how far a stage is; `pace` knows of this progress, `metrics` are of its last epoch."""
    amount = ""
    if progress.total:
        done = min(progress.done, progress.total)
        amount = f"{int(done):,} of {progress.total:,.0f} {progress.unit}".rstrip()
    if pace.rate is not None:
        amount += f", {rate_in_words(pace.rate, progress.unit)}"
    left = "" if pace.left_s is None else f"{time_left_in_words(pace.left_s)} left"
    if left and stage == "train":
        # It may end early, once it gets no better.
        left = left.replace("about", "at most")
    doing, fraction = progress.text, None
    if progress.total:
        fraction = progress.done / progress.total
    if is_stopping and progress.done < progress.total:
        # It will not come to the last epoch; then the model is measured.
        doing, fraction, left = STOPPING, None, ""
    if doing == STARTING_TENSORFLOW:
        # Nothing is counted meanwhile: the bar is to move all the same.
        doing, fraction = f"{doing}, this takes some seconds", None
    return StageProgress(stage, fraction, doing, amount, left, metrics)
