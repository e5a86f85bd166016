from __future__ import annotations

import errno
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.checkpoint import (
    CHECKPOINT_FORMAT,
    CheckpointInfo,
    load_checkpoint,
    read_checkpoint_info,
    require_same_features,
    save_checkpoint,
)
from core.errors import CheckpointError, StorageError
from core.features.spec import FeatureSpec
from core.learning.context import Context
from core.learning.model_file import add_record
from core.models import build_cnn, build_fc, fit_scaler
from core.table_meta import TableMeta
from tests.core.labelled_tables import CLASSES, SPEC

CONTEXT = Context.of(SPEC.columns)
SUFFIXES = pytest.mark.parametrize("suffix", [".keras", ".h5"])


def made_info(kind="fc", **changes):
    info = CheckpointInfo(
        kind=kind,
        classes=CLASSES,
        features=SPEC.to_dict(),
        context=CONTEXT.to_dict() if kind == "cnn" else None,
        transcode={"sample_rate": 8000},
        config={"seed": 3},
        split={"training": [f"recording {k}" for k in range(5000)], "validation": ["é"]},
        validation={"balanced_accuracy": 0.5, "auc_audible_over_inaudible": None},
    )
    return replace(info, **changes)


def made_model(kind="fc"):
    rng = np.random.default_rng(0)
    if kind == "fc":
        model = build_fc(n_features=53, n_classes=3, seed=1)
        floors = np.linspace(0, 1, 53, dtype=np.float32)
        fit_scaler(model, rng.random((9, 53), dtype=np.float32), floors=floors)
    else:
        model = build_cnn(n_frames=64, n_bands=25, n_classes=3, seed=1)
        fit_scaler(model, rng.random((9, 25), dtype=np.float32))
    return model


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    for suffix in (".keras", ".h5"):
        save_checkpoint(made_model(), made_info(), folder / f"m{suffix}")
    return folder


@SUFFIXES
@pytest.mark.parametrize("kind", ["fc", "cnn"])
def test_a_loaded_model_gives_the_same_probabilities(tmp_path, kind, suffix):
    path, model, info = tmp_path / f"m{suffix}", made_model(kind), made_info(kind)
    save_checkpoint(model, info, path)
    loaded = load_checkpoint(path)
    inputs = np.random.default_rng(1).random((7, *info.input_shape), dtype=np.float32)
    expected = model(inputs, training=False).numpy()
    assert np.array_equal(loaded.model(inputs, training=False).numpy(), expected)
    for n in (7, 1, 3):
        assert np.allclose(loaded.probabilities(inputs[:n]), expected[:n], atol=1e-6)
    assert loaded.info == info == read_checkpoint_info(path)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@SUFFIXES
def test_what_is_known_is_read_without_tensorflow(saved, suffix):
    script = (
        "import sys; from pathlib import Path; from core.checkpoint import read_checkpoint_info;"
        f"read_checkpoint_info(Path({str(saved / ('m' + suffix))!r}));"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    command, folder = [sys.executable, "-c", script], Path(__file__).parents[2]
    done = subprocess.run(command, cwd=folder, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("name", ["m.pkl", "m", "m.KERAS", "m.hdf5"])
def test_another_ending_is_refused_and_both_are_named(tmp_path, name):
    for use in (load_checkpoint, lambda p: save_checkpoint(None, made_info(), p)):
        with pytest.raises(CheckpointError, match=r"neither \.keras nor \.h5") as error:
            use(tmp_path / name)
        assert ".keras" in error.value.hint
        assert ".h5" in error.value.hint
    assert not list(tmp_path.iterdir())


@SUFFIXES
@pytest.mark.parametrize("part", [0, 10, 0.3, 0.6, 0.98])
def test_a_cut_off_model_is_an_error(saved, tmp_path, suffix, part):
    path = tmp_path / f"m{suffix}"
    content = (saved / f"m{suffix}").read_bytes()
    path.write_bytes(content[: int(part * len(content)) if part < 1 else part])
    with pytest.raises(CheckpointError, match="damaged") as error:
        load_checkpoint(path)
    assert error.value.hint


@SUFFIXES
@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_model_is_an_error_or_still_whole(saved, tmp_path, suffix, seed):
    rng = np.random.default_rng(seed)
    content = bytearray((saved / f"m{suffix}").read_bytes())
    for place in rng.integers(0, len(content), 40):
        content[place] = rng.integers(256)
    path = tmp_path / f"m{suffix}"
    path.write_bytes(content)
    try:
        load_checkpoint(path)
    except CheckpointError as error:
        assert error.hint  # noqa: PT017  which of the two comes depends on the place


@SUFFIXES
def test_a_missing_model_is_an_error(tmp_path, suffix):
    with pytest.raises(CheckpointError, match="There is no model"):
        load_checkpoint(tmp_path / f"m{suffix}")


@SUFFIXES
def test_a_model_of_another_program_is_an_error(tmp_path, suffix):
    path = tmp_path / f"m{suffix}"
    made_model().save(path)
    with pytest.raises(CheckpointError, match="did not make"):
        load_checkpoint(path)


@SUFFIXES
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": CHECKPOINT_FORMAT + 1}, "newer version"),
        ({"format": None}, "damaged"),
        ({"classes": ["one"]}, "damaged"),
        ({"classes": ["a", "a", "b"]}, "damaged"),
        ({"classes": ["a", "b"]}, "damaged"),
        ({"classes": "abc"}, None),
        ({"kind": "rnn"}, "damaged"),
        ({"context": CONTEXT.to_dict()}, "damaged"),
        ({"transcode": [1]}, "damaged"),
        ({"surprise": 1}, "damaged"),
        ({"features": {**SPEC.to_dict(), "version": 99}}, "of version 99"),
        ({"features": {"sample_rate": "x"}}, "no description of features"),
    ],
)
def test_a_record_that_does_not_fit_is_an_error(tmp_path, suffix, changes, message):
    path = tmp_path / f"m{suffix}"
    made_model().save(path)
    add_record(path, {**made_info(split={}).to_dict(), **changes})
    if message is None:
        assert load_checkpoint(path).info.classes == ("a", "b", "c")
        return
    with pytest.raises(CheckpointError, match=message) as error:
        load_checkpoint(path)
    assert error.value.hint


def test_a_model_of_the_first_format_is_read(tmp_path):
    path = tmp_path / "m.keras"
    made_model().save(path)
    old = {k: v for k, v in made_info().to_dict().items() if k != "stopped_by_hand"}
    add_record(path, {**old, "format": 1})
    assert load_checkpoint(path).info == made_info()


def test_features_of_another_spec_are_refused_by_what_differs():
    info = made_info()
    spec = FeatureSpec(16000, 400, 200)
    meta = TableMeta("features", 16000, 400, 200, spec.to_dict(), ())
    with pytest.raises(CheckpointError, match="16000 Hz instead of 8000 Hz") as error:
        require_same_features(info, meta, "some.parquet")
    assert "frame size 400 samples instead of 200 samples" in str(error.value)
    require_same_features(info, replace(meta, features=SPEC.to_dict()), "some.parquet")


@SUFFIXES
def test_a_full_disk_leaves_the_last_good_model(saved, tmp_path, suffix, monkeypatch):
    path = tmp_path / f"m{suffix}"
    path.write_bytes((saved / f"m{suffix}").read_bytes())

    def full(file, content):
        with file.open("wb") as half:
            half.write(content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StorageError, match="disk is full"):
        save_checkpoint(made_model(), made_info(config={}), path)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert load_checkpoint(path).info == made_info()
