from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton, QTreeWidget

from core.annotation_tables import ImportReport
from gui.import_dialog import ImportDialog, edited_of, summary_of
from gui.sentence import Sentence, Tone


def _report(*, new=0, changed=0, gone=0, same=0, edited=0, overridden=0):
    return ImportReport("a.csv", new, changed, gone, same, edited, overridden)


def test_what_it_changes_is_one_sentence():
    assert (
        summary_of(_report(new=3, changed=1, same=1200))
        == "3 new, 1 changed, 0 gone, 1,200 as before."
    )
    assert summary_of(_report(same=5)) == "The table says nothing new of 5 annotations."
    assert edited_of(_report()) == ""
    assert edited_of(_report(edited=2, overridden=1)) == (
        "2 edited here stay as they are. 1 edited here become what the table says."
    )


@pytest.fixture
def dialog(session, project_folder, qtbot):
    session.open_project(project_folder)
    dialog = ImportDialog(session)
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    session.close_project()


def _said(dialog):
    return dialog.findChild(Sentence, "importSummary")


def test_the_first_import_lists_everything_as_new(dialog, qtbot):
    button = dialog.findChild(QPushButton, "importButton")
    assert not button.isEnabled()
    qtbot.waitUntil(button.isEnabled, timeout=15_000)
    tree = dialog.findChild(QTreeWidget, "importTree")
    group = tree.topLevelItem(0)
    assert group.text(0) == f"New: {group.childCount()}"
    assert [group.child(0).text(k) for k in range(1, 4)] == ["inaudible", "0.100", "1.900"]


def test_a_table_that_cannot_be_read_is_said(dialog, tmp_path, qtbot):
    dialog.look(tmp_path / "gone.csv")
    qtbot.waitUntil(lambda: _said(dialog).tone is Tone.WRONG, timeout=15_000)
    assert "cannot be read" in _said(dialog).sentence
    assert not dialog.findChild(QPushButton, "importButton").isEnabled()
