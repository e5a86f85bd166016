from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from core.project_store import Mark
from core.review import read_review
from core.review_marks import set_mark
from core.review_rows import WantedErrors
from gui.models.error_spans_model import Column, ErrorSpansModel
from gui.theme import DARK, LIGHT
from tests.made_review import make_tables_project

WRONG = (
    ("rec0", 2, 6, 2),
    ("rec0", 10, 12, 0, 0.6),
    ("rec1", 9, 10, 2),
    ("rec2", 15, 20, 1, 0.8),
)
DOWN, UP = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder


@pytest.fixture
def project(tmp_path):
    return make_tables_project(tmp_path / "project", WRONG)


@pytest.fixture
def model(application, project):
    model = ErrorSpansModel(LIGHT)
    model.show(read_review(project))
    return model


def column(model, which):
    return [model.index(row, which).data() for row in range(model.rowCount())]


def test_is_a_proper_model(application, project, qtmodeltester):
    model = ErrorSpansModel(LIGHT)
    qtmodeltester.check(model)
    model.show(read_review(project))
    qtmodeltester.check(model)
    model.want(WantedErrors(annotated=0))
    model.sort(Column.SCORE)
    qtmodeltester.check(model)


def test_lists_the_worst_first(model):
    assert column(model, Column.RECORDING) == ["rec2", "rec0", "rec0", "rec1"]
    row = [model.index(0, c).data() for c in Column]
    assert row == ["rec2", "0:00.625", "0.125", "inaudible", "barely", "0.80", "0.112", "", "open"]
    assert model.index(3, Column.EDGE).data() == "0.013"


def test_lengths_tell_their_frames(model):
    tips = [model.index(k, Column.LENGTH).data(Qt.ItemDataRole.ToolTipRole) for k in (0, 3)]
    assert tips == ["5 frames", "1 frame"]


def test_classes_have_their_colours(model):
    def colour(row, which):
        swatch = model.index(row, which).data(Qt.ItemDataRole.DecorationRole)
        return swatch.toImage().pixelColor(5, 5).name()

    assert colour(0, Column.ANNOTATED) == LIGHT.classes[0].name()
    assert colour(0, Column.PREDICTED) == LIGHT.classes[1].name()
    model.set_colors(DARK)
    assert colour(0, Column.ANNOTATED) == DARK.classes[0].name()
    assert model.index(0, Column.SCORE).data(Qt.ItemDataRole.DecorationRole) is None


def test_sorts_and_brings_the_worst_back(model):
    model.sort(Column.START, UP)
    assert column(model, Column.START) == ["0:00.050", "0:00.225", "0:00.500", "0:00.625"]
    model.sort(Column.START, DOWN)
    assert column(model, Column.START) == ["0:00.625", "0:00.500", "0:00.225", "0:00.050"]
    model.sort(-1, UP)
    assert column(model, Column.RECORDING) == ["rec2", "rec0", "rec0", "rec1"]


def test_what_is_chosen_stays_chosen_while_sorting(model):
    from PySide6.QtCore import QPersistentModelIndex

    kept = QPersistentModelIndex(model.index(3, Column.RECORDING))
    model.sort(Column.LENGTH, UP)
    assert (kept.row(), kept.data()) == (0, "rec1")
    assert model.row_of(model.error(0)) == 0


def test_shows_what_is_wanted_and_counts_its_frames(model):
    assert model.n_frames == 12
    model.want(WantedErrors(recording="rec0"))
    assert column(model, Column.RECORDING) == ["rec0", "rec0"]
    assert model.n_frames == 6
    assert model.row_of(0) == -1


def test_marks_are_words_and_their_notes_tips(model, project):
    set_mark(project, Mark("rec2", 5000, 6000, 8000, "inaudible", "wrong", "a car"))
    review = read_review(project)
    model.show_marks(review)
    index = model.index(0, Column.MARK)
    assert index.data() == "wrong"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "a car"
    assert model.mark(model.error(0)).note == "a car"
    assert model.index(1, Column.MARK).data() == ""


def test_other_marks_change_no_row(model, project, qtbot):
    model.want(WantedErrors(mark="unmarked"))
    set_mark(project, Mark("rec2", 5000, 6000, 8000, "inaudible", "wrong"))
    with qtbot.waitSignal(model.dataChanged):
        model.show_marks(read_review(project))
    assert model.rowCount() == 4
    model.want(WantedErrors(mark="unmarked"))
    assert model.rowCount() == 3
