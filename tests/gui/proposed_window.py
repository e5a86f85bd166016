"""A window with a recording of 8 s, of which a run has predicted what a test decides.

It is annotated at 0.1 to 1.9 s (inaudible), 2 to 4 s (audible) and 5 to 6 s (barely).
"""

from __future__ import annotations

from core.storage import write_json
from tests.core.made_predictions import CLASSES, predict
from tests.gui.edited_window import open_edited

RUN = "2026-01-01_00-00-00_fc"
PIECES = ((80, 172, 2, 0.93), (190, 244, 1, 0.55), (260, 300, 2, 0.7))
PROPOSED = [
    (0.0, 0.1, "inaudible"),
    (1.9, 2.0, "inaudible"),
    (4.0, 4.3, "audible"),
    (4.3, 4.75, "inaudible"),
    (4.75, 5.0, "barely"),
    (6.0, 6.1, "barely"),
    (6.1, 6.5, "inaudible"),
    (6.5, 7.5, "audible"),
    (7.5, 8.0, "inaudible"),
]


def add_run(project_folder, pieces=PIECES, name="rec0.flac"):
    """A run that has predicted a recording."""
    run = project_folder / "runs" / RUN
    original = project_folder.parent / "audio" / name
    predict(run, original, f"audio/{name}", pieces, n_samples=64_000)
    known = {"kind": "fc", "classes": CLASSES, "config": {}, "dataset": {}, "features": {}}
    write_json(run / "run.json", known)
    return run


def open_proposed(open_window, project_folder, qtbot, pieces=PIECES):
    """The window, once all is proposed."""
    add_run(project_folder, pieces)
    window = open_edited(open_window, project_folder, qtbot)
    proposing = window.proposing
    qtbot.waitUntil(lambda: proposing.predicted is not None, timeout=15_000)
    window.recording.waveform.setFocus()
    return window


def proposed(window):
    """Start, end and class of what is proposed."""
    proposals = window.proposing.proposals
    found = [proposals[k] for k in range(len(proposals))]
    return [(round(p.start_s, 6), round(p.end_s, 6), p.label) for p in found]


def annotated(window):
    """The same of what is annotated."""
    details = window.media.details
    found = details.annotations if details else ()
    return [(round(a.start_s, 6), round(a.end_s, 6), details.classes[a.target]) for a in found]


def chosen(window):
    """Start of the chosen one; None if there is none."""
    place = window.proposing.chosen
    return float(window.proposing.proposals.start_s[place]) if place >= 0 else None
