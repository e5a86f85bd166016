"""What every test shares: isolation from the machine, and the folder of real recordings."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import hypothesis
import psutil
import pytest
import shiboken6 as shiboken

pytest_plugins = ["tests.screen", "tests.windows", "tests.sound_card", "tests.made_review"]

# Libraries speak through the tests' own assertions, not to the terminal.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

PATIENCE_S = 2.0
"""How long threads and processes that are ending may take to do so."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """Reports go between processes as UTF-8, which names of files in a log need not be."""
    report = yield
    report.sections = [
        (title, text.encode("utf-8", "backslashreplace").decode())
        for title, text in report.sections
    ]
    return report


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory, monkeypatch):
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))


@pytest.fixture(autouse=True)
def _nothing_left_behind(tmp_path_factory, monkeypatch):
    """Fail a test that leaves a thread, a process or a temporary file."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    threads, processes = set(threading.enumerate()), _children()
    # What was there before need not be looked at, nor collected while the test runs: with
    # TensorFlow loaded, going through all of it takes longer than most tests.
    gc.freeze()
    yield
    deadline = time.monotonic() + PATIENCE_S
    left = _left(threads, processes)
    while left and time.monotonic() < deadline:
        time.sleep(0.01)
        left = _left(threads, processes)
    gc.collect()
    gc.unfreeze()
    left += [f"file {path.name}" for path in folder.iterdir() if not _is_autograph(path)]
    assert not left, "the test left behind: " + ", ".join(left)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real recordings, which lies beside the project and is no part of it."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real recordings are not on this machine")
    return folder


def _left(threads: set[threading.Thread], processes: set[int]) -> list[str]:
    started = [
        f"thread {t.name}"
        for t in threading.enumerate()
        # Python takes note of a thread of Qt's, and never learns that it has ended.
        if t not in threads and not isinstance(t, threading._DummyThread)
    ]
    return started + _left_by_qt() + [f"process {_command(pid)}" for pid in _children() - processes]


def _left_by_qt() -> list[str]:
    """Threads that run and timers that tick, of those that the test has made."""
    core = sys.modules.get("PySide6.QtCore")
    if core is None:
        return []
    left = []
    for item in gc.get_objects():
        if isinstance(item, core.QThread | core.QTimer) and shiboken.isValid(item):
            busy = item.isRunning() if isinstance(item, core.QThread) else item.isActive()
            if busy and item is not core.QThread.currentThread():
                left.append(f"{type(item).__name__} {item.objectName() or item} {_told(item)}")
    return left


def _told(item: Any) -> str:
    """Whose it is, and how often a timer ticks."""
    interval = f"each {item.interval()} ms " if hasattr(item, "interval") else ""
    return f"({interval}of {item.parent()})"


def _children() -> set[int]:
    if hasattr(os, "waitid") and _is_childless():
        return set()
    return {process.pid for process in psutil.Process().children()}


def _is_childless() -> bool:
    """Ask the kernel whether it is so, since looking at every process takes a while."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return True
    return False


def _command(pid: int) -> str:
    try:
        process = psutil.Process(pid)
        return f"{pid} ({' '.join(process.cmdline()) or process.status()})"
    except psutil.Error:
        return f"{pid} (gone by now)"


def _is_autograph(path: Path) -> bool:
    """TensorFlow keeps the code that it generates until the process ends."""
    if path.name == "__pycache__":
        return all(map(_is_autograph, path.iterdir()))
    return path.name.startswith("__autograph_generated_file")
