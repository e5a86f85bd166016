"""The command line as users start it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.made_library import MadeLibrary, make_library

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def library(tmp_path_factory) -> MadeLibrary:
    return make_library(tmp_path_factory.mktemp("library"))


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


class Running:
    """A command that is to be disturbed, in a process group of its own."""

    def __init__(self, *arguments: object) -> None:
        self.process = subprocess.Popen(
            command(*arguments),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.family: list[psutil.Process] = []

    def wait_until(self, happened, *, timeout_s: float = 60) -> None:
        """Wait for a moment in the middle of the work."""
        deadline = time.monotonic() + timeout_s
        while not happened():
            assert self.process.poll() is None, "the command ended too soon to be disturbed"
            assert time.monotonic() < deadline
            time.sleep(0.002)
        self.family = psutil.Process(self.process.pid).children(recursive=True)

    def kill_group(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.expect_no_children()

    def expect_no_children(self) -> None:
        _, alive = psutil.wait_procs(self.family, timeout=5)
        assert not alive
