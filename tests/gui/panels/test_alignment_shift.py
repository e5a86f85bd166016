from __future__ import annotations

from PySide6.QtWidgets import QDoubleSpinBox

from gui.panels.alignment_shift import ShiftFields


def test_an_estimate_is_what_one_begins_with_and_is_told_once(application, qtbot):
    fields, told = ShiftFields(), []
    qtbot.addWidget(fields)
    fields.changed.connect(lambda: told.append((fields.offset_s, fields.stretch)))
    assert fields.is_nothing
    fields.preview.setChecked(True)
    told.clear()
    fields.show_estimate(-0.25, 1.001)
    assert told == [(-0.25, 1.001)]
    assert not fields.preview.isChecked()
    fields.findChild(QDoubleSpinBox, "alignmentOffset").setValue(0.5)
    assert told[-1] == (0.5, 1.001)
    assert not fields.is_nothing
