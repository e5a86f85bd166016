"""The command that lists what may be wrong with a project's annotations."""

from __future__ import annotations

import json
import sys
from pathlib import PurePath
from typing import TYPE_CHECKING

from core.annotations.findings import Kind
from core.cli.bars import Bars
from core.cli.results import LEFT_SOMETHING_OUT, MOST_LISTED, write_lines
from core.errors import SettingsError
from core.isolation import StageRunner
from core.project_lint import lint_project
from core.storage import to_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.annotations.findings import Finding
    from core.project_lint import LintResult


def lint_and_show(
    folder: Path, *, shortest_gap_s: float, without: Sequence[str], as_json: bool
) -> int:
    """Look at a project's annotations, and print what was found on standard output.

    Parameters
    ----------
    folder : Path
        The project folder.
    shortest_gap_s : float
        Gaps and overlaps up to this, in seconds, are taken for slips.
    without : sequence of str
        Kinds of findings that are of no interest.
    as_json : bool
        Print one JSON object rather than text.

    Returns
    -------
    int
        The exit code: 0, or 3 if something was found.

    Raises
    ------
    LoudnessError
        If a kind is unknown, or the project or its annotations cannot be read.
    """
    unknown = [kind for kind in without if kind not in set(Kind)]
    if unknown:
        msg = f"There is no kind of finding {unknown[0]!r}"
        raise SettingsError(msg, hint="Known are " + ", ".join(Kind) + ".")
    with Bars() as bars, StageRunner() as runner:
        result: LintResult = runner.run(
            lint_project,
            folder,
            shortest_gap_s=shortest_gap_s,
            without=tuple(without),
            report=bars.report,
        )
    if as_json:
        findings = [{**to_json(f), "severity": f.severity} for f in result.findings]
        values = {**to_json(result), "findings": findings}
        del values["edits"]
        sys.stdout.write(json.dumps(values, allow_nan=False) + "\n")
    else:
        write_lines(lines_of(result))
    return LEFT_SOMETHING_OUT if result.counts else 0


def lines_of(result: LintResult) -> list[str]:
    """Tell what was found.

    Parameters
    ----------
    result : LintResult
        All of it.

    Returns
    -------
    list of str
        Lines: the findings, at most `MOST_LISTED`, and what they are in numbers.
    """
    lines = [_line(finding) for finding in result.findings[:MOST_LISTED]]
    if result.n_findings > MOST_LISTED:
        lines.append(f"... and {result.n_findings - MOST_LISTED} more; --json lists them all")
    size = f"{result.n_annotations} annotations, {result.n_recordings} recordings"
    counts = ", ".join(f"{n} {kind}" for kind, n in result.counts.items())
    lines.append(f"{size}: {counts or 'nothing found'}")
    if result.n_unknown_lengths:
        lines.append(
            f"The length of {result.n_unknown_lengths} recordings is not known before they are "
            f"transcoded: nothing is found beyond their ends"
        )
    return lines


def _line(finding: Finding) -> str:
    name = PurePath(finding.recording).name or finding.file_name
    place = f"{name}, {finding.start_s:.3f} s" if finding.start_s is not None else name
    about = f"{place}: {finding.text}" if place else finding.text
    return f"{finding.severity}: {finding.kind}: {about}"
