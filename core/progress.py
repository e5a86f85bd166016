"""How a stage tells how far it is, and how it is told to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


class Cancelled(BaseException):
    """The user cancelled. Raised by `report`; not an `Exception`, so that no batch swallows it."""


class StopTraining(BaseException):
    """The user has seen enough. Raised by `report` in training: the best model so far is kept."""


@dataclass(frozen=True)
class Progress:
    """One sign of life of a stage.

    Parameters
    ----------
    stage : str
        Name of the stage, such as ``"transcode"``.
    done, total : float
        How much is done, and how much there is, in `unit`. `total` is 0 while it is not known.
    unit : str
        What is counted: ``"recordings"``, ``"epochs"``.
    text : str
        What is being done now, fit for a status line.
    recording : str
        Announced before a recording is touched, so that a crash can be blamed on it.
    metrics : dict of str to float
        Numbers to draw, such as the loss of an epoch.
    """

    stage: str
    done: float = 0.0
    total: float = 0.0
    unit: str = ""
    text: str = ""
    recording: str = ""
    metrics: dict[str, float] = field(default_factory=dict[str, float])


Report = Callable[[Progress], None]
"""Called often (several times a second while a stage waits); may raise `Cancelled`."""


def ignore(progress: Progress) -> None:
    """Report to nobody.

    Parameters
    ----------
    progress : Progress
        Not looked at.
    """
