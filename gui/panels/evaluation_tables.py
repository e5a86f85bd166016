"""The tables of an evaluation: their columns, and their rows of a split."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gui.models.score_table_model import ScoreColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

Rows = list[tuple[Any, ...]]

_FRAMES = ScoreColumn("Frames", "Annotated frames")
_PRECISION = "Share of what the model took for the class that is"
_RECALL = "Share of the class that the model found"

CLASS_COLUMNS = (
    ScoreColumn("Class", "Annotated class"),
    _FRAMES,
    ScoreColumn("Predicted", "Frames that the model took for the class"),
    ScoreColumn("Recall", _RECALL),
    ScoreColumn("Precision", _PRECISION),
    ScoreColumn("F1", "Harmonic mean of recall and precision"),
    ScoreColumn("Average precision", "Mean of the precision over all recalls, whatever threshold"),
)
EVENT_COLUMNS = (
    ScoreColumn("Scored by", "Whole events, or segments in which a class sounds or does not"),
    ScoreColumn("Class", "Annotated class"),
    ScoreColumn("Annotated", "Annotated events or segments"),
    ScoreColumn("Predicted", "Predicted events or segments"),
    ScoreColumn("Right", "Predicted as annotated"),
    ScoreColumn("Recall", _RECALL),
    ScoreColumn("Precision", _PRECISION),
    ScoreColumn("F1", "Harmonic mean of recall and precision"),
    ScoreColumn("Error rate", "Substituted, deleted and inserted over annotated; may exceed 1"),
    ScoreColumn("Substituted", "Predicted in the right place, as another class"),
    ScoreColumn("Deleted", "Annotated, not predicted"),
    ScoreColumn("Inserted", "Predicted, not annotated"),
)
SPLIT_NAMES = {"held_out": "Held out", "trained_on": "Trained on", "all": "All recordings"}


def class_rows(part: dict[str, Any]) -> Rows:
    """One row for each class."""
    curves = part["curves"]["precision_recall"]
    return [
        (
            name,
            *(values[key] for key in ("n_frames", "n_predicted", "recall", "precision", "f1")),
            (curves[name] or {}).get("average_precision"),
        )
        for name, values in part["per_class"].items()
    ]


def recording_columns(n_classes: int) -> tuple[ScoreColumn, ...]:
    """The columns of the table of recordings."""
    return (
        ScoreColumn("Recording", "A double click opens it"),
        ScoreColumn("Model", "Whether the model was trained on it, or has not seen it"),
        _FRAMES,
        ScoreColumn("Accuracy", "Share of its frames that are right"),
        ScoreColumn("Balanced accuracy", "Mean recall of the classes that it has"),
        *_off_columns(n_classes, "frames"),
    )


def recording_rows(part: dict[str, Any]) -> Rows:
    """One row for each recording."""
    return [
        (
            name,
            "trained on" if part["recordings"][name]["is_trained_on"] else "held out",
            *(values[key] for key in ("n_frames", "accuracy", "balanced_accuracy")),
            *part["recordings"][name]["errors_by_step"],
        )
        for name, values in part["per_recording"].items()
    ]


def step_columns(n_classes: int) -> tuple[ScoreColumn, ...]:
    """The columns of the table of edges and steps."""
    return (
        ScoreColumn("Where", "Near an edge, annotations err themselves"),
        _FRAMES,
        ScoreColumn("Accuracy", "Share of the frames that are right"),
        ScoreColumn("Balanced accuracy", "Mean of the classes' recalls"),
        *_off_columns(n_classes, "share of frames", is_percent=True),
        ScoreColumn("Too loud", "Frames taken for a louder class than annotated"),
        ScoreColumn("Too quiet", "Frames taken for a quieter class than annotated"),
    )


def step_rows(part: dict[str, Any], *, near_edge_s: float) -> Rows:
    """All frames, those near an edge, and the others."""
    places = {
        "all": ("Everywhere", part),
        "near_edge": (f"Within {near_edge_s:g} s of an edge", part["near_edge"]),
        "inside": ("Elsewhere", part["inside"]),
    }
    return [
        (
            title,
            *(summary[key] for key in ("n_frames", "accuracy", "balanced_accuracy")),
            *(row["share"] for row in part["steps"][key][1:]),
            sum(row["n_too_loud"] for row in part["steps"][key]),
            sum(row["n_too_quiet"] for row in part["steps"][key]),
        )
        for key, (title, summary) in places.items()
        if summary is not None
    ]


def event_rows(part: dict[str, Any]) -> Rows:
    """Events, then segments: together, then of each class."""
    events = part["events"]
    if events is None:
        return []
    keys = ("n_annotated", "n_predicted", "n_right", "recall", "precision", "f1", "error_rate")
    rows: Rows = []
    for kind, title in (
        ("event_based", "Events"),
        ("segment_based", f"Segments of {events['segment_s']:g} s"),
    ):
        whole = events[kind]
        named: Sequence[tuple[str, dict[str, Any]]] = [
            ("all", whole),
            *whole["per_class"].items(),
        ]
        rows += [
            (
                title,
                name,
                *(values[key] for key in keys),
                values.get("substitutions"),
                values["deletions"],
                values["insertions"],
            )
            for name, values in named
        ]
    return rows


def _off_columns(n_classes: int, what: str, *, is_percent: bool = False) -> tuple[ScoreColumn, ...]:
    words = {1: "One step off", 2: "Two steps off"}
    return tuple(
        ScoreColumn(
            words.get(k, f"{k} steps off"),
            f"{what.capitalize()} taken for a class {k} louder or quieter than annotated",
            is_percent=is_percent,
        )
        for k in range(1, n_classes)
    )
