"""How a stage tells how far it is, and how it is told to stop."""

from __future__ import annotations

import contextlib
import pickle

import pytest

from core.progress import Cancelled, Progress, ignore


def test_no_batch_swallows_a_cancellation():
    with pytest.raises(Cancelled), contextlib.suppress(Exception):
        raise Cancelled


def test_progress_crosses_from_a_child_process():
    progress = Progress("train", 1, 3, "epochs", metrics={"loss": 0.5})
    assert pickle.loads(pickle.dumps(progress)) == progress  # noqa: S301  our own bytes
    ignore(progress)
