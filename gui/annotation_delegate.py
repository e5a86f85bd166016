"""Editors in the table of annotations: a choice of classes, a field for times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QStyledItemDelegate, QWidget

from gui.models.annotations_model import AnnotationsModel, Column
from gui.own_keys import OwnKeys

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel
    from PySide6.QtWidgets import QStyleOptionViewItem

    from gui.models.cells import AnyIndex


class AnnotationDelegate(QStyledItemDelegate):
    """Makes the editor of a cell, and gives the model what was typed or chosen."""

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        """A box of classes, or a field."""
        model = index.model()
        if index.column() == Column.CLASS and isinstance(model, AnnotationsModel):
            box = QComboBox(parent)
            box.setObjectName("classEditor")
            box.addItems(list(model.classes))
            box.installEventFilter(OwnKeys(box))
            box.activated.connect(lambda _k: self._finish(box))
            return box
        field = QLineEdit(parent)
        field.setObjectName("timeEditor")
        field.setAlignment(Qt.AlignmentFlag.AlignRight)
        return field

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        """Begin with what is there."""
        text = str(index.data(Qt.ItemDataRole.EditRole))
        if isinstance(editor, QComboBox):
            editor.setCurrentText(text)
        elif isinstance(editor, QLineEdit):
            editor.setText(text)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: AnyIndex) -> None:
        """Say what is wanted."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentText())
        elif isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def _finish(self, editor: QWidget) -> None:
        """A class that was chosen is meant: nothing more need be pressed."""
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)
