"""Annotations of one recording shifted by given numbers."""

from __future__ import annotations

import pytest

from core.align_shift import _find
from core.errors import AnnotationError


class Entry:
    """What is looked at of a manifest's entry."""

    def __init__(self, database_path, status="transcoded"):
        self.database_path, self.status = database_path, status
        self.original = f"/library/{database_path}"


ENTRIES = [
    *map(Entry, ("one/a.wav", "two/a.wav", "b.wav")),
    Entry("c.wav", "left out"),
]


@pytest.mark.parametrize("name", ["two/a.wav", "/library/two/a.wav"])
def test_a_recording_is_named_by_its_path(name):
    assert _find(ENTRIES, name) is ENTRIES[1]


def test_a_base_name_is_enough_where_it_means_one():
    assert _find(ENTRIES, "b.wav") is ENTRIES[2]
    with pytest.raises(AnnotationError, match=r"may mean one/a\.wav and two/a\.wav"):
        _find(ENTRIES, "a.wav")


@pytest.mark.parametrize("name", ["c.wav", "b", ""])
def test_what_is_not_transcoded_cannot_be_shifted(name):
    with pytest.raises(AnnotationError, match="No transcoded recording"):
        _find(ENTRIES, name)
