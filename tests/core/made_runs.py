"""Runs as a training leaves them, without a training."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

from core.checkpoint import CheckpointInfo
from core.run_summary import HISTORY_FILE, METRICS_FILE, MODEL_FILE, RUN_FILE
from core.settings import TrainConfig

if TYPE_CHECKING:
    from pathlib import Path

CLASSES = ("inaudible", "barely", "audible")
SIDES = {"training": ["a", "b", "c"], "validation": ["d"]}
SPEC = {"sample_rate": 8000, "frame_size": 200, "hop_size": 200, "version": 1}
FIRST, SECOND = "2026-01-01_08-00-00_fc", "2026-01-02_08-00-00_fc"


def epoch(k: int, n: int = 10) -> dict[str, float]:
    """Metrics of an epoch that is a little better than the one before."""
    share = k / n
    sides = {"loss": 1 - share / 2, "balanced_accuracy": 0.3 + share / 2}
    row = {**sides, **{f"recall_{name}": 0.2 + share / 2 for name in CLASSES}}
    return row | {f"val_{key}": value * 0.9 for key, value in row.items()}


def measured(score: float, names: list[str] = SIDES["validation"]) -> dict:
    """What an evaluation writes."""
    part = {"n_frames": 10, "accuracy": score, "balanced_accuracy": score}
    per_class = {name: {"n_frames": 10, "recall": score} for name in CLASSES}
    return {
        **part,
        "n_recordings": len(names),
        "quadratic_kappa": score / 2,
        "auc_audible_over_inaudible": None,
        "confusion": [[1, 0, 0]] * 3,
        "per_class": per_class,
        "per_recording": dict.fromkeys(names, part),
        "near_edge": part,
        "inside": part,
    }


def make_run(
    runs: Path,
    name: str = FIRST,
    *,
    config: TrainConfig | None = None,
    n_epochs: int = 4,
    score: float | None = 0.5,
    dataset: str = "d" * 64,
) -> Path:
    """A whole run; not evaluated if it has no score."""
    run = runs / name
    run.mkdir(parents=True)
    info = CheckpointInfo(
        kind="fc",
        classes=CLASSES,
        features=SPEC,
        config=(config or TrainConfig()).to_dict(),
        dataset={"name": "dataset.parquet", "sha256": dataset},
        split=SIDES,
        n_epochs=n_epochs,
        best_epoch=n_epochs - 1,
        validation=measured(0.4),
    )
    (run / MODEL_FILE).write_bytes(b"a model")
    (run / RUN_FILE).write_text(json.dumps(info.to_dict()))
    with (run / HISTORY_FILE).open("w", newline="") as file:
        writer = csv.DictWriter(file, ["epoch", *epoch(1)])
        writer.writeheader()
        writer.writerows({"epoch": k, **epoch(k)} for k in range(1, n_epochs + 1))
    if score is not None:
        (run / METRICS_FILE).write_text(json.dumps(measured(score)))
    return run
