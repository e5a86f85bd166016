"""Proposals that a test decides, without a window, a project or a child."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np

from core.proposals import Intervals, PredictedRecording
from gui.actions import SPECS, Actions
from gui.editing import Editing
from gui.proposing import Proposing
from tests.shown_media import CLASSES, ShownMedia, make_details

ROWS = ((0.0, 1.0, 0, 0.97), (1.0, 3.0, 2, 0.93), (3.0, 4.0, 1, 0.55), (6.0, 8.0, 2, 0.7))
RUN = Path("/p/runs/a_run")


def intervals(rows=ROWS, classes=CLASSES):
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return Intervals(classes, table[:, 0], table[:, 1], table[:, 2].astype(np.int64), table[:, 3])


class ShownProposals:
    """What follows proposals, and the means to give it others."""

    def __init__(self, session, window):
        self.session = session
        self.media = ShownMedia(session)
        self.editing = Editing(session, self.media, SimpleNamespace(gain_db=0.0))
        self.actions = Actions(window)
        for spec in SPECS:
            self.actions[spec.id].setEnabled(True)
        self.proposing = Proposing(session, self.actions, self.media, self.editing)

    def show(self, rows=ROWS, *, dismissals=(), seconds=10.0, **details):
        session, shown = self.session, make_details(seconds=seconds, run=RUN, **details)
        session.show_recording(shown.recording)
        session.time.set_duration(seconds)
        self.media.show(shown)
        self.proposing.predicted = PredictedRecording(
            shown.recording.database_path, RUN.name, intervals(rows), 0.025, tuple(dismissals)
        )
        self.proposing._find(shown)
