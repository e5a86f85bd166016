"""Make, move and trim annotations by mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.e2e.window.annotating import A_PIXEL_S, ALT, SHIFT, WAVE_Y

OLD = [(0.1, 1.9, "inaudible"), (2.0, 4.0, "audible"), (5.0, 6.0, "barely")]


def near(start_s, end_s):
    return pytest.approx((start_s, end_s), abs=A_PIXEL_S)


def test_dragging_along_the_strip_makes_an_annotation(annotator):
    annotator.press(6.5)
    annotator.move(7.0)
    annotator.move(7.5)
    block = annotator.waveform.gestures.preview[0]
    assert (block.start_s, block.end_s) == near(6.5, 7.5)
    assert annotator.annotations == OLD
    annotator.release(7.5)
    annotator.wait_for(4)
    assert annotator.annotations[:3] == OLD
    assert annotator.annotations[3][:2] == near(6.5, 7.5)
    assert annotator.chosen[0] == near(6.5, 7.5)
    assert annotator.waveform.gestures.preview == ()


def test_escape_lets_go(annotator):
    annotator.press(6.5)
    annotator.move(7.5)
    annotator.key(Qt.Key.Key_Escape)
    annotator.release(7.5)
    assert annotator.waveform.gestures.preview == ()
    assert not annotator.window.editing.is_busy
    assert annotator.annotations == OLD


def test_a_shift_drag_in_the_waveform_repeats_the_last_class(annotator):
    annotator.drag(6.2, 6.8, y=WAVE_Y)
    assert annotator.window.session.time.selection == near(6.2, 6.8)
    annotator.key(Qt.Key.Key_2)
    annotator.wait_for(4)
    annotator.drag(7.0, 7.6, SHIFT, y=WAVE_Y)
    annotator.wait_for(5)
    assert [label for *_, label in annotator.annotations[3:]] == ["barely", "barely"]


def test_an_edge_is_dragged_and_with_alt_it_snaps(annotator):
    annotator.drag(4.0, 4.5)
    annotator.wait(lambda: annotator.annotations[1] != OLD[1])
    start_s, end_s, _ = annotator.annotations[1]
    assert (start_s, end_s) == (2.0, pytest.approx(4.5, abs=A_PIXEL_S))
    annotator.settle()
    annotator.drag(end_s, 5.02, ALT)
    annotator.wait(lambda: annotator.annotations[1][1] == 5.0)


def test_a_body_is_dragged_within_the_recording(annotator):
    annotator.drag(5.5, 6.5)
    annotator.wait(lambda: annotator.annotations[2] != OLD[2])
    start_s, end_s, _ = annotator.annotations[2]
    assert (start_s, end_s) == near(6.0, 7.0)
    assert end_s - start_s == pytest.approx(1.0, abs=1e-5)
    annotator.settle()
    annotator.drag(6.5, 7.9)
    annotator.wait(lambda: annotator.annotations[2][1] == 8.0)


def test_what_is_a_few_pixels_wide_is_not_moved_by_accident(annotator):
    time = annotator.window.session.time
    annotator.window.editing.submit(_short)
    annotator.wait_for(4)
    annotator.drag(7.0, 7.3)
    assert not annotator.window.editing.is_busy
    assert time.selection == near(7.0, 7.3)


def _short(sheet, by):
    from core.annotations import edits

    return edits.make(sheet.file_name, 7.0, 7.02, "audible", bounds=sheet.bounds, by=by)
