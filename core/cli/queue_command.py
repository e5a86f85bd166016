"""The command that says what to annotate next."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from core.annotation_queue_table import write_queue_csv
from core.cli.bars import Bars
from core.cli.results import LEFT_SOMETHING_OUT, list_left_out, write_lines
from core.isolation import StageRunner
from core.rank_recordings import rank_recordings
from core.storage import to_json
from core.words import in_words

if TYPE_CHECKING:
    from pathlib import Path


def rank_and_show(
    folder: Path,
    run: str,
    *,
    limit: int | None,
    out: Path | None,
    with_reviewed: bool,
    as_json: bool,
) -> int:
    """Rank the recordings of a project that are not annotated, and print them.

    Parameters
    ----------
    folder : Path
        The project folder.
    run : str
        Name of the run; empty for the current one.
    limit : int or None
        So many recordings at the most; None for all.
    out : Path or None
        Where they are to be written as CSV, too.
    with_reviewed : bool
        Whether recordings that are reviewed and have no annotation are ranked, too.
    as_json : bool
        Print one JSON object rather than text.

    Returns
    -------
    int
        The exit code: 0, or 3 if a recording was left out.

    Raises
    ------
    LoudnessError
        What ranking raises.
    """
    with Bars() as bars, StageRunner() as runner:
        queue = runner.run(
            rank_recordings, folder, run, with_reviewed=with_reviewed, report=bars.report
        )
    if out is not None:
        write_queue_csv(out, queue, limit)
    values = to_json(queue)
    values["items"] = values["items"][:limit]
    if as_json:
        sys.stdout.write(json.dumps(values, allow_nan=False) + "\n")
    else:
        write_lines(in_words("queue", values))
    list_left_out(queue.left_out)
    return LEFT_SOMETHING_OUT if queue.left_out else 0
