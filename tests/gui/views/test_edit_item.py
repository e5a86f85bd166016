from __future__ import annotations

import numpy as np
import pytest

from gui.theme import LIGHT
from gui.views.annotation_gestures import Block
from gui.views.annotation_items import ROW_PX
from gui.views.pane import LEFT_AXIS_PX
from gui.views.waveform import Waveform
from tests.shown_media import ShownMedia, make_details


@pytest.fixture
def media(session):
    media = ShownMedia(session)
    yield media
    media.close()


@pytest.fixture
def waveform(session, media, qtbot):
    session.time.set_duration(1.0)
    waveform = Waveform(session, media)
    waveform.set_colors(LIGHT)
    qtbot.addWidget(waveform)
    waveform.resize(LEFT_AXIS_PX + 801, 241)
    with qtbot.waitExposed(waveform):
        waveform.show()
    return waveform


def picture(waveform):
    waveform.time.move_playhead(0.9999)
    image = waveform.grab().toImage()
    image = image.convertToFormat(image.Format.Format_RGB32)
    pixels = np.array(image.constBits()).reshape(image.height(), image.width(), 4)[..., 2::-1]
    rect = waveform.view.sceneBoundingRect().toRect()
    return pixels[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1].astype(int)


def differing(before, after):
    return np.flatnonzero((before != after).any(axis=2).any(axis=0))


def test_what_is_chosen_is_outlined_and_its_edges_have_handles(waveform, media):
    media.show(make_details([(0.25, 0.5, 2)], spec=None, n_frames=0))
    before = picture(waveform)[:ROW_PX]
    waveform.select_annotation(0)
    waveform._selection.hide()
    outlined = picture(waveform)[:ROW_PX]
    columns = differing(before, outlined)
    span = waveform.span()
    assert columns.min() == pytest.approx(span.x_px(0.25), abs=3)
    assert columns.max() == pytest.approx(span.x_px(0.5), abs=3)
    waveform.allow_editing(True)
    waveform._selection.hide()
    handled = differing(outlined, picture(waveform)[:ROW_PX])
    assert 2 < len(handled) < 20


def test_an_empty_strip_invites_only_where_annotations_can_be_made(waveform, media):
    media.show(make_details())
    assert not waveform.has_strip
    before = picture(waveform)[:ROW_PX]
    waveform.allow_editing(True)
    assert waveform.has_strip
    assert len(differing(before, picture(waveform)[:ROW_PX])) > 100
    assert waveform.lanes()[0].top() == ROW_PX


def test_a_drag_shows_what_it_makes_and_how_long_it_is(waveform, media):
    media.show(make_details([(0.8, 0.9, 1)], spec=None, n_frames=0))
    waveform.allow_editing(True)
    before = picture(waveform)
    waveform.gestures.preview = (Block(0.2, 0.6, 2),)
    waveform.gestures.preview_changed.emit()
    after = picture(waveform)
    strip = differing(before[:ROW_PX], after[:ROW_PX])
    span = waveform.span()
    assert strip.min() == pytest.approx(span.x_px(0.2), abs=2)
    assert strip.max() == pytest.approx(span.x_px(0.6), abs=2)
    plate = differing(before[ROW_PX + 4 : ROW_PX + 20], after[ROW_PX + 4 : ROW_PX + 20])
    assert len(plate) > 100
