from __future__ import annotations

from core.review import read_review
from gui.error_listening import Place
from gui.panels.review_parts import make_run_box, place_of, side_by_side
from tests.made_review import make_tables_project


def test_an_error_is_at_its_place_in_seconds(tmp_path):
    review = read_review(make_tables_project(tmp_path / "project", [("rec0", 2, 6, 2)]))
    assert place_of(review, review.errors, 0) == Place(review.originals[0], 0.05, 0.15)


def test_a_long_name_does_not_widen_the_box_of_runs(qtbot):
    box = make_run_box()
    qtbot.addWidget(box)
    before = box.minimumSizeHint().width()
    box.addItem("a very long name of a run " * 5)
    assert box.minimumSizeHint().width() == before


def test_neither_side_can_be_pushed_out_of_view(qtbot):
    left, right = make_run_box(), make_run_box()
    parts = side_by_side(left, right, (100, 300))
    qtbot.addWidget(parts)
    assert not parts.childrenCollapsible()
    assert [parts.widget(k) for k in range(2)] == [left, right]
