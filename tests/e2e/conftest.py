"""The command line as users start it."""

from __future__ import annotations

import contextlib
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.made_library import MadeLibrary, make_library, make_many

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def library(tmp_path_factory) -> MadeLibrary:
    return make_library(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="session")
def many(library, tmp_path_factory) -> MadeLibrary:
    return make_many(tmp_path_factory.mktemp("many"), library)


WAYS = (
    ["unshare", "--mount"],
    ["unshare", "--mount", "--map-root-user"],
    ["unshare", "--mount", "--propagation", "unchanged"],
)


@pytest.fixture(scope="session")
def unshare():
    """How to start a command that may mount a small file system."""
    for way in WAYS[:2] if os.geteuid() else WAYS[::2]:
        if subprocess.run([*way, "true"], capture_output=True, check=False).returncode == 0:
            return way
    pytest.skip("this machine lets nobody mount a small file system")


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "core", *map(str, arguments)]


def run(*arguments: object, timeout_s: float = 100, **options) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command(*arguments),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
        **options,
    )


@pytest.fixture(autouse=True, scope="session")
def _ctrl_c_is_heard():
    """A shell has what it runs in the background ignore Ctrl+C, and that would be inherited."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class Running:
    """A command that is to be disturbed, in a process group of its own, on a terminal."""

    def __init__(self, *arguments: object) -> None:
        self._screen, theirs = pty.openpty()
        os.set_blocking(self._screen, False)
        self.process = subprocess.Popen(
            command(*arguments),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.shown = ""
        self.family: list[psutil.Process] = []

    def wait_until(self, happened, *, timeout_s: float = 60) -> None:
        """Wait for a moment in the middle of the work."""
        deadline = time.monotonic() + timeout_s
        while not happened(self._look()):
            assert self.process.poll() is None, f"it ended too soon to be disturbed: {self.shown}"
            assert time.monotonic() < deadline, self.shown
            time.sleep(0.002)
        self.family = psutil.Process(self.process.pid).children(recursive=True)

    def _look(self) -> str:
        """All that was shown so far."""
        with contextlib.suppress(OSError):  # nothing yet, or nothing more
            self.shown += os.read(self._screen, 65536).decode("utf-8", "replace")
        return self.shown

    def kill_group(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.end()

    def end(self, *, timeout_s: float = 10) -> int:
        """Wait for the end of the command and of all its processes; returns the exit code."""
        code = self.process.wait(timeout_s)
        os.close(self._screen)
        _, alive = psutil.wait_procs(self.family, timeout=5)
        assert not alive
        return code
