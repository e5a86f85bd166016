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
    "lint": {"project", "shortest_gap", "without"},
    "align": {"project", "workers", "apply", "recording", "offset_s", "stretch"},
    "label_errors": {"project", "folds", "out"},
    "train_again": {"project", "run"},
    "queue": {"project", "run", "limit", "out", "with_reviewed"},
    "annotations import": {"project", "table", "preview"},
    "annotations export": {"project", "table", "overwrite"},
    "annotations propose": {"project", "recordings", "run", "least_score", "preview"},
    "annotations convert": {"inputs", "out", "to", "overwrite", "classes", "class_names"},
}


def _names(group, before=""):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _names(command, f"{name} ")
        else:
            yield f"{before}{name}"


def test_these_are_the_commands():
    assert set(_names(loudness)) == set(OPTIONS)


def find(name):
    command = loudness
    for part in name.split():
        command = command.commands[part]
    return command


@pytest.mark.parametrize("name", OPTIONS)
def test_a_command_takes_its_options_and_json(name):
    taken = {option.lstrip("-") for p in find(name).params for option in p.opts}
    assert OPTIONS[name] | {"json"} <= taken


@pytest.mark.parametrize("name", OPTIONS)
def test_a_command_and_each_of_its_options_is_explained(name):
    command = find(name)
    assert command.help
    assert all(p.help for p in command.params if p.param_type_name == "option")
