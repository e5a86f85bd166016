from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QLabel,
    QToolButton,
)

from core.errors import SettingsError
from core.settings import (
    AnnotationConfig,
    Config,
    FeatureConfig,
    LibraryConfig,
    TrainConfig,
    TranscodeConfig,
    declare,
    settings_of,
)
from gui.settings_form import ConfigForm, label_of
from tests.gui.form_editing import editor_of, press, problem_of, shown_form, write

ALL = (LibraryConfig, TranscodeConfig, FeatureConfig, AnnotationConfig, TrainConfig)


@dataclass(frozen=True)
class OtherConfig(Config):
    """Kinds that no stage has yet."""

    loud: bool = declare(False, "Whether it is loud.")
    gain: float | None = declare(None, "How much; if left out, none.", unit="dB", maximum=6.0)
    note: str | None = declare(None, "Anything.")


def _values(setting):
    """Every value that a setting can have."""
    low, high = setting.minimum, setting.maximum
    text = st.text(st.characters(codec=None), max_size=8)
    if setting.choices:
        values = st.sampled_from(setting.choices)
    elif setting.kind is int:
        values = st.integers(low, high)
    elif setting.kind is float:
        values = st.floats(low, high, allow_nan=False, allow_infinity=False)
    elif setting.key == "classes":
        values = st.lists(text.filter(str.strip), min_size=2, max_size=5, unique=True).map(tuple)
    else:
        values = {
            bool: st.booleans(),
            str: text,
            tuple: st.lists(text, max_size=4).map(tuple),
            dict: st.dictionaries(text, text, max_size=4),
        }[setting.kind]
    return st.none() | values if setting.optional else values


@pytest.fixture
def forms(application):
    made = {kind: ConfigForm(kind) for kind in (*ALL, OtherConfig)}
    yield made
    for form in made.values():
        form.deleteLater()


@pytest.mark.parametrize("kind", [*ALL, OtherConfig])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_gives_exactly_what_it_was_given(forms, kind, data):
    values = {s.key: data.draw(_values(s), label=s.key) for s in settings_of(kind)}
    form, config = forms[kind], kind(**values)
    form.set_value(config)
    assert form.problem == ""
    assert form.value() == config


@pytest.mark.parametrize(
    "config",
    [
        # Paths need not be UTF-8, and Qt has line ends of its own.
        LibraryConfig("caf\udce9.db", "SELECT 1\r\nAS path", "r\udcff", {"a\udcff": "b\udcff"}),
        AnnotationConfig("x.csv", file_column="f\udcff", classes=("a\udcff", "b\n")),
    ],
)
def test_what_qt_cannot_hold_is_given_back_all_the_same(forms, config):
    form = forms[type(config)]
    form.set_value(config)
    assert form.value() == config


@pytest.mark.parametrize("kind", ALL)
def test_every_setting_is_shown_with_its_help_and_starts_at_its_default(forms, kind):
    form = forms[kind]
    assert form.value() == kind()
    labels = {label.text(): label for label in form.findChildren(QLabel)}
    for setting in settings_of(kind):
        label = labels[label_of(setting)]
        assert label.toolTip().startswith(setting.help)
        assert label.buddy() is form.field(setting.key)
        assert form.findChild(QToolButton, f"reset_{setting.key}").isHidden()


def test_names_in_plain_words():
    names = [label_of(s) for s in settings_of(TranscodeConfig)]
    assert names == ["Sample rate", "Output format", "Channel"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("0", "Allowed is 1 to 1000000."),
        ("-3", "Allowed is 1 to 1000000."),
        ("12345678901234567890", "Allowed is 1 to 1000000."),
        ("", "A whole number is needed."),
        ("1.5", "A whole number is needed."),
        ("1_0", "A whole number is needed."),
        ("ten", "A whole number is needed."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(qtbot, text, sentence):
    form = shown_form(qtbot, TrainConfig)
    write(editor_of(form, QAbstractSpinBox, "epochs"), text)
    assert problem_of(form, "epochs") == sentence
    assert problem_of(form, "batch_size") == ""
    assert "epochs" in form.problem
    with pytest.raises(SettingsError, match="epochs"):
        form.value()
    write(editor_of(form, QAbstractSpinBox, "epochs"), "3")
    assert (problem_of(form, "epochs"), form.problem) == ("", "")


def test_a_default_is_one_click_away(qtbot):
    form = shown_form(qtbot, FeatureConfig)
    form.set_value(FeatureConfig(frame_size=400, hop_size=100))
    with qtbot.waitSignal(form.changed):
        press(form, QToolButton, "reset_frame_size")
    assert form.value() == FeatureConfig(hop_size=100)
    press(form, QToolButton, "reset_hop_size")
    assert form.value() == FeatureConfig()
    assert form.findChild(QToolButton, "reset_hop_size").isHidden()


def test_setting_a_value_is_no_change_by_the_user(qtbot):
    for kind, config in (
        (AnnotationConfig, AnnotationConfig(classes=("a", "b"), class_names={"c": "a"})),
        (TranscodeConfig, TranscodeConfig(8000, "flac", 2)),
        (LibraryConfig, LibraryConfig("x.db", "SELECT 1", "/y", {"a": "b"})),
        (OtherConfig, OtherConfig(loud=True, gain=1.0, note="")),
    ):
        form = shown_form(qtbot, kind)
        with qtbot.assertNotEmitted(form.changed):
            form.set_value(config)


def test_what_is_not_shown_stays(qtbot):
    form = shown_form(qtbot, TrainConfig, only=("epochs",))
    form.set_value(TrainConfig(epochs=3, seed=7, model="cnn"))
    assert editor_of(form, QAbstractSpinBox, "seed") is None
    write(editor_of(form, QAbstractSpinBox, "epochs"), "4")
    assert form.value() == TrainConfig(epochs=4, seed=7, model="cnn")
