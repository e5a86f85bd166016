from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt

from core.left_out import LeftOut
from gui.models.left_out_model import LeftOutModel

ITEMS = (LeftOut("b.wav", "it is empty"), LeftOut("a.wav", "not a sound"), LeftOut("C.wav", "gone"))


def filled():
    model = LeftOutModel()
    model.show(
        [
            ("transcode", "Transcode", ITEMS, 3),
            ("extract", "Extract features", (), 0),
            ("dataset", "Build dataset", (LeftOut("line 3", "no frame", "x/rec.wav"),), 1),
        ]
    )
    return model


def texts(model):
    lists = []
    for row in range(model.rowCount()):
        group = model.index(row, 0)
        names = [model.index(k, 0, group).data() for k in range(model.rowCount(group))]
        lists.append((group.data(), names))
    return lists


def test_is_a_proper_model(application, qtmodeltester):
    model = filled()
    qtmodeltester.check(model)
    model.set_filter("empty")
    qtmodeltester.check(model)


def test_stages_that_left_nothing_out_are_not_listed():
    assert texts(filled()) == [
        ("Transcode: 3", ["b.wav", "a.wav", "C.wav"]),
        ("Build dataset: 1", ["line 3"]),
    ]


def test_the_filter_takes_words_of_name_and_reason():
    model = filled()
    model.set_filter("EMPTY b")
    assert texts(model) == [("Transcode: 1 of 3", ["b.wav"])]
    assert (model.n_shown, model.n_all) == (1, 4)
    model.set_filter("")
    assert model.n_shown == 4


def test_sorts_within_stages_and_back():
    model = filled()
    model.sort(0, Qt.SortOrder.DescendingOrder)
    assert texts(model)[0][1] == ["C.wav", "b.wav", "a.wav"]
    model.sort(1)
    assert texts(model)[0][1] == ["C.wav", "b.wav", "a.wav"]
    model.sort(-1)
    assert texts(model)[0][1] == ["b.wav", "a.wav", "C.wav"]


def test_knows_what_stands_in_a_row():
    model = filled()
    stage = model.index(1, 0)
    assert model.left_out(stage) is None
    assert model.left_out(model.index(0, 1, stage)).recording == "x/rec.wav"
    assert model.left_out(QModelIndex()) is None


def test_copies_rows_or_whole_stages():
    model = filled()
    assert model.as_text().splitlines()[0] == "transcode\tb.wav\tit is empty"
    assert model.as_text([model.index(1, 0)]) == "dataset\tline 3\tno frame"
    assert model.as_text([model.index(1, 0, model.index(0, 0))]) == "transcode\ta.wav\tnot a sound"


def test_a_cut_list_says_how_much_there_is():
    model = LeftOutModel()
    model.show([("dataset", "Build dataset", ITEMS, 5000)])
    assert model.index(0, 0).data() == "Build dataset: 3 of 5,000"


def test_a_name_of_any_bytes_is_shown():
    model = LeftOutModel()
    model.show([("transcode", "Transcode", (LeftOut("a\udcff.wav", "why"),), 1)])
    assert texts(model) == [("Transcode: 1", ["a\\udcff.wav"])]


@given(st.lists(st.text(max_size=5)), st.text(max_size=3))
def test_the_filter_keeps_what_has_it_and_nothing_else(names, needle):
    model = LeftOutModel()
    model.show([("transcode", "T", tuple(LeftOut(n, "-") for n in names), len(names))])
    model.set_filter(needle)
    words = needle.casefold().split()
    expected = [n for n in names if all(w in f"{n}\0-".casefold() for w in words)]
    assert model.n_shown == len(expected)
