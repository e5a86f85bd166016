"""The list as a table: what is shown of each row, and what Qt expects of a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt

from core.library import Recording
from core.listing_files import FIXED_TEXTS, ListingMeta, ListingReader, ListingWriter
from core.recording_states import (
    EXTRACTED,
    LEFT_OUT,
    MISSING,
    REVIEWED,
    SELECTED,
    TRANSCODED,
    StatesReader,
)
from gui.models.recordings_model import RecordingsModel
from tests.core.made_listing import make_listing, make_states

ROLE = Qt.ItemDataRole
ROWS = [
    ("a/rec1.wav", 12, "north\nwest", 1),
    ("\udce4.wav", 2.5, None, 0),
    ("rec3.wav", "x" * 9000, b"\0\0", 0),
]


@pytest.fixture
def reader(tmp_path, application):
    folder = make_listing(tmp_path / "list", ROWS, columns=("Name", "site", "Reviewed"))
    with ListingReader(folder) as reader:
        yield reader


@pytest.fixture
def states(tmp_path):
    done = SELECTED | REVIEWED | TRANSCODED | EXTRACTED
    flags = [(done | MISSING, 12, 3), (SELECTED | LEFT_OUT, 0, 0)]
    with StatesReader(make_states(tmp_path / "states", flags, ["", "no audio"])) as states:
        yield states


@pytest.fixture
def model(reader):
    model = RecordingsModel()
    model.show_list(reader)
    return model


def _texts(model, row):
    return [model.index(row, k).data() for k in range(model.columnCount())]


def _column(model, title, *, last=False):
    titles = [model.headerData(k, Qt.Orientation.Horizontal) for k in range(model.columnCount())]
    places = [k for k, t in enumerate(titles) if t == title]
    return places[-1 if last else 0]


def test_the_model_keeps_qts_rules(model, states, qtmodeltester):
    qtmodeltester.check(model)
    model.show_states(states)
    model.show_rows(np.array([2, 0], dtype=np.int32))
    qtmodeltester.check(model)
    model.show_list(None)
    qtmodeltester.check(model)
    assert model.rowCount() == 0
    assert model.rowCount(QModelIndex()) == 0


def test_a_column_of_the_users_can_be_named_as_one_of_ours(model):
    titles = [model.headerData(k, Qt.Orientation.Horizontal) for k in range(model.columnCount())]
    assert titles == ["State", "Name", "Annotations", "Errors", "Reviewed", "Name", "site"]
    assert _texts(model, 0) == ["…", "rec1.wav", "…", "…", "…", "12", "north west"]


def test_states_are_words_and_signs_as_soon_as_they_are_known(model, states):
    model.show_states(states)
    assert _texts(model, 0)[:5] == ["missing", "rec1.wav", "12", "3", "\N{CHECK MARK}"]
    assert _texts(model, 1)[:5] == ["left out", "?.wav", "", "", ""]
    assert _texts(model, 2)[:3] == ["…", "rec3.wav", "…"]
    icons = [model.index(row, 0).data(ROLE.DecorationRole) for row in range(3)]
    assert icons[0].cacheKey() != icons[1].cacheKey()
    assert icons[2] is None
    assert [model.is_missing(row) for row in range(3)] == [True, False, False]


def test_tool_tips_have_the_path_and_the_reason(model, states):
    model.show_states(states)
    assert model.index(0, 0).data(ROLE.ToolTipRole).splitlines() == [
        "/archive/a/rec1.wav",
        "The file is not there.",
        "It was transcoded while it was there.",
    ]
    assert model.index(1, 1).data(ROLE.ToolTipRole).splitlines()[-1] == "no audio"
    assert model.index(0, 6).data(ROLE.ToolTipRole) == "north\nwest"


def test_numbers_stand_at_the_right_and_long_values_are_cut(model):
    column = _column(model, "Name", last=True)
    sides = [model.index(row, column).data(ROLE.TextAlignmentRole) for row in range(3)]
    right = Qt.AlignmentFlag.AlignRight
    assert [bool(Qt.AlignmentFlag(side) & right) for side in sides] == [True, True, False]
    assert model.index(1, column).data() == "2.5"
    assert len(model.index(2, column).data()) < 250
    assert model.index(2, column + 1).data() == "2 bytes"
    assert model.index(1, column + 1).data() == ""


def test_a_row_is_a_recording(model):
    recording = model.recording(0)
    assert recording == Recording("a/rec1.wav", Path("/archive/a/rec1.wav"))
    assert recording.columns == {"Name": 12, "site": "north\nwest", "Reviewed": 1}
    assert model.recording(1).path.name == "\udce4.wav"


def test_the_file_of_a_row_is_the_same_without_its_columns(model):
    assert model.file_of(0) == model.recording(0)
    assert model.file_of(0).columns == {}


def test_a_row_without_a_path_is_no_recording(tmp_path, application):
    with ListingWriter(tmp_path / "list", ListingMeta("", ())) as writer:
        writer.add([[""] for _ in FIXED_TEXTS], [])
    with ListingReader(tmp_path / "list") as reader:
        model = RecordingsModel()
        model.show_list(reader)
        assert model.recording(0) is None
        assert model.file_of(0) is None


def test_rows_are_those_of_the_index(model):
    model.show_rows(np.array([2, 0], dtype=np.int32))
    assert [model.index(row, 1).data() for row in range(2)] == ["rec3.wav", "rec1.wav"]
    assert [model.listed_row(row) for row in range(2)] == [2, 0]
    assert [model.shown_row(listed) for listed in range(3)] == [1, -1, 0]
    model.show_rows(None)
    assert [model.shown_row(listed) for listed in (0, 2, 3)] == [0, 2, -1]


def test_the_table_grows_with_the_list(tmp_path, application, qtbot, qtmodeltester):
    model = RecordingsModel()
    with ListingWriter(tmp_path / "list", ListingMeta("", ())) as writer:
        writer.add([["a"] for _ in FIXED_TEXTS], [])
        with ListingReader(tmp_path / "list") as reader:
            model.show_list(reader)
            qtmodeltester.check(model)
            writer.add([["b", "c"] for _ in FIXED_TEXTS], [])
            reader.refresh()
            with qtbot.waitSignal(model.rowsInserted) as inserted:
                model.grow()
            assert inserted.args[1:] == [1, 2]
            assert model.index(2, 1).data() == "c"
            model.show_rows(np.array([1], dtype=np.int32))
            model.grow()
            assert model.rowCount() == 1
            model.show_list(None)
