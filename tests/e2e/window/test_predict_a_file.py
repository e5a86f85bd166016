"""A file that is in no library is predicted by mouse and key, as `loudness predict` does it."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QFileDialog, QLineEdit, QWidget

from gui.sentence import Sentence, Tone
from tests.e2e.conftest import run
from tests.e2e.window.pipeline import LONG_MS, press, wait_until_looked_at

RATE_HZ = 22_050


@pytest.fixture
def new_file(tmp_path):
    """Noise, and a loud tone from 1 to 2 s; another rate and another format than the library's."""
    time_s = np.arange(4 * RATE_HZ) / RATE_HZ
    samples = 0.01 * np.random.default_rng(3).standard_normal(len(time_s))
    loud = (time_s >= 1) & (time_s < 2)
    samples[loud] += 0.5 * np.sin(2 * np.pi * 700 * time_s[loud])
    folder = tmp_path / "new"
    folder.mkdir()
    soundfile.write(folder / "new.flac", np.stack([samples, samples], axis=1), RATE_HZ)
    return folder / "new.flac"


def open_dialog(window, qtbot):
    wait_until_looked_at(window, qtbot)
    qtbot.waitUntil(window.actions_["predict"].isEnabled, timeout=LONG_MS)
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(QWidget, "predictDialog")
    button = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    qtbot.waitUntil(lambda: bool(dialog.findChild(QLineEdit, "predictTable").text()))
    return dialog, button


def choose_file(dialog, qtbot, path):
    press(dialog, qtbot, "predictChoose")
    files = dialog.findChild(QFileDialog, "predictFilesDialog")
    files.setDirectory(str(path.parent))
    files.selectFile(path.name)
    files.accept()


def type_table(dialog, path):
    table = dialog.findChild(QLineEdit, "predictTable")
    table.selectAll()
    QTest.keyClicks(table, str(path))


def test_the_table_is_the_commands_own(open_window, finished_project, new_file, tmp_path, qtbot):
    window = open_window(finished_project)
    dialog, predict = open_dialog(window, qtbot)
    choose_file(dialog, qtbot, new_file)
    type_table(dialog, tmp_path / "out" / "mine.csv")
    labels = dialog.findChild(QCheckBox, "predictLabels")
    qtbot.mouseClick(labels, Qt.MouseButton.LeftButton, pos=QPoint(8, labels.height() // 2))
    assert labels.isChecked()
    qtbot.mouseClick(predict, Qt.MouseButton.LeftButton)
    sentence = dialog.findChild(Sentence, "predictSentence")
    qtbot.waitUntil(lambda: sentence.tone is Tone.GOOD, timeout=LONG_MS)
    assert f"1 recording predicted: {tmp_path / 'out' / 'mine.csv'}" in sentence.sentence

    (model,) = finished_project.glob("runs/*/model.keras")
    done = run("predict", f"--model={model}", f"--out_csv={tmp_path / 'theirs.csv'}", new_file)
    assert done.returncode == 0, done.stderr
    mine = (tmp_path / "out" / "mine.csv").read_bytes()
    assert mine == (tmp_path / "theirs.csv").read_bytes()

    lines = (tmp_path / "out" / "mine_labels" / "new.txt").read_text().splitlines()
    rows = [line.split(",")[1:4] for line in mine.decode().splitlines()[1:]]
    assert [line.split("\t") for line in lines] == rows != []
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["mine.csv", "mine_labels"]
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(QWidget, "predictDialog") is None)
    assert window.session.errors.boxes == ()


def test_it_is_cancelled_and_the_broken_are_listed(
    open_window, finished_project, new_file, tmp_path, qtbot
):
    window = open_window(finished_project)
    dialog, predict = open_dialog(window, qtbot)
    choose_file(dialog, qtbot, new_file)
    type_table(dialog, tmp_path / "mine.csv")
    sentence = dialog.findChild(Sentence, "predictSentence")
    qtbot.mouseClick(predict, Qt.MouseButton.LeftButton)
    assert not predict.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(predict.isEnabled, timeout=LONG_MS)
    assert sentence.sentence.startswith("Cancelled")
    assert not (tmp_path / "mine.csv").exists()

    broken = new_file.with_name("broken.wav")
    broken.write_bytes(b"RIFF")
    dialog.choose_files([str(new_file), str(broken)])
    qtbot.mouseClick(predict, Qt.MouseButton.LeftButton)
    left_out = dialog.findChild(QWidget, "predictLeftOut")
    qtbot.waitUntil(left_out.isVisible, timeout=LONG_MS)
    assert left_out.topLevelItemCount() == 1
    assert left_out.topLevelItem(0).text(0) == str(broken)
    assert left_out.topLevelItem(0).text(1)
    assert (tmp_path / "mine.csv").exists()
