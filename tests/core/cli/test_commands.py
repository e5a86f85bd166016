"""The commands have the names and options that scripts rely on."""

from __future__ import annotations

import pytest

from core.cli.commands import loudness

OPTIONS = {
    "demo": {"directory"},
    "transcode": {"database_location", "data_destination", "database_query", "resample"}
    | {"output_format", "channel", "root", "workers"},
    "extract": {"audio_location", "feature_csv_destination", "frame_size", "hop_size", "workers"},
    "dataset": {"input_features", "annotations", "out_csv", "sample_rate", "classes"}
    | {"class_names", "file_column", "start_column", "end_column", "class_column"},
    "train": {"dataframe_dir", "save_model_dir", "batch_size", "epochs", "validation_split"}
    | {"model", "seed", "input_features"},
    "evaluate": {"model", "dataframe_dir", "input_features", "out"},
    "predict": {"model", "out_csv", "audio"},
    "export": {"model", "out"},
    "run": {"project", "until", "workers"},
    "plan": {"project"},
}
OF_ANNOTATIONS = {
    "import": {"project", "table", "preview"},
    "export": {"project", "table", "overwrite"},
}


def test_these_are_the_commands():
    assert set(loudness.commands) == {*OPTIONS, "annotations"}
    assert set(loudness.commands["annotations"].commands) == set(OF_ANNOTATIONS)


def find(name):
    group = loudness.commands["annotations"] if name in OF_ANNOTATIONS else loudness
    return group.commands[name]


ALL = OPTIONS | OF_ANNOTATIONS


@pytest.mark.parametrize("name", ALL)
def test_a_command_takes_its_options_and_json(name):
    taken = {option.lstrip("-") for p in find(name).params for option in p.opts}
    assert ALL[name] | {"json"} <= taken


@pytest.mark.parametrize("name", ALL)
def test_a_command_and_each_of_its_options_is_explained(name):
    command = find(name)
    assert command.help
    assert all(p.help for p in command.params if p.param_type_name == "option")
