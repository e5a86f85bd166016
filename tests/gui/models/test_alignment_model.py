from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from core.align_recording import RecordingAlignment
from core.annotations.alignment import Alignment
from gui.models.alignment_model import LATE, NOTHING, OLD, AlignmentModel, Column

TOLD = Alignment("suspicious", 8, -0.25, -0.31, 0.0001, drift=0.0012, probability_aligned=0.0)
FOUND = (
    RecordingAlignment("a/late.wav", 9.0, Alignment("aligned", 4, 0.0, -0.01, 0.02), 0.0125),
    RecordingAlignment("a/far.wav", 9.0, TOLD, 0.0),
    RecordingAlignment(
        "a/none.wav", 9.0, Alignment("cannot tell", 2, 0.4, -1, 1), None, "There is no file x"
    ),
)


@pytest.fixture
def model(application):
    model = AlignmentModel()
    model.show(FOUND)
    return model


def row(model, k):
    return [model.index(k, c).data() for c in Column]


def test_is_a_proper_model(application, qtmodeltester):
    model = AlignmentModel()
    qtmodeltester.check(model)
    model.show(FOUND)
    qtmodeltester.check(model)


def test_a_row_says_what_was_found(model):
    assert row(model, 1) == [
        "a/far.wav",
        "! suspicious",
        "-0.250",
        "-0.310 to 0.000",
        "+0.120",
        "8",
        "0.000",
    ]


def test_what_cannot_be_told_is_not_told(model):
    assert row(model, 2) == ["a/none.wav", "cannot tell", *[NOTHING] * 3, "2", NOTHING]
    tip = model.index(2, Column.LAG).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "There is no file x"


def test_audio_that_is_shifted_is_said_before_all_else(model):
    assert model.index(0, Column.VERDICT).data() == LATE
    assert model.index(0, Column.LAG).data() == "0.013"


def test_changed_annotations_are_said_to_be_changed(model):
    model.show(FOUND, lambda name: name == "a/far.wav")
    assert model.index(1, Column.VERDICT).data() == OLD
    assert model.index(0, Column.VERDICT).data() == LATE


def test_a_recording_is_found_again(model):
    assert model.row_of("a/far.wav") == 1
    assert model.row_of("a/other.wav") == -1
    assert model.found(1) is FOUND[1]


def test_each_column_says_what_it_means(model):
    for column in Column:
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            assert model.headerData(column, Qt.Orientation.Horizontal, role)
