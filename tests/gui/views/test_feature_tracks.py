from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from gui.theme import DARK, LIGHT, Scheme
from gui.views.feature_tracks import LEAST_TRACK_PX, NO_FEATURES, NO_TRACKS, FeatureTracks
from gui.views.track_list import BY_KEY, load_chosen
from tests.gui.views.made_media import RATE_HZ, SPEC, open_recording, pixels_of, rgb

N_FRAMES = 400
SECONDS = N_FRAMES * SPEC.hop_size / RATE_HZ


def _table(n_frames=N_FRAMES, **columns):
    values = np.full((n_frames, len(SPEC.columns)), 0.5, dtype=np.float32)
    for name, column in columns.items():
        values[:, SPEC.columns.index(name)] = column
    return values


@pytest.fixture
def pane(session, media, show_pane):
    open_recording(session)
    session.time.set_duration(SECONDS)
    session.time.fit()
    loudness = np.zeros(N_FRAMES)
    loudness[100:300] = 1
    melbands = np.where(np.arange(N_FRAMES) < 200, 1e-9, 1.0)
    media.features = media.reader(_table(loudness=loudness, melbands_5=melbands), 40)
    media.describe(n_frames=N_FRAMES)
    return show_pane(FeatureTracks, 864, 240)


def _lane(pane, key):
    lane = pane.axis.lanes[[track.key for track in pane.tracks].index(key)]
    return pixels_of(pane.item)[max(0, lane.top_px) : lane.stop_px]


def _heights(pane, key, color):
    """Height of a curve in each column, 1 at the top."""
    is_curve = _lane(pane, key) == rgb(color)
    return 1 - is_curve.argmax(axis=0) / (len(is_curve) - 1)


def test_a_curve_is_as_high_as_its_values_over_their_frames(pane):
    heights = _heights(pane, "loudness", LIGHT.curves[0])
    width = len(heights)
    a, b = round(width / 4), round(width * 3 / 4)
    assert heights[2 : a - 2].max() < 0.1
    assert heights[a + 2 : b - 2].min() > 0.9
    assert heights[b + 2 :].max() < 0.1


def test_the_step_stands_at_the_first_sample_of_its_frame(pane, session):
    start_s = 100 * SPEC.hop_size / RATE_HZ
    session.time.set_range(start_s - 0.01, start_s + 0.01)
    heights = _heights(pane, "loudness", LIGHT.curves[0])
    assert np.flatnonzero(heights > 0.5)[0] == pytest.approx(len(heights) / 2, abs=1)


def test_bands_are_a_picture_with_the_first_at_the_bottom(pane):
    rows = _lane(pane, "melbands")
    height, width = rows.shape
    band = height - 1 - round((5 + 0.5) * height / 24)
    assert rows[band, 10] != rows[band, width - 10]
    other = height - 1 - round((9 + 0.5) * height / 24)
    assert rows[other, 10] == rows[other, width - 10]


def test_panning_never_changes_the_scale(pane, session):
    before = pane.axis.lanes
    assert (before[0].high, before[0].low) == ("1", "0")
    session.time.set_range(0.2, 0.4)
    assert pane.axis.lanes == before


def test_tracks_are_added_moved_and_taken_away_and_remembered(pane, qtbot):
    pane.toggle(BY_KEY["onset_flux"], True)
    assert [track.key for track in pane.tracks] == ["loudness", "melbands", "onset_flux"]
    assert load_chosen() == pane.tracks
    qtbot.mouseClick(pane._buttons[0].down, Qt.MouseButton.LeftButton)
    assert [track.key for track in pane.tracks] == ["melbands", "loudness", "onset_flux"]
    assert [lane.title for lane in pane.axis.lanes] == ["Mel bands", "Loudness", "Onset flux"]
    qtbot.mouseClick(pane._buttons[0].away, Qt.MouseButton.LeftButton)
    assert [track.key for track in pane.tracks] == ["loudness", "onset_flux"]
    assert load_chosen() == pane.tracks
    checked = {
        action.data().key
        for action in pane.menu_button.menu().findChildren(object)
        if getattr(action, "isChecked", bool)()
    }
    assert checked == {"loudness", "onset_flux"}


def test_many_tracks_scroll_rather_than_shrink(pane, session):
    for key in ("mfcc", "hpcp", "onset_flux", "onset_hfc", "mfcc_3"):
        pane.toggle(BY_KEY[key], True)
    assert pane.scroll_bar.isVisible()
    assert min(lane.height_px for lane in pane.axis.lanes) >= LEAST_TRACK_PX
    # The one that was added last is in view.
    height = len(pixels_of(pane.item))
    assert pane.axis.lanes[-1].stop_px == height
    before = session.time.start_s, session.time.end_s
    for _ in range(30):
        _turn_wheel(pane, Qt.KeyboardModifier.ShiftModifier)
    assert pane.axis.lanes[0].top_px == 0
    assert (session.time.start_s, session.time.end_s) == before


def _turn_wheel(pane, modifiers):
    event = QWheelEvent(
        QPointF(200, 50),
        QPointF(pane.mapToGlobal(QPoint(200, 50))),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(pane.viewport(), event)


def test_it_grows_with_the_features(session, media, show_pane):
    open_recording(session)
    session.time.set_duration(SECONDS)
    session.time.fit()
    writer = media.writer(len(SPEC.columns), 40)
    rising = np.linspace(0, 1, N_FRAMES)
    table = _table(loudness=rising)
    writer.push(table[:200])
    media.features = media.map(writer)
    media.describe(n_frames=N_FRAMES)
    pane = show_pane(FeatureTracks, 864, 240)
    curve = _lane(pane, "loudness") == rgb(LIGHT.curves[0])
    width = curve.shape[1]
    assert curve[:, : width // 2 - 3].any(axis=0).all()
    assert not curve[:, width // 2 + 3 :].any()
    writer.push(table[200:])
    writer.close()
    media.features.refresh()
    media.tracks_changed.emit()
    assert (_lane(pane, "loudness") == rgb(LIGHT.curves[0])).any(axis=0)[:-3].all()
    assert pane.axis.lanes[0].high == "1"


def test_it_says_what_to_do_when_there_is_nothing(session, media, show_pane):
    pane = show_pane(FeatureTracks)
    assert not pane.empty.isVisible()
    open_recording(session)
    media.describe(spec=None)
    assert pane.empty.text() == NO_FEATURES
    media.features_problem = "The features are damaged. Extract again."
    media.tracks_changed.emit()
    assert pane.empty.text() == media.features_problem
    pane.set_tracks(())
    assert pane.empty.text() == NO_TRACKS


def test_nothing_of_one_recording_is_shown_under_another(pane, session, media):
    media.features, media.details = None, None
    session.show_recording(None)
    media.details_changed.emit(None)
    media.tracks_changed.emit()
    assert set(np.unique(pixels_of(pane.item)).tolist()) == {rgb(LIGHT.background)}
    assert pane.axis.lanes[0].high == ""


def test_it_follows_the_theme(pane, session):
    session.theme.apply(Scheme.DARK)
    assert (_lane(pane, "loudness") == rgb(DARK.curves[0])).any()
    session.theme.apply(Scheme.LIGHT)
