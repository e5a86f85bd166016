"""What commands have in common: options, and how a stage is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from core.cli.bars import Bars
from core.cli.results import show

FILE = click.Path(path_type=Path)
with_json = click.option(
    "--json", "as_json", is_flag=True, help="Print the result as one JSON object."
)


def run_in_child(stage: Any, *arguments: Any, as_json: bool, **options: Any) -> int:  # noqa: ANN401
    """Run a stage in a child, with bars, and show its result.

    Parameters
    ----------
    stage : callable
        The stage.
    *arguments : object
        Its arguments by place.
    as_json : bool
        As one JSON object rather than as text.
    **options : object
        Its arguments by name.

    Returns
    -------
    int
        The exit code.
    """
    from core.isolation import StageRunner

    context = click.get_current_context()
    # Without the program's own name: "annotations export" is another command than "export".
    command = " ".join(c.info_name or "" for c in _below_the_program(context))
    with Bars() as bars, StageRunner() as runner:
        result = runner.run(stage, *arguments, **options, report=bars.report)
    return show(command, result, as_json=as_json)


def _below_the_program(context: click.Context) -> list[click.Context]:
    if context.parent is None:
        return []
    return [*_below_the_program(context.parent), context]
