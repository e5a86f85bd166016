"""A screen that is none: each process of tests has an X server of its own, which draws nowhere."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager

import pytest

SIZE = "1920x1080x24"
_server: subprocess.Popen[bytes] | None = None


def pytest_addoption(parser):
    parser.addoption("--headed", action="store_true", help="draw windows on this machine's screen")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    global _server  # noqa: PLW0603  pytest keeps no place for it before the first test
    is_controller = config.getoption("numprocesses", 0) and not hasattr(config, "workerinput")
    if config.getoption("--headed") or config.option.collectonly or is_controller:
        return
    _server = _start()


def pytest_unconfigure():
    if _server is not None:
        _server.terminate()
        _server.wait()


@contextmanager
def screen_for():
    """A screen for a program that is no test."""
    server = _start()
    try:
        yield
    finally:
        server.terminate()
        server.wait()


def _start() -> subprocess.Popen[bytes]:
    """Start a server, and have Qt draw on it from now on."""
    program = shutil.which("Xvfb")
    if program is None:
        msg = "Xvfb is needed: `make test` installs it (resources/test-packages.txt)."
        raise pytest.UsageError(msg)
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [program, "-displayfd", str(writing), "-screen", "0", SIZE, "-nolisten", "tcp", "-noreset"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as pipe:
        number = pipe.readline().strip()
    if not number:
        server.wait()
        msg = "Xvfb did not start."
        raise pytest.UsageError(msg)
    os.environ.update(DISPLAY=f":{number}", QT_QPA_PLATFORM="xcb")
    os.environ.pop("WAYLAND_DISPLAY", None)
    return server
