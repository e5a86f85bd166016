"""Fixes of findings as edits, which can be made and undone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.annotations.bounds import compose
from core.annotations.findings import fixed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.annotations.findings import Fix
    from core.annotations.stored import Edit, Signature, StoredAnnotation


def edit_of(fix: Fix, stored: Mapping[int, StoredAnnotation], *, by: Signature) -> Edit | None:
    """Make an edit of a fix.

    Parameters
    ----------
    fix : Fix
        The fix.
    stored : mapping of int to StoredAnnotation
        The annotations that can be edited, by id.
    by : Signature
        Who does it.

    Returns
    -------
    Edit or None
        None if the fix is about something that cannot be edited: a row that is no annotation.
    """
    ids = dict.fromkeys((*(change.id for change in fix.changes), *fix.deleted))
    if not all(id_ in stored for id_ in ids):
        return None
    removed, added = fixed(fix, [stored[id_] for id_ in ids])
    return compose("fix", removed, added, by=by)


def signed(edit: Edit, by: Signature) -> Edit:
    """Let an edit be somebody's, and be made now.

    Parameters
    ----------
    edit : Edit
        Found earlier, by whoever looked.
    by : Signature
        Who makes it.

    Returns
    -------
    Edit
        The same, with another signature on all that it adds.
    """
    return replace(edit, added=tuple(map(by.put_on, edit.added)), signature=by)
