"""Editing a recording that has 10,000 annotations: from a key to painted, and pan and zoom.

Run as ``python -m tests.benchmarks.bench_editing``. Needs Xvfb, a screen or the platform
``offscreen``. Beside the time from key to painted stands that of the same edit made by a call in
this process, which nobody could wait less for.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

N_ANNOTATIONS = 10_000
SECONDS = 3600
N_EDITS = 40
N_CHANGES = 100
LIMIT_MS = 20_000
SIZE_PX = (1600, 900)


def make(folder):
    """A project with one recording of an hour, all of it annotated."""
    import sqlite3
    from contextlib import closing

    import soundfile

    from core.project import Project, ProjectSettings, save_project
    from core.settings import AnnotationConfig, FeatureConfig, LibraryConfig, TranscodeConfig

    noise = np.random.default_rng(0).standard_normal(8000 * SECONDS).astype(np.float32) * 0.1
    soundfile.write(folder / "long.wav", noise, 8000)
    with closing(sqlite3.connect(folder / "library.db")) as database, database:
        database.execute("CREATE TABLE recording(path TEXT, reviewed INTEGER)")
        database.execute("INSERT INTO recording VALUES ('long.wav', 1)")
    step_s = SECONDS / N_ANNOTATIONS
    names = ("inaudible", "barely", "audible")
    rows = [
        f"long.wav,{k * step_s:.3f},{k * step_s + 0.8 * step_s:.3f},{names[k % 3]}"
        for k in range(N_ANNOTATIONS)
    ]
    table = folder / "annotations.csv"
    table.write_text("\n".join(["file_name,start,end,class", *rows, ""]))
    settings = ProjectSettings(
        library=LibraryConfig(database=str(folder / "library.db")),
        transcode=TranscodeConfig(sample_rate=8000, output_format="wav"),
        features=FeatureConfig(frame_size=200),
        annotations=AnnotationConfig(annotations=str(table)),
    )
    save_project(Project(folder / "project", settings))
    return folder / "project"


def shown(ms):
    return (
        f"median {np.median(ms):.1f} ms, p95 {np.percentile(ms, 95):.1f} ms, longest {max(ms):.1f}"
    )


def wait(until, limit_s=60.0):
    from PySide6.QtWidgets import QApplication

    deadline_s = time.monotonic() + limit_s
    while not until():
        QApplication.processEvents()
        if time.monotonic() > deadline_s:
            sys.exit("This takes too long.")


def measure_edits(window):
    """Milliseconds from a key to painted: classes, moves, copies and deletions, and their undo."""
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from tests.benchmarks.event_loop import Stalls

    editing, details = window.editing, window.media.details
    choice, taken, worked = window.session.choice, [], []
    actions = ("class", "nudge_on", "class", "nudge_back", "duplicate", "delete", "undo", "redo")
    stalls = Stalls()
    for k in range(N_EDITS):
        details = window.media.details
        name = actions[k % len(actions)]
        if name not in {"delete", "undo", "redo"}:
            place = 37 * k % len(details.annotations)
            one = details.annotations[place]
            choice.choose([one])
            name = f"class_{(one.target + 1) % 3 + 1}" if name == "class" else name
            window.session.time.reveal(*window.session.time.selection)
        QApplication.processEvents()
        loop = QEventLoop()
        connection = editing.confirmed.connect(lambda *_, loop=loop: loop.quit())
        QTimer.singleShot(LIMIT_MS, loop, lambda: sys.exit("This takes too long."))
        started_s, worked_s = time.perf_counter(), time.thread_time()
        window.actions_[name].trigger()
        loop.exec()
        QApplication.processEvents()
        taken.append((time.perf_counter() - started_s) * 1000)
        worked.append((time.thread_time() - worked_s) * 1000)
        editing.confirmed.disconnect(connection)
        # The stages are looked at and the list is counted in children meanwhile: let them.
        wait(lambda: not any(lane.is_busy for lane in window.session.lanes))
    return taken, worked, stalls.take()


def measure_ranges(window):
    from PySide6.QtWidgets import QApplication

    time_axis, taken = window.session.time, []
    for span_s in (SECONDS, 600.0, 60.0, 6.0):
        for k in range(N_CHANGES // 4):
            start_s = (k * 0.1 * span_s) % max(1.0, SECONDS - span_s)
            started_s = time.perf_counter()
            time_axis.set_range(start_s, start_s + span_s * (0.9 if k % 2 else 1.0))
            QApplication.processEvents()
            taken.append((time.perf_counter() - started_s) * 1000)
    return taken


def measure_core(project):
    """The same without a window: edits by calls in this process."""
    from core.annotating import confirm_edit
    from core.annotations import edits
    from core.annotations.store import AnnotationStore

    store = AnnotationStore(project / "project.sqlite")
    one = store.everything()[5][0]
    taken = []
    labels = [label for label in ("audible", "barely") if label != one.label]
    labels += [label for label in ("barely", "audible", "inaudible") if label != labels[0]]
    for k in range(N_EDITS):
        edit = edits.relabel([one], labels[k % 2], by=edits.sign("bench"))
        started_s = time.perf_counter()
        confirm_edit(project, edit)
        taken.append((time.perf_counter() - started_s) * 1000)
        one = edit.added[0]
    return taken


def main():
    from gui.application import make_application
    from gui.main_window import MainWindow

    with tempfile.TemporaryDirectory() as name:
        project = make(Path(name))
        make_application()
        window = MainWindow(project)
        window.resize(*SIZE_PX)
        window.show()
        wait(lambda: window.media.details is not None and not window.media.is_busy)
        wait(lambda: not any(lane.is_busy for lane in window.session.lanes))
        first_s = time.perf_counter()
        window.session.choice.choose([window.media.details.annotations[0]])
        window.actions_["class_2"].trigger()
        wait(lambda: not window.editing.is_busy)
        first_s = time.perf_counter() - first_s
        wait(lambda: not any(lane.is_busy for lane in window.session.lanes))
        print(f"first edit, which imports the table: {first_s * 1000:.0f} ms")
        window.session.time.set_range(100.0, 130.0)
        taken, worked, stalls = measure_edits(window)
        print(f"edit, from key to painted, {N_ANNOTATIONS:,} annotations: {shown(taken)}")
        print(f"of it, processor time of the window's thread: {shown(worked)}")
        print(f"meanwhile: {stalls}")
        print(f"pan and zoom: {shown(measure_ranges(window))}")
        window.end()
        print(f"the edit alone, in one process: {shown(measure_core(project))}")


if __name__ == "__main__":
    main()
