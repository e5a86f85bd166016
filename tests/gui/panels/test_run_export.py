from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from core.checkpoint import read_checkpoint_info
from core.export import FORMATS
from core.run_summary import MODEL_FILE
from gui.panels.run_export import KINDS, RunExport

LONG_MS = 60_000


@pytest.fixture
def export(session, qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    export = RunExport(session, widget)
    export.said = []
    session.said.connect(export.said.append)
    return export


@pytest.fixture
def run(finished_project):
    (run,) = (finished_project / "runs").iterdir()
    return run


def test_a_child_writes_it_and_its_place_is_said(export, run, qtbot, tmp_path):
    for name in ("m.h5", "m.tflite"):
        export.said.clear()
        export.export(run / MODEL_FILE, tmp_path / name)
        assert "TensorFlow takes some seconds" in export.said[0]
        qtbot.waitUntil(lambda: len(export.said) == 2, timeout=LONG_MS)
        assert str(tmp_path / name) in export.said[1]
    assert read_checkpoint_info(tmp_path / "m.h5") == read_checkpoint_info(run / MODEL_FILE)
    assert export.said[1].endswith("is in m.tflite.meta.json")


def test_what_cannot_be_exported_is_one_sentence(export, run, session, qtbot, tmp_path):
    with qtbot.waitSignal(session.errors.shown, timeout=LONG_MS) as shown:
        export.export(run / MODEL_FILE, tmp_path / "m.xyz")
    message, hint = shown.args
    assert "none that a model can be exported as" in message
    assert ".tflite" in hint
    assert export.said[-1] == "The model was not exported."
    for box in session.errors.boxes:
        box.close()


def test_each_kind_is_offered_and_gives_its_ending(export, run):
    dialog = export.ask(run)
    assert list(KINDS.values()) == list(FORMATS)
    assert dialog.nameFilters() == list(KINDS)
    for kind, suffix in KINDS.items():
        dialog.filterSelected.emit(kind)
        assert f".{dialog.defaultSuffix()}" == suffix
    dialog.reject()
