import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from gui.theme import LIGHT
from gui.views.pane import LEFT_AXIS_PX
from gui.views.wave_item import channel_names
from gui.views.waveform import Waveform
from tests.shown_media import ShownMedia, make_details, make_reader

RATE = 8000


@pytest.fixture
def media(session):
    media = ShownMedia(session)
    yield media
    media.close()


@pytest.fixture
def waveform(session, media, qtbot):
    session.time.set_duration(1.0)
    session.time.fit()
    waveform = Waveform(session, media)
    waveform.set_colors(LIGHT)
    qtbot.addWidget(waveform)
    waveform.resize(LEFT_AXIS_PX + 801, 201)
    with qtbot.waitExposed(waveform):
        waveform.show()
    return waveform


class WatchedPainter(QPainter):
    """A painter that remembers what is written, where, and in which colour."""

    def __init__(self, device):
        super().__init__(device)
        self.written = {}

    def drawText(self, *args):  # noqa: N802  as Qt names it
        self.written[args[-1]] = args[0], self.pen().color()
        super().drawText(*args)


def drawn(waveform):
    """Pixels of what the item draws, of shape (height, width, 3), and what it writes."""
    width, height = round(waveform.view.width()), round(waveform.view.height())
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(LIGHT.background)
    painter = WatchedPainter(image)
    waveform.wave_item.draw(painter, width, height)
    painter.end()
    pixels = np.array(image.constBits()).reshape(height, width, 4)[..., 2::-1]
    return pixels.astype(int), painter.written


def is_color(pixels, color):
    return (np.abs(pixels - [color.red(), color.green(), color.blue()]) <= 3).all(-1)


@pytest.mark.parametrize(
    ("n", "names"), [(1, ("",)), (2, ("L", "R")), (3, ("1", "2", "3")), (0, ())]
)
def test_channels_have_names(n, names):
    assert channel_names(n) == names


def test_each_lane_is_named_in_its_corner(waveform, media, tmp_path):
    media.show(make_details(), original=make_reader(tmp_path, np.zeros((RATE, 2)), RATE))
    _, written = drawn(waveform)
    assert list(written) == ["L", "R"]
    for name, lane in zip(("L", "R"), waveform.lanes(), strict=True):
        assert written[name][0].topLeft() == lane.topLeft()
        assert written[name][0].bottom() <= lane.bottom()


def test_one_channel_needs_no_name(waveform, media, tmp_path):
    media.show(make_details(), original=make_reader(tmp_path, np.zeros(RATE), RATE))
    assert drawn(waveform)[1] == {}


def loud_and_half(media, tmp_path, n=RATE):
    loud = np.where(np.arange(n) % 2, 0.8, -0.8)
    media.show(
        make_details(),
        original=make_reader(tmp_path / "a", loud, RATE),
        transcoded=make_reader(tmp_path / "b", loud / 2, RATE),
    )


def test_far_out_the_overlay_is_an_outline_through_which_the_original_is_seen(
    waveform, media, tmp_path
):
    loud_and_half(media, tmp_path)
    waveform.show_overlay(on=True)
    pixels, _ = drawn(waveform)
    column = pixels[:, 400]
    lane = waveform.lanes()[0]
    is_original = is_color(column, LIGHT.waveform)
    edges = [round(lane.y() + (lane.height() - 1) * (1 - v) / 2) for v in (0.4, -0.4)]
    others = np.flatnonzero(~is_original & ~is_color(column, LIGHT.background))
    assert others.tolist() == edges
    # Redder than the original.
    assert (column[edges, 0] - LIGHT.waveform.red() > 30).all()
    assert is_original.sum() > 0.75 * lane.height()


def test_the_overlay_is_named_in_its_colours(waveform, media, tmp_path):
    loud_and_half(media, tmp_path)
    assert drawn(waveform)[1] == {}
    waveform.show_overlay(on=True)
    _, written = drawn(waveform)
    assert written["original"][1] == LIGHT.waveform
    assert written["transcoded"][1] == LIGHT.overlay
    assert written["original"][0].right() <= written["transcoded"][0].left()


def test_a_low_tone_in_decibels_is_an_area_without_slits(waveform, media, tmp_path):
    tone = 0.5 * np.sin(2 * np.pi * 20 * np.arange(RATE) / RATE)
    media.show(make_details(), original=make_reader(tmp_path, tone, RATE))
    waveform.set_amplitude(is_decibel=True)
    inside = is_color(drawn(waveform)[0], LIGHT.waveform)
    lane = waveform.lanes()[0]
    assert inside[int(lane.bottom()) - 1].all()
    # From -96 dB up; -6 dB is the highest.
    top = round(lane.y() + (lane.height() - 1) * 6 / 96)
    assert np.flatnonzero(inside.any(axis=1))[0] == pytest.approx(top, abs=1)
    bottom = int(lane.bottom())
    assert all(inside[np.argmax(inside[:, x]) : bottom, x].all() for x in range(inside.shape[1]))
