"""The evaluation panel shows what `loudness evaluate` prints of the same model and dataset."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QTabBar, QTableView, QTabWidget, QWidget

from tests.e2e.conftest import run
from tests.e2e.window.pipeline import LONG_MS

FIGURES = ("accuracy", "balanced_accuracy", "quadratic_kappa", "auc_audible_over_inaudible")


@pytest.fixture
def window(open_window, finished_project, qtbot):
    window = open_window(finished_project)
    panel = window.findChild(QWidget, "evaluationPanel")
    assert panel.visibleRegion().isEmpty()
    bars = [bar for bar in window.findChildren(QTabBar) if bar.parent() is window]
    (bar,) = [bar for bar in bars if "Evaluation" in [bar.tabText(k) for k in range(bar.count())]]
    k = [bar.tabText(k) for k in range(bar.count())].index("Evaluation")
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(k).center())
    qtbot.waitUntil(lambda: panel.result is not None, timeout=LONG_MS)
    return window


def go_to(window, qtbot, title):
    tabs = window.findChild(QTabWidget, "evaluationTabs")
    bar = tabs.tabBar()
    k = [tabs.tabText(k) for k in range(tabs.count())].index(title)
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(k).center())
    assert tabs.currentIndex() == k


def choose_split(window, qtbot, text):
    box = window.findChild(QComboBox, "evaluationSplit")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.findText(text)):
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == text


def shown(window, name):
    model = window.findChild(QTableView, name).model()
    return [
        [model.index(row, k).data(Qt.ItemDataRole.UserRole) for k in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_shows_what_the_command_prints(window, qtbot, finished_project):
    (model,) = finished_project.glob("runs/*/model.keras")
    done = run(
        *("evaluate", f"--model={model}", "--json"),
        *(f"--dataframe_dir={finished_project / 'dataset.parquet'}",),
        *(f"--input_features={finished_project / 'features'}",),
    )
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    result = window.findChild(QWidget, "evaluationPanel").result
    assert json.loads(json.dumps(result.assessment["by_split"])) == printed["by_split"]
    for title, split in (("All recordings", "all"), ("Held out", "held_out")):
        choose_split(window, qtbot, title)
        part = printed["by_split"][split]
        go_to(window, qtbot, "Figures")
        for key in FIGURES:
            interval = part["intervals"][key]
            ends = f" [{interval['low']:.2f}, {interval['high']:.2f}]" if interval else ""
            text = "\N{EN DASH}" if part[key] is None else f"{part[key]:.3f}{ends}"
            assert window.findChild(QLabel, f"figure_{key}").text() == text, key
        matrix = window.findChild(QTableView, "evaluationConfusion").model()
        assert matrix.counts == part["confusion"]
        go_to(window, qtbot, "Recordings")
        recordings = {row[0]: row[2:5] for row in shown(window, "evaluationRecordings")}
        assert recordings == {
            name: [values[k] for k in ("n_frames", "accuracy", "balanced_accuracy")]
            for name, values in part["per_recording"].items()
        }
        go_to(window, qtbot, "Edges and steps")
        assert [row[1:4] for row in shown(window, "evaluationSteps")[1:]] == [
            [part[where][k] for k in ("n_frames", "accuracy", "balanced_accuracy")]
            for where in ("near_edge", "inside")
        ]
        go_to(window, qtbot, "Events")
        events = part["events"]
        assert [row[7:9] for row in shown(window, "evaluationEvents")] == [
            [values["f1"], values["error_rate"]]
            for kind in ("event_based", "segment_based")
            for values in (events[kind], *events[kind]["per_class"].values())
        ]
    choose_split(window, qtbot, "All recordings")
    top = {key: printed[key] for key in printed["by_split"]["all"]}
    assert top == printed["by_split"]["all"]


def test_a_recording_is_opened_from_its_row(window, qtbot):
    go_to(window, qtbot, "Recordings")
    table = window.findChild(QTableView, "evaluationRecordings")
    at = table.visualRect(table.model().index(0, 0)).center()
    name = table.model().index(0, 0).data()
    session = window.session
    qtbot.waitUntil(lambda: session.recording is not None, timeout=LONG_MS)
    session.show_recording(None)
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(
        lambda: session.recording is not None and session.recording.path.stem == name,
        timeout=LONG_MS,
    )


def test_everything_is_saved_by_its_key(window, qtbot, tmp_path):
    action = window.actions_["save_evaluation"]
    assert action.isEnabled()
    qtbot.keyClick(
        window,
        Qt.Key.Key_E,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    dialog = window.findChild(QWidget, "saveEvaluationDialog")
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("all.json")
    dialog.accept()
    qtbot.waitUntil((tmp_path / "all.json").exists, timeout=LONG_MS)
    result = window.findChild(QWidget, "evaluationPanel").result
    told = json.loads((tmp_path / "all.json").read_text())
    assert told["by_split"] == json.loads(json.dumps(result.assessment["by_split"]))
    window.session.close_project()
    assert not action.isEnabled()
