"""A million recordings in the library panel: first page, filter, sort, scrolling, memory.

Usage: ``python -m tests.benchmarks.bench_library [N_RECORDINGS]``, with a screen or under Xvfb.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import psutil
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow

from core.project import Project, ProjectSettings, save_project
from core.settings import LibraryConfig
from gui.actions import Actions
from gui.application import make_application
from gui.panels.library import LibraryPanel
from gui.session import Session
from tests.benchmarks.event_loop import Stalls, wait

N_RECORDINGS = 1_000_000
N_SCROLLED = 400


def main() -> None:
    """Print the figures."""
    n_recordings = int(sys.argv[1]) if len(sys.argv) > 1 else N_RECORDINGS
    make_application()
    with tempfile.TemporaryDirectory() as folder:
        _bench(_make_project(Path(folder), n_recordings), n_recordings)


def _make_project(folder: Path, n_recordings: int) -> Path:
    draw = random.Random(1)  # noqa: S311  no secret
    rows = (
        (
            f"audio/s{k % 1000:03d}/site{draw.randrange(40)}_{k:07d}.wav",
            int(draw.random() < 0.3),
            draw.choice(["north", "south", "east"]),
            f"recorder {draw.randrange(300)}",
            draw.random() * 600,
        )
        for k in range(n_recordings)
    )
    with closing(sqlite3.connect(folder / "x.db")) as connection:
        connection.execute(
            "CREATE TABLE recording (path TEXT, reviewed INT, site TEXT, recorder TEXT, s REAL)"
        )
        connection.executemany("INSERT INTO recording VALUES (?, ?, ?, ?, ?)", rows)
        connection.commit()
    library = LibraryConfig(str(folder / "x.db"))
    save_project(Project(folder / "project", ProjectSettings(library=library)))
    return folder / "project"


def _bench(project: Path, n_recordings: int) -> None:
    window = QMainWindow()
    session = Session(window)
    panel = LibraryPanel(session, Actions(window))
    window.setCentralWidget(panel)
    window.resize(700, 800)
    window.show()
    stalls = Stalls()
    model, listing = panel.model, panel.listing
    before = psutil.Process().memory_info().rss
    session.open_project(project)
    print(f"first page: {wait(lambda: model.rowCount() > 0):.2f} s")
    print(f"whole list: {wait(lambda: listing.is_complete):.2f} s more, {stalls.take()}")
    print(f"states: {wait(lambda: not listing.text):.2f} s more, {stalls.take()}")
    took_s = wait(lambda: not session.listing.is_busy)
    print(f"texts sorted beforehand: {took_s:.2f} s more, {stalls.take()}")
    field = panel.findChild(QLineEdit, "recordingsFilter")
    for words in ("site12", "site1 north 0001", "a", "recorder 7", ""):
        field.setText(words)
        shown = model.rowCount()
        took_s = wait(lambda shown=shown: model.rowCount() != shown, 5)
        print(f"filter {words!r}: {took_s:.2f} s, {model.rowCount():,} rows, {stalls.take()}")
    for k, column in enumerate(model.columns):
        resets: list[bool] = []
        connection = model.modelReset.connect(lambda resets=resets: resets.append(True))
        panel.table.horizontalHeader().sectionClicked.emit(k)
        print(f"sort by {column.title}: {wait(lambda r=resets: r, 10):.2f} s, {stalls.take()}")
        model.disconnect(connection)
    scroll = panel.table.verticalScrollBar()
    for k in range(N_SCROLLED):
        scroll.setValue(k * scroll.maximum() // N_SCROLLED)
        wait(lambda: True)
    print(f"scrolling through: {stalls.take()}")
    panel.table.setFocus()
    for _ in range(N_SCROLLED):
        QTest.keyClick(panel.table, Qt.Key.Key_Down)
        wait(lambda: True)
    print(f"running through by key: {stalls.take()}")
    after = psutil.Process().memory_full_info()
    print(f"memory: {(after.rss - before) / 1e6:.0f} MB more, {after.uss / 1e6:.0f} MB of its own")
    stalls.timer.stop()
    session.close()
    window.close()
    print(f"{n_recordings:,} recordings")


if __name__ == "__main__":
    main()
