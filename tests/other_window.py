"""Another process that has the right to edit a project, as a window has."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager

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
    """A process that has the right to edit; it is killed in the end."""
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "True\n"
        yield other
        other.kill()
