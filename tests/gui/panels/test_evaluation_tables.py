from __future__ import annotations

import numpy as np
import pytest

from core.assessment import assess
from core.dataset import load_dataset
from core.evaluate import scored_frames
from gui.panels.evaluation_tables import (
    CLASS_COLUMNS,
    EVENT_COLUMNS,
    class_rows,
    event_rows,
    recording_columns,
    recording_rows,
    step_columns,
    step_rows,
)
from tests.core.labelled_tables import CLASSES, make_tables


@pytest.fixture(scope="module")
def part(tmp_path_factory):
    made = make_tables(tmp_path_factory.mktemp("made"), n_recordings=3, n_annotations=3)
    data = load_dataset(made.dataset)
    predicted = (data.targets + (np.arange(len(data)) % 7 == 0)) % 3
    probabilities = np.eye(3, dtype=np.float32)[predicted]
    return assess(scored_frames(data, probabilities))["by_split"]["all"]


def named(columns, row):
    assert len(columns) == len(row)
    return {column.title: value for column, value in zip(columns, row, strict=True)}


def test_classes(part):
    rows = [named(CLASS_COLUMNS, row) for row in class_rows(part)]
    assert [row["Class"] for row in rows] == list(CLASSES)
    known = part["per_class"]["barely"]
    assert rows[1]["Predicted"] == known["n_predicted"]
    assert (rows[1]["Recall"], rows[1]["Precision"]) == (known["recall"], known["precision"])
    curve = part["curves"]["precision_recall"]["barely"]
    assert rows[1]["Average precision"] == curve["average_precision"]


def test_recordings(part):
    rows = [named(recording_columns(3), row) for row in recording_rows(part)]
    assert [row["Recording"] for row in rows] == ["rec0", "rec1", "rec2"]
    assert {row["Model"] for row in rows} == {"held out"}
    off = sum(row["One step off"] + row["Two steps off"] for row in rows)
    assert off == sum(row["n_frames"] for row in part["steps"]["all"][1:])


def test_edges_and_steps(part):
    rows = [named(step_columns(3), row) for row in step_rows(part, near_edge_s=0.1)]
    assert [row["Where"] for row in rows] == [
        "Everywhere", "Within 0.1 s of an edge", "Elsewhere"
    ]  # fmt: skip
    everywhere, near, elsewhere = rows
    assert everywhere["Frames"] == near["Frames"] + elsewhere["Frames"] == 90
    assert everywhere["Too loud"] + everywhere["Too quiet"] == round(
        90 * (everywhere["One step off"] + everywhere["Two steps off"])
    )
    assert near["Accuracy"] == part["near_edge"]["accuracy"]
    without = {**part, "near_edge": None, "inside": None}
    assert len(step_rows(without, near_edge_s=0.1)) == 1


def test_events(part):
    rows = [named(EVENT_COLUMNS, row) for row in event_rows(part)]
    assert [(row["Scored by"], row["Class"]) for row in rows] == [
        (kind, name) for kind in ("Events", "Segments of 1 s") for name in ("all", *CLASSES)
    ]
    whole = part["events"]["event_based"]
    assert rows[0]["Error rate"] == whole["error_rate"]
    assert (rows[0]["Substituted"], rows[0]["Deleted"]) == (
        whole["substitutions"], whole["deletions"]
    )  # fmt: skip
    assert rows[1]["Substituted"] is None
    assert event_rows({**part, "events": None}) == []
