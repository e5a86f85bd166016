from __future__ import annotations

import csv
import json

import pytest

from core.annotation_queue import AnnotationQueue, QueueRow
from core.annotation_queue_table import (
    QUEUE_FILE,
    KeptQueue,
    KeptRow,
    find_queue,
    write_queue,
    write_queue_csv,
)
from core.left_out import LeftOut
from core.table_meta import meta_path
from core.tables import read_table

CLASSES = ("inaudible", "audible")
ODD = "sub/caf\udce9.wav"  # no UTF-8
ROWS = (
    QueueRow(ODD, 0.75, 1.5, 6.5, 60.0, {"inaudible": 0.9, "audible": 0.1}),
    QueueRow("b.wav", 0.25, 0.0, 3.0, 3.0, {"inaudible": 0.0, "audible": 1.0}),
)
KEPT = KeptQueue(
    tuple(KeptRow(row, f"{k}-{k}") for k, row in enumerate(ROWS)),
    "m" * 64,
    (LeftOut("c.wav", "it is broken"),),
)


@pytest.fixture
def run(tmp_path):
    write_queue(tmp_path, KEPT, CLASSES)
    return tmp_path


def test_what_is_kept_is_found_again(run):
    assert find_queue(run) == KEPT


def test_an_empty_queue_is_one_too(tmp_path):
    only_left_out = KeptQueue(model="m", left_out=KEPT.left_out)
    write_queue(tmp_path, only_left_out, ())
    assert find_queue(tmp_path) == only_left_out


def test_the_table_can_be_read_by_others(run):
    table = read_table(run / QUEUE_FILE)
    assert table.column_names == [
        *("recording", "original", "uncertainty", "start", "end", "length"),
        *("share_inaudible", "share_audible"),
    ]
    meta = json.loads(meta_path(run / QUEUE_FILE).read_text())
    assert meta["look_s"] == 5.0
    assert "margin" in meta["measure"]


def test_where_nothing_is_kept_nothing_is_found(tmp_path):
    assert find_queue(tmp_path) == KeptQueue()


@pytest.mark.parametrize("damage", ["table", "no table", "meta", "measure", "classes"])
def test_what_cannot_be_read_or_is_of_another_measure_is_made_anew(run, damage):
    table, meta = run / QUEUE_FILE, meta_path(run / QUEUE_FILE)
    known = json.loads(meta.read_text())
    if damage == "table":
        table.write_bytes(table.read_bytes()[:50])
    elif damage == "no table":
        table.unlink()
    elif damage == "meta":
        meta.write_text("{")
    elif damage == "measure":
        meta.write_text(json.dumps({**known, "look_s": 3.0}))
    else:
        meta.write_text(json.dumps({**known, "classes": ["other"]}))
    assert find_queue(run) == KeptQueue()


def test_a_csv_has_what_is_to_be_annotated(tmp_path):
    queue = AnnotationQueue("run", ROWS, 3)
    write_queue_csv(tmp_path / "q.csv", queue)
    with (tmp_path / "q.csv").open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        rows = list(csv.DictReader(file))
    assert [row["recording"] for row in rows] == [ODD, "b.wav"]
    assert rows[0]["uncertainty"] == "0.7500"
    assert (float(rows[0]["start"]), float(rows[0]["share_inaudible"])) == (1.5, 0.9)
    write_queue_csv(tmp_path / "q.csv", queue.noted(ODD, 1), limit=5)
    assert len((tmp_path / "q.csv").read_text().splitlines()) == 2
    write_queue_csv(tmp_path / "q.csv", AnnotationQueue())
    assert (tmp_path / "q.csv").read_text() == "recording,uncertainty,start,end,length\n"
