import numpy as np
import pyqtgraph as pg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage, QPainter

from core.labelling import CONFLICT, UNLABELLED
from gui.theme import LIGHT
from gui.views.annotation_items import Layout
from gui.views.frame_grid import FrameGridItem, Frames
from gui.views.pixels import Span
from tests.shown_media import make_details


def frames_of(annotations=(), **changes):
    details = make_details(annotations, **changes)
    return Frames.of(details, Layout.of(details))


def test_frames_start_at_their_hops_and_last_their_length():
    frames = frames_of(frame=400, hop=100)
    starts_s, ends_s = frames.edges_s(np.array([0, 1, 7]))
    assert (starts_s * 8000).tolist() == [0, 100, 700]
    assert (ends_s * 8000).tolist() == [400, 500, 1100]
    assert frames.n_rows == 4


@given(st.integers(2, 500), st.integers(1, 500), st.floats(0, 1), st.floats(0.001, 0.3))
def test_every_frame_of_which_a_part_is_in_view_is_drawn(frame, hop, start_s, span_s):
    frames = frames_of(frame=frame, hop=hop)
    seen = set(frames.in_view(Span(start_s, start_s + span_s, 900)).tolist())
    starts = np.arange(frames.n_frames) * hop
    there = (starts / 8000 < start_s + span_s) & ((starts + frame) / 8000 > start_s)
    assert set(np.flatnonzero(there).tolist()) <= seen


@given(st.integers(0, 7999), st.integers(1, 400))
def test_a_moment_is_owned_by_one_frame(sample, hop):
    frames = frames_of(frame=200, hop=hop)
    frame = frames.at(sample / 8000)
    if frame is None:
        assert sample >= frames.n_frames * hop
    else:
        assert frame * hop <= sample < (frame + 1) * hop


def test_frames_are_taken_in_left_out_or_in_conflict():
    # Frames of 200 samples: the first annotation takes in 1 to 3, the second 3 and 4.
    frames = frames_of([(0.024, 0.1, 0), (0.075, 0.125, 2)])
    assert frames.labels[:6].tolist() == [UNLABELLED, 0, 0, CONFLICT, 2, UNLABELLED]


def test_without_features_there_is_no_grid():
    assert frames_of(spec=None, n_frames=0) is None


def test_where_the_last_frame_has_ended_there_is_none():
    frames = frames_of(seconds=0.26)
    assert frames.at(0.249) == 9
    assert frames.at(0.251) is None
    assert frames.n_frames == pytest.approx(10)


class WatchedPainter(QPainter):
    """A painter that remembers what is filled and written, in order."""

    def __init__(self, device):
        super().__init__(device)
        self.calls = []

    def fillRect(self, *args):  # noqa: N802  as Qt names it
        self.calls.append(("fill", args[0]))
        super().fillRect(*args)

    def drawText(self, *args):  # noqa: N802  as Qt names it
        self.calls.append(("text", self.boundingRect(*args), args[-1]))
        super().drawText(*args)


def drawn(span, **changes):
    """Fill and text calls of drawing a grid of frames."""
    details = make_details(**changes)
    layout = Layout.of(details)
    view = pg.ViewBox()
    view.resize(span.width_px, 100)
    item = FrameGridItem(view, lambda: span, lambda: layout)
    item.colors, item.frames = LIGHT, Frames.of(details, layout)
    image = QImage(span.width_px, 100, QImage.Format.Format_RGB32)
    painter = WatchedPainter(image)
    item.draw(painter, span.width_px, 100)
    painter.end()
    return painter.calls


def test_no_box_is_filled_over_a_number(application):
    # Boxes of 7.5 pixels: each number is wider than its box.
    calls = drawn(Span(2.0, 5.0, 900), seconds=10.0)
    kinds = [call[0] for call in calls]
    first = kinds.index("text")
    assert set(kinds[first:]) == {"text"}
    written = calls[first:]
    assert {"85", "100", "105"} <= {text for _, _, text in written}
    assert all(place.left() >= 0 and place.right() <= 900 for _, place, _ in written)
    rights = [place.right() for _, place, _ in written[:-1]]
    assert all(a < b[1].left() for a, b in zip(rights, written[1:], strict=True))


def test_a_frame_wider_than_the_view_has_its_number_in_view(application):
    # Frame 4 lasts from 0.1 to 0.125 s; its middle is not in view.
    texts = [call for call in drawn(Span(0.101, 0.103, 900)) if call[0] == "text"]
    ((_, place, text),) = texts
    assert text == "4"
    assert place.center().x() == pytest.approx(450, abs=2)
