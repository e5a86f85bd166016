from __future__ import annotations

from PySide6.QtCore import Qt

from gui.models.score_table_model import ScoreColumn, ScoreTableModel

COLUMNS = (
    ScoreColumn("Name", "What it is"),
    ScoreColumn("Frames", "How many"),
    ScoreColumn("Score", "How good"),
    ScoreColumn("Off", "How often", is_percent=True),
)
ROWS = [("b", 1200, 0.5, 0.25), ("a", 7, None, None), ("c", 30, 0.75, 0.0)]


def filled():
    model = ScoreTableModel(COLUMNS)
    model.show(ROWS)
    return model


def column(model, k):
    return [model.index(row, k).data() for row in range(model.rowCount())]


def test_is_a_proper_model(application, qtmodeltester):
    qtmodeltester.check(ScoreTableModel(COLUMNS))
    model = filled()
    qtmodeltester.check(model)
    model.sort(2, Qt.SortOrder.DescendingOrder)
    qtmodeltester.check(model)


def test_values_are_told_by_their_kind():
    model = filled()
    texts = [[model.index(row, k).data() for k in range(4)] for row in range(2)]
    assert texts == [
        ["b", "1,200", "0.500", "25.0 %"],
        ["a", "7", "\N{EN DASH}", "\N{EN DASH}"],
    ]
    assert model.index(0, 2).data(Qt.ItemDataRole.UserRole) == 0.5
    right = Qt.AlignmentFlag.AlignRight
    is_right = [
        bool(model.index(0, k).data(Qt.ItemDataRole.TextAlignmentRole) & right) for k in (0, 1)
    ]
    assert is_right == [False, True]


def test_sorts_by_value_and_what_cannot_be_said_comes_last():
    model = filled()
    model.sort(1)
    assert column(model, 1) == ["7", "30", "1,200"]
    for order, expected in (
        (Qt.SortOrder.AscendingOrder, ["b", "c", "a"]),
        (Qt.SortOrder.DescendingOrder, ["c", "b", "a"]),
    ):
        model.sort(2, order)
        assert column(model, 0) == expected
    assert model.row(0) == ROWS[2]
    model.sort(-1)
    assert column(model, 0) == ["b", "a", "c"]


def test_other_rows_are_sorted_as_before_under_other_columns():
    model = filled()
    model.sort(0)
    model.show([("z", 1), ("y", 2)], columns=COLUMNS[:2])
    assert model.columnCount() == 2
    assert column(model, 0) == ["y", "z"]
    model.sort(1)
    model.show([("z",), ("y",)], columns=COLUMNS[:1])
    assert column(model, 0) == ["z", "y"]


def test_titles_and_tips():
    model = filled()
    horizontal = Qt.Orientation.Horizontal
    assert model.headerData(1, horizontal) == "Frames"
    assert model.headerData(1, horizontal, Qt.ItemDataRole.ToolTipRole) == "How many"
    assert model.headerData(0, Qt.Orientation.Vertical) is None


def test_everything_can_be_pasted_into_a_spreadsheet():
    assert filled().as_text().splitlines()[:3] == [
        "Name\tFrames\tScore\tOff", "b\t1200\t0.5\t0.25", "a\t7\t\t"
    ]  # fmt: skip


def test_a_name_of_any_bytes_is_shown():
    model = ScoreTableModel(COLUMNS[:1])
    model.show([("x\udcff",)])
    assert model.index(0, 0).data() == "x\\udcff"
