"""What is asked before a prediction, how one runs, and what is said afterwards."""

from __future__ import annotations

import json
import zipfile

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QMainWindow,
    QProgressBar,
    QTreeWidget,
)

from core.learning.model_file import RECORD
from core.left_out import LeftOut
from core.library import Recording
from core.predict import PredictResult
from core.progress import Progress
from core.run_prediction import RunPrediction, predict_with_run
from core.run_summary import MODEL_FILE
from gui.predict_dialog import MOST_SHOWN, NO_RUN, PredictDialog
from gui.sentence import Sentence, Tone
from tests.core.made_runs import FIRST, SECOND, make_run

LONG_MS = 60_000


class PretendedLane:
    """Takes what is submitted, and does nothing with it."""

    def __init__(self, lane):
        self._lane = lane
        self.calls = []
        self.is_cancelled = False

    def submit(self, *args, **kwargs):
        self.calls.append((args, kwargs))
        return self

    def cancel(self):
        self.is_cancelled = True

    def __getattr__(self, name):
        return getattr(self._lane, name)


@pytest.fixture
def with_runs(project_folder):
    for name in (FIRST, SECOND):
        make_run(project_folder / "runs", name, score=0.5 if name == FIRST else None)
    make_run(project_folder / "runs", "2026-02-01_08-00-00_fc")
    (project_folder / "runs" / "2026-02-01_08-00-00_fc" / MODEL_FILE).unlink()
    return project_folder


@pytest.fixture
def open_dialog(session, qtbot):
    window = QMainWindow()
    window.show()

    def open_dialog(project, selected=()):
        session.open_project(project)
        dialog = PredictDialog(session, selected, window)
        dialog.open()
        qtbot.waitUntil(lambda: not session.listing.is_busy, timeout=LONG_MS)
        return dialog

    yield open_dialog
    session.close()
    window.close()
    window.deleteLater()


@pytest.fixture
def lane(session):
    session.stages = lane = PretendedLane(session.stages)
    return lane


def part(dialog, kind, name):
    return dialog.findChild(kind, name)


def button(dialog, name):
    return part(dialog, QAbstractButton, name)


def sentence(dialog):
    return part(dialog, Sentence, "predictSentence")


def ok(dialog):
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)


def cancel(dialog):
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Cancel)


def table(dialog):
    return part(dialog, QLineEdit, "predictTable")


def click(qtbot, widget):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def result(tmp_path, *, left_out=(), labels=None):
    done = PredictResult(str(tmp_path / "p.csv"), 1, 7, {"audible": 2.0})
    return RunPrediction(done, left_out, labels)


def test_whole_runs_are_offered_and_name_the_table(open_dialog, with_runs):
    dialog = open_dialog(with_runs)
    runs = part(dialog, QComboBox, "predictRun")
    assert [runs.itemData(k) for k in range(runs.count())] == [FIRST, SECOND]
    assert runs.itemText(0) == f"{FIRST}, balanced accuracy 0.500"
    folder = with_runs / "predictions"
    assert table(dialog).text() == str(folder / f"{FIRST}.csv")
    runs.setCurrentIndex(1)
    assert table(dialog).text() == str(folder / f"{SECOND}.csv")
    table(dialog).selectAll()
    QTest.keyClicks(table(dialog), "/mine")
    runs.setCurrentIndex(0)
    assert table(dialog).text() == "/mine"


def test_without_a_run_nothing_can_be_predicted(open_dialog, project_folder):
    dialog = open_dialog(project_folder)
    assert sentence(dialog).sentence == NO_RUN
    assert not ok(dialog).isEnabled()


def test_what_is_missing_is_said(open_dialog, with_runs, tmp_path, qtbot):
    dialog = open_dialog(with_runs)
    assert not button(dialog, "predictSelection").isEnabled()
    assert button(dialog, "predictQuery").isChecked()
    assert ok(dialog).isEnabled()
    button(dialog, "predictFiles").click()
    assert "Choose the files" in sentence(dialog).sentence
    assert not ok(dialog).isEnabled()
    dialog.choose_files([f"/some/{k}&.wav" for k in range(5)])
    assert button(dialog, "predictFiles").text().endswith("0&&.wav, 1&&.wav, 2&&.wav and 2 more")
    assert ok(dialog).isEnabled()
    for text, problem in {"": "Say where", str(tmp_path): "is a folder"}.items():
        table(dialog).setText(text)
        assert problem in sentence(dialog).sentence
        assert not ok(dialog).isEnabled()
    (tmp_path / "old.csv").write_text("")
    table(dialog).setText(str(tmp_path / "old"))
    assert "will be replaced" in sentence(dialog).sentence
    assert ok(dialog).isEnabled()


@pytest.mark.parametrize("wanted", ["predictSelection", "predictQuery", "predictFiles"])
def test_what_was_chosen_is_predicted(open_dialog, with_runs, lane, tmp_path, wanted):
    selected = tuple(Recording(name, tmp_path / name) for name in ("a.wav", "b.wav"))
    files = (tmp_path / "c.wav",)
    dialog = open_dialog(with_runs, selected)
    assert button(dialog, "predictSelection").isChecked()
    dialog.choose_files(map(str, files) if wanted == "predictFiles" else [])
    button(dialog, wanted).setChecked(True)
    table(dialog).setText(str(tmp_path / "out"))
    button(dialog, "predictLabels").setChecked(True)
    ok(dialog).click()
    ((args, kwargs),) = lane.calls
    audio = {"predictSelection": selected, "predictQuery": None, "predictFiles": files}[wanted]
    assert args == (predict_with_run, with_runs, FIRST, audio)
    assert kwargs["out_csv"] == tmp_path / "out.csv"
    assert kwargs["with_labels"] is True


def test_progress_is_told_and_the_outcome_with_what_was_left_out(
    open_dialog, with_runs, lane, tmp_path, qtbot
):
    dialog = open_dialog(with_runs)
    click(qtbot, ok(dialog))
    bar = part(dialog, QProgressBar, "predictBar")
    assert bar.isVisible()
    assert not table(dialog).isEnabled()
    calls = lane.calls[0][1]
    calls["progressed"](Progress("extract", 1, 4, "recordings"))
    assert sentence(dialog).sentence == "Extract features: 1 of 4 recordings"
    assert bar.value() / bar.maximum() == 0.25
    calls["progressed"](Progress("predict", text="Starting TensorFlow"))
    assert bar.maximum() == 0
    left_out = tuple(LeftOut(f"{k}.wav", "it is broken") for k in range(MOST_SHOWN + 2))
    calls["done"](result(tmp_path, left_out=left_out, labels=tmp_path / "p_labels"))
    said = sentence(dialog).sentence
    assert said.splitlines() == [
        f"1 recording predicted: {tmp_path / 'p.csv'}",
        f"Audacity labels: {tmp_path / 'p_labels'}",
        "502 recordings left out:",
    ]
    tree = part(dialog, QTreeWidget, "predictLeftOut")
    assert tree.isVisible()
    assert [tree.topLevelItem(0).text(k) for k in range(2)] == ["0.wav", "it is broken"]
    assert tree.topLevelItemCount() == MOST_SHOWN + 1
    assert tree.topLevelItem(MOST_SHOWN).text(0) == "and 2 more"
    assert not bar.isVisible()
    with qtbot.waitSignal(dialog._session.predictions_changed):
        calls["done"](result(tmp_path))
    assert sentence(dialog).tone is Tone.GOOD
    assert not tree.isVisible()


def test_escape_cancels_what_runs_and_closes_what_does_not(open_dialog, with_runs, lane, qtbot):
    dialog = open_dialog(with_runs)
    click(qtbot, ok(dialog))
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert lane.is_cancelled
    assert dialog.isVisible()
    assert not cancel(dialog).isEnabled()
    with qtbot.waitSignal(dialog._session.predictions_changed):
        lane.calls[0][1]["cancelled"]()
    assert sentence(dialog).sentence.startswith("Cancelled")
    assert ok(dialog).isEnabled()
    with qtbot.waitSignal(dialog.destroyed):
        click(qtbot, cancel(dialog))


def test_a_model_of_a_newer_version_is_one_sentence(
    open_dialog, finished_project, session, tmp_path, qtbot
):
    (model,) = finished_project.glob(f"runs/*/{MODEL_FILE}")
    newer = tmp_path / "newer.keras"
    with zipfile.ZipFile(model) as old, zipfile.ZipFile(newer, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == RECORD:
                data = json.dumps({**json.loads(data), "format": 99}).encode()
            new.writestr(name, data)
    newer.replace(model)
    dialog = open_dialog(finished_project)
    table(dialog).setText(str(tmp_path / "p.csv"))
    click(qtbot, ok(dialog))
    qtbot.waitUntil(lambda: bool(session.errors.boxes), timeout=LONG_MS)
    (box,) = session.errors.boxes
    assert "newer version" in box.text()
    box.close()
    assert ok(dialog).isEnabled()
    assert not (tmp_path / "p.csv").exists()


def test_files_and_table_are_chosen_in_dialogs(open_dialog, with_runs, tmp_path, qtbot):
    (tmp_path / "new.wav").write_bytes(b"")
    dialog = open_dialog(with_runs)
    click(qtbot, button(dialog, "predictChoose"))
    files = part(dialog, QFileDialog, "predictFilesDialog")
    files.setDirectory(str(tmp_path))
    files.selectFile("new.wav")
    files.accept()
    assert button(dialog, "predictFiles").text() == "&Files: new.wav"
    assert button(dialog, "predictFiles").isChecked()
    click(qtbot, button(dialog, "predictBrowse"))
    place = part(dialog, QFileDialog, "predictTableDialog")
    place.setDirectory(str(tmp_path))
    place.selectFile("mine")
    place.accept()
    assert table(dialog).text() == str(tmp_path / "mine.csv")
