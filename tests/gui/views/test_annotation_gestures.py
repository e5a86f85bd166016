from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from gui.views.annotation_items import ROW_PX
from gui.views.pane import LEFT_AXIS_PX
from gui.views.waveform import Waveform
from tests.shown_media import ShownMedia, make_details

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
NEAR_S = 0.002


@pytest.fixture
def waveform(session, qtbot):
    """One second over 801 pixels, annotated at 0.2 to 0.4 and at 0.6 to 0.8 s."""
    media = ShownMedia(session)
    session.time.set_duration(1.0)
    waveform = Waveform(session, media)
    qtbot.addWidget(waveform)
    waveform.resize(LEFT_AXIS_PX + 801, 241)
    with qtbot.waitExposed(waveform):
        waveform.show()
    media.show(make_details([(0.2, 0.4, 0), (0.6, 0.8, 2)]))
    waveform.allow_editing(True)
    waveform.wanted = []
    gestures = waveform.gestures
    gestures.make_wanted.connect(lambda *edges: waveform.wanted.append(("make", edges)))
    gestures.move_wanted.connect(lambda by_s: waveform.wanted.append(("move", by_s)))
    gestures.edges_wanted.connect(
        lambda a, *edges: waveform.wanted.append(("edges", a.start_s, edges))
    )
    yield waveform
    media.close()


def drag(waveform, start_s, end_s, modifiers=NONE, *, lets_go=True):
    rect = waveform.view.sceneBoundingRect()
    kinds = [QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseMove]
    times = [start_s, (start_s + end_s) / 2, end_s]
    if lets_go:
        kinds, times = [*kinds, QEvent.Type.MouseButtonRelease], [*times, end_s]
    handlers = {
        QEvent.Type.MouseButtonPress: waveform.mousePressEvent,
        QEvent.Type.MouseMove: waveform.mouseMoveEvent,
        QEvent.Type.MouseButtonRelease: waveform.mouseReleaseEvent,
    }
    for kind, time_s in zip(kinds, times, strict=True):
        x = round(rect.left() + waveform.span().x_px(time_s))
        place = QPointF(x, rect.top() + ROW_PX / 2)
        handlers[kind](QMouseEvent(kind, place, place, LEFT, LEFT, modifiers))


def near(*times_s):
    return pytest.approx(times_s, abs=NEAR_S)


def test_free_ground_makes_an_edge_trims_a_body_moves(waveform):
    drag(waveform, 0.45, 0.55)
    drag(waveform, 0.4, 0.5)
    drag(waveform, 0.7, 0.65)
    (make, made), (edges, of_s, trimmed), (move, by_s) = waveform.wanted
    assert (make, edges, move) == ("make", "edges", "move")
    assert made == near(0.45, 0.55)
    assert of_s == 0.2
    assert trimmed == near(0.2, 0.5)
    assert by_s == pytest.approx(-0.05, abs=NEAR_S)


def test_with_alt_edges_snap_to_neighbours_then_to_frames(waveform):
    drag(waveform, 0.4, 0.595, ALT)
    assert waveform.wanted[0][2] == (0.2, 0.6)
    # Frames are 25 ms long.
    drag(waveform, 0.44, 0.56, ALT)
    assert waveform.wanted[1][1] == pytest.approx((0.45, 0.55), abs=1e-9)


def test_an_edge_does_not_pass_the_other(waveform):
    drag(waveform, 0.4, 0.05)
    start_s, end_s = waveform.wanted[0][2]
    assert end_s == pytest.approx(start_s + 1 / 8000)


def test_a_move_ends_with_the_recording_and_takes_all_that_are_chosen(waveform):
    annotations = waveform.layout_.annotations
    waveform.choice.choose(annotations)
    drag(waveform, 0.3, 0.9)
    assert waveform.wanted == [("move", pytest.approx(0.2))]
    assert len(waveform.gestures.preview) == 2
    waveform.gestures.settle()
    assert waveform.gestures.preview == ()


def test_nothing_is_wanted_of_a_drag_that_is_cancelled(waveform):
    drag(waveform, 0.45, 0.55, lets_go=False)
    assert waveform.gestures.preview[0].end_s == pytest.approx(0.55, abs=NEAR_S)
    assert waveform.gestures.cancel()
    assert waveform.gestures.preview == ()
    assert waveform.wanted == []


def test_what_may_not_be_edited_can_be_chosen(waveform):
    waveform.allow_editing(False)
    drag(waveform, 0.3, 0.5)
    drag(waveform, 0.45, 0.55)
    assert waveform.wanted == []
    assert waveform.time.selection == near(0.45, 0.55)
    waveform.select_annotation(1)
    assert waveform.time.selection == (0.6, 0.8)


def test_ctrl_and_dragging_over_them_chooses_annotations(waveform):
    drag(waveform, 0.5, 0.7, CTRL)
    assert [a.start_s for a in waveform.choice.annotations] == [0.6]
    drag(waveform, 0.9, 0.1, CTRL)
    assert len(waveform.choice.annotations) == 2
    assert waveform.wanted == []


@pytest.mark.parametrize(
    "way", [(0.52, 0.76), (0.6, 0.45), (0.7, 0.45)], ids=["make", "edges", "move"]
)
def test_the_view_goes_along_with_what_is_dragged_beyond_it(waveform, session, qtbot, way):
    session.time.set_range(0.5, 0.75)
    drag(waveform, *way, lets_go=False)
    if way[1] > way[0]:
        qtbot.waitUntil(lambda: session.time.end_s > 0.9)
        assert waveform.gestures.preview[0].end_s > 0.9
    else:
        qtbot.waitUntil(lambda: session.time.start_s < 0.3)
        assert waveform.gestures.preview[-1].start_s < 0.5
    assert session.time.span_s == pytest.approx(0.25)
    waveform.gestures.cancel()
    here = session.time.start_s
    qtbot.wait(100)
    assert session.time.start_s == here


def test_the_view_stays_while_what_is_dragged_is_in_it(waveform, session, qtbot):
    session.time.set_range(0.5, 0.75)
    drag(waveform, 0.52, 0.58, lets_go=False)
    qtbot.wait(100)
    assert (session.time.start_s, session.time.end_s) == (0.5, 0.75)
    waveform.gestures.cancel()
