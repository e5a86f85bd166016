"""Exit codes, and what is said with them."""

from __future__ import annotations

import json
import sqlite3

import click
import pytest

from core.cli import program as cli
from core.cli.commands import loudness
from core.errors import StorageError
from core.progress import Cancelled


def raising(error):
    def command():
        raise error

    return click.Command("fail", callback=command)


@pytest.fixture
def fail(monkeypatch):
    def run(error):
        monkeypatch.setitem(loudness.commands, "fail", raising(error))
        return cli.run(["fail"])

    return run


def test_an_error_for_the_user_is_one_line_and_a_hint(fail, capsys):
    assert fail(StorageError("The disk is full: x", hint="Free some space.")) == 2
    assert capsys.readouterr().err == "loudness: The disk is full: x\n  Free some space.\n"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), Cancelled()])
def test_cancelled_is_130(fail, capsys, error):
    assert fail(error) == 130
    assert "Cancelled" in capsys.readouterr().err


def test_a_bug_is_1_with_a_traceback_in_the_log(fail, caplog):
    assert fail(ZeroDivisionError("1/0")) == 1
    assert caplog.records[0].exc_info[0] is ZeroDivisionError


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["transcode"], "database_location"),
        (["extract", "--frame_seize=3"], "frame_seize"),
        (["nonsense"], "nonsense"),
        (["train", "--model=rnn"], "rnn"),
    ],
)
def test_wrong_usage_is_2(capsys, arguments, says):
    assert cli.run(arguments) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("dash", ["--out_csv", "--out-csv"])
def test_options_take_underscores_and_dashes(capsys, dash, tmp_path):
    code = cli.run(["predict", f"--model={tmp_path}/none.keras", dash, "x.csv", "a.wav"])
    assert code == 2
    assert "none.keras" in capsys.readouterr().err


def test_help_and_version_are_0(capsys):
    assert cli.run(["--help"]) == 0
    assert cli.run(["--version"]) == 0
    assert cli.run(["train", "--help"]) == 0
    assert "validation_split" in capsys.readouterr().out


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE recording",
        "UPDATE recording SET reviewed = 0 RETURNING path",
        "ATTACH '{beside}/stolen.db' AS stolen",
        "PRAGMA writable_schema = 1",
        "SELECT load_extension('x') AS path",
        "VACUUM INTO '{beside}/copy.db'",
        "SELECT path FROM recording; DELETE FROM recording",
    ],
)
def test_a_query_that_does_more_than_read_is_refused(tmp_path, capsys, query):
    database = tmp_path / "loudsense.db"
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE recording (path TEXT, reviewed INTEGER)")
    connection.execute("INSERT INTO recording VALUES ('a.wav', 1)")
    connection.commit()
    connection.close()
    before = database.read_bytes()
    code = cli.run(
        [
            "transcode",
            f"--database_location={database}",
            f"--data_destination={tmp_path}/out",
            f"--database_query={query.format(beside=tmp_path)}",
        ]
    )
    assert code == 2
    assert len(capsys.readouterr().err.splitlines()) == 2
    assert database.read_bytes() == before
    assert list(tmp_path.iterdir()) == [database]


def test_json_stands_alone_on_standard_output(tmp_path, capsys):
    (tmp_path / "project.toml").write_text("[library]\ndatabase = 'none.db'\n")
    assert cli.run(["plan", str(tmp_path), "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "none.db" in err
    with pytest.raises(json.JSONDecodeError):
        json.loads(out)
