"""What a command shows."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path

from core.cli.results import MOST_LISTED, show
from core.left_out import LeftOut


@dataclass(frozen=True)
class Result:
    table: Path
    n_intervals: int = 2
    n_recordings: int = 1
    seconds_per_class: tuple | dict = ()
    left_out: tuple[LeftOut, ...] = ()


def test_json_is_one_object_on_standard_output(capsys):
    assert show("predict", Result(Path("p.csv")), as_json=True) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["table"] == "p.csv"
    assert out.count("\n") == 1
    assert err == ""


def test_what_was_left_out_is_listed_on_standard_error_and_ends_with_3(capsys):
    result = Result(Path("p.csv"), left_out=(LeftOut("a\udcff.wav", "it is broken"),))
    assert show("predict", result, as_json=True) == 3
    out, err = capsys.readouterr()
    assert err == "left out: a\\udcff.wav: it is broken\n"
    assert json.loads(out)["left_out"] == [
        {"name": "a\udcff.wav", "reason": "it is broken", "recording": ""}
    ]


def test_names_that_are_no_utf8_do_not_lose_what_is_told(monkeypatch):
    # As a terminal's, which keeps a name of other bytes from being written as it is.
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr("sys.stdout", out)
    result = Result(Path("p.csv"), seconds_per_class={"a\udcff": 1.0})
    assert show("predict", result, as_json=False) == 0
    out.flush()
    assert b"1.0 s a\\udcff" in out.buffer.getvalue()


def test_a_long_list_is_counted(capsys):
    left_out = tuple(LeftOut(str(k), "why") for k in range(MOST_LISTED + 5))
    show("predict", Result(Path("p.csv"), left_out=left_out), as_json=True)
    assert capsys.readouterr().err.endswith("and 5 more; --json lists them all\n")
