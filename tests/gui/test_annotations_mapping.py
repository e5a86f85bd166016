from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QMainWindow,
    QPushButton,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from core.errors import SettingsError
from core.project_checks import check_annotations
from core.settings import AnnotationConfig
from gui.annotations_mapping import LEFT_OUT, MOST_NAMES, AnnotationsMapping
from gui.sentence import Sentence
from tests.gui.form_editing import activate, press


@pytest.fixture
def mapping(application, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    mapping = AnnotationsMapping()
    # Hidden in a page, as in the dialog.
    page = QWidget()
    QVBoxLayout(page).addWidget(mapping)
    window.setCentralWidget(page)
    activate(qtbot, window)
    mapping.holder = window
    return mapping


@pytest.fixture
def look(mapping, tmp_path):
    """Shows a table again and again until nothing changes, as the dialog does."""
    asked = []
    mapping.changed.connect(lambda: asked.append(True))

    def look(text="", config=None):
        path = tmp_path / "a.csv"
        if text:
            path.write_text(text)
        config = mapping.apply_to(config or AnnotationConfig(str(path)))
        for _ in range(4):
            asked.clear()
            mapping.show_check(check_annotations(config), config)
            config = mapping.apply_to(config)
            if not asked:
                return config
        raise AssertionError

    return look


def _choose(combo, text):
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Home)
    while combo.currentText() != text:
        before = combo.currentIndex()
        QTest.keyClick(combo, Qt.Key.Key_Down)
        assert combo.currentIndex() != before
    # By key, a choice is one at once; by mouse it is when the list closes.
    combo.activated.emit(combo.currentIndex())


def _combo(mapping, key):
    return mapping.findChild(QComboBox, f"mapping_{key}")


def _class_combo(mapping, row):
    return mapping.findChild(QTableWidget, "mappingClasses").cellWidget(row, 2)


def _rows(mapping):
    table = mapping.findChild(QTableWidget, "mappingClasses")
    return [
        (table.item(r, 0).text(), table.item(r, 1).text(), table.cellWidget(r, 2).currentText())
        for r in range(table.rowCount())
    ]


def test_the_usual_table_needs_nothing(mapping, look):
    config = look("file_name,start,end,class\na.wav,0,1,audible\nb.wav,0,1,barely\n")
    assert config == AnnotationConfig(config.annotations)
    assert _rows(mapping) == [("audible", "1", "audible"), ("barely", "1", "barely")]


def test_likely_columns_and_classes_are_chosen(mapping, look):
    config = look("Onset,Offset,Label,File\n0,1,Audible,a.wav\n1,2,Audible,a.wav\n2,3,?,a.wav\n")
    columns = (config.file_column, config.start_column, config.end_column, config.class_column)
    assert columns == ("File", "Onset", "Offset", "Label")
    assert config.class_names == {"Audible": "audible"}
    assert _rows(mapping) == [("Audible", "2", "audible"), ("?", "1", LEFT_OUT)]


def test_a_column_that_nobody_can_guess_is_asked_for(mapping, look):
    with pytest.raises(SettingsError, match="“File”"):
        look("x,start,end,class\na.wav,0,1,audible\n")
    combo = _combo(mapping, "file_column")
    assert combo.currentText() == ""
    _choose(combo, "x")
    assert look().file_column == "x"


def test_a_name_is_given_a_class_or_left_out(mapping, look, qtbot):
    look("file_name,start,end,class\na,0,1,yes\na,0,1,yes\na,0,1,no\na,0,1,audible\n")
    with qtbot.waitSignal(mapping.changed):
        _choose(_class_combo(mapping, 0), "audible")
    assert look().class_names == {"yes": "audible"}
    _choose(_class_combo(mapping, 1), "inaudible")
    assert look().class_names == {"yes": "audible", "no": "inaudible"}
    _choose(_class_combo(mapping, 0), LEFT_OUT)
    assert look().class_names == {"no": "inaudible"}
    # A class cannot be left out, but it can stand for another one.
    assert _class_combo(mapping, 2).findText(LEFT_OUT) < 0


def test_the_tables_own_names_can_be_the_classes(mapping, look, qtbot):
    text = "file_name,start,end,class\na,0,1,loud\na,0,1,loud\na,0,1,quiet\n"
    config = look(text)
    assert "None of these names" in mapping.findChild(Sentence, "mappingNote").sentence
    with qtbot.waitSignal(mapping.classes_wanted) as wanted:
        press(mapping, QPushButton, "mappingTakeNames")
    assert wanted.args == [("loud", "quiet")]
    config = look(config=AnnotationConfig(config.annotations, classes=("quiet", "loud")))
    assert config.class_names == {}
    assert [row[2] for row in _rows(mapping)] == ["loud", "quiet"]
    assert mapping.findChild(Sentence, "mappingNote").sentence == ""


def test_what_has_too_many_values_is_no_class(mapping, look):
    rows = "".join(f"a,0,1,{k}\n" for k in range(MOST_NAMES + 1))
    look("file_name,start,end,class\n" + rows)
    assert "61 different values" in mapping.findChild(Sentence, "mappingNote").sentence
    assert _rows(mapping) == []


def test_is_hidden_until_there_is_a_table(mapping, look):
    assert mapping.isHidden()
    look("file_name,start,end,class\na,0,1,audible\n")
    assert not mapping.isHidden()
    mapping.clear()
    assert mapping.isHidden()
    assert mapping.apply_to(AnnotationConfig("x")) == AnnotationConfig("x")
