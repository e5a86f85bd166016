"""Killed at any moment: each confirmed edit is there, none is half there, the database is whole."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from core.annotation_tables import export_table
from core.annotations.store import AnnotationStore
from core.annotations.stored import StoredAnnotation
from tests.core.made_project import make_project

N_EDITS, N_KILLS = 500, 20

EDITOR = """
import random, sys
from pathlib import Path
from core.annotating import confirm_edit
from core.annotations import edits
from core.project import open_project
from core.project_annotations import ProjectAnnotations

folder, seed, n_edits = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
chance, by, bounds = random.Random(seed), edits.sign("Ada", -6.0), edits.Bounds(1000.0)
annotations = ProjectAnnotations(open_project(folder))
names = annotations.names()
now = {a.id: a for a, _ in annotations.of(names)}
undoable = []
print("ready", flush=True)
for k in range(n_edits):
    kind = chance.choice(["make", "move", "delete", "split", "all", "undo"])
    some = chance.sample(sorted(now), min(len(now), 3))
    chosen = [now[i] for i in some]
    time_s = chance.uniform(0, 900)
    if kind == "undo" and undoable:
        edit = undoable.pop().inverse()
    elif kind == "move" and chosen:
        end_s = chosen[0].start_s + time_s / 10 + 1
        edit = edits.set_edges(chosen[0], end_s=end_s, bounds=bounds, by=by)
    elif kind == "delete" and len(now) > 5:
        edit = edits.delete(chosen, by=by)
    elif kind == "split" and chosen:
        middle = (chosen[0].start_s + chosen[0].end_s) / 2
        edit = edits.split(chosen[0], middle, bounds=bounds, by=by)
    elif kind == "all":
        edit = edits.apply_offset_and_stretch(
            list(now.values()), offset_s=0.001, stretch=0.999, bounds=bounds, by=by)
    else:
        edit = edits.make(chance.choice(names), time_s, time_s + 1, "barely", bounds=bounds, by=by)
    if kind != "undo":
        undoable.append(edit)
    confirm_edit(folder, edit)
    now = {i: a for i, a in now.items() if i not in {a.id for a in edit.removed}}
    now.update((a.id, a) for a in edit.added)
    # In one piece, also where output is not buffered: what is killed in between confirms nothing.
    print(f"{k} {edit.name}\\n", end="", flush=True)
"""


def edit_until_killed(folder, seed, n_edits, *, kill_after, chance):
    """Names of the confirmed edits of a program that is killed in the midst of one."""
    with subprocess.Popen(
        [sys.executable, "-c", EDITOR, folder, str(seed), str(n_edits)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        confirmed = []
        assert process.stdout.readline() == "ready\n"
        for line in process.stdout:
            confirmed.append(line.strip().partition(" ")[2])
            if len(confirmed) == kill_after:
                # At any moment of the edit that follows, which takes some milliseconds.
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(timeout=chance.uniform(0.0, 0.01))
                process.send_signal(signal.SIGKILL)
        return confirmed


def replay(folder):
    """The annotations that the log of edits leads to, and its names."""
    query = "SELECT name, removed, added FROM annotation_edit ORDER BY number"
    now, names = {}, []
    source = AnnotationStore(folder / "project.sqlite").source()
    rows = [line.split(",") for line in source.content.decode().splitlines()[1:]]
    for line, (name, start, end, label) in enumerate(rows, 2):
        if line in source.ids:
            now[line] = StoredAnnotation(line, name, float(start), float(end), label)
    with closing(sqlite3.connect(folder / "project.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for name, removed, added in connection.execute(query):
            names.append(name)
            for row in json.loads(removed):
                assert now.pop(row[0]) == StoredAnnotation(*row)
            for row in json.loads(added):
                now[row[0]] = StoredAnnotation(*row)
    return now, names


def test_what_was_confirmed_is_there_and_nothing_is_half_there(tmp_path):
    folder = make_project(tmp_path).folder
    chance = random.Random(5)  # noqa: S311  a test's
    n_confirmed = 0
    for k in range(N_KILLS):
        part = N_EDITS // N_KILLS
        confirmed = edit_until_killed(
            folder, k, part + 5, kill_after=chance.randint(part - 5, part + 2), chance=chance
        )
        n_confirmed += len(confirmed)
        # Reading comes first, as when the project is opened again.
        found = {a.id: a for a, _ in AnnotationStore(folder / "project.sqlite").everything()}
        now, names = replay(folder)
        assert found == now
        done = names[1:]
        # The edit that was being made is there as a whole or not at all.
        assert done[:n_confirmed][-len(confirmed) :] == confirmed
        assert n_confirmed <= len(done) <= n_confirmed + 1
        n_confirmed = len(done)
    export_table(folder, tmp_path / "out.csv")
