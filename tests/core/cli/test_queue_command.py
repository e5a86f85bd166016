"""The command that says what to annotate next."""

from __future__ import annotations

import json

import pytest

from core.cli import program as cli
from tests.made_queue import FIRST, REVIEWED, SECOND, leave_to_annotate


@pytest.fixture
def project(finished_project):
    leave_to_annotate(finished_project, REVIEWED, FIRST, SECOND)
    return finished_project


def test_recordings_are_listed_written_and_left_out(project, tmp_path, capsys):
    out = tmp_path / "queue.csv"
    assert cli.run(["queue", str(project), f"--out={out}", "--limit=1"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("2 of 5 recordings annotated, 1 more reviewed (--with_reviewed")
    assert "1 more are ranked behind these" in shown
    assert [line for line in shown.splitlines() if line.startswith("audio/")] != []
    assert len(out.read_text().splitlines()) == 2

    (project.parent / FIRST).write_bytes(b"RIFF")
    assert cli.run(["queue", str(project), "--json", "--with-reviewed"]) == 3
    done = capsys.readouterr()
    values = json.loads(done.out)
    assert sorted(item["recording"] for item in values["items"]) == [REVIEWED, SECOND]
    assert (values["n_to_do"], values["n_unranked"], values["n_annotated"]) == (3, 1, 2)
    assert "left out: " in done.err
    assert FIRST in done.err


def test_without_a_model_it_is_one_sentence(project_folder, capsys):
    assert cli.run(["queue", str(project_folder)]) == 2
    assert "Train a model first." in capsys.readouterr().err


def test_a_run_that_is_not_there_is_one_sentence(project, capsys):
    assert cli.run(["queue", str(project), "--run=gone"]) == 2
    assert "The run gone has no model any more" in capsys.readouterr().err


def test_where_all_is_annotated_it_says_so(finished_project, capsys):
    assert cli.run(["queue", str(finished_project)]) == 0
    assert capsys.readouterr().out == "5 of 5 recordings annotated\nNothing is left to annotate\n"
