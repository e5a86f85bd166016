"""Labels as other programs keep them: text between two times, and what could not be read."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.left_out import LeftOut

_LINE_ENDS = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Label:
    """A text that stands between two times of a recording.

    Parameters
    ----------
    start_s, end_s : float
        Seconds from the start of the recording, finite; equal for a point.
    text : str
        What stands there.
    low_hz, high_hz : float, optional
        Its range of frequencies, in Hz, where it has one.
    file_name : str
        Which recording, in the words of the file it was read from; empty if that does not say.
    line : int
        Line of the file, from 1; 0 if it is from none.
    """

    start_s: float
    end_s: float
    text: str
    low_hz: float | None = None
    high_hz: float | None = None
    file_name: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    def __str__(self) -> str:
        of = f"{self.file_name}, " if self.file_name else ""
        return f"line {self.line} ({of}{self.start_s:g} to {self.end_s:g} s)"


@dataclass(frozen=True)
class LabelFile:
    """The labels of a file, and its lines that are none.

    Parameters
    ----------
    labels : tuple of Label
        In the order of the file.
    left_out : tuple of LeftOut
        Lines that cannot be read, and why.
    """

    labels: tuple[Label, ...]
    left_out: tuple[LeftOut, ...] = ()


def parse_number(text: str) -> float | None:
    """Read a number as people write it.

    Parameters
    ----------
    text : str
        With a point or a comma before the decimals.

    Returns
    -------
    float or None
        None if it is no finite number.
    """
    try:
        # Python would read 1_000, too; nobody writes seconds so.
        value = math.nan if "_" in text else float(text.replace(",", ".", 1))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def split_lines(text: str) -> list[str]:
    r"""Lines of a text from any system.

    Parameters
    ----------
    text : str
        Lines end with ``\n``, ``\r\n`` or ``\r``; other signs that Python takes for the end of a
        line may stand within a label.

    Returns
    -------
    list of str
        Without their ends.
    """
    return _LINE_ENDS.split(text)


def on_one_line(text: str) -> str:
    """Make a text fit for one column of one line.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    str
        Each stretch of white space as one space: a tab or a line break would end its column.
    """
    return " ".join(text.split())
