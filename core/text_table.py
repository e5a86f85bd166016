"""Tables of even columns, for a terminal or a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Columns of even width; the first is set left, the others right.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    rows : sequence of sequence
        Cells; numbers with a fraction get three digits, None a dash.

    Returns
    -------
    list of str
        Lines.
    """
    cells = [list(header), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[k]) for row in cells) for k in range(len(header))]
    return [
        "  ".join(
            c.ljust(w) if k == 0 else c.rjust(w)
            for k, (c, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    ]


def with_interval(value: float | None, interval: dict[str, float] | None) -> str:
    """A number with the interval that it may lie in.

    Parameters
    ----------
    value : float or None
        The number; None if it cannot be said.
    interval : dict or None
        With its ends `low` and `high`; None if that cannot be said.

    Returns
    -------
    str
        Such as ``0.773 [0.71, 0.83]``.
    """
    if value is None or interval is None:
        return _cell(value)
    return f"{value:.3f} [{interval['low']:.2f}, {interval['high']:.2f}]"


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
