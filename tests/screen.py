"""A screen that is none: each process of tests has an X server of its own, which draws nowhere."""

from __future__ import annotations

import os
import shutil
import subprocess

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
    if shutil.which("Xvfb") is None:
        msg = "The tests need Xvfb: `make test` installs it (resources/test-packages.txt)."
        raise pytest.UsageError(msg)
    reading, writing = os.pipe()
    _server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", SIZE, "-nolisten", "tcp", "-noreset"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as pipe:
        number = pipe.readline().strip()
    if not number:
        msg = "Xvfb did not start."
        raise pytest.UsageError(msg)
    os.environ.update(DISPLAY=f":{number}", QT_QPA_PLATFORM="xcb")
    os.environ.pop("WAYLAND_DISPLAY", None)


def pytest_unconfigure():
    if _server is not None:
        _server.terminate()
        _server.wait()
