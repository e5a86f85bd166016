from __future__ import annotations

import logging
import logging.handlers
import os
import signal
import subprocess
import sys
import time

import pytest

from gui.application import keep_log, log_path, make_application


@pytest.fixture
def own_handlers():
    log = logging.getLogger("loudness")
    before = list(log.handlers)
    yield log
    for handler in [h for h in log.handlers if h not in before]:
        log.removeHandler(handler)
        handler.close()


def test_there_is_one_application(application):
    assert make_application() is application
    assert application.style().objectName() == "fusion"


def test_what_is_logged_is_kept(own_handlers, tmp_path):
    path = tmp_path / "new" / "gui.log"
    keep_log(path)
    logging.getLogger("loudness").error("it was \udcff")
    assert "ERROR it was \\udcff" in path.read_text()


def test_a_home_that_cannot_be_written_stops_nothing(own_handlers, tmp_path, capsys):
    (tmp_path / "file").touch()
    keep_log(tmp_path / "file" / "gui.log")
    assert not isinstance(own_handlers.handlers[-1], logging.handlers.RotatingFileHandler)


def test_the_log_lies_in_the_users_own_folder(application):
    assert log_path().is_relative_to(os.environ["HOME"])


def test_a_signal_that_comes_before_the_window_closes_it_then(project_folder):
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from gui import application, main_window\n"
        "class Window(main_window.MainWindow):\n"
        "    def __init__(self, project, **options):\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "        super().__init__(project, **options)\n"
        "main_window.MainWindow = Window\n"
        "sys.exit(application.run(Path(sys.argv[1])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(project_folder)],
        stderr=subprocess.PIPE,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window_properly(project_folder, number):
    process = subprocess.Popen(
        [sys.executable, "-m", "gui", str(project_folder)],
        stderr=subprocess.PIPE,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    # Its children come with the project: it is up and working.
    import psutil

    deadline = time.monotonic() + 30
    while not psutil.Process(process.pid).children() and time.monotonic() < deadline:
        time.sleep(0.05)
    children = psutil.Process(process.pid).children()
    process.send_signal(number)
    try:
        _, errors = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, errors) == (0, b"")
    assert psutil.wait_procs(children, timeout=5)[1] == []
