"""Annotations that can be edited."""

from __future__ import annotations

import getpass

import pytest

from core.annotations.csv import Annotation
from core.annotations.stored import Edit, new_id, sign, to_annotations
from core.settings import AnnotationConfig
from tests.core.annotations.made_edits import ME, stored


def test_an_edit_is_undone_by_its_inverse():
    edit = Edit("move", (stored(1, 1, 2),), (stored(1, 2, 3),), ME)
    assert edit.inverse() == Edit("move", edit.added, edit.removed)
    assert edit.inverse().inverse() == edit
    # Whoever undoes it is another matter.
    assert edit.inverse().signature is None


def test_signed_by_a_name_or_by_the_account():
    assert sign("Ada", -6.0).author == "Ada"
    assert sign().author == getpass.getuser()
    assert sign().edited_at.endswith("+00:00")


def test_an_account_without_a_name_signs_by_its_number(monkeypatch):
    def none():
        raise OSError

    monkeypatch.setattr(getpass, "getuser", none)
    assert sign().author.startswith("user ")


def test_new_ids_are_no_lines_and_fit_the_database():
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(2**52 <= i < 2**53 for i in ids)


@pytest.mark.parametrize(("label", "target"), [("audible", 2), ("loud", 2), ("unknown", None)])
def test_drawn_is_what_has_a_class_of_the_project(label, target):
    config = AnnotationConfig(class_names={"loud": "audible", "audible": "barely"})
    drawn = to_annotations([(stored(7, 1.0, 2.0, label), 3)], config)
    expected = () if target is None else (Annotation(3, "a.wav", 1.0, 2.0, target, 7),)
    assert drawn == expected
