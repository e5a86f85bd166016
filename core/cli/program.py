"""Entry point of the command line, and its exit codes."""

from __future__ import annotations

import logging
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from core.cli.commands import loudness
from core.errors import LoudnessError
from core.progress import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

DONE, BUG, WRONG_INPUT, LEFT_SOMETHING_OUT, CANCELLED = 0, 1, 2, 3, 130


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line, and end the process with its exit code.

    0 done; 3 done, but something was left out; 2 wrong input, nothing left to do, disk full; 1 a
    bug; 130 cancelled.

    Parameters
    ----------
    arguments : list of str, optional
        Those of the process if left out.
    """
    signal.signal(signal.SIGTERM, interrupt)
    leave(run(sys.argv[1:] if arguments is None else arguments))


def leave(code: int) -> NoReturn:
    """End the process, undisturbed by a signal that comes too late to cancel anything.

    Parameters
    ----------
    code : int
        The exit code.
    """
    for late in (signal.SIGINT, signal.SIGTERM):
        signal.signal(late, signal.SIG_IGN)
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : list of str
        Without the program's name.

    Returns
    -------
    int
        The exit code.
    """
    return guarded(lambda: loudness.main(arguments, prog_name="loudness", standalone_mode=False))


def guarded(work: Callable[[], int | None]) -> int:
    """Do some work, and say what went wrong as users should read it.

    Parameters
    ----------
    work : callable
        Returns an exit code, or None.

    Returns
    -------
    int
        The exit code.
    """
    try:
        code = work()
    except (KeyboardInterrupt, Cancelled, click.exceptions.Abort):
        _say("Cancelled. What is done is kept; the same command goes on from there.")
        return CANCELLED
    except LoudnessError as error:
        _say(error.message, error.hint)
        return WRONG_INPUT
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "loudness"
        _say(error.format_message().rstrip("."), f"See: {command} --help")
        return WRONG_INPUT
    except Exception:
        logging.getLogger("core").exception("This is a bug of the program")
        return BUG
    return int(code or DONE)


def _say(message: str, hint: str = "") -> None:
    sys.stderr.write(f"loudness: {message}\n")
    if hint:
        sys.stderr.write(f"  {hint}\n")


def interrupt(_signal: int, _frame: object) -> NoReturn:
    """Be cancelled when told to end: children are ended, part files removed.

    Parameters
    ----------
    _signal, _frame : object
        As a signal's handler is given them.

    Raises
    ------
    KeyboardInterrupt
        Always.
    """
    raise KeyboardInterrupt
