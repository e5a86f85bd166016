"""Edits that can be undone: one `QUndoCommand` each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

if TYPE_CHECKING:
    from core.annotations.edits import Edit
    from core.library import Recording
    from gui.editing import Editing


class EditCommand(QUndoCommand):
    """An edit of annotations that the project has stored.

    Parameters
    ----------
    editing : Editing
        Has it undone and done again.
    recording : Recording or None
        Whose annotations were edited; None: of several.
    edit : Edit
        What was stored.
    """

    def __init__(self, editing: Editing, recording: Recording | None, edit: Edit) -> None:
        super().__init__(edit.name)
        self._editing = editing
        self.recording = recording
        self.edit = edit

    def undo(self) -> None:
        """Qt calls this, whoever asked for it."""
        self._editing.on_stepped(self, is_undo=True)

    def redo(self) -> None:
        """Qt calls this also when the command is put on the stack."""
        self._editing.on_stepped(self, is_undo=False)
