"""What a run went on without, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.errors import LoudnessError


@dataclass(frozen=True)
class LeftOut:
    """A recording, or an annotation, that a run went on without.

    Parameters
    ----------
    name : str
        What was left out.
    reason : str
        Why, in one sentence.
    recording : str
        File of the recording that it is about, where `name` is not that already.
    """

    name: str
    reason: str
    recording: str = field(default="", compare=False)

    @classmethod
    def because(cls, name: str, error: LoudnessError | None) -> LeftOut:
        """Make one from an error.

        Parameters
        ----------
        name : str
            What was left out.
        error : LoudnessError or None
            Why.

        Returns
        -------
        LeftOut
            With the error's message and hint as the reason.
        """
        if error is None:
            return cls(name, "no reason is known")
        return cls(name, f"{error.message}. {error.hint}" if error.hint else error.message)
