"""Annotations that are put where they do not belong."""

from __future__ import annotations

from pathlib import Path

from core.project import open_project


def shift_annotations(project: Path, name: str, by_s: float) -> None:
    """Move the annotations of a recording in the project's table, as nobody means to."""
    path = Path(open_project(project).settings.annotations.annotations)
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    lines = [header]
    for row in rows:
        file_name, start, end, label = row.split(",")
        if file_name == name:
            start, end = (str(max(float(t) + by_s, 0.0)) for t in (start, end))
        lines.append(f"{file_name},{start},{end},{label}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
