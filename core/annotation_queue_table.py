# pyarrow ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
"""The order in which a run is unsure of recordings, kept in the run's folder."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.annotation_queue import QueueRow
from core.errors import TableError
from core.learning.uncertainty import LOOK_S
from core.left_out import LeftOut
from core.storage import read_json, replacing, write_json
from core.table_meta import meta_path
from core.tables import TableWriter, read_table, require_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from core.annotation_queue import AnnotationQueue

QUEUE_FILE = "queue.parquet"
MEASURE = "mean of 1 - margin over the most uncertain frames"
EXPECTED = "share_"


@dataclass(frozen=True)
class KeptRow:
    """A recording as it was ranked.

    Parameters
    ----------
    row : QueueRow
        Without what is known of it now: annotations, and the mark.
    original : str
        Size and time stamp of the file that it is of; see `core.predicted_frames.stamp_of`.
    """

    row: QueueRow
    original: str


@dataclass(frozen=True)
class KeptQueue:
    """What is kept of a run.

    Parameters
    ----------
    rows : tuple of KeptRow
        The most uncertain first.
    model : str
        Hash of the model that ranked them.
    left_out : tuple of LeftOut
        Recordings that could not be ranked, and why.
    """

    rows: tuple[KeptRow, ...] = ()
    model: str = ""
    left_out: tuple[LeftOut, ...] = ()


def queue_schema(classes: Sequence[str]) -> pa.Schema:
    """Columns and types of the table.

    Parameters
    ----------
    classes : sequence of str
        From the quietest to the loudest.

    Returns
    -------
    pyarrow.Schema
        The recording, how uncertain it is and where the most, its length, and the share of its
        frames that each class has. Paths are bytes, since they need not be UTF-8.
    """
    import pyarrow as pa

    numbers = ("uncertainty", "start", "end", "length", *(f"{EXPECTED}{c}" for c in classes))
    keys = [("recording", pa.binary()), ("original", pa.string())]
    return pa.schema([*keys, *((name, pa.float64()) for name in numbers)])


def write_queue(run: Path, kept: KeptQueue, classes: Sequence[str]) -> None:
    """Keep an order, in place of the one that was kept before.

    Parameters
    ----------
    run : Path
        The run's folder.
    kept : KeptQueue
        What is to be kept.
    classes : sequence of str
        The run's, from the quietest to the loudest.

    Raises
    ------
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    import pyarrow as pa

    schema = queue_schema(classes)
    rows = [(k.row, k.original) for k in kept.rows]
    columns: list[Any] = [
        [r.recording.encode("utf-8", "surrogateescape") for r, _ in rows],
        [original for _, original in rows],
        *([getattr(r, name) for r, _ in rows] for name in _NUMBERS),
        *([r.expected[c] for r, _ in rows] for c in classes),
    ]
    arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
    path = run / QUEUE_FILE
    with replacing(path) as part, TableWriter(part, schema, parquet=True) as writer:
        writer.write(pa.Table.from_arrays(arrays, schema=schema))
    meta = {
        "measure": MEASURE,
        "look_s": LOOK_S,
        "model": kept.model,
        "classes": list(classes),
        "units": dict.fromkeys(("start", "end", "length"), "s"),
        "left_out": [[x.name, x.reason] for x in kept.left_out],
    }
    write_json(meta_path(path), meta)


def find_queue(run: Path) -> KeptQueue:
    """Read what is kept of a run.

    Parameters
    ----------
    run : Path
        The run's folder.

    Returns
    -------
    KeptQueue
        Empty if nothing is kept, if it cannot be read, or if it is by another measure: then it is
        made anew.
    """
    path = run / QUEUE_FILE
    known = read_json(meta_path(path))
    if (known.get("measure"), known.get("look_s")) != (MEASURE, LOOK_S) or not path.exists():
        return KeptQueue()
    try:
        classes = [str(c) for c in known["classes"]]
        table = read_table(path)
        require_columns(table, queue_schema(classes).names, path)
        rows = [_kept_row(values, classes) for values in table.to_pylist()]
        left_out = tuple(LeftOut(name, reason) for name, reason in known["left_out"])
        return KeptQueue(tuple(rows), str(known["model"]), left_out)
    except (TableError, KeyError, TypeError, ValueError, AttributeError):
        return KeptQueue()


def write_queue_csv(path: Path, queue: AnnotationQueue, limit: int | None = None) -> None:
    """Write what is to be annotated as a table for others.

    Parameters
    ----------
    path : Path
        A CSV; times in seconds.
    queue : AnnotationQueue
        Its items are written, the most uncertain first.
    limit : int, optional
        At most so many.

    Raises
    ------
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    items = queue.items[:limit]
    classes = [*items[0].expected] if items else []
    header = ["recording", "uncertainty", "start", "end", "length"]
    with (
        replacing(path) as part,
        part.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*header, *(f"{EXPECTED}{c}" for c in classes)])
        for row in items:
            times = [f"{row.start_s:.6f}", f"{row.end_s:.6f}", f"{row.length_s:.6f}"]
            shares = [f"{row.expected[c]:.4f}" for c in classes]
            writer.writerow([row.recording, f"{row.uncertainty:.4f}", *times, *shares])


_NUMBERS = ("uncertainty", "start_s", "end_s", "length_s")


def _kept_row(values: Mapping[str, Any], classes: Sequence[str]) -> KeptRow:
    row = QueueRow(
        values["recording"].decode("utf-8", "surrogateescape"),
        values["uncertainty"],
        values["start"],
        values["end"],
        values["length"],
        {c: values[f"{EXPECTED}{c}"] for c in classes},
    )
    return KeptRow(row, values["original"])
