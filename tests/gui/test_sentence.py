from __future__ import annotations

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from gui.sentence import Sentence, Tone
from gui.theme import Scheme


def test_takes_no_room_while_it_is_empty(application, qtbot):
    line = Sentence()
    qtbot.addWidget(line)
    assert line.isHidden()
    line.say(Tone.GOOD, "36 recordings")
    assert not line.isHidden()
    assert (line.tone, line.sentence) == (Tone.GOOD, "36 recordings")
    line.say(Tone.WRONG, "")
    assert line.isHidden()


@pytest.mark.parametrize("tone", [Tone.GOOD, Tone.ODD, Tone.WRONG])
def test_is_told_by_its_sign_and_can_be_read_on_light_and_dark(session, qtbot, tone):
    line = Sentence()
    qtbot.addWidget(line)
    line.say(tone, "words")
    assert line.text() == f"{tone.value[0]}words"
    assert line.text()[0] not in "w "
    for scheme, is_dark in ((Scheme.DARK, True), (Scheme.LIGHT, False)):
        session.theme.apply(scheme)
        qtbot.waitUntil(lambda dark=is_dark: (_window_lightness() < 128) == dark)
        qtbot.waitUntil(lambda: abs(_text_lightness(line) - _window_lightness()) > 80)


def _text_lightness(line):
    return line.palette().color(QPalette.ColorRole.WindowText).lightness()


def _window_lightness():
    return QApplication.palette().color(QPalette.ColorRole.Window).lightness()
