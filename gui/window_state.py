"""Where everything stood: the window's docks, the last project, and what was in view in it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes, unquote_to_bytes

from PySide6.QtCore import QByteArray

from gui.preferences import preferences

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QMainWindow

    from gui.session import Session

LAYOUT_VERSION = 4
"""Raised when docks come or go: an older arrangement is then not restored."""

_LAST_PROJECT = "last_project"


@dataclass(frozen=True)
class ProjectView:
    """What was in view in a project."""

    recording: str = ""
    """Path of the recording."""
    range_s: tuple[float, float] | None = None
    selection_s: tuple[float, float] | None = None
    playhead_s: float = 0.0


def save_layout(window: QMainWindow, docks: QByteArray) -> None:
    """Remember size and place of the window, and `saveState` of its docks."""
    kept = preferences()
    kept.setValue("window/geometry", window.saveGeometry())
    kept.setValue("window/docks", docks)


def restore_layout(window: QMainWindow) -> QByteArray:
    """Bring size and place back; the result is for `restoreState`, empty if nothing is known."""
    kept = preferences()
    geometry, docks = kept.value("window/geometry"), kept.value("window/docks")
    if isinstance(geometry, QByteArray):
        window.restoreGeometry(geometry)
    return docks if isinstance(docks, QByteArray) else QByteArray()


def last_project() -> Path | None:
    """The project that was open when the window was last closed, if it is still there."""
    path = _to_path(preferences().value(_LAST_PROJECT))
    return Path(path) if path and Path(path, "project.toml").is_file() else None


def save_view(session: Session) -> None:
    """Remember the open project, and what is in view in it; without one, that there is none."""
    kept = preferences()
    if session.project is None:
        kept.setValue(_LAST_PROJECT, "")
        return
    kept.setValue(_LAST_PROJECT, _to_text(session.project.folder))
    if session.recording is None:
        return
    time = session.time
    group = _group(session.project.folder)
    kept.setValue(f"{group}/recording", _to_text(session.recording.path))
    kept.setValue(f"{group}/range", [time.start_s, time.end_s])
    kept.setValue(f"{group}/selection", list(time.selection or ()))
    kept.setValue(f"{group}/playhead", time.playhead_s)


def saved_view(project_folder: Path) -> ProjectView:
    """What was in view when a project was last closed."""
    kept, group = preferences(), _group(project_folder)
    playhead = _numbers(kept, f"{group}/playhead", 1)
    return ProjectView(
        recording=_to_path(kept.value(f"{group}/recording")),
        range_s=_pair(kept, f"{group}/range"),
        selection_s=_pair(kept, f"{group}/selection"),
        playhead_s=playhead[0] if playhead else 0.0,
    )


def _group(folder: Path) -> str:
    # A path would be taken for groups within groups.
    return "projects/" + hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()


def _to_text(path: Path) -> str:
    """A path, which may be of any bytes, as a text that Qt keeps."""
    return quote_from_bytes(os.fsencode(path))


def _to_path(text: object) -> str:
    return os.fsdecode(unquote_to_bytes(text)) if isinstance(text, str) else ""


def _pair(kept: QSettings, key: str) -> tuple[float, float] | None:
    numbers = _numbers(kept, key, 2)
    return (numbers[0], numbers[1]) if numbers else None


def _numbers(kept: QSettings, key: str, n_numbers: int) -> list[float]:
    """Numbers under a key; none if there are others than expected: anybody may edit the file."""
    value = kept.value(key)
    parts = value if isinstance(value, list) else [value]
    try:
        numbers = [float(part) for part in parts if part is not None]
    except ValueError:
        return []
    return numbers if len(numbers) == n_numbers else []
