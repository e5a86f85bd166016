"""Recordings kept for validation: chosen in the library, kept in the settings of the training."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.errors import LoudnessError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.session import Session


def keep_for_validation(session: Session, paths: Sequence[str]) -> None:
    """Have the next training keep recordings for validation; those that all are, no longer.

    `paths` are as the database has them. What the next training learns from and is checked with
    is said in the status line; with none named, a share is drawn again.
    """
    project = session.project
    if project is None or not paths:
        return
    named = project.settings.train.validation_recordings
    if set(paths) <= set(named):
        named = tuple(name for name in named if name not in set(paths))
    else:
        named = tuple(dict.fromkeys((*named, *paths)))
    train = replace(project.settings.train, validation_recordings=named)
    try:
        session.change_settings(train=train)
    except LoudnessError as error:
        session.errors.show(error, title="Keep for validation")
        return
    if named:
        what = "recording is" if len(named) == 1 else "recordings are"
        session.say(f"{len(named):,} {what} kept for validation; the training learns from the rest")
    else:
        session.say("No recording is named for validation: the training draws a share of them")
