from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QToolButton

from core.review import read_review
from core.review_rows import HELD_OUT, NO_MARK, TRAINED_ON, WantedErrors
from gui.panels.review_filters import ReviewFilters
from gui.theme import LIGHT
from tests.made_review import make_tables_project

WRONG = (("rec0", 2, 6, 2), ("rec0", 10, 12, 0, 0.6), ("rec2", 15, 20, 1, 0.8))


@pytest.fixture(scope="module")
def review(tmp_path_factory):
    return read_review(make_tables_project(tmp_path_factory.mktemp("made") / "project", WRONG))


@pytest.fixture
def filters(application, qtbot, review):
    filters = ReviewFilters(LIGHT)
    qtbot.addWidget(filters)
    filters.show_review(review)
    filters.show()
    with qtbot.waitExposed(filters):
        pass
    filters.told = []
    filters.changed.connect(lambda: filters.told.append(filters.wanted))
    return filters


def part(filters, kind, name):
    return filters.findChild(kind, name)


def choose(filters, name, text):
    part(filters, QComboBox, name).setCurrentText(text)


def test_at_first_all_of_the_held_out_recordings_are_wanted(filters):
    assert filters.wanted == WantedErrors(split=HELD_OUT)


def test_a_model_that_knows_all_recordings_hides_none(application, qtbot, tmp_path):
    filters = ReviewFilters(LIGHT)
    qtbot.addWidget(filters)
    known = ("rec0", "rec1", "rec2")
    filters.show_review(read_review(make_tables_project(tmp_path / "p", WRONG, training=known)))
    assert filters.wanted == WantedErrors()


def test_classes_and_cells_can_be_chosen(filters):
    box = part(filters, QComboBox, "reviewCell")
    assert box.count() == 1 + 3 + 6
    choose(filters, "reviewCell", "annotated barely")
    choose(filters, "reviewCell", "inaudible \N{RIGHTWARDS ARROW} audible")
    assert [(w.annotated, w.predicted) for w in filters.told] == [(1, None), (0, 2)]


def test_a_right_cell_means_its_class(filters):
    filters.choose_cell(2, 2)
    assert (filters.wanted.annotated, filters.wanted.predicted) == (2, None)
    filters.choose_cell(2, 0)
    assert (filters.wanted.annotated, filters.wanted.predicted) == (2, 0)


def test_what_is_typed_is_waited_for(filters, qtbot):
    field = part(filters, QLineEdit, "reviewRecording")
    with qtbot.waitSignal(filters.changed):
        qtbot.keyClicks(field, "rec2")
    assert [w.recording for w in filters.told] == ["rec2"]


def test_numbers_marks_split_and_edges(filters, qtbot):
    with qtbot.waitSignal(filters.changed):
        part(filters, QDoubleSpinBox, "reviewScore").setValue(0.7)
    with qtbot.waitSignal(filters.changed):
        part(filters, QDoubleSpinBox, "reviewLength").setValue(0.25)
    part(filters, QCheckBox, "reviewEdges").setChecked(True)
    choose(filters, "reviewMark", "Unmarked")
    choose(filters, "reviewSplit", "Trained on")
    assert filters.told[-1] == WantedErrors(
        scores=(0.7, 1.0),
        least_length_s=0.25,
        away_from_edges=True,
        mark=NO_MARK,
        split=TRAINED_ON,
    )
    choose(filters, "reviewMark", "Label wrong")
    assert filters.wanted.mark == "wrong"


def test_a_bin_of_scores_takes_the_place_of_the_least_score(filters, qtbot):
    with qtbot.waitSignal(filters.changed):
        part(filters, QDoubleSpinBox, "reviewScore").setValue(0.7)
    filters.histogram.bin_chosen.connect(lambda _place: None)
    filters.histogram._tell(12)
    assert filters.wanted.scores == (0.6, 0.65)
    assert part(filters, QDoubleSpinBox, "reviewScore").value() == 0.0
    with qtbot.waitSignal(filters.changed):
        part(filters, QDoubleSpinBox, "reviewScore").setValue(0.5)
    assert filters.histogram.chosen == -1
    assert filters.wanted.scores == (0.5, 1.0)


def test_the_bars_count_the_class_that_is_chosen(filters, review):
    assert sum(filters.histogram.counts) == 3
    filters.choose_cell(1, None)
    assert filters.histogram.counts == tuple(review.histogram[1].tolist())
    assert sum(filters.histogram.counts) == 1


def test_everything_but_the_split_can_be_cleared(filters, qtbot):
    button = part(filters, QToolButton, "reviewClear")
    assert not button.isEnabled()
    filters.choose_cell(0, 2)
    part(filters, QCheckBox, "reviewEdges").setChecked(True)
    part(filters, QLineEdit, "reviewRecording").setText("rec0")
    with qtbot.waitSignal(filters.changed):
        pass
    with qtbot.waitSignal(filters.changed):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert filters.told[-1] == WantedErrors(split=HELD_OUT)
    assert not button.isEnabled()


def test_another_review_of_the_same_classes_keeps_what_was_chosen(filters, review):
    filters.choose_cell(0, 2)
    filters.choose_split("")
    filters.show_review(review)
    assert filters.wanted == WantedErrors(annotated=0, predicted=2)


def test_without_a_review_all_is_offered_anew(filters):
    filters.choose_cell(0, 2)
    filters.show_review(None)
    assert part(filters, QComboBox, "reviewCell").count() == 1
    assert filters.histogram.counts == ()
