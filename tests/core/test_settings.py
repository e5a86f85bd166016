"""Settings: declared once, checked when made, the same after a way through JSON or TOML."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SettingsError
from core.settings import (
    AnnotationConfig,
    Config,
    FeatureConfig,
    LibraryConfig,
    Setting,
    TrainConfig,
    TranscodeConfig,
    declare,
    settings_of,
)

ALL = (LibraryConfig, TranscodeConfig, FeatureConfig, AnnotationConfig, TrainConfig)


@dataclass(frozen=True)
class AnyConfig(Config):
    """A setting of each kind."""

    loud: bool = declare(False, "Whether it is loud.")
    gain: float | None = declare(None, "How much.", unit="dB", maximum=6.0)
    names: dict[str, str] = declare({"a": "b"}, "What stands for what.")


@pytest.mark.parametrize("config", ALL)
def test_every_setting_is_declared_in_full(config):
    made = config()
    for setting in settings_of(config):
        assert setting.help.endswith(".")
        assert setting.help == setting.help.strip()
        assert getattr(made, setting.key) == setting.default
        assert isinstance(setting.kind, type)
        setting.check(setting.default)


def test_options_of_one_command_do_not_collide():
    for together in ((LibraryConfig, TranscodeConfig), (AnnotationConfig,), (TrainConfig,)):
        options = [s.option for config in together for s in settings_of(config)]
        assert len(options) == len(set(options))


def test_a_declaration_becomes_a_setting():
    settings = {s.key: s for s in settings_of(AnyConfig)}
    assert settings["gain"] == Setting(
        "gain", float, None, optional=True, unit="dB", maximum=6.0, option="gain", help="How much."
    )
    assert settings["names"].kind is dict
    assert settings["names"].default == {"a": "b"}
    options = {s.key: s.option for s in settings_of(TranscodeConfig)}
    assert options["sample_rate"] == "resample"


def test_a_default_is_not_shared():
    assert AnyConfig().names == {"a": "b"}
    assert AnyConfig().names is not AnyConfig().names


@pytest.mark.parametrize(
    ("config", "values", "words"),
    [
        (FeatureConfig, {"frame_size": 1}, ("frame_size cannot be 1", "2 to 1048576 samples")),
        (FeatureConfig, {"frame_size": 2**20 + 1}, ("frame_size", "2 to 1048576 samples")),
        (
            FeatureConfig,
            {"frame_size": "200"},
            ("frame_size cannot be '200'", "A whole number is needed"),
        ),
        (FeatureConfig, {"frame_size": 200.0}, ("frame_size", "A whole number is needed")),
        (FeatureConfig, {"frame_size": True}, ("frame_size", "A whole number is needed")),
        (FeatureConfig, {"frame_size": None}, ("frame_size", "A whole number is needed")),
        (
            TranscodeConfig,
            {"sample_rate": 99},
            ("sample_rate (--resample) cannot be 99", "100 to 768000 Hz"),
        ),
        (TranscodeConfig, {"output_format": "mp3"}, ("output_format", "wav, flac, aiff")),
        (TrainConfig, {"learning_rate": float("nan")}, ("learning_rate", "1e-08 to 1.0")),
        (TrainConfig, {"learning_rate": float("inf")}, ("learning_rate", "1e-08 to 1.0")),
        (TrainConfig, {"validation_split": -0.1}, ("validation_split", "0.0 to 0.9")),
        (AnnotationConfig, {"classes": ["a", "b"]}, ("classes", "A list of texts is needed")),
        (AnnotationConfig, {"classes": ("a", 1)}, ("classes", "A list of texts is needed")),
        (
            AnnotationConfig,
            {"class_names": {"a": 1}},
            ("class_names", "A table of texts is needed"),
        ),
        (LibraryConfig, {"relinked": {1: "/new"}}, ("relinked", "A table of texts is needed")),
        (AnyConfig, {"loud": 1}, ("loud", "True or false is needed")),
        (AnyConfig, {"gain": 6.1}, ("gain", "at most 6.0 dB")),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_could(config, values, words):
    with pytest.raises(SettingsError) as caught:
        config(**values)
    text = f"{caught.value.message}. {caught.value.hint}"
    assert all(word in text for word in words), text


def test_a_range_in_words():
    assert Setting("n", int, 0, minimum=3).range_text == "at least 3"
    assert Setting("n", int, 0, maximum=3, unit="Hz").range_text == "at most 3 Hz"
    assert Setting("n", int, 0, minimum=1, maximum=3).range_text == "1 to 3"


def test_whole_numbers_are_numbers():
    assert TrainConfig(validation_split=0).validation_split == 0
    assert AnyConfig(gain=-3).gain == -3


def test_nothing_is_a_value_where_it_means_something():
    assert TranscodeConfig(sample_rate=None).sample_rate is None
    assert FeatureConfig(frame_size=300).hop == 300
    assert FeatureConfig(frame_size=300, hop_size=100).hop == 100


CONFIGS = st.one_of(
    st.builds(
        TranscodeConfig,
        sample_rate=st.none() | st.integers(100, 768_000),
        output_format=st.sampled_from([None, "wav", "flac", "aiff"]),
        channel=st.integers(0, 1024),
    ),
    st.builds(
        AnnotationConfig,
        annotations=st.text(st.characters(exclude_categories=["Cs"])),
        classes=st.lists(st.text(st.characters(exclude_categories=["Cs"]))).map(tuple),
        class_names=st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
            st.text(st.characters(exclude_categories=["Cs"])),
        ),
    ),
    st.builds(TrainConfig, learning_rate=st.floats(1e-8, 1.0), seed=st.integers(0, 2**31 - 1)),
)


@given(CONFIGS)
def test_a_configuration_survives_json_and_toml(config):
    values = config.to_dict()
    assert type(config).from_dict(json.loads(json.dumps(values))) == config
    known = {k: v for k, v in values.items() if v is not None}
    assert type(config).from_dict(tomllib.loads(tomli_w.dumps(known))) == config


def test_part_of_a_configuration_leaves_the_rest_at_its_default():
    assert TrainConfig.from_dict({"seed": 3}) == TrainConfig(seed=3)


def test_an_unknown_setting_is_refused_with_those_that_are_known():
    with pytest.raises(SettingsError) as caught:
        FeatureConfig.from_dict({"frame": 200})
    assert "'frame'" in caught.value.message
    assert "frame_size, hop_size" in caught.value.hint


def test_changes_in_words():
    before = FeatureConfig().to_dict()
    now = FeatureConfig(frame_size=400, hop_size=100)
    assert now.changes_from(before) == ["frame_size 200 -> 400", "hop_size None -> 100"]
    assert now.changes_from(now.to_dict()) == []
