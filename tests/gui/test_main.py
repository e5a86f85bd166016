from __future__ import annotations

import subprocess
import sys

import pytest

from core import __version__
from gui.__main__ import main


@pytest.mark.parametrize("arguments", [[], ["project"]])
def test_says_on_stderr_that_the_window_is_still_to_come(capsys, arguments):
    assert main(arguments) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert "still to come" in output.err
    assert "loudness run PROJECT" in output.err


def test_creates_no_project(tmp_path, capsys):
    main([str(tmp_path / "project")])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "expected"),
    [("--version", f"loudness-gui {__version__}\n"), ("--help", "usage: loudness-gui")],
)
def test_answers_questions_about_itself(capsys, option, expected):
    with pytest.raises(SystemExit) as ended:
        main([option])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(expected)


def test_refuses_unknown_options(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--colour"])
    assert ended.value.code == 2
    assert "--colour" in capsys.readouterr().err


def test_ends_the_process_with_its_exit_code():
    done = subprocess.run(
        [sys.executable, "-m", "gui"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
