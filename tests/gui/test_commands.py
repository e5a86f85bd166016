from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QUndoStack

from core.annotations.edits import Edit
from core.library import Recording
from gui.commands import EditCommand


class _Editing:
    def __init__(self):
        self.steps = []

    def on_stepped(self, command, *, is_undo):
        self.steps.append((command.edit.name, is_undo))


def test_the_stack_tells_of_each_step_and_names_it(application):
    editing, stack = _Editing(), QUndoStack()
    edit = Edit("move of 'barely'", (), ())
    stack.push(EditCommand(editing, Recording("a.wav", Path("a.wav")), edit))
    assert stack.undoText() == "move of 'barely'"
    stack.undo()
    stack.redo()
    name = edit.name
    assert editing.steps == [(name, False), (name, True), (name, False)]
    command = stack.command(0)
    assert isinstance(command, EditCommand)
    assert command.edit is edit
