"""Start of ``loudness-gui``. There is no window yet, and it says so."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from core import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_WINDOW = 2

_MEANWHILE = """\
loudness-gui: the window is still to come; nothing was opened or changed.
  Meanwhile the whole pipeline runs from the command line:
    loudness demo DIR        make a small library to try it on
    loudness plan PROJECT    say what would be done, and why
    loudness run PROJECT     do it
    loudness --help          all commands
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Say that there is no window yet; the return value is the process's exit code."""
    _parser().parse_args(arguments)
    sys.stderr.write(_MEANWHILE)
    return NO_WINDOW


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="loudness-gui",
        description="The window of Loudness Classificator. It is still to come: "
        "until then, use the command loudness.",
    )
    parser.add_argument("project", nargs="?", metavar="PROJECT", help="project folder to open")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
