from __future__ import annotations

import numpy as np
import pytest

from core.errors import StorageError
from core.recording_states import REVIEWED
from core.state_notes import REVIEWED_FLAG, note_annotations, note_reviewed, noted_marks


@pytest.fixture
def states(tmp_path):
    folder = tmp_path / "states-1"
    folder.mkdir()
    np.array([1, 2 | REVIEWED, 3], dtype="<u2").tofile(folder / "flags")
    np.array([0, 5, 9], dtype="<i4").tofile(folder / "annotations")
    return folder


def _flags(states):
    return np.fromfile(states / "flags", dtype="<u2").tolist()


def test_the_flag_is_that_of_the_states():
    assert REVIEWED_FLAG == REVIEWED


def test_a_mark_is_noted_in_its_row_alone(states):
    note_reviewed(states.parent, states, 2, True)
    note_reviewed(states.parent, states, 1, False)
    assert _flags(states) == [1, 2, 3 | REVIEWED]
    assert noted_marks(states.parent) == {2: True, 1: False}


def test_the_last_mark_counts(states):
    for is_reviewed in (True, False, True, False):
        note_reviewed(states.parent, states, 0, is_reviewed)
    assert noted_marks(states.parent) == {0: False}
    assert _flags(states)[0] == 1


def test_states_that_are_not_known_yet_are_not_made_up(states):
    note_reviewed(states.parent, states, 7, True)
    note_reviewed(states.parent, None, 0, True)
    note_annotations(states, 7, 1)
    assert _flags(states) == [1, 2 | REVIEWED, 3]
    assert noted_marks(states.parent) == {7: True, 0: True}


def test_annotations_are_counted_on(states):
    note_annotations(states, 1, 2)
    note_annotations(states, 0, -1)
    assert np.fromfile(states / "annotations", dtype="<i4").tolist() == [0, 7, 9]


def test_a_list_without_marks_has_none(tmp_path):
    assert noted_marks(tmp_path) == {}


def test_a_list_that_is_gone_is_an_error(tmp_path):
    with pytest.raises((StorageError, FileNotFoundError)):
        note_reviewed(tmp_path / "gone", None, 0, True)
