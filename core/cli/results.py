"""What a command shows when it is done."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, TextIO

from core.storage import to_json
from core.words import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.left_out import LeftOut

MOST_LISTED = 200
LEFT_SOMETHING_OUT = 3


def show(command: str, result: Any, *, as_json: bool) -> int:  # noqa: ANN401
    """Print a result on standard output, and what was left out on standard error.

    Parameters
    ----------
    command : str
        Name of the command.
    result : dataclass
        What its stage returned.
    as_json : bool
        As one JSON object rather than as text.

    Returns
    -------
    int
        The exit code: 0, or 3 if something was left out.
    """
    values = to_json(result)
    if as_json:
        sys.stdout.write(json.dumps(values, allow_nan=False) + "\n")
    else:
        write_lines(in_words(command, values))
    left_out: Sequence[LeftOut] = getattr(result, "left_out", ())
    list_left_out(left_out)
    return LEFT_SOMETHING_OUT if left_out else 0


def write_lines(lines: Iterable[str], out: TextIO | None = None) -> None:
    """Print lines, also with names that are no UTF-8: they must not lose what is told.

    Parameters
    ----------
    lines : iterable of str
        Without their ends.
    out : text file, optional
        Standard output, if left out.
    """
    file = sys.stdout if out is None else out
    for line in lines:
        file.write(line.encode("utf-8", "backslashreplace").decode() + "\n")


def list_left_out(left_out: Sequence[LeftOut]) -> None:
    """Print what was left out on standard error, a line each.

    Parameters
    ----------
    left_out : sequence of LeftOut
        What a stage listed; at most `MOST_LISTED` are printed, the rest is counted.
    """
    lines = [f"left out: {item.name}: {item.reason}" for item in left_out[:MOST_LISTED]]
    if len(left_out) > MOST_LISTED:
        lines.append(f"... and {len(left_out) - MOST_LISTED} more; --json lists them all")
    write_lines(lines, sys.stderr)
