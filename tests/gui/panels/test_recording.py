import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox

from gui.actions import Actions, State
from gui.panels.recording import SPLITTER_KEY, RecordingPanel
from gui.preferences import preferences
from gui.theme import DARK, Scheme
from gui.views.wave_columns import Amplitude
from tests.shown_media import ShownMedia, make_details, make_reader

ALL = frozenset(State)
ANNOTATIONS = [(0.1, 0.3, 1), (0.4, 0.5, 2), (0.8, 0.9, 0)]


@pytest.fixture
def media(session):
    media = ShownMedia(session)
    yield media
    media.close()


@pytest.fixture
def panel(session, media, qtbot):
    from PySide6.QtWidgets import QWidget

    window = QWidget()
    actions = Actions(window)
    panel = RecordingPanel(session, actions, media)
    panel.setParent(window)
    actions.add_to_recording_view(panel)
    actions.enable(ALL)
    qtbot.addWidget(window)
    window.resize(900, 640)
    panel.resize(900, 640)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    panel.actions_, panel.window_ = actions, window
    return panel


@pytest.fixture
def opened(panel, session, media, tmp_path):
    import numpy as np

    details = make_details(ANNOTATIONS)
    session.show_recording(details.recording)
    session.time.set_duration(1.0)
    session.time.fit()
    media.show(details, original=make_reader(tmp_path, np.zeros(8000), 8000))
    return panel


def test_without_a_recording_it_says_what_to_do(panel):
    from PySide6.QtWidgets import QLabel

    label = panel.findChild(QLabel, "recordingEmpty")
    assert label.isVisible()
    assert "Choose a recording" in label.text()
    assert not panel.view.isVisible()


def test_tab_goes_from_annotation_to_annotation_and_back(opened, qtbot):
    opened.setFocus()
    qtbot.keyClick(opened.waveform, Qt.Key.Key_Tab)
    assert opened.time.selection == (0.1, 0.3)
    assert opened.time.playhead_s == pytest.approx(0.1)
    qtbot.keyClick(opened.waveform, Qt.Key.Key_Tab)
    assert opened.time.selection == (0.4, 0.5)
    qtbot.keyClick(opened.waveform, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert opened.time.selection == (0.1, 0.3)


def test_from_the_playhead_the_next_and_the_one_before_are_found(opened, session, qtbot):
    opened.time.move_playhead(0.6)
    opened.actions_["previous_annotation"].trigger()
    assert opened.time.selection == (0.4, 0.5)
    opened.time.clear_selection()
    opened.time.move_playhead(0.6)
    opened.actions_["next_annotation"].trigger()
    assert opened.time.selection == (0.8, 0.9)
    with qtbot.waitSignal(session.said):
        opened.actions_["next_annotation"].trigger()
    assert opened.time.selection == (0.8, 0.9)


def test_without_annotations_there_is_none_to_go_to(opened, media, session, qtbot):
    media.show(make_details([]))
    with qtbot.waitSignal(session.said) as said:
        opened.actions_["next_annotation"].trigger()
    assert said.args[0] == "There is no annotation to go to."


def test_zooming_by_key_keeps_the_playhead_in_its_place(opened, qtbot):
    opened.time.move_playhead(0.75)
    qtbot.keyClick(opened.waveform, Qt.Key.Key_Plus)
    assert opened.time.span_s == pytest.approx(0.5)
    assert (0.75 - opened.time.start_s) / 0.5 == pytest.approx(0.75)
    qtbot.keyClick(opened.waveform, Qt.Key.Key_Minus)
    assert opened.time.span_s == pytest.approx(1)


def test_fit_and_zoom_to_selection(opened, qtbot):
    opened.time.select(0.2, 0.4)
    qtbot.keyClick(opened.waveform, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert (opened.time.start_s, opened.time.end_s) == pytest.approx((0.2, 0.4))
    qtbot.keyClick(opened.waveform, Qt.Key.Key_F)
    assert (opened.time.start_s, opened.time.end_s) == (0, 1)


def test_the_decibel_axis_is_a_key_away_and_the_gain_box_rests_meanwhile(opened, qtbot):
    qtbot.keyClick(opened.waveform, Qt.Key.Key_D)
    assert opened.waveform.amplitude.is_decibel
    qtbot.keyClick(opened.waveform, Qt.Key.Key_D)
    assert not opened.waveform.amplitude.is_decibel


def test_every_strip_shows_a_moment_at_the_same_place(opened, qtbot):
    opened.time.set_range(0.2, 0.6)
    x = opened.waveform.mapTo(opened, QPoint(300, 0)).x()
    time_s = opened.waveform.time_at(300)
    qtbot.waitUntil(lambda: opened.ruler.width() > 0)
    ruler_x = opened.ruler.mapFrom(opened, QPoint(x, 0)).x()
    from gui.views.pane import LEFT_AXIS_PX

    pixel_s = opened.waveform.span().px_per_s ** -1
    ruler_s = opened.ruler.span().time_s(ruler_x - LEFT_AXIS_PX)
    assert ruler_s == pytest.approx(time_s, abs=2 * pixel_s)
    spectrogram_x = opened.spectrogram.mapFrom(opened, QPoint(x, 0)).x()
    assert opened.spectrogram.time_at(spectrogram_x) == pytest.approx(time_s, abs=pixel_s)


def test_the_scroll_bar_goes_along_and_follows(opened):
    from PySide6.QtWidgets import QScrollBar

    bar = opened.findChild(QScrollBar, "timeScrollBar")
    assert bar.maximum() == 0
    opened.time.set_range(0.2, 0.4)
    assert bar.value() / 1e6 == pytest.approx(0.2)
    bar.setValue(500_000)
    assert (opened.time.start_s, opened.time.end_s) == pytest.approx((0.5, 0.7))


def test_a_missing_file_is_said_and_can_be_looked_for(opened, media, qtbot):
    media.show(original_problem="There is no file.")
    assert opened.header.state.startswith("The file is missing.")
    with qtbot.waitSignal(opened.actions_["relink"].triggered):
        qtbot.mouseClick(opened.header._relink, Qt.MouseButton.LeftButton)


def test_the_transcoded_alone_is_in_every_picture_and_is_said(opened, media, tmp_path, qtbot):
    import numpy as np

    media.show(transcoded=make_reader(tmp_path / "t", np.zeros(4000), 4000))
    assert opened.header.state == ""
    qtbot.keyClick(opened.waveform, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    shown = (opened.waveform.base, opened.spectrogram._reader, opened.overview._reader)
    assert shown == (media.transcoded,) * 3
    assert opened.header.state == "The transcoded recording is shown."
    qtbot.keyClick(opened.waveform, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    shown = (opened.waveform.base, opened.spectrogram._reader, opened.overview._reader)
    assert shown == (media.original,) * 3
    assert opened.header.state == ""
    qtbot.waitUntil(lambda: opened.spectrogram.is_complete)


def test_how_far_it_is_decoded_is_said(opened, media, tmp_path):
    import numpy as np

    media.original.close()
    growing = make_reader(tmp_path / "growing", np.zeros(4000), 8000, complete=False)
    media.show(original=growing, audio_share=0.34)
    assert opened.header.state == "Decoding, 34% done"


def test_it_follows_the_theme(opened, session):
    session.theme.apply(Scheme.DARK)
    assert opened.waveform.colors is DARK
    assert opened.overview.colors is DARK
    session.theme.apply(Scheme.LIGHT)


@pytest.mark.parametrize("name", ["view.png", "view.svg"])
def test_the_picture_is_saved(opened, name, tmp_path):
    path = tmp_path / name
    opened.picture.save(path)
    assert not QImage(str(path)).isNull()
    if path.suffix == ".svg":
        text = path.read_text()
        assert f'viewBox="0 0 {opened.view.width()} {opened.view.height()}"' in text
        assert ">inaudible<" in text
    else:
        assert QImage(str(path)).size() == opened.view.size()
    assert not (tmp_path / f".{name}.part").exists()


def test_a_picture_that_cannot_be_written_is_said(opened, session, tmp_path):
    opened.picture.save(tmp_path / "nowhere" / "view.png")
    assert "cannot be written" in session.errors.boxes[0].text()
    session.errors.boxes[0].close()


def test_asking_for_a_file_does_not_stop_the_window(opened, qtbot):
    dialog = opened.picture.ask()
    assert dialog.isVisible()
    assert dialog.selectedFiles()[0].endswith("rec.png")
    dialog.reject()


def test_on_a_small_screen_sound_has_more_room_than_strips(opened, qtbot):
    # What a window of 1280 x 800 leaves to it.
    opened.window_.resize(770, 496)
    opened.resize(770, 496)
    panel = opened
    qtbot.waitUntil(lambda: panel.view.height() == 496)
    sound = panel.waveform.height(), panel.spectrogram.height()
    rest = panel.tracks.height(), panel.strips.height()
    assert panel.waveform.height() >= 105
    assert sum(sound) > 1.15 * sum(rest)
    assert not panel.tracks.scroll_bar.isVisible()


def test_the_magnification_is_kept_whatever_the_axis_was(opened, session, media, qtbot):
    opened.header.gain_chosen.emit(2.0)
    opened.actions_["decibel_axis"].setChecked(True)
    other = RecordingPanel(session, Actions(opened.window_), media)
    qtbot.addWidget(other)
    assert other.waveform.amplitude == Amplitude(is_decibel=True, gain=2.0)
    assert "2" in other.header.findChild(QComboBox, "gainBox").currentText()


def test_attributions_get_room_while_there_are_any_and_give_it_back(opened, qtbot):
    opened.window_.resize(770, 496)
    opened.resize(770, 496)
    panel = opened
    qtbot.waitUntil(lambda: panel.view.height() == 496)
    parts = (panel.waveform, panel.spectrogram, panel.tracks, panel.strips)
    before = [part.height() for part in parts]
    assert not panel.attribution.isVisible()
    kept = preferences().value(SPLITTER_KEY)
    # While nothing plays, Escape is the explanation's.
    opened.actions_.enable(ALL - {State.SOUND})
    opened.actions_["explain"].trigger()
    assert panel.attribution.isVisible()
    # The window need not grow for it.
    assert panel.minimumSizeHint().height() <= 496
    qtbot.waitUntil(lambda: panel.attribution.height() >= 75)
    assert panel.waveform.height() >= 85
    assert panel.strips.height() >= panel.strips.minimumHeight()
    panel._splitter.splitterMoved.emit(1, 1)
    assert preferences().value(SPLITTER_KEY) == kept
    qtbot.keyClick(panel.waveform, Qt.Key.Key_Escape)
    assert not panel.attribution.isVisible()
    qtbot.waitUntil(lambda: [part.height() for part in parts] == before)
