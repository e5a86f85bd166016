"""A run's model was replaced by a file from elsewhere: one sentence each time, and no code runs."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLineEdit, QWidget

from core.learning.model_file import RECORD
from tests.e2e.window.pipeline import LONG_MS, press, runs_of, wait_until_looked_at

LAMBDA = """
import os, sys
from pathlib import Path
from core.learning.tensorflow_runtime import import_keras
keras = import_keras()
marker, path = sys.argv[1:]
inputs = keras.Input((53,))
trap = lambda x: (open(marker, "w").close(), x)[1]
x = keras.layers.Lambda(trap, output_shape=(53,))(inputs)
keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(x)).save(path)
Path(marker).unlink(missing_ok=True)
"""


class Trap:
    """What runs code when it is unpickled."""

    def __init__(self, marker):
        self._marker = str(marker)

    def __reduce__(self):
        return open, (self._marker, "w")


def rewrite(model, **changes):
    """Change what a model file says of itself."""
    with zipfile.ZipFile(model) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[RECORD] = json.dumps({**json.loads(members[RECORD]), **changes}).encode()
    with zipfile.ZipFile(model, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def put_lambda(model, marker):
    with zipfile.ZipFile(model) as archive:
        record = archive.read(RECORD)
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", LAMBDA, marker, model], cwd=root, check=True)
    with zipfile.ZipFile(model, "a") as archive:
        archive.writestr(RECORD, record)


def put_pickle(model, marker):
    model.write_bytes(pickle.dumps(Trap(marker)))


def put_truncated(model, _marker):
    model.write_bytes(model.read_bytes()[:5000])


def put_newer(model, _marker):
    rewrite(model, format=99)


def put_unknown_features(model, _marker):
    rewrite(model, features={**record_of(model)["features"], "version": 99})


def put_other_features(model, _marker):
    rewrite(model, features={**record_of(model)["features"], "frame_size": 400})


def put_other_classes(model, _marker):
    rewrite(model, classes=["quiet", "so so", "loud"])


def record_of(model):
    with zipfile.ZipFile(model) as archive:
        return json.loads(archive.read(RECORD))


ALWAYS_REFUSED = [
    (put_lambda, "it holds Lambda"),
    (put_pickle, "is a pickle, which is not opened"),
    (put_truncated, "is damaged, or no model file"),
    (put_newer, "was made by a newer version of this program"),
    (put_unknown_features, "eatures of version 99"),
]
# By themselves these are whole models, and predict by their own features and classes.
UNFIT = [
    (put_other_features, "has other features than the model was trained on: frame size"),
    (put_other_classes, "The model tells quiet, so so, loud apart"),
]


class Told:
    """What the user is shown, one box at a time."""

    def __init__(self, window, qtbot):
        self._window, self._qtbot, self.shown = window, qtbot, []
        window.session.errors.shown.connect(lambda *texts: self.shown.append(texts))

    def once(self, sentence):
        """One box with this sentence and a hint; then it is closed."""
        errors = self._window.session.errors
        self._qtbot.waitUntil(lambda: bool(errors.boxes), timeout=LONG_MS)
        self._qtbot.waitUntil(lambda: not runs_of(self._window).is_running, timeout=LONG_MS)
        (box,) = errors.boxes
        ((message, hint),) = self.shown
        assert sentence in message
        assert hint
        assert "Traceback" not in box.text() + box.informativeText() + box.detailedText()
        box.close()
        self._qtbot.waitUntil(lambda: not errors.boxes)
        self.shown.clear()


@pytest.fixture
def model(finished_project):
    """Of the one run, whose evaluation is to be done again."""
    (model,) = finished_project.glob("runs/*/model.keras")
    for name in ("metrics.json", "predictions.parquet", "assessment.json"):
        (model.parent / name).unlink(missing_ok=True)
    return model


def evaluate(window, qtbot):
    qtbot.waitUntil(window.actions_["run_evaluate"].isEnabled, timeout=LONG_MS)
    window.actions_["run_evaluate"].trigger()


def predict(window, qtbot, table):
    qtbot.waitUntil(window.actions_["predict"].isEnabled, timeout=LONG_MS)
    window.actions_["predict"].trigger()
    dialog = window.findChild(QWidget, "predictDialog")
    field = dialog.findChild(QLineEdit, "predictTable")
    qtbot.waitUntil(lambda: bool(field.text()), timeout=LONG_MS)
    field.setText(str(table))
    ok = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    qtbot.mouseClick(ok, Qt.MouseButton.LeftButton)
    return dialog


def export(window, qtbot, path):
    window.docks.every[3].raise_()
    window.training.tabs.setCurrentIndex(1)
    qtbot.waitUntil(window.actions_["export_run"].isEnabled, timeout=LONG_MS)
    press(window, qtbot, "exportRunButton")
    dialog = window.findChild(QFileDialog, "exportModelDialog")
    dialog.setDirectory(str(path.parent))
    dialog.selectFile(path.name)
    dialog.accept()


@pytest.mark.parametrize("case", ALWAYS_REFUSED)
def test_what_is_no_model_of_ours_is_one_sentence_wherever_it_is_used(
    open_window, model, tmp_path, qtbot, case
):
    put, sentence = case
    marker, out = tmp_path / "code ran", tmp_path / "out"
    out.mkdir()
    put(model, marker)
    marker.unlink(missing_ok=True)
    window = open_window(model.parents[2])
    told = Told(window, qtbot)
    wait_until_looked_at(window, qtbot)

    evaluate(window, qtbot)
    told.once(sentence)
    dialog = predict(window, qtbot, out / "p.csv")
    told.once(sentence)
    dialog.close()
    export(window, qtbot, out / "mine.h5")
    told.once(sentence)

    assert not marker.exists()
    assert list(out.iterdir()) == []
    # The rest goes on: the run is listed, and recordings can be opened.
    assert window.training.past.model.rowCount() == 1
    window.actions_["next_recording"].trigger()
    qtbot.waitUntil(window.actions_["play"].isEnabled, timeout=LONG_MS)
    assert told.shown == []


@pytest.mark.parametrize("case", UNFIT)
def test_a_model_that_does_not_fit_the_dataset_is_one_sentence(
    open_window, model, tmp_path, qtbot, case
):
    put, sentence = case
    put(model, tmp_path)
    window = open_window(model.parents[2])
    told = Told(window, qtbot)
    wait_until_looked_at(window, qtbot)
    evaluate(window, qtbot)
    told.once(sentence)
    assert not (model.parent / "metrics.json").exists()
    assert window.actions_["run_evaluate"].isEnabled()
