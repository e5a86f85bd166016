"""Who edited an annotation last, when, and how loud it was played then, in words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from gui.preferences import preferences

if TYPE_CHECKING:
    from core.annotations.stored import StoredAnnotation

AUTHOR_KEY = "annotations/author"
"""Preference: whose edits they are; the account's name if it is empty."""

IMPORTED = "Imported"
"""In the place of an author where nobody has edited an annotation."""


def author_name() -> str:
    """The name that edits are signed with; empty for that of the account."""
    return str(preferences().value(AUTHOR_KEY, "")).strip()


def set_author_name(name: str) -> None:
    """Sign edits with a name from now on; empty for that of the account."""
    preferences().setValue(AUTHOR_KEY, name.strip())


def author_text(stored: StoredAnnotation | None) -> str:
    """Who edited it last."""
    if stored is None:
        return ""
    return stored.author or IMPORTED


def time_text(stored: StoredAnnotation | None) -> str:
    """When, in local time; empty if it is as it was imported."""
    if stored is None or not stored.edited_at:
        return ""
    try:
        moment = datetime.fromisoformat(stored.edited_at)
    except ValueError:
        # Written by another program.
        return stored.edited_at
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def gain_text(stored: StoredAnnotation | None) -> str:
    """How loud it was played then, in dB; empty if that is not known."""
    if stored is None or stored.listening_gain_db is None:
        return ""
    return f"{stored.listening_gain_db:+.1f}"


def signature_text(stored: StoredAnnotation | None) -> str:
    """All of it as one sentence; empty if nothing is known."""
    if stored is None:
        return ""
    if not (stored.author or stored.edited_at):
        return "As it was imported"
    gain = gain_text(stored)
    heard = f", listening at {gain} dB" if gain else ""
    return f"Edited by {author_text(stored)}, {time_text(stored)}{heard}"
