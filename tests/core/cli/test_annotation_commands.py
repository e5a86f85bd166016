"""Import and export of annotations by the command line."""

from __future__ import annotations

import json

import pytest

from core.cli import program as cli
from tests.core.made_project import TABLE, make_project


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


def test_previewed_imported_exported(project, tmp_path, capsys):
    folder = str(project.folder)
    # Something was left out: the row whose start is no number.
    assert cli.run(["annotations", "import", folder, "--preview"]) == 3
    said = capsys.readouterr()
    assert said.out.startswith("3 new, 0 changed, 0 gone, 0 as before, by ")
    assert "left out: line 5: start is no number: 'zero'" in said.err
    assert not project.store.exists()
    assert cli.run(["annotations", "import", folder, "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["n_new"] == 3
    out = tmp_path / "out.csv"
    assert cli.run(["annotations", "export", folder, str(out)]) == 0
    assert capsys.readouterr().out == f"3 annotations in {out}: 0 changed, 0 deleted, 0 new\n"
    assert out.read_text() == TABLE


def test_what_is_wrong_is_2_and_a_sentence(project, tmp_path, capsys):
    out = tmp_path / "out.csv"
    out.write_text("mine")
    assert cli.run(["annotations", "export", str(project.folder), str(out)]) == 2
    assert "is not the table that was imported" in capsys.readouterr().err
    assert cli.run(["annotations", "export", str(project.folder), str(out), "--overwrite"]) == 0
    assert cli.run(["annotations", "import", str(project.folder), str(tmp_path / "none.csv")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_what_is_proposed_is_told_or_why_nothing_is(project, capsys):
    assert cli.run(["annotations", "propose", str(project.folder), "rec1"]) == 2
    assert "no run that could propose anything" in capsys.readouterr().err
    options = ["rec1", "--least_score=1.5"]
    assert cli.run(["annotations", "propose", str(project.folder), *options]) == 2
    assert "1.5 is not in the range" in capsys.readouterr().err
