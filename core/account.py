"""Whose account the program runs under."""

from __future__ import annotations

import getpass
import os


def account_name() -> str:
    """Tell the account's name.

    Returns
    -------
    str
        Its number where it has no name, as in containers.
    """
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"
