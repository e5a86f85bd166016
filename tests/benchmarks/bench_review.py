"""Ten million evaluated frames with 200,000 error spans in the review panel.

Usage: ``python -m tests.benchmarks.bench_review [N_FRAMES]``, with a screen or under Xvfb.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow

from core.evaluate import prediction_schema
from core.project import Project, ProjectSettings, save_project
from core.review import read_review
from core.run_errors import KEPT_FILE, keep_run_errors
from core.storage import write_json
from core.table_meta import RecordingMeta, TableMeta, write_meta
from gui.actions import Actions
from gui.application import make_application
from gui.media import Media
from gui.panels.review import ReviewPanel
from gui.playback import Player
from gui.session import Session
from tests.benchmarks.event_loop import BusyTime, Stalls, wait

N_SCROLLED = 400
N_FRAMES = 10_000_000
N_RECORDINGS = 1000
FRAMES_PER_ERROR = 50
CLASSES = ("inaudible", "barely", "audible")
HOP = 200
ANNOTATED_FRAMES = 100


def make_project(folder: Path, n_frames: int) -> Path:
    """A project whose dataset is told of, but not there: only predictions are."""
    project = Project(folder, ProjectSettings())
    save_project(project)
    rng = np.random.default_rng(0)
    n_rows = n_frames // N_RECORDINGS
    frames = np.tile(np.arange(n_rows), N_RECORDINGS)
    targets = rng.integers(0, 3, -(-n_frames // ANNOTATED_FRAMES)).repeat(ANNOTATED_FRAMES)
    targets = targets[:n_frames]
    predicted = targets.copy()
    n_errors = n_frames // FRAMES_PER_ERROR
    first = np.arange(n_errors) * FRAMES_PER_ERROR + rng.integers(0, 20, n_errors)
    lengths = np.minimum(1 + rng.exponential(6, n_errors).astype(int), 25)
    rows = np.repeat(first - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
    other = np.repeat(rng.integers(1, 3, n_errors), lengths)
    predicted[rows] = (targets[rows] + other) % 3
    probabilities = rng.random((n_frames, 3), dtype=np.float32) * 0.3
    probabilities[np.arange(n_frames), predicted] += 0.4
    names = [f"rec{k:04d}" for k in range(N_RECORDINGS)]
    text = pa.DictionaryArray.from_arrays(
        np.repeat(np.arange(N_RECORDINGS, dtype=np.int32), n_rows), pa.array(names)
    ).cast(pa.string())
    starts = frames * HOP
    schema = prediction_schema(CLASSES)
    columns = [text, text, starts, starts + HOP, targets, predicted, *probabilities.T]
    arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
    run = project.runs / "2026-01-01_00-00-00_cnn"
    run.mkdir(parents=True)
    with (run / "predictions.parquet").open("wb") as file:
        table = pa.Table.from_arrays(arrays, schema=schema)
        pyarrow.parquet.write_table(
            table, file, compression="zstd", use_dictionary=["recording"], row_group_size=n_frames
        )
    spans = range(0, n_rows, ANNOTATED_FRAMES)
    annotations = [(k * HOP, (k + ANNOTATED_FRAMES) * HOP, 0) for k in spans]
    recordings = tuple(
        RecordingMeta(name, f"{name}.wav", n_rows * HOP, n_rows, original=f"/nowhere/{name}.wav")
        for name in names
    )
    meta = TableMeta(
        "dataset", 8000, HOP, HOP, {}, recordings, sha256="made", classes=CLASSES,
        annotations=dict.fromkeys(names, annotations),
    )  # fmt: skip
    write_meta(project.dataset, meta)
    known = {
        "kind": "cnn",
        "classes": CLASSES,
        "config": project.settings.train.to_dict(),
        "dataset": {"sha256": "made"},
        "split": {"training": names[: N_RECORDINGS // 2]},
    }
    write_json(run / "run.json", known)
    return folder


def keep_errors(project: Path) -> None:
    """As the evaluation does; how long that takes is told, too."""
    found = read_review(project)
    began_s = time.perf_counter()
    keep_run_errors(found, next(project.glob("runs/*/predictions.parquet")))
    kept = next(project.glob(f"runs/*/{KEPT_FILE}"))
    took_s = time.perf_counter() - began_s
    print(f"kept beside the predictions: {kept.stat().st_size / 1e6:.0f} MB in {took_s:.2f} s")


def _bench(project: Path) -> None:
    window = QMainWindow()
    session, actions = Session(window), Actions(window)
    media = Media(session)
    panel = ReviewPanel(session, actions, media, Player(session, media))
    window.setCentralWidget(panel)
    window.resize(1000, 400)
    window.show()
    stalls, reviewing, model = Stalls(), panel.reviewing, panel.model
    session.open_project(project)
    before = psutil.Process().memory_info().rss
    # As the window does while the panel is not in front: the child starts, and reads ahead.
    wait(lambda: session.reviewing.is_busy)
    print(f"child started and read ahead: {wait(lambda: not session.reviewing.is_busy):.2f} s")
    for what in ("first look", "another run", "copied run", "same run", "run without kept errors"):
        old = reviewing.review
        predictions = next(project.glob("runs/*/predictions.parquet"))
        if what == "another run":
            os.utime(predictions.with_name(KEPT_FILE))
        elif what == "copied run":
            os.utime(predictions)
        elif what == "run without kept errors":
            predictions.with_name(KEPT_FILE).unlink()
        wait(lambda: not session.reviewing.is_busy)
        stalls.take()
        reviewing.want(True)
        reviewing.refresh()
        took_s = wait(lambda old=old: reviewing.review is not old and model.rowCount() > 0)
        print(f"matrix and list, {what}: {took_s:.2f} s, {stalls.take()}")
    _scroll(panel, stalls)
    _sort_and_choose(panel, stalls)
    print(f"memory: {(psutil.Process().memory_info().rss - before) / 1e6:.0f} MB more")
    stalls.timer.stop()
    session.close()
    window.close()


def _scroll(panel: ReviewPanel, stalls: Stalls) -> None:
    model, reviewing = panel.model, panel.reviewing
    panel.filters.choose_split("")
    print(f"{model.rowCount():,} errors of {int(reviewing.review.confusion.sum()):,} frames")
    wait(lambda: True)
    stalls.take()
    scroll = panel.table.verticalScrollBar()
    busy = BusyTime()
    for k in range(N_SCROLLED):
        scroll.setValue(k * scroll.maximum() // N_SCROLLED)
        wait(lambda: True)
        busy.note()
    print(f"scrolling through: {stalls.take()}; {busy}")
    panel.table.selectRow(0)
    panel.table.setFocus()
    busy = BusyTime()
    for _ in range(N_SCROLLED):
        QTest.keyClick(panel.table, Qt.Key.Key_Down)
        wait(lambda: True)
        busy.note()
    print(f"walking by key: {stalls.take()}; {busy}")


def _sort_and_choose(panel: ReviewPanel, stalls: Stalls) -> None:
    model = panel.model
    for column in range(model.columnCount()):
        began_s = time.perf_counter()
        panel.table.sortByColumn(column, Qt.SortOrder.DescendingOrder)
        took_ms = 1000 * (time.perf_counter() - began_s)
        wait(lambda: True)
        title = model.headerData(column, Qt.Orientation.Horizontal)
        print(f"sort by {title}: {took_ms:.0f} ms, {stalls.take()}")
    for a, p in ((0, 1), (2, 2), (1, 0)):
        began_s = time.perf_counter()
        panel.choose_cell(CLASSES[a], CLASSES[p])
        took_ms = 1000 * (time.perf_counter() - began_s)
        wait(lambda: True)
        print(f"cell {CLASSES[a]}, {CLASSES[p]}: {took_ms:.0f} ms, {model.rowCount():,} errors")


def main() -> None:
    """Print the figures."""
    n_frames = int(sys.argv[1]) if len(sys.argv) > 1 else N_FRAMES
    make_application()
    with tempfile.TemporaryDirectory() as folder:
        project = make_project(Path(folder) / "project", n_frames)
        keep_errors(project)
        _bench(project)


if __name__ == "__main__":
    main()
