"""A drawing: asked for once, seen while it grows, gone when it is no longer wanted."""

from __future__ import annotations

import numpy as np
import pytest

from core.drawing_cache import DrawingProgress
from core.errors import RecordingError, StorageError
from core.peak_writer import PeakWriter
from core.peaks import PeakMeta
from gui.drawing import Drawing
from gui.errors import ErrorDoor
from gui.jobs import Lane

N_SAMPLES = 400


@pytest.fixture
def lane(application):
    lane = Lane("thread", isolated=False)
    yield lane
    lane.close()


@pytest.fixture
def door(application):
    return ErrorDoor()


@pytest.fixture
def drawing(lane, door):
    drawing = Drawing(lane, door)
    yield drawing
    drawing.drop()


def make(folder, *, report, n_samples=N_SAMPLES, error=None, gate=lambda: None):
    """Write half, tell, write the other half."""
    half = np.full((n_samples // 2, 1), 0.5, dtype=np.float32)
    with PeakWriter(folder, PeakMeta(8000, 1)) as writer:
        for k in (1, 2):
            writer.push(half)
            done = k * len(half)
            # With numbers to draw: such progress is never passed over.
            report(
                DrawingProgress("draw", done, n_samples, metrics={"done": done}, folder=str(folder))
            )
            gate()
        if error:
            raise error
    return folder


def until(report, event):
    """Go on reporting until something happens, so that a cancellation gets in."""
    while not event:
        report(DrawingProgress("draw"))


def test_it_is_seen_while_it_grows_and_when_it_is_complete(drawing, qtbot, tmp_path):
    seen, go_on = [], []

    def slowly(*, report):
        return make(tmp_path, report=report, gate=lambda: until(report, go_on))

    def look():
        seen.append((drawing.reader.n_samples, drawing.reader.is_complete, drawing.share))
        go_on.append(True)

    drawing.changed.connect(look)
    drawing.ask("key", slowly)
    assert drawing.is_busy
    qtbot.waitUntil(lambda: not drawing.is_busy)
    assert seen[0] == (N_SAMPLES // 2, False, 0.5)
    assert seen[-1] == (N_SAMPLES, True, 1.0)


def test_the_same_is_not_asked_for_twice(drawing, qtbot, tmp_path):
    drawing.ask("key", make, tmp_path)
    qtbot.waitUntil(lambda: not drawing.is_busy)
    reader = drawing.reader
    drawing.ask("key", make, tmp_path)
    assert drawing.reader is reader
    assert not drawing.is_busy
    drawing.ask("another key", make, tmp_path / "b")
    assert drawing.reader is None
    qtbot.waitUntil(lambda: drawing.reader is not None and drawing.reader.is_complete)
    # The old one is let go.
    assert reader.n_samples == 0


def test_what_is_dropped_says_nothing_any_more(drawing, qtbot, tmp_path, lane):
    seen, go_on = [], []

    def slowly(*, report):
        return make(tmp_path, report=report, gate=lambda: until(report, go_on))

    drawing.ask("key", slowly)
    with qtbot.waitSignal(drawing.changed):
        pass
    reader = drawing.reader
    drawing.changed.connect(lambda: seen.append(drawing.reader))
    assert drawing.drop()
    assert not drawing.drop()
    qtbot.waitUntil(lambda: not lane.is_busy)
    assert seen == []
    assert drawing.reader is None
    assert reader.n_samples == 0


@pytest.mark.parametrize(
    "error",
    [
        RecordingError("a.wav cannot be read", path="a.wav", hint="Is it there?"),
        StorageError("The disk is full: here", hint="Free some space."),
    ],
)
def test_what_went_wrong_is_a_sentence_and_no_box(drawing, qtbot, tmp_path, door, error):
    def fail(*, report):
        return make(tmp_path, report=report, error=error)

    drawing.ask("key", fail)
    qtbot.waitUntil(lambda: not drawing.is_busy)
    assert drawing.problem == f"{error.message}. {error.hint}"
    assert drawing.reader is None
    assert door.boxes == ()
    # Asked for again, it is tried again: the disk may no longer be full.
    drawing.ask("key", make, tmp_path)
    qtbot.waitUntil(lambda: not drawing.is_busy)
    assert drawing.problem == ""
    assert drawing.reader.is_complete


def test_a_bug_goes_through_the_door(drawing, qtbot, door):
    def fail(*, report):
        raise ZeroDivisionError

    with qtbot.waitSignal(door.shown):
        drawing.ask("key", fail)
    qtbot.waitUntil(lambda: not drawing.is_busy)
    assert "bug" in drawing.problem
    for box in door.boxes:
        box.close()


def test_a_drawing_that_another_window_is_just_replacing_is_looked_at_later(
    drawing, qtbot, tmp_path
):
    def make_late(*, report):
        report(DrawingProgress("draw", 1, 2, metrics={"done": 1}, folder=str(tmp_path / "none")))
        return make(tmp_path / "none", report=report)

    drawing.ask("key", make_late)
    qtbot.waitUntil(lambda: not drawing.is_busy)
    assert drawing.problem == ""
    assert drawing.reader.is_complete


def test_a_drawing_that_is_gone_when_it_is_done_is_a_sentence(drawing, qtbot, tmp_path):
    def make_nothing(*, report):
        return tmp_path / "gone"

    drawing.ask("key", make_nothing)
    qtbot.waitUntil(lambda: not drawing.is_busy)
    assert "cannot be read" in drawing.problem
    assert drawing.reader is None


def test_why_there_is_nothing_is_told_once(drawing, qtbot):
    seen = []
    drawing.changed.connect(lambda: seen.append(drawing.problem))
    for problem in ("", "Not yet.", "Not yet.", ""):
        drawing.clear(problem)
    assert seen == ["Not yet.", ""]
