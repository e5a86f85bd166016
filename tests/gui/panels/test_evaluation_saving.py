from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from core.run_assessment import assess_run, list_evaluated_runs
from gui.panels.evaluation_saving import KINDS, PICTURE_PX, EvaluationSaving
from gui.theme import LIGHT


@pytest.fixture
def result(finished_project):
    (run,) = list_evaluated_runs(finished_project)
    return assess_run(run.folder, finished_project / "dataset.parquet")


@pytest.fixture
def saving(session, qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    saving = EvaluationSaving(session, widget)
    saving.said = []
    session.said.connect(saving.said.append)
    return saving


@pytest.mark.parametrize("suffix", [".json", ".csv"])
def test_numbers_are_written_by_a_child(saving, result, qtbot, tmp_path, suffix):
    path = tmp_path / f"saved{suffix}"
    saving.save(result, "all", path)
    qtbot.waitUntil(lambda: bool(saving.said), timeout=10_000)
    assert saving.said == [f"The evaluation is saved as {path}"]
    if suffix == ".json":
        assert json.loads(path.read_text())["by_split"] == result.assessment["by_split"]
    else:
        with path.open(newline="") as file:
            assert len(list(csv.DictReader(file))) > 100


def test_curves_are_a_light_picture_of_one_size(saving, result, tmp_path):
    saving.save(result, "all", tmp_path / "saved.png")
    image = QImage(str(tmp_path / "saved.png"))
    assert (image.width(), image.height()) == PICTURE_PX
    assert image.pixelColor(2, 2) == LIGHT.background == QColor("#ffffff")
    colors = {image.pixelColor(x, y).name() for x in range(0, 500, 2) for y in range(0, 420, 2)}
    assert LIGHT.classes[0].name() in colors
    saving.save(result, "all", tmp_path / "saved.svg")
    text = (tmp_path / "saved.svg").read_text()
    assert f"<title>{result.run.name}</title>" in text
    assert LIGHT.classes[2].name() in text


def test_what_cannot_be_written_is_a_sentence(saving, result, session, tmp_path):
    saving.save(result, "all", tmp_path / "nothing" / "saved.png")
    (box,) = session.errors.boxes
    assert "cannot be written" in box.text()
    box.close()
    assert saving.said == []


def test_the_dialog_offers_the_runs_name_and_every_kind(saving, result, tmp_path, qtbot, session):
    dialog = saving.ask(result, "all")
    assert Path(dialog.selectedFiles()[0]).stem == result.run.name
    assert dialog.nameFilters() == list(KINDS)
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("mine.csv")
    with qtbot.waitSignal(session.said, timeout=10_000):
        dialog.accept()
    assert (tmp_path / "mine.csv").exists()
