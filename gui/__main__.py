"""Start of ``loudness-gui``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window; the return value is the process's exit code."""
    options = _parser().parse_args(arguments)
    # Not before the options are read: `--help` needs no Qt.
    from gui.application import run

    return run(
        Path(options.project) if options.project else None,
        demo=options.demo,
        screenshots=Path(options.screenshots) if options.screenshots else None,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="loudness-gui",
        description="The window of Loudness Classificator: browse, see, hear and run.",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("project", nargs="?", metavar="PROJECT", help="project folder to open")
    what.add_argument(
        "--demo", action="store_true", help="open the demo; it is made where there is none"
    )
    parser.add_argument(
        "--screenshots", metavar="DIR", help="draw each view into PNG files in this folder, and end"
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
