"""The end of ``make demo``: the window, or its pictures where there is no screen."""

from __future__ import annotations

import sys
from pathlib import Path

from gui.screen import has_screen


def main(arguments: list[str]) -> int:
    """Show the project that is the one argument; the return value is the exit code."""
    from gui.application import run

    project = Path(arguments[0])
    if has_screen():
        return run(project)
    pictures = project.parent / "screenshots"
    sys.stdout.write("\nThere is no screen here: the window is drawn into pictures.\n")
    sys.stdout.flush()
    code = run(project, screenshots=pictures)
    if code == 0:
        sys.stdout.write(f"They are in {pictures}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
