"""An edit confirmed, with 10,000 annotations on one recording and 100,000 in the project.

Usage: ``python -m tests.benchmarks.bench_edits [N_ANNOTATIONS [N_ON_ONE]]``.
"""

from __future__ import annotations

import os
import pickle
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np

from core.annotating import confirm_edit, prepare_editing
from core.annotation_tables import export_table, import_table, preview_import
from core.annotations import edits
from core.annotations.edits import Bounds, sign
from core.isolation import StageRunner
from core.library import Recording
from core.manifest import ManifestEntry, write_manifest
from core.project import Project, ProjectSettings, save_project
from core.settings import AnnotationConfig, LibraryConfig
from tests.core.made_project import annotations_of

N_ANNOTATIONS, N_ON_ONE, N_RECORDINGS = 100_000, 10_000, 1000
N_EDITS = 100


def make_project(folder: Path, n_annotations: int, n_on_one: int) -> tuple[Path, Recording]:
    """A project of a table, a database and a manifest; there is no audio."""
    names = [f"audio/rec{k:04d}.wav" for k in range(N_RECORDINGS)]
    with closing(sqlite3.connect(folder / "x.db")) as connection:
        connection.execute("CREATE TABLE recording (path TEXT, reviewed INTEGER)")
        connection.executemany("INSERT INTO recording VALUES (?, 1)", [(n,) for n in names])
        connection.commit()
    of = [0] * n_on_one + [1 + k % (N_RECORDINGS - 1) for k in range(n_annotations - n_on_one)]
    rows = [
        f"{Path(names[r]).name},{k * 0.5:.3f},{k * 0.5 + 0.4:.3f},{('barely', 'audible')[k % 2]}\n"
        for k, r in enumerate(of)
    ]
    (folder / "annotations.csv").write_text("file_name,start,end,class\n" + "".join(rows))
    project = Project(
        folder / "project",
        ProjectSettings(
            library=LibraryConfig(str(folder / "x.db")),
            annotations=AnnotationConfig(str(folder / "annotations.csv")),
        ),
    )
    save_project(project)
    project.transcoded.mkdir()
    entries = [
        ManifestEntry(str(folder / n), n, f"{k}.wav", "transcoded") for k, n in enumerate(names)
    ]
    write_manifest(project.transcoded, entries)
    return project.folder, Recording(names[0], folder / names[0])


def sync_ms(folder: Path) -> float:
    """A lone page written and synchronised three times: what the disk alone takes."""
    times = []
    with (folder / "page").open("wb", 0) as file:
        for _ in range(N_EDITS):
            began_s = time.perf_counter()
            for _ in range(3):
                file.write(bytes(4096))
                os.fsync(file.fileno())
            times.append(time.perf_counter() - began_s)
    return 1000 * float(np.median(times))


def _bench(folder: Path, n_annotations: int, n_on_one: int) -> None:
    project, recording = make_project(folder, n_annotations, n_on_one)
    bounds, by = Bounds(1e6), sign(listening_gain_db=-6.0)
    print(f"{n_annotations:,} annotations, {n_on_one:,} on one recording")
    print(f"the disk alone, three pages: {sync_ms(folder):.1f} ms")
    with StageRunner() as runner:

        def timed(what, function, *arguments, **options):
            began_s = time.perf_counter()
            result = runner.run(function, *arguments, **options)
            print(f"{what}: {1000 * (time.perf_counter() - began_s):.0f} ms")
            return result

        timed(
            "all of the recording from the table, child started", annotations_of, project, recording
        )
        now = timed("annotations from the table, warm", annotations_of, project, recording)
        edit = edits.move(now[:1], 0.01, bounds=bounds, by=by)
        timed("first edit, with the import", confirm_edit, project, edit)
        now = (*edit.added, *now[1:])
        timed("prepared", prepare_editing, project)
        times = []
        for k in range(N_EDITS):
            edit = edits.move(now[k * 7 : k * 7 + 1], 0.01, bounds=bounds, by=by)
            began_s = time.perf_counter()
            runner.run(confirm_edit, project, edit)
            times.append(1000 * (time.perf_counter() - began_s))
            now = tuple({a.id: a for a in (*now, *edit.added)}.values())
        p50, p99 = np.percentile(times, [50, 99])
        print(f"an edit and the child's round trip: p50 {p50:.1f}, p99 {p99:.1f} ms")
        began_s = time.perf_counter()
        pickle.loads(pickle.dumps(now))  # noqa: S301  our own
        took_ms = 1000 * (time.perf_counter() - began_s)
        print(f"{len(now):,} packed and unpacked alone: {took_ms:.1f} ms")
        all_moved = edits.apply_offset_and_stretch(now, offset_s=1, stretch=1, bounds=bounds, by=by)
        timed(f"{len(now):,} moved at once", confirm_edit, project, all_moved)
        timed("export", export_table, project)
        timed("preview of an import", preview_import, project)
        timed("import", import_table, project)


def main() -> None:
    """Print the figures."""
    counts = [int(a) for a in sys.argv[1:]] + [N_ANNOTATIONS, N_ON_ONE][len(sys.argv) - 1 :]
    with tempfile.TemporaryDirectory() as folder:
        _bench(Path(folder), *counts)


if __name__ == "__main__":
    main()
