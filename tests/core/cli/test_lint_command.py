"""The list of findings as lines and as JSON, and its exit codes."""

from __future__ import annotations

import json

import pytest

from core.annotations.findings import Finding, Kind
from core.cli.lint_command import lines_of
from core.cli.program import run
from core.project_lint import LintResult
from tests.core.lintable_project import annotate, make_project


def result(*findings, n_unknown_lengths=0):
    counts = {str(f.kind): 1 for f in findings}
    return LintResult(findings, counts, 7, 2, n_unknown_lengths)


def test_a_finding_is_a_line_with_its_place():
    found = Finding(Kind.OVERLAP, "Two overlap", "/audio/a.wav", "a", 1.5, 2.0, (3, 4))
    assert lines_of(result(found)) == [
        "note: overlap: a.wav, 1.500 s: Two overlap",
        "7 annotations, 2 recordings: 1 overlap",
    ]
    found = Finding(Kind.UNREADABLE, "Line 3 names no file")
    assert lines_of(result(found))[0] == "error: unreadable row: Line 3 names no file"


def test_nothing_found_is_said_and_what_could_not_be_looked_for():
    assert lines_of(result()) == ["7 annotations, 2 recordings: nothing found"]
    assert "length of 2 recordings is not known" in lines_of(result(n_unknown_lengths=2))[1]


def test_a_long_list_is_cut():
    findings = tuple(Finding(Kind.UNREADABLE, "x") for _ in range(201))
    lines = lines_of(LintResult(findings, {"unreadable row": 201}, 0, 0, 0))
    assert lines[200] == "... and 1 more; --json lists them all"
    assert len(lines) == 202


def test_the_exit_code_tells_whether_something_was_found(tmp_path, capsys):
    project = make_project(tmp_path)
    folder = str(project.folder)
    annotate(project, "a.wav,0,1,loud", "a.wav,1.02,2,barely", "b.wav,0,1,loud")
    assert run(["lint", folder, "--json"]) == 3
    values = json.loads(capsys.readouterr().out)
    assert values["counts"] == {"short gap": 1}
    (finding,) = values["findings"]
    assert finding["severity"] == "note"
    assert [c["id"] for c in finding["fix"]["changes"]] == [2, 3]
    assert run(["lint", folder, "--without=short gap"]) == 0
    assert "nothing found" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["/nowhere"], [".", "--without=x"], [".", "--shortest_gap=-1"]]
)
def test_wrong_input_is_a_line(arguments, capsys):
    assert run(["lint", *arguments]) == 2
    assert capsys.readouterr().err.startswith("loudness: ")
