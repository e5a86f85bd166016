"""The name that this user's edits are signed with: a preference, not the project's."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QWidget

from core.annotations.stored import sign
from gui.annotation_signature import author_name, set_author_name

HELP = "Every edit of an annotation is signed with it; kept for you, not in the project."


class AuthorField(QWidget):
    """A line to write the name in; nothing is kept before `save`."""

    changed = Signal()
    """Something was typed."""

    def __init__(self) -> None:
        super().__init__()
        self._name = QLineEdit(author_name())
        self._name.setObjectName("authorName")
        self._name.setPlaceholderText(f"{sign().author} (the account's name)")
        self._name.setToolTip(HELP)
        self._name.textEdited.connect(self.changed)
        label = QLabel("Your &name")
        label.setBuddy(self._name)
        text = QLabel(HELP)
        text.setWordWrap(True)
        text.setEnabled(False)
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addRow(label, self._name)
        layout.addRow("", text)

    @property
    def is_changed(self) -> bool:
        """Whether another name is written than the one that is kept."""
        return self._name.text().strip() != author_name()

    def save(self) -> None:
        """Sign edits with what is written, from the next one on."""
        if self.is_changed:
            set_author_name(self._name.text())
