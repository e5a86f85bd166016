"""Annotations to be edited in tests."""

from __future__ import annotations

from core.annotations.edits import Signature, StoredAnnotation

ME = Signature("Ada", "2026-01-02T03:04:05.678+00:00", -12.0)


def stored(id_, start_s, end_s, label="audible", file_name="a.wav"):
    return StoredAnnotation(id_, file_name, start_s, end_s, label)


def times(annotations):
    return [(a.start_s, a.end_s) for a in annotations]


def done(edit, annotations):
    """What an edit leaves."""
    gone = {a.id for a in edit.removed}
    return sorted((*(a for a in annotations if a.id not in gone), *edit.added), key=lambda a: a.id)
