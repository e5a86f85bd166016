"""Options derived from declared settings."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from core.cli.options import config_from, setting_options
from core.errors import SettingsError
from core.settings import AnnotationConfig, LibraryConfig, TrainConfig, TranscodeConfig


def parse(config, *arguments, **decoration):
    seen = []

    @click.command()
    @setting_options(config, **decoration)
    def command(**options):
        seen.append(config_from(config, options))
        assert options == {}

    result = CliRunner().invoke(command, arguments, standalone_mode=False)
    if result.exception:
        raise result.exception
    return seen[0]


@pytest.mark.parametrize("config", [LibraryConfig, TranscodeConfig, AnnotationConfig, TrainConfig])
def test_without_options_every_setting_has_its_default(config):
    assert parse(config) == config()


def test_values_reach_their_settings():
    config = parse(TrainConfig, "--model=cnn", "--validation_split=0.3", "--seed=7")
    assert config == TrainConfig(model="cnn", validation_split=0.3, seed=7)


def test_lists_and_pairs_are_written_as_text():
    config = parse(
        AnnotationConfig, "--classes=no, yes", "--class_names=n=no", "--class_names=y=yes"
    )
    assert config.classes == ("no", "yes")
    assert config.class_names == {"n": "no", "y": "yes"}


def test_a_pair_without_a_sign_is_refused():
    with pytest.raises(SettingsError, match="class_names cannot be 'n'"):
        parse(AnnotationConfig, "--class_names=n")


def test_a_value_out_of_range_is_refused_with_the_range():
    with pytest.raises(SettingsError, match=r"--resample\) cannot be 5") as caught:
        parse(TranscodeConfig, "--resample=5")
    assert "100 to 768000 Hz" in caught.value.hint


def test_what_is_required_must_be_given():
    with pytest.raises(click.UsageError) as caught:
        parse(LibraryConfig, required=("database",))
    assert "database_location" in caught.value.format_message()
