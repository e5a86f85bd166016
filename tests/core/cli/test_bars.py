"""Progress bars on standard error."""

from __future__ import annotations

import contextlib
import io

from core.cli.bars import Bars
from core.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def shown_by(*reports):
    """What a terminal gets to see."""
    terminal = Terminal()
    with contextlib.redirect_stderr(terminal), Bars() as bars:
        for progress in reports:
            bars.report(progress)
    return terminal.getvalue()


def test_each_stage_has_a_bar_that_ends_full():
    shown = shown_by(
        Progress("starting", text="Starting"),
        *(Progress("transcode", done, 2, "recordings", "rec1.wav") for done in range(3)),
        Progress("extract", 1, 1, "recordings"),
    )
    assert "Starting..." in shown
    assert "2/2 recordings" in shown
    assert "rec1.wav" in shown
    assert "1/1 recordings" in shown.rsplit("extract", 1)[1]


def test_an_epochs_score_is_shown():
    metrics = {"balanced_accuracy": 0.9, "val_balanced_accuracy": 0.5}
    shown = shown_by(Progress("train", 1, 9, "epochs", metrics=metrics))
    assert " balanced accuracy 0.500" in shown


def test_what_is_no_terminal_stays_empty(capsys):
    with Bars() as bars:
        bars.report(Progress("starting", text="Starting"))
        bars.report(Progress("transcode", 1, 2, "recordings"))
    assert capsys.readouterr() == ("", "")
