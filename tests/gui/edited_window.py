"""A window whose recording can be edited, and waiting for what was asked of it."""

from __future__ import annotations

from core.annotations import edits


def open_edited(open_window, project_folder, qtbot):
    """The window, once the recording of 8 s with its three annotations is there."""
    window = open_window(project_folder)
    time, media = window.session.time, window.media
    qtbot.waitUntil(lambda: time.end_s == 8.0 and media.details is not None, timeout=15_000)
    qtbot.waitUntil(lambda: media.original is not None, timeout=15_000)
    return window


def labels(window):
    """Classes of the annotations that are drawn, in their order."""
    details = window.media.details
    return [details.classes[a.target] for a in details.annotations] if details else []


def relabel(place, label):
    """What gives an annotation another class, by its place in time."""

    def make(sheet, by):
        stored = sorted(sheet.stored.values(), key=lambda a: a.start_s)
        return edits.relabel([stored[place]], label, by=by)

    return make


def wait_idle(window, qtbot):
    """Until nothing waits to be stored."""
    qtbot.waitUntil(lambda: not window.editing.is_busy, timeout=15_000)
