from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QPalette

from gui.theme import DARK, LIGHT, Scheme, Theme, class_color, make_palette


@pytest.fixture
def theme(application):
    theme = Theme()
    yield theme
    theme.apply(Scheme.SYSTEM)


def _lightness(color):
    return color.lightnessF()


def test_dark_is_dark_for_widgets_and_plots(theme, application):
    told = []
    theme.changed.connect(told.append)
    theme.choose(Scheme.DARK)
    assert _lightness(application.palette().color(QPalette.ColorRole.Window)) < 0.4
    assert theme.colors is DARK
    theme.choose(Scheme.LIGHT)
    assert _lightness(application.palette().color(QPalette.ColorRole.Window)) > 0.6
    assert theme.colors is LIGHT
    assert told[-1] is LIGHT


def test_the_choice_is_remembered(theme):
    theme.choose(Scheme.DARK)
    assert Theme().scheme is Scheme.DARK


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_the_three_classes_have_the_colors_of_the_palette(colors):
    assert [class_color(k, 3, colors).name() for k in range(3)] == [
        color.name() for color in colors.classes
    ]


@given(n_classes=st.integers(2, 20))
def test_every_class_has_a_color_of_its_own(n_classes):
    for colors in (LIGHT, DARK):
        names = {class_color(k, n_classes, colors).name() for k in range(n_classes)}
        assert len(names) == n_classes


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_lines_stand_out_from_the_background(colors):
    for color in (colors.foreground, colors.waveform, colors.overlay, *colors.curves):
        assert _contrast(color, colors.background) >= 3.0, color.name()


def _contrast(a, b):
    """Contrast ratio of WCAG 2.1, which asks for 3 in graphics."""
    low, high = sorted(_luminance(color) for color in (a, b))
    return (high + 0.05) / (low + 0.05)


def _luminance(color):
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.getRgbF()]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_an_empty_box_to_tick_can_be_seen(application, is_dark):
    palette = make_palette(is_dark=is_dark)
    # The style outlines it in a darker shade of the window.
    outline = palette.color(QPalette.ColorRole.Window).darker(140)
    inside = palette.color(QPalette.ColorRole.Base)
    window = palette.color(QPalette.ColorRole.Window)
    assert max(_contrast(outline, window), _contrast(inside, window)) >= 1.25
