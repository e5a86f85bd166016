"""Explanations that a test decides, so that no model need be asked."""

from __future__ import annotations

import numpy as np

from core.explanation import Explanation, SpanToExplain
from core.learning.context import Context
from tests.core.labelled_tables import SPEC

BANDS = Context.of(SPEC.columns).columns


def made_explanation(values=None, *, frames=(40, 41, 42, 43), first_frame=20, **changes):
    """Frames 40 to 43 of `rec`, by what was from frame 20 on; of 25 ms each."""
    if values is None:
        values = np.zeros((40, len(BANDS)), dtype=np.float32)
    given = {
        "span": SpanToExplain("mine", "rec", frames[0] * 200, (frames[-1] + 1) * 200, "audible"),
        "kind": "cnn",
        "columns": BANDS,
        "sample_rate": 8000,
        "frame_size": 200,
        "hop_size": 200,
        "frames": np.asarray(frames),
        "start_frame": frames[0],
        "stop_frame": frames[-1] + 1,
        "first_frame": first_frame,
        "values": values,
        "predicted": "barely",
        "other": "audible",
        "difference": 2.0,
        "baseline": -0.5,
        "residual": 0.004,
    }
    return Explanation(**(given | changes))
