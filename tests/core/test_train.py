from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from core.checkpoint import load_checkpoint, read_checkpoint_info
from core.class_balance import balance_warnings
from core.dataset import load_dataset
from core.errors import CheckpointError, DatasetError
from core.evaluate import evaluate
from core.progress import Cancelled, StopTraining
from core.settings import TrainConfig
from core.table_meta import meta_path, read_meta
from core.train import train
from tests.core.labelled_tables import CLASSES, make_tables

FC = TrainConfig(epochs=12, validation_split=0.4, learning_rate=0.01, batch_size=20)
CNN = replace(FC, model="cnn", epochs=10)
# So different in level that a single frame cannot tell a loud event from a loud background.
GAINS = (1.0, 20.0, 400.0)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_tables(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def varied(tmp_path_factory):
    return make_tables(tmp_path_factory.mktemp("varied"), n_recordings=6, gains=GAINS)


@pytest.fixture(scope="module")
def trained(made, tmp_path_factory):
    seen = []
    folder = tmp_path_factory.mktemp("trained")
    return train(made.dataset, folder / "model.keras", FC, report=seen.append), seen


@pytest.fixture(scope="module")
def trained_cnn(varied, tmp_path_factory):
    return train(varied.dataset, tmp_path_factory.mktemp("trained_cnn") / "net.h5", CNN)


def files_in(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_separable_classes_are_learnt(trained):
    result, _ = trained
    assert result.best_score > 0.95
    assert result.validation["balanced_accuracy"] == pytest.approx(result.best_score, abs=1e-6)
    assert result.recordings == {"training": 3, "validation": 2}
    assert result.class_counts == {
        "training": dict.fromkeys(CLASSES, 60), "validation": dict.fromkeys(CLASSES, 40)
    }  # fmt: skip
    assert result.warnings == ()


def test_the_context_tells_what_a_single_frame_cannot(varied, trained_cnn, tmp_path):
    fc = train(varied.dataset, tmp_path / "fc.keras", FC)
    assert trained_cnn.validation["balanced_accuracy"] > 0.9
    assert fc.validation["balanced_accuracy"] < 0.8


@pytest.mark.parametrize("kind", ["fc", "cnn"])
def test_the_saved_model_predicts_the_same(made, varied, trained, trained_cnn, kind):
    result, tables = (trained[0], made) if kind == "fc" else (trained_cnn, varied)
    metrics = evaluate(result.model_file, tables.dataset).metrics
    for name in read_checkpoint_info(result.model_file).split["validation"]:
        assert metrics["per_recording"][name] == result.validation["per_recording"][name]


def test_everything_prediction_needs_is_in_the_file_and_beside_it(made, trained):
    result, _ = trained
    info, meta = read_checkpoint_info(result.model_file), read_meta(made.dataset)
    assert (info.kind, info.classes, info.features) == ("fc", CLASSES, meta.features)
    assert info.transcode == meta.transcode
    assert info.config == FC.to_dict()
    assert info.dataset == {"name": "dataset.parquet", "sha256": meta.sha256}
    names = [*info.split["training"], *info.split["validation"]]
    assert sorted(names) == [f"rec{k}" for k in range(5)]
    assert {"tensorflow", "keras", "python", "loudness-classificator"} <= set(info.versions)
    assert info.validation == result.validation
    assert json.loads(result.run_file.read_text()) == info.to_dict()
    with result.history_file.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["epoch"]) for row in rows] == list(range(1, result.n_epochs + 1))
    assert max(float(row["val_balanced_accuracy"]) for row in rows) == result.best_score
    assert {"loss", "val_loss", "recall_audible", "val_recall_audible"} <= set(rows[0])


def test_the_two_files_beside_a_model_take_its_name_unless_that_is_model(trained, trained_cnn):
    folder = trained[0].model_file.parent
    assert sorted(files_in(folder)) == ["history.csv", "model.keras", "run.json"]
    folder = trained_cnn.model_file.parent
    assert sorted(files_in(folder)) == ["net.h5", "net.history.csv", "net.run.json"]


def test_progress_tells_what_is_done_and_how_good_it_is(trained):
    result, seen = trained
    assert {p.stage for p in seen} == {"train"}
    texts = [p.text for p in seen]
    assert "Starting TensorFlow" in texts
    assert any("building the network" in text for text in texts)
    epochs = [p for p in seen if p.metrics]
    assert [p.done for p in epochs] == list(range(1, result.n_epochs + 1))
    assert all((p.total, p.unit) == (FC.epochs, "epochs") for p in epochs)
    assert {"loss", "val_loss", "balanced_accuracy", "val_balanced_accuracy"} <= set(
        epochs[0].metrics
    )


@pytest.mark.parametrize("kind", ["fc", "cnn"])
def test_the_same_seed_gives_the_same_numbers(made, tmp_path, kind):
    config = replace(FC, model=kind, epochs=2, seed=1)
    results = [train(made.dataset, tmp_path / k / "model.keras", config) for k in "ab"]
    for name in ("run.json", "history.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    weights = [load_checkpoint(r.model_file).model.get_weights() for r in results]
    assert all(np.array_equal(a, b) for a, b in zip(*weights, strict=True))


def test_another_seed_gives_other_numbers(made, trained, tmp_path):
    other = train(made.dataset, tmp_path / "model.keras", replace(FC, epochs=1, seed=1))
    first = trained[0].history_file.read_text().splitlines()[1]
    assert other.history_file.read_text().splitlines()[1] != first


@pytest.mark.parametrize("when", ["Reading", "Starting", "building", "Epoch 2", "Measuring"])
def test_cancel_leaves_the_last_good_model_and_nothing_else(made, trained, tmp_path, when):
    def cancel(progress):
        if when in progress.text:
            raise Cancelled

    folder = tmp_path / "runs"
    shutil.copytree(trained[0].model_file.parent, folder)
    before = files_in(folder)
    with pytest.raises(Cancelled):
        train(made.dataset, folder / "model.keras", replace(FC, epochs=2), report=cancel)
    assert files_in(folder) == before


def test_cancel_leaves_nothing_where_nothing_was(made, tmp_path):
    def cancel(progress):
        if progress.metrics:
            raise Cancelled

    with pytest.raises(Cancelled):
        train(made.dataset, tmp_path / "runs" / "m.h5", FC, report=cancel)
    assert not list(tmp_path.iterdir())


def test_stop_keeps_the_best_so_far(made, tmp_path):
    def stop(progress):
        if progress.done >= 2 and progress.metrics:
            raise StopTraining

    result = train(made.dataset, tmp_path / "model.keras", FC, report=stop)
    assert result.n_epochs == 2
    assert result.stopped_by_hand
    assert json.loads(result.run_file.read_text())["stopped_by_hand"] is True
    assert read_checkpoint_info(result.model_file).stopped_by_hand
    assert evaluate(result.model_file, made.dataset).metrics["n_frames"] == 300


@pytest.mark.parametrize("when", ["Reading", "Starting"])
def test_stopping_before_there_is_a_model_is_cancelling(made, tmp_path, when):
    def stop(progress):
        if when in progress.text:
            raise StopTraining

    with pytest.raises(Cancelled):
        train(made.dataset, tmp_path / "model.keras", FC, report=stop)


def test_stopping_when_training_has_ended_changes_nothing(made, tmp_path):
    def stop(progress):
        if "Measuring" in progress.text:
            raise StopTraining

    result = train(made.dataset, tmp_path / "model.keras", replace(FC, epochs=1), report=stop)
    assert result.validation["n_frames"] == 120
    assert not result.stopped_by_hand


def test_without_validation_all_epochs_are_trained_and_that_is_said(made, tmp_path):
    config = replace(FC, epochs=3, patience=1, validation_split=0.0)
    result = train(made.dataset, tmp_path / "m.keras", config)
    assert (result.n_epochs, result.best_epoch) == (3, 3)
    assert result.best_score is result.validation is None
    assert "all epochs are trained" in result.warnings[0]
    assert read_checkpoint_info(result.model_file).validation is None


def test_a_class_that_a_side_lacks_is_said(tmp_path):
    made = make_tables(tmp_path, n_recordings=2, n_annotations=2)  # each has two of the classes
    result = train(made.dataset, tmp_path / "m.keras", replace(FC, epochs=1))
    for side, warning in zip(("training", "validation"), result.warnings, strict=True):
        (absent,) = (name for name, n in result.class_counts[side].items() if n == 0)
        assert f"No frame of {absent} for {side}" in warning
    assert result.validation["per_class"][absent]["recall"] is None


def test_what_flatters_is_said():
    counts = {side: dict.fromkeys(CLASSES, 5) for side in ("training", "validation")}
    assert balance_warnings(counts, FC) == ()
    (warning,) = balance_warnings(counts, replace(FC, split_by="frame"))
    assert "flatter" in warning


@pytest.mark.parametrize("name", ["m.pkl", "m"])
def test_another_ending_is_refused_at_once(tmp_path, name):
    with pytest.raises(CheckpointError, match="neither"):
        train(tmp_path / "nothing.parquet", tmp_path / name, FC)


def test_features_that_are_no_numbers_are_refused_by_name(made, monkeypatch, tmp_path):
    data = load_dataset(made.dataset)
    data.features[70, 3] = np.nan
    monkeypatch.setattr("core.train.load_dataset", lambda _path: data)
    with pytest.raises(DatasetError, match="mfcc_2 of rec1"):
        train(made.dataset, tmp_path / "m.keras", FC)


def test_the_context_network_needs_the_features_but_no_long_recordings(tmp_path):
    made = make_tables(tmp_path / "made", n_recordings=3, n_annotations=3)
    moved = tmp_path / "moved.parquet"
    shutil.move(made.features, moved)
    shutil.move(meta_path(made.features), meta_path(moved))
    model = tmp_path / "models" / "m.keras"
    config = replace(CNN, epochs=1)
    with pytest.raises(DatasetError, match="are gone") as error:
        train(made.dataset, model, config)
    assert "--input_features" in error.value.hint
    assert not model.parent.exists()
    result = train(made.dataset, model, config, features=moved)
    with pytest.raises(DatasetError, match="are gone"):
        evaluate(result.model_file, made.dataset)
    assert all(r.n_rows < 64 for r in read_meta(moved).recordings)
    assert evaluate(result.model_file, made.dataset, features=moved).metrics["n_frames"] == 90
