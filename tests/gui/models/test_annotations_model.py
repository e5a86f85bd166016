from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt

from core.annotations.csv import Annotation
from core.annotations.stored import StoredAnnotation
from core.features.spec import FeatureSpec
from core.library import Recording
from core.recording_details import RecordingDetails
from gui.models.annotations_model import AnnotationsModel, Column, seconds_text
from gui.theme import DARK, LIGHT

CLASSES = ("inaudible", "barely", "audible")
NOW = (
    Annotation(2, "a.wav", 0.1, 1.9, 0),
    Annotation(4, "a.wav", 2.0, 2.01, 2),
    Annotation(3, "a.wav", 5.0, 60.0, 1),
)
FALLING, RISING = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder


def details(annotations=NOW, **more):
    return RecordingDetails(
        Recording("a.wav", Path("/a.wav")), "a", classes=CLASSES, annotations=annotations, **more
    )


def with_features(annotations=NOW):
    return details(
        annotations,
        transcoded_rate=8000,
        transcoded_samples=80_000,
        spec=FeatureSpec(sample_rate=8000, frame_size=200, hop_size=100),
        n_frames=799,
    )


@pytest.fixture
def model(application):
    return AnnotationsModel(LIGHT)


def _column(model, column, role=Qt.ItemDataRole.DisplayRole):
    return [model.data(model.index(r, column), role) for r in range(model.rowCount())]


def test_keeps_the_rules_of_a_model(model, qtmodeltester):
    qtmodeltester.check(model)
    model.show(with_features())
    qtmodeltester.check(model)
    model.sort(Column.CLASS, FALLING)
    model.set_colors(DARK)
    model.show(None)


def test_shows_what_the_table_has(model):
    model.show(details())
    assert _column(model, Column.CLASS) == ["inaudible", "audible", "barely"]
    assert _column(model, Column.START) == ["0.100", "2.000", "5.000"]
    assert _column(model, Column.END) == ["1.900", "2.010", "60.000"]
    assert _column(model, Column.DURATION) == ["1.800", "0.010", "55.000"]
    assert _column(model, Column.LINE) == ["2", "4", "3"]
    names = [model.headerData(c, Qt.Orientation.Horizontal) for c in Column]
    assert names[:6] == ["Class", "Start s", "End s", "Length s", "Frames", "Line"]


def test_tells_and_sorts_by_who_edited_when_and_how_loud(model):
    signed = [
        StoredAnnotation(
            4, "a.wav", 2.0, 2.01, "audible", "Bea", "2026-01-02T00:00:00+00:00", -6.0
        ),
        StoredAnnotation(3, "a.wav", 5.0, 60.0, "barely", "Ada", "2026-01-03T00:00:00+00:00"),
    ]
    imported = StoredAnnotation(2, "a.wav", 0.1, 1.9, "inaudible")
    model.show(details(stored_annotations=(imported, *signed)))
    assert _column(model, Column.AUTHOR) == ["Imported", "Bea", "Ada"]
    assert _column(model, Column.GAIN) == ["\N{EN DASH}", "-6.0", "\N{EN DASH}"]
    tips = _column(model, Column.START, Qt.ItemDataRole.ToolTipRole)
    assert tips[0] == "As it was imported"
    assert tips[1].startswith("Edited by Bea, 2026-01-0")
    model.set_can_edit(True)
    (tip, *_) = _column(model, Column.START, Qt.ItemDataRole.ToolTipRole)
    assert tip.splitlines()[1].startswith("Click once more")
    for column, order, expected in (
        (Column.AUTHOR, RISING, ["Ada", "Bea", "Imported"]),
        (Column.EDITED, FALLING, ["Ada", "Bea", "Imported"]),
        (Column.GAIN, FALLING, ["Bea", "Imported", "Ada"]),
    ):
        model.sort(column, order)
        assert _column(model, Column.AUTHOR) == expected


def test_frames_are_those_that_lie_whole_inside(model):
    model.show(with_features())
    # 800 to 15,200 samples: frames 8 to 150; 80 samples: none; from 40,000 to the end: 400 to 798.
    assert _column(model, Column.FRAMES) == ["143", "0", "399"]
    tips = _column(model, Column.FRAMES, Qt.ItemDataRole.ToolTipRole)
    assert [bool(tip) for tip in tips] == [False, True, False]


def test_frames_are_unknown_without_features(model):
    model.show(details())
    assert _column(model, Column.FRAMES) == ["\N{EN DASH}"] * 3


def test_classes_are_told_by_name_and_by_a_colour_that_follows_the_theme(model, qtbot):
    model.show(details())

    def colors():
        role = Qt.ItemDataRole.DecorationRole
        return [p.toImage().pixelColor(5, 5).name() for p in _column(model, Column.CLASS, role)]

    light = colors()
    assert len(set(light)) == 3
    with qtbot.waitSignal(model.dataChanged):
        model.set_colors(DARK)
    assert not set(light) & set(colors())


def test_sorting_goes_by_number_and_is_kept(model):
    model.show(details())
    model.sort(Column.DURATION, FALLING)
    assert _column(model, Column.DURATION) == ["55.000", "1.800", "0.010"]
    model.sort(Column.CLASS, RISING)
    assert _column(model, Column.CLASS) == ["inaudible", "barely", "audible"]
    model.show(details((*NOW, Annotation(9, "a.wav", 70.0, 71.0, 0))))
    assert _column(model, Column.CLASS) == ["inaudible", "inaudible", "barely", "audible"]
    assert _column(model, Column.START)[:2] == ["0.100", "70.000"]


def test_what_is_held_stays_itself_when_sorted(model):
    model.show(details())
    held = QPersistentModelIndex(model.index(1, Column.END))
    model.sort(Column.START, FALLING)
    assert held.data() == "2.010"
    model.sort(Column.LINE, FALLING)
    assert (held.row(), held.data()) == (0, "2.010")


def test_a_row_is_found_by_its_edges(model):
    twins = (NOW[0], replace(NOW[0], line=7, target=2), *NOW[1:])
    model.show(details(twins))
    assert model.row_of(2.0, 2.01, duration_s=99.0) == 2
    assert model.row_of(0.1, 1.9, duration_s=99.0) == 0
    assert model.row_of(0.1, 1.9, duration_s=99.0, prefer=1) == 1
    assert model.row_of(0.1, 1.9, duration_s=99.0, prefer=3) == 0
    assert model.row_of(0.1, 1.8, duration_s=99.0) == -1
    # What reaches beyond the recording is selected as far as it goes.
    assert model.row_of(5.0, 10.0, duration_s=10.0) == 3
    model.show(None)
    assert model.row_of(0.1, 1.9, duration_s=99.0) == -1


def test_counts_every_class(model):
    model.show(details((*NOW[:2], replace(NOW[0], line=8))))
    assert model.counts() == {"inaudible": 2, "barely": 0, "audible": 1}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seconds=st.decimals(0, 100_000, places=6))
def test_seconds_are_written_to_the_millisecond_or_as_finely_as_they_are(seconds):
    text = seconds_text(float(seconds))
    assert abs(float(text) - float(seconds)) < 1e-9
    assert len(text.partition(".")[2]) >= 3
    if seconds == round(seconds, 3):
        assert len(text.partition(".")[2]) == 3


def test_ten_thousand_are_shown_and_sorted_at_once(model):
    starts = np.random.default_rng(1).uniform(0, 80_000, 10_000).tolist()
    many = tuple(Annotation(k, "a.wav", s, s + 1, k % 3) for k, s in enumerate(starts, 2))
    started_s = time.perf_counter()
    model.show(with_features(many))
    model.sort(Column.DURATION, FALLING)
    assert model.row_of(starts[5], starts[5] + 1, duration_s=1e6) >= 0
    assert time.perf_counter() - started_s < 0.5


def _known(*rows):
    """Annotations of (id, start, end, target)."""
    return tuple(Annotation(i, "a.wav", start, end, target, i) for i, start, end, target in rows)


TIMES = st.lists(
    st.tuples(st.integers(1, 12), st.floats(0, 50), st.integers(0, 2)), unique_by=lambda t: t[0]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TIMES, TIMES, st.sampled_from(Column), st.booleans())
def test_rows_stay_the_annotations_that_they_were_through_any_edit(
    application, before, after, column, falls
):
    model = AnnotationsModel(LIGHT)
    order = FALLING if falls else RISING
    model.sort(column, order)
    model.show(details(_known(*((i, s, s + 1, t) for i, s, t in before))))
    kept = {
        model.annotation(r).id: QPersistentModelIndex(model.index(r, 0))
        for r in range(model.rowCount())
    }
    resets = []
    model.modelReset.connect(lambda: resets.append(True))
    model.show(details(_known(*((i, s, s + 1, t) for i, s, t in after))))
    assert resets == []
    fresh = AnnotationsModel(LIGHT)
    fresh.sort(column, order)
    fresh.show(details(_known(*((i, s, s + 1, t) for i, s, t in after))))
    now = [model.annotation(r).id for r in range(model.rowCount())]
    assert now == [fresh.annotation(r).id for r in range(fresh.rowCount())]
    for known, index in kept.items():
        assert index.isValid() == (known in now)
        if index.isValid():
            assert model.annotation(index.row()).id == known


def test_keeps_the_rules_of_a_model_while_it_changes(model, qtmodeltester):
    model.set_can_edit(True)
    model.show(details(_known((1, 0.0, 1.0, 0), (2, 2.0, 3.0, 1))))
    qtmodeltester.check(model)
    model.show(details(_known((2, 5.0, 6.0, 1), (7, 0.5, 1.0, 2), (9, 9.0, 9.5, 0))))
    qtmodeltester.check(model)
    assert model.rows_of([9, 2]) == [1, 2]
    model.show(details(()))
    qtmodeltester.check(model)


@pytest.mark.parametrize(
    ("column", "text", "wanted", "said"),
    [
        (Column.START, "0,05", (0.05, None), ""),
        (Column.END, "2.5", (None, 2.5), ""),
        (Column.END, "soon", None, "“soon” is no time: give seconds, such as 12.5."),
        (Column.END, "inf", None, "“inf” is no time: give seconds, such as 12.5."),
        (Column.END, "1_0", None, "“1_0” is no time: give seconds, such as 12.5."),
        (Column.START, "1.9", None, "It would start at 1.900 s and end at 1.900 s."),
        (Column.CLASS, "audible", 2, ""),
        (
            Column.CLASS,
            "loud",
            None,
            "There is no class loud: choose inaudible, barely or audible.",
        ),
    ],
)
def test_a_cell_says_what_is_wanted_or_what_is_wrong(model, column, text, wanted, said):
    seen, refused = [], []
    model.class_wanted.connect(lambda _a, target: seen.append(target))
    model.edges_wanted.connect(lambda _a, *edges: seen.append(edges))
    model.refused.connect(refused.append)
    model.show(details())
    model.set_can_edit(True)
    before = _column(model, column)
    assert model.setData(model.index(0, column), text) == (not said)
    assert seen == ([] if wanted is None else [wanted])
    assert refused == ([said] if said else [])
    assert _column(model, column) == before


def test_without_the_right_nothing_can_be_edited(model):
    model.show(details())
    editable = Qt.ItemFlag.ItemIsEditable
    assert not model.flags(model.index(0, Column.START)) & editable
    assert not model.setData(model.index(0, Column.START), "0.05")
    model.set_can_edit(True)
    assert [bool(model.flags(model.index(0, c)) & editable) for c in Column] == [
        *(True, True, True, False, False, False, False, False, False)
    ]
