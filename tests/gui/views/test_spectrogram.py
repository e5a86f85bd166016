from __future__ import annotations

import shutil

import numpy as np
import pytest
from PySide6.QtCore import Qt

from core.spectrogram import decibels
from gui.theme import DARK, LIGHT, Scheme, class_color
from gui.views.spectrogram import Spectrogram
from gui.views.spectrogram_settings import color_table
from tests.gui.views.made_media import RATE_HZ, open_recording, pixels_of, rgb

SECONDS = 4


def _sine(hz, seconds=SECONDS, rate_hz=RATE_HZ):
    return 0.5 * np.sin(2 * np.pi * hz * np.arange(seconds * rate_hz) / rate_hz)


@pytest.fixture
def pane(session, media, show_pane, qtbot):
    open_recording(session)
    media.original = media.reader(_sine(1000))
    media.describe()
    session.time.set_duration(SECONDS)
    session.time.fit()
    pane = show_pane(Spectrogram)
    qtbot.waitUntil(lambda: pane.is_complete)
    return pane


def _levels_db(pane):
    """Levels in view, from the bottom, shape (width, height)."""
    time, size = pane.time, pane._size_px()
    return decibels(pane._picture.compose(time.start_s, time.end_s, *size))


def _row_of(pane, hz):
    spec = pane._spec(pane._reader)
    return int(spec.axis.place_of(hz) * spec.axis.n_rows)


def test_a_sine_is_a_line_at_its_height_in_its_colour(pane):
    levels = _levels_db(pane)
    middle = levels[len(levels) // 2]
    assert middle.argmax() == pytest.approx(_row_of(pane, 1000), abs=2)
    assert middle.max() == pytest.approx(-6, abs=0.7)
    pixels = pixels_of(pane._item)
    row = len(pixels) - 1 - int(middle.argmax())
    code = np.uint8(np.flatnonzero(decibels(np.arange(256, dtype=np.uint8)) == middle.max())[0])
    expected = color_table(pane.look, LIGHT.background)[code] & 0xFFFFFF
    assert pixels[row, pixels.shape[1] // 2] == expected


def test_panning_shows_the_same_columns_elsewhere_at_once(pane, session, qtbot):
    session.time.set_range(1, 2)
    qtbot.waitUntil(lambda: pane.is_complete)
    before = _levels_db(pane)
    session.time.pan(0.25)
    # Before anything new can have been computed.
    moved = _levels_db(pane)
    shift = len(before) // 4
    np.testing.assert_array_equal(moved[5 : -shift - 5], before[shift + 5 : -5])
    qtbot.waitUntil(lambda: pane.is_complete)


def test_zooming_stretches_the_old_picture_meanwhile(pane, session, qtbot):
    session.time.set_range(1, 1.5)
    assert not pane.is_complete
    assert np.isfinite(_levels_db(pane)).all()
    qtbot.waitUntil(lambda: pane.is_complete)
    session.time.set_range(1, 1.001)
    qtbot.waitUntil(lambda: pane.is_complete)
    assert pane._grid(pane._reader).column_samples == 1


def test_it_grows_while_the_recording_is_decoded(session, media, show_pane, qtbot):
    open_recording(session)
    writer = media.writer(1)
    sine = _sine(1000)[:, np.newaxis].astype(np.float32)
    writer.push(sine[: RATE_HZ * 2])
    media.original = media.map(writer)
    session.time.set_duration(SECONDS)
    session.time.fit()
    pane = show_pane(Spectrogram)
    qtbot.waitUntil(lambda: pane.is_complete)
    levels = _levels_db(pane)
    half = len(levels) // 2
    assert np.isfinite(levels[: half - 2]).all()
    assert np.isnan(levels[half + 2 :]).all()
    writer.push(sine[RATE_HZ * 2 :])
    writer.close()
    media.original.refresh()
    media.audio_changed.emit()
    qtbot.waitUntil(lambda: pane.is_complete)
    grown = _levels_db(pane)
    assert np.isfinite(grown).all()
    # What ended there has no edge any more.
    assert grown[half].max() == pytest.approx(-6, abs=0.7)


def test_nothing_of_one_recording_is_shown_under_another(pane, session, media, qtbot):
    session.time.set_range(1, 1.3)  # Something is being computed now.
    old = media.original
    media.original, media.details = None, None
    old.close()
    session.show_recording(None)
    media.details_changed.emit(None)
    media.audio_changed.emit()
    assert pane._item.image is None
    open_recording(session, "b.wav")
    media.original = media.reader(_sine(3000))
    media.audio_changed.emit()
    media.describe(name="b.wav")
    session.time.set_duration(SECONDS)
    session.time.fit()
    first = _levels_db(pane)
    assert np.isnan(first).all()
    qtbot.waitUntil(lambda: pane.is_complete)
    levels = _levels_db(pane)
    assert np.nanmean(levels[:, _row_of(pane, 1000)]) < -90
    assert levels[100].argmax() == pytest.approx(_row_of(pane, 3000), abs=2)


def test_the_transcoded_recording_has_its_own_frequencies(pane, media, qtbot):
    media.transcoded = media.reader(_sine(1000, rate_hz=4000), rate_hz=4000)
    pane.show_transcoded(True)
    qtbot.waitUntil(lambda: pane.is_complete)
    levels = _levels_db(pane)
    assert levels[100].argmax() == pytest.approx(levels.shape[1] / 2, abs=2)
    labels = [text for _, text in pane.plot.getAxis("left")._tickLevels[0]]
    assert "1 kHz" in labels or "500 Hz" in labels
    assert "3 kHz" not in labels
    pane.show_transcoded(False)
    qtbot.waitUntil(lambda: pane.is_complete)
    assert _levels_db(pane)[100].argmax() == pytest.approx(_row_of(pane, 1000), abs=2)


def test_settings_are_opened_by_the_button_and_change_the_picture(pane, qtbot):
    qtbot.mouseClick(pane.settings_button, Qt.MouseButton.LeftButton)
    assert pane.settings.isVisible()
    pane.settings.fft_size.setFocus()
    qtbot.keyClick(pane.settings.fft_size, Qt.Key.Key_Down)
    assert pane.look.fft_size == 2048
    assert pane._spec(pane._reader).fft_size == 2048
    pane.settings.top_db.setValue(0)
    assert pane.settings_button.text() == "\N{MINUS SIGN}100 to 0 dBFS"
    pane.settings.scale.setCurrentIndex(pane.settings.scale.findData("log"))
    qtbot.waitUntil(lambda: pane.is_complete)
    assert _levels_db(pane)[100].argmax() == pytest.approx(_row_of(pane, 1000), abs=2)
    pane.settings.close()


def test_edges_of_annotations_are_lines_at_their_pixels(pane, media):
    media.describe(annotations=[(1.0, 2.5, 2)])
    pixels = pixels_of(pane._item)
    width = pixels.shape[1]
    color = rgb(class_color(2, 3, LIGHT))
    marked = np.flatnonzero((pixels == color).sum(axis=0) > len(pixels) / 4)
    assert marked.tolist() == [int(width / 4), int(width * 2.5 / 4)]


def test_it_says_when_columns_are_sampled(session, media, show_pane, qtbot):
    open_recording(session)
    media.original = media.reader(np.zeros(4_000_000))
    session.time.set_duration(500)
    pane = show_pane(Spectrogram)
    session.time.fit()
    text = pane._note.text()
    assert text.startswith("Zoomed out: 5 of ")
    assert text.endswith(" frames per column computed, the loudest among them")
    assert pane._note.isVisible()
    session.time.set_range(0, 2)
    assert not pane._note.isVisible()
    qtbot.waitUntil(lambda: pane.is_complete)


def test_it_says_why_there_is_nothing(session, media, show_pane):
    pane = show_pane(Spectrogram)
    assert not pane._empty.isVisible()
    open_recording(session)
    media.original_problem = "It is no audio file."
    media.audio_changed.emit()
    assert pane._empty.text() == "It is no audio file."
    assert pane._empty.isVisible()


def test_what_cannot_be_decoded_has_no_frequencies_of_the_one_before(pane, media):
    assert any(text for _, text in pane.plot.getAxis("left")._tickLevels[0])
    media.original, media.original_problem = None, "It is no audio file."
    media.audio_changed.emit()
    assert pane.plot.getAxis("left")._tickLevels == [[]]


def test_the_theme_colours_what_is_no_audio(pane, session, media):
    session.time.set_duration(2 * SECONDS)
    session.time.fit()
    session.theme.apply(Scheme.DARK)
    assert pixels_of(pane._item)[10, -10] == rgb(DARK.background)
    session.theme.apply(Scheme.LIGHT)
    assert pixels_of(pane._item)[10, -10] == rgb(LIGHT.background)


def test_what_cannot_be_computed_is_said_once(session, media, show_pane, qtbot):
    open_recording(session)
    media.original = media.reader(_sine(1000))
    shutil.rmtree(media.original.folder)
    session.time.set_duration(SECONDS)
    with qtbot.waitSignal(session.errors.shown, timeout=10_000) as shown:
        pane = show_pane(Spectrogram)
        session.time.fit()
    assert "no longer there" in shown.args[0] or "cannot be read" in shown.args[0]
    session.time.set_range(1, 2)
    assert not session.drawing.is_busy
    (box,) = session.errors.boxes
    box.close()
    # Another recording is drawn all the same.
    media.original = media.reader(_sine(3000))
    media.audio_changed.emit()
    qtbot.waitUntil(lambda: pane.is_complete)


def test_what_is_open_is_drawn_on_when_its_files_are_gone(pane, session, media, qtbot):
    shutil.rmtree(media.original.folder)
    session.time.set_range(1, 1.5)
    qtbot.waitUntil(lambda: pane.is_complete)
    assert np.isfinite(_levels_db(pane)).all()
    assert not session.errors.boxes
