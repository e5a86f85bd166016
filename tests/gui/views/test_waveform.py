import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip

from gui.theme import DARK, LIGHT, class_color
from gui.views.annotation_items import ROW_PX
from gui.views.frame_grid import FRAME_ROW_PX
from gui.views.pane import LEFT_AXIS_PX
from gui.views.waveform import Waveform
from tests.shown_media import ShownMedia, make_details, make_reader

LEFT = Qt.MouseButton.LeftButton
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
    waveform.resize(LEFT_AXIS_PX + 801, 241)
    with qtbot.waitExposed(waveform):
        waveform.show()
    return waveform


def picture(waveform):
    """Pixels of what is drawn over time, of shape (height, width, 3)."""
    waveform.time.move_playhead(0.9999)
    image = waveform.grab().toImage().convertToFormat(waveform.grab().toImage().Format.Format_RGB32)
    pixels = np.array(image.constBits()).reshape(image.height(), image.width(), 4)[..., 2::-1]
    rect = waveform.view.sceneBoundingRect().toRect()
    return pixels[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1]


def is_color(pixels, color):
    return (np.abs(pixels.astype(int) - [color.red(), color.green(), color.blue()]) <= 3).all(-1)


def place(waveform, time_s, y):
    rect = waveform.view.sceneBoundingRect()
    return QPoint(int(rect.left() + waveform.span().x_px(time_s)), int(rect.top() + y))


def test_a_click_is_drawn_in_the_column_of_its_sample(waveform, media, tmp_path):
    samples = np.zeros(RATE)
    samples[[1234, 5000]] = 0.9
    media.show(make_details(), original=make_reader(tmp_path, samples, RATE))
    for start_s, end_s in ((0.0, 1.0), (0.1, 0.7)):
        waveform.time.set_range(start_s, end_s)
        high = is_color(picture(waveform)[40], LIGHT.waveform)
        span = waveform.span()
        columns = [int(span.x_px(n / RATE) + 1e-6) for n in (1234, 5000)]
        wanted = {c for c in columns if 0 <= c < span.width_px}
        assert set(np.flatnonzero(high).tolist()) == wanted


def test_zoomed_in_a_sample_is_a_dot_in_its_place(waveform, media, tmp_path):
    samples = np.zeros(RATE)
    samples[1234] = 0.9
    media.show(make_details(), original=make_reader(tmp_path, samples, RATE))
    waveform.time.set_range(1200 / RATE, 1240 / RATE)
    lane = waveform.lanes()[0]
    row = round(lane.y() + (lane.height() - 1) * 0.05)
    found = np.flatnonzero(is_color(picture(waveform)[row], LIGHT.waveform))
    assert found.mean() + 0.5 == pytest.approx(waveform.span().x_px(1234 / RATE), abs=1)


def test_annotations_edges_are_drawn_at_their_pixels(waveform, media, tmp_path):
    media.show(
        make_details([(0.25, 0.5, 2)], spec=None, n_frames=0),
        original=make_reader(tmp_path, np.zeros(RATE), RATE),
    )
    drawn = is_color(picture(waveform)[60], class_color(2, 3, LIGHT))
    span = waveform.span()
    edges = [int(span.x_px(0.25) + 1e-6), int(span.x_px(0.5) + 1e-6)]
    assert np.flatnonzero(drawn).tolist() == edges


def test_the_true_edge_stands_beside_where_it_can_be_told_apart(waveform, media, tmp_path):
    media.show(
        make_details([(1000.4 / RATE, 0.5, 2)]),
        original=make_reader(tmp_path, np.zeros(RATE), RATE),
    )
    waveform.time.set_range(990 / RATE, 1010 / RATE)
    row = is_color(picture(waveform)[30:200], class_color(2, 3, LIGHT)).sum(axis=0)
    span = waveform.span()
    in_samples, in_seconds = (int(span.x_px(n / RATE) + 1e-6) for n in (1000, 1000.4))
    assert row[in_samples] > 150
    assert 20 < row[in_seconds] < 150


def test_frames_taken_in_are_filled_those_left_out_are_not(waveform, media, tmp_path):
    media.show(
        make_details([(0.06, 0.16, 2)]),
        original=make_reader(tmp_path, np.zeros(RATE), RATE),
    )
    waveform.time.set_range(0.0, 0.25)
    assert waveform.frame_item.is_shown
    strip = picture(waveform)[-FRAME_ROW_PX + 3]
    span = waveform.span()
    middle = [int(span.x_px((n + 0.1) * 0.025)) for n in range(10)]
    filled = [bool((strip[x] != strip[middle[9]]).any()) for x in middle]
    # 0.06 s lies in frame 2 and 0.16 s in frame 6: they are hatched; 3 to 5 lie whole inside.
    assert filled[3:6] == [True] * 3
    assert not any(filled[k] for k in (0, 1, 7, 8))
    starts = [int(span.x_px(n * 0.025) + 1e-6) for n in range(1, 9)]
    assert is_color(strip[starts], LIGHT.cursor).all()
    waveform.time.fit()
    assert waveform.frame_item.strip_px == FRAME_ROW_PX
    waveform.time.set_duration(100.0)
    waveform.time.fit()
    assert not waveform.frame_item.is_shown


def test_clicking_a_block_selects_it_and_elsewhere_seeks(waveform, media, qtbot):
    media.show(make_details([(0.25, 0.5, 2)]))
    view = waveform.viewport()
    qtbot.mouseClick(view, LEFT, pos=place(waveform, 0.3, ROW_PX // 2))
    assert waveform.time.selection == (0.25, 0.5)
    assert waveform.time.playhead_s == 0
    qtbot.mouseClick(view, LEFT, pos=place(waveform, 0.3, 100))
    assert waveform.time.selection is None
    assert waveform.time.playhead_s == pytest.approx(0.3, abs=0.01)


def test_dragging_from_a_block_selects_what_is_dragged_over(waveform, media, qtbot):
    media.show(make_details([(0.25, 0.5, 2)]))
    view = waveform.viewport()
    qtbot.mousePress(view, LEFT, pos=place(waveform, 0.3, 5))
    qtbot.mouseMove(view, place(waveform, 0.4, 5))
    qtbot.mouseRelease(view, LEFT, pos=place(waveform, 0.4, 5))
    qtbot.waitUntil(lambda: waveform.time.selection is not None)
    assert waveform.time.selection == pytest.approx((0.3, 0.4), abs=0.005)


def test_the_block_under_the_mouse_tells_about_itself(waveform, media, qtbot):
    media.show(make_details([(0.25, 0.5, 2)]))
    where = place(waveform, 0.3, 5)
    event = QHelpEvent(QEvent.Type.ToolTip, where, waveform.mapToGlobal(where))
    waveform.viewportEvent(event)
    qtbot.waitUntil(QToolTip.isVisible)
    assert "samples 2000 to 3999 at 8000 Hz" in QToolTip.text()
    QToolTip.hideText()
    assert waveform.annotation_at(QPointF(place(waveform, 0.7, 5))) is None


def test_channels_have_a_lane_each(waveform, media, tmp_path):
    samples = np.zeros((RATE, 2))
    samples[4000, 1] = 0.9
    media.show(make_details(), original=make_reader(tmp_path, samples, RATE))
    upper, lower = waveform.lanes()
    drawn = is_color(picture(waveform), LIGHT.waveform)
    column = int(waveform.span().x_px(0.5) + 1e-6)
    assert drawn[int(lower.y()) : int(lower.bottom()), column].sum() > 0.4 * lower.height()
    assert drawn[int(upper.y()) : int(upper.bottom()), column].sum() == 1


def test_a_shift_of_one_sample_between_original_and_transcoded_is_seen(waveform, media, tmp_path):
    first, second = np.zeros(RATE), np.zeros(RATE)
    first[4000], second[4001] = 0.9, 0.9
    media.show(
        make_details(),
        original=make_reader(tmp_path / "a", first, RATE),
        transcoded=make_reader(tmp_path / "b", second, RATE),
    )
    waveform.time.set_range(3990 / RATE, 4010 / RATE)
    assert waveform.overlay is None
    waveform.show_overlay(on=True)
    lane = waveform.lanes()[0]
    row = picture(waveform)[round(lane.y() + (lane.height() - 1) * 0.05)].astype(int)
    row[:200] = 255  # The names are there.
    # The original is bluer than red, the transcoded redder than green.
    original = np.flatnonzero(row[:, 2] - row[:, 0] > 30)
    over = np.flatnonzero(row[:, 0] - row[:, 1] > 30)
    span = waveform.span()
    assert original.mean() + 0.5 == pytest.approx(span.x_px(4000 / RATE), abs=3)
    assert over.mean() + 0.5 == pytest.approx(span.x_px(4001 / RATE), abs=3)


def test_transcoded_alone_and_where_the_original_cannot_be_read(waveform, media, tmp_path):
    a = make_reader(tmp_path / "a", np.zeros(RATE), RATE)
    b = make_reader(tmp_path / "b", np.zeros(RATE), RATE)
    media.show(make_details(), original=a, transcoded=b)
    assert waveform.base is a
    waveform.show_transcoded(on=True)
    assert waveform.base is b
    waveform.show_transcoded(on=False)
    media.show(original=None, original_problem="It is damaged.")
    assert waveform.base is b
    a.close()


def test_what_is_not_decoded_yet_is_hatched(waveform, media, tmp_path):
    half = make_reader(tmp_path, np.full(RATE // 2, 0.5), RATE, complete=False)
    media.show(make_details(), original=half)
    drawn = ~is_color(picture(waveform), LIGHT.background)
    left, right = drawn[200, :395].mean(), drawn[20:40, 420:780].mean()
    assert left < 0.2
    assert 0.02 < right < 0.5


def test_the_axis_changes_by_hand_alone(waveform, media, tmp_path, qtbot):
    quiet = make_reader(tmp_path, np.full(RATE, 0.01), RATE)
    media.show(make_details(), original=quiet)
    assert waveform.amplitude.gain == 1
    with qtbot.waitSignal(waveform.amplitude_changed):
        waveform.set_amplitude(gain=8)
    waveform.time.set_range(0.1, 0.2)
    assert waveform.amplitude.gain == 8
    with qtbot.waitSignal(waveform.amplitude_changed):
        waveform.set_amplitude(is_decibel=True)
    assert waveform.amplitude.is_decibel


def test_dark_is_drawn_dark(waveform, media, tmp_path):
    media.show(make_details(), original=make_reader(tmp_path, np.zeros(RATE), RATE))
    waveform.set_colors(DARK)
    assert is_color(picture(waveform), DARK.background).mean() > 0.5


def test_annotations_have_their_place_once_the_length_is_known(waveform, media):
    waveform.time.set_duration(0.0)
    media.show(make_details([(0.25, 0.5, 2)], seconds=0.0), original_problem="It is empty.")
    assert waveform.layout_.annotations == ()
    assert waveform.lanes()[0].top() == 0
    waveform.time.set_duration(1.0)
    assert len(waveform.layout_.annotations) == 1
    assert waveform.lanes()[0].top() == ROW_PX
