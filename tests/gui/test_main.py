from __future__ import annotations

import os
import subprocess
import sys

import pytest

from core import __version__
from gui.__main__ import main


def _start(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "gui", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={k: v for k, v in {**os.environ, **environment}.items() if v is not None},
    )


@pytest.mark.parametrize(
    ("option", "expected"),
    [("--version", f"loudness-gui {__version__}\n"), ("--help", "usage: loudness-gui")],
)
def test_answers_questions_about_itself(capsys, option, expected):
    with pytest.raises(SystemExit) as ended:
        main([option])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(expected)


@pytest.mark.parametrize("arguments", [["--colour"], ["project", "--demo"]])
def test_refuses_options_that_make_no_sense(capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert arguments[-1] in capsys.readouterr().err


def test_without_a_screen_it_says_so_and_what_works(tmp_path):
    done = _start(DISPLAY=None, WAYLAND_DISPLAY=None, QT_QPA_PLATFORM=None)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no screen" in done.stderr
    assert "--screenshots" in done.stderr
    assert "Traceback" not in done.stderr


def test_answering_needs_no_qt():
    program = "import sys, gui.__main__; sys.exit('PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
