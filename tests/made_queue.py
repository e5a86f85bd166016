"""Projects in which something is left to annotate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.annotation_queue import QueueRow, in_order
from core.annotation_queue_table import KeptQueue, KeptRow, write_queue
from core.predicted_frames import model_hash

if TYPE_CHECKING:
    from pathlib import Path

REVIEWED, FIRST, SECOND = "audio/rec2.flac", "audio/rec3.wav", "audio/rec4.flac"
"""Of the five: one that is marked as reviewed, and two that are not."""

CLASSES = ("inaudible", "barely", "audible")
SHARES = dict(zip(CLASSES, (0.5, 0.3, 0.2), strict=True))


def leave_to_annotate(project: Path, *recordings: str) -> None:
    """Take the annotations of recordings out of the project's table."""
    table = project.parent / "annotations.csv"
    names = tuple(f"{r.rpartition('/')[2]}," for r in recordings)
    lines = table.read_text().splitlines(keepends=True)
    table.write_text("".join(line for line in lines if not line.startswith(names)))


def annotate(project: Path, recording: str) -> None:
    """Add an annotation to the project's table."""
    with (project.parent / "annotations.csv").open("a") as file:
        file.write(f"{recording.rpartition('/')[2]},1,2,audible\n")


def rank_by_hand(project: Path, uncertainties: dict[str, float]) -> None:
    """Keep how uncertain recordings are, from 1 to 6 s the most."""
    run = max(p for p in (project / "runs").iterdir() if not p.name.startswith("."))
    rows = in_order(
        QueueRow(name, score, 1.0, 6.0, 8.0, SHARES) for name, score in uncertainties.items()
    )
    kept = KeptQueue(tuple(KeptRow(row, "") for row in rows), model_hash(run))
    write_queue(run, kept, CLASSES)
