from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton

from gui.theme import DARK, LIGHT
from gui.views.attribution_strip import AttributionStrip, title_of
from tests.gui.views.made_explanation import BANDS, made_explanation


class Explained(QObject):
    """Stands where `Explaining` stands."""

    changed = Signal()

    def __init__(self):
        super().__init__()
        self.explanation, self.problem, self.progress, self.is_closed = None, "", "", False

    def close(self):
        self.is_closed = True

    def show(self, explanation=None, *, problem="", progress=""):
        self.explanation, self.problem, self.progress = explanation, problem, progress
        self.changed.emit()


@pytest.fixture
def strip(session, qtbot):
    session.time.set_duration(2.0)
    explained, action = Explained(), QAction()
    strip = AttributionStrip(session, explained, action)
    strip.explained, strip.action = explained, action
    qtbot.addWidget(strip)
    strip.resize(760, 120)
    with qtbot.waitExposed(strip):
        strip.show()
    return strip


def plain(text):
    return re.sub(r"<[^>]*>", "", text).replace("&nbsp;", " ").replace("&lt;", "<")


def some_values():
    values = np.zeros((40, len(BANDS)), dtype=np.float32)
    values[5, BANDS.index("melbands_3")] = 1.0
    values[9, BANDS.index("melbands_3")] = 0.25
    values[20, BANDS.index("loudness")] = -0.75
    return values


def test_it_tells_what_is_explained_and_which_way_is_which(strip):
    strip.explained.show(made_explanation(some_values()))
    assert plain(strip.title) == (
        "Frames 40 to 43 of rec: why ■ barely (+) rather than the annotated ■ audible (-)"
    )
    assert LIGHT.toward.name() in strip.title.split("rather")[0]
    assert LIGHT.against.name() in strip.title.split("rather")[1]
    strip.set_colors(DARK)
    assert DARK.toward.name() in strip.title


@pytest.mark.parametrize(
    ("changes", "begins", "ends"),
    [
        ({"frames": (40,)}, "Frame 40 of rec:", "than the annotated ■ audible (-)"),
        ({"other": "inaudible"}, "Frames 40 to 43 of rec:", "than ■ inaudible (-)"),
        ({"stop_frame": 240}, "4 of frames 40 to 239 of rec:", "than the annotated ■ audible (-)"),
    ],
)
def test_a_frame_a_class_that_is_not_annotated_and_a_long_span(changes, begins, ends):
    title = plain(title_of(made_explanation(**changes), LIGHT))
    assert title.startswith(begins)
    assert title.endswith(ends)


def test_names_are_no_markup():
    found = made_explanation(predicted="<b>", other="a&b")
    assert "&lt;b&gt;" in title_of(found, LIGHT)
    assert "a&amp;b" in title_of(found, LIGHT)


@pytest.mark.parametrize("width_px", range(150, 900, 50))
def test_no_name_is_cut_off(strip, width_px):
    strip.explained.show(made_explanation(some_values()))
    strip.resize(width_px, 120)
    label = strip._strongest
    assert label.fontMetrics().horizontalAdvance(plain(strip.strongest)) <= label.width()


def test_the_strongest_come_first_as_many_as_have_room(strip):
    strip.explained.show(made_explanation(some_values()))
    named = plain(strip.strongest).split("■ ")[1:]
    assert [n.strip() for n in named[:2]] == ["melbands_3 +1.25", "loudness -0.75"]
    strip.resize(200, 120)
    assert len(plain(strip.strongest).split("■ ")[1:]) < len(named)
    tip = strip._strongest.toolTip()
    assert all(band in tip for band in BANDS)
    assert "toward audible" in tip


def test_the_figures_add_up_in_the_tip(strip):
    strip.explained.show(made_explanation(some_values()))
    tip = strip._title.toolTip()
    for text in ("Run mine", "less that of audible: +2.00", "-0.50", "+2.50", "misses +0.004"):
        assert text in tip


def test_while_nothing_is_explained_it_says_why(strip):
    strip.explained.show(progress="Starting TensorFlow")
    assert (strip.title, strip.strongest) == ("What drove it", "")
    assert strip.pane.empty.text() == "Starting TensorFlow"
    strip.explained.show(problem="The run is gone.")
    assert strip.pane.empty.text() == "The run is gone."


def test_what_is_under_the_mouse_stands_in_the_place_of_the_strongest(strip):
    strip.explained.show(made_explanation(some_values()))
    before = strip.strongest
    strip.pane.pointed.emit("melbands_3 in frame 25 < 26")
    assert plain(strip.strongest) == "melbands_3 in frame 25 < 26"
    strip.pane.pointed.emit("")
    assert strip.strongest == before


def test_the_cross_closes_it_and_escape_is_the_actions_key(strip, qtbot):
    qtbot.mouseClick(strip.findChild(QToolButton, "attributionClose"), Qt.MouseButton.LeftButton)
    assert strip.explained.is_closed
    assert strip.action.shortcut().toString() == "Esc"


def test_long_names_do_not_make_it_wider(strip):
    found = made_explanation(some_values())
    least = strip.minimumSizeHint().width()
    long = SimpleNamespace(recording="x" * 400, run="r", annotated="")
    strip.explained.show(made_explanation(some_values(), span=long))
    assert strip.minimumSizeHint().width() == least
    assert found.span.recording in title_of(found, LIGHT)
