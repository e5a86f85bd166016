from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from gui.annotation_signature import author_name
from gui.author_field import AuthorField


def test_a_name_is_kept_once_it_is_saved(application, qtbot):
    field = AuthorField()
    qtbot.addWidget(field)
    line = field.findChild(QLineEdit, "authorName")
    assert "the account's name" in line.placeholderText()
    assert not field.is_changed
    with qtbot.waitSignal(field.changed):
        qtbot.keyClicks(line, "Ada")
    assert field.is_changed
    assert author_name() == ""
    field.save()
    assert author_name() == "Ada"
    assert not field.is_changed
