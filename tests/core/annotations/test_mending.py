"""A fix is an edit that can be undone."""

from __future__ import annotations

from core.annotations.findings import Change, Fix
from core.annotations.mending import edit_of, signed
from core.annotations.stored import Signature, StoredAnnotation

BY = Signature("ann", "2026-01-02T03:04:05+00:00", -6.0)
STORED = {k: StoredAnnotation(k, "a.wav", k, k + 1, "barely") for k in range(3)}


def test_what_is_changed_is_signed_and_what_is_deleted_goes():
    fix = Fix("make them one", (Change(0, end_s=2.0),), (1,))
    edit = edit_of(fix, STORED, by=BY)
    assert edit.removed == (STORED[0], STORED[1])
    (added,) = edit.added
    assert added == StoredAnnotation(0, "a.wav", 0, 2.0, "barely", BY.author, BY.edited_at, -6.0)
    assert edit.name == "fix of 2 annotations"
    assert edit.inverse().added == edit.removed


def test_what_cannot_be_edited_has_no_edit():
    assert edit_of(Fix("delete", deleted=(7,)), STORED, by=BY) is None


def test_who_mends_signs():
    found = edit_of(Fix("x", (Change(0, end_s=2.0),)), STORED, by=Signature("finder", "then"))
    edit = signed(found, BY)
    assert edit == edit_of(Fix("x", (Change(0, end_s=2.0),)), STORED, by=BY)
    assert edit.signature == BY
