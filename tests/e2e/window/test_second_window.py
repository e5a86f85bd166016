"""A project that another process edits is read-only, and can be edited once that has ended."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager

from PySide6.QtCore import Qt

from gui.sentence import Sentence
from tests.e2e.window.annotating import open_annotator

OLD = [(0.1, 1.9, "inaudible"), (2.0, 4.0, "audible"), (5.0, 6.0, "barely")]
HOLD = """
import sys
from pathlib import Path
from core.editing_right import EditingRight
right = EditingRight(Path(sys.argv[1]))
print(right.is_held, flush=True)
sys.stdin.read()
"""


@contextmanager
def other_window(folder):
    """A process that has the right to edit, as a window has."""
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "True\n"
        yield other
        other.kill()


def test_the_second_window_is_read_only(open_window, project_folder, qtbot):
    with other_window(project_folder) as other:
        annotator = open_annotator(open_window, project_folder, qtbot)
        window = annotator.window
        sign = window.findChild(Sentence, "readOnlySign")
        assert "can only be looked at" in sign.sentence
        assert f"process {other.pid}" in sign.sentence
        assert sign.isVisible()
        assert window.windowTitle().endswith("(read-only)")
        annotator.click(5.5)
        assert annotator.chosen == [(5.0, 6.0)]
        annotator.key(Qt.Key.Key_1)
        annotator.drag(6.5, 7.5)
        assert not window.editing.is_busy
        assert annotator.annotations == OLD
        for name in ("delete", "class_1", "export_annotations", "import_annotations"):
            action = window.actions_[name]
            assert not action.isEnabled()
            assert "can only be looked at" in action.toolTip()
        other.send_signal(signal.SIGKILL)
        other.wait()
    window.right.ask_again()
    assert not sign.isVisible()
    assert not window.windowTitle().endswith("(read-only)")
    assert "can only be looked at" not in window.actions_["delete"].toolTip()
    annotator.click(5.5)
    annotator.key(Qt.Key.Key_3)
    annotator.wait(lambda: annotator.annotations[2] == (5.0, 6.0, "audible"))
    annotator.settle()
