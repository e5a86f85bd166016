from __future__ import annotations

import json
import zipfile

import h5py
import numpy as np
import pytest

from core.checkpoint import CheckpointInfo, load_checkpoint, save_checkpoint
from core.errors import CheckpointError
from core.learning.model_file import RECORD, add_record, require_harmless
from core.learning.tensorflow_runtime import import_keras
from core.models import build_cnn, build_fc
from tests.core.labelled_tables import CLASSES, SPEC

INFO = CheckpointInfo("fc", CLASSES, SPEC.to_dict())


@pytest.fixture
def trap(tmp_path, monkeypatch):
    """A function that a stranger's model would call, and the file that tells that it was."""
    sprung = tmp_path / "sprung"
    module = tmp_path / "trap_module.py"
    module.write_text(f"open({str(sprung)!r}, 'w')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return sprung


def rewrite(path, change):
    """Change the config.json of a .keras file."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    change(config)
    members["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def refused(path, what):
    with pytest.raises(CheckpointError, match="is not loaded") as error:
        load_checkpoint(path)
    assert what in str(error.value)
    assert "foreign code" in error.value.hint


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_lambda_is_refused_before_it_is_read(tmp_path, suffix):
    keras = import_keras()
    sprung = tmp_path / "sprung"
    inputs, name = keras.Input((53,)), str(sprung)
    x = keras.layers.Lambda(lambda x: (open(name, "w").close(), x)[1], output_shape=(53,))(inputs)  # noqa: PTH123
    model = keras.Model(inputs, keras.layers.Dense(3)(x))
    sprung.unlink(missing_ok=True)
    path = tmp_path / f"m{suffix}"
    model.save(path)
    add_record(path, INFO.to_dict())
    refused(path, "Lambda")
    assert not sprung.exists()


@pytest.mark.parametrize(
    "stranger",
    [
        {"module": "trap_module", "class_name": "Dense", "config": {}, "registered_name": None},
        {"module": "keras.layers", "class_name": "TFSMLayer", "config": {}},
        {"module": "builtins", "class_name": "function", "config": "eval"},
        {"class_name": "__lambda__", "config": {"value": "x"}},
        {"module": None, "class_name": "Dense", "registered_name": "trap_module>Trap"},
    ],
)
def test_anything_unknown_in_the_description_is_refused(tmp_path, trap, stranger):
    path = tmp_path / "m.keras"
    save_checkpoint(build_fc(n_features=53, n_classes=3, seed=0), INFO, path)
    layers = load_checkpoint(path).model.layers
    assert len(layers) == 9

    def hide(config):
        config["config"]["layers"][3]["config"]["activation"] = [stranger]

    rewrite(path, hide)
    refused(path, "")
    assert not trap.exists()


def test_a_file_added_to_the_archive_is_refused(tmp_path):
    path = tmp_path / "m.keras"
    save_checkpoint(build_fc(n_features=53, n_classes=3, seed=0), INFO, path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("assets/evil.txt", "x")
    refused(path, "assets/evil.txt")


def test_a_description_given_twice_is_refused(tmp_path):
    path = tmp_path / "m.keras"
    save_checkpoint(build_fc(n_features=53, n_classes=3, seed=0), INFO, path)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("config.json", "{}")
    refused(path, "config.json")


@pytest.mark.parametrize("kind", ["link", "outside", "virtual"])
def test_weights_that_lie_in_another_file_are_refused(tmp_path, kind):
    path, secret = tmp_path / "m.h5", tmp_path / "secret.bin"
    save_checkpoint(build_fc(n_features=53, n_classes=3, seed=0), INFO, path)
    secret.write_bytes(bytes(4 * 53))
    weights = "model_weights/scaler/scaler/mean"
    with h5py.File(path, "a") as file:
        del file[weights]
        if kind == "link":
            file[weights] = h5py.ExternalLink(str(secret), "/x")
        elif kind == "outside":
            outside = [(str(secret), 0, 4 * 53)]
            file.create_dataset(weights, (53,), np.float32, external=outside)
        else:
            layout = h5py.VirtualLayout((53,), np.float32)
            layout[:] = h5py.VirtualSource(str(secret), "x", (53,))
            file.create_virtual_dataset(weights, layout)
    refused(path, "mean")


def test_a_record_that_lies_in_another_file_is_not_read(tmp_path):
    path, other = tmp_path / "m.h5", tmp_path / "other.h5"
    for file in (path, other):
        save_checkpoint(build_fc(n_features=53, n_classes=3, seed=0), INFO, file)
    with h5py.File(path, "a") as file:
        del file[RECORD]
        file[RECORD] = h5py.ExternalLink(str(other), RECORD)
    with pytest.raises(CheckpointError, match="did not make"):
        load_checkpoint(path)


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_our_own_models_are_harmless(tmp_path, suffix):
    path = tmp_path / f"m{suffix}"
    for model in (
        build_fc(n_features=53, n_classes=3, seed=0),
        build_cnn(n_frames=64, n_bands=25, n_classes=3, seed=0),
    ):
        save_checkpoint(model, INFO, path)
        require_harmless(path)
