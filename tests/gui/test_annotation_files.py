from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton

from core.settings import AnnotationConfig
from tests.gui.edited_window import open_edited, relabel, wait_idle


@pytest.fixture
def window(open_window, project_folder, qtbot):
    return open_edited(open_window, project_folder, qtbot)


def _table(window):
    return Path(window.session.project.settings.annotations.annotations)


def test_an_export_says_what_it_wrote(window, qtbot):
    said = []
    window.session.said.connect(said.append)
    window.editing.submit(relabel(2, "audible"))
    wait_idle(window, qtbot)
    window.annotation_files.export()
    qtbot.waitUntil(lambda: any(text.startswith("Wrote") for text in said), timeout=15_000)
    assert "1 changed" in said[-1]
    assert str(_table(window)) in said[-1]


def test_a_changed_table_is_written_over_only_if_that_is_asked_for(window, qtbot):
    window.editing.submit(relabel(2, "audible"))
    wait_idle(window, qtbot)
    _table(window).write_text("file_name,start,end,class\nrec0.flac,1,2,barely\n")
    window.annotation_files.export()
    found = lambda: window.findChild(QMessageBox, "exportQuestion")  # noqa: E731  twice
    qtbot.waitUntil(lambda: found() is not None, timeout=15_000)
    over = next(b for b in found().findChildren(QPushButton) if b.text() == "Overwrite")
    over.click()
    qtbot.waitUntil(lambda: len(_table(window).read_text().splitlines()) > 2, timeout=15_000)
    qtbot.waitUntil(lambda: not window.session.annotating.is_busy, timeout=15_000)


def test_without_a_table_it_asks_for_one(window):
    window.session.change_settings(annotations=AnnotationConfig())
    window.annotation_files.export()
    dialog = window.findChild(QFileDialog, "exportFileDialog")
    assert dialog is not None
    dialog.reject()
