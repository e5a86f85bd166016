"""A small project with one wrong label: a loud tone that is annotated as inaudible."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.label_errors import keep_label_errors
from core.label_judgement import LabelError, LabelErrors
from core.project import open_project, save_project
from core.settings import LabelErrorConfig, TrainConfig
from core.table_meta import read_meta
from tests.windows import make_project

if TYPE_CHECKING:
    from pathlib import Path

WRONG = "rec2.flac"
START_S, END_S = 2.0, 4.0
N_RECORDINGS = 8
"""Six of them are reviewed."""


def make_spoilt_project(folder: Path) -> Path:
    """Make it; no stage has run."""
    project = open_project(make_project(folder, n_recordings=N_RECORDINGS))
    table = folder / "annotations.csv"
    text = table.read_text()
    assert f"{WRONG},2,4,audible" in text
    table.write_text(text.replace(f"{WRONG},2,4,audible", f"{WRONG},2,4,inaudible"))
    settings = replace(
        project.settings, train=TrainConfig(epochs=20), label_errors=LabelErrorConfig(folds=2)
    )
    save_project(replace(project, settings=settings))
    return project.folder


def made_list(*, dataset: str = "", train: TrainConfig | None = None) -> LabelErrors:
    """What a search may have found in `finished_project`."""
    return LabelErrors(
        spans=SPANS,
        sample_rate=8000,
        classes=("inaudible", "barely", "audible"),
        n_recordings=3,
        n_pieces=15,
        n_folds=5,
        balanced_accuracy=0.8,
        interval={"low": 0.7, "high": 0.9},
        notes=(),
        made_from={
            "dataset": dataset,
            "train": (train or TrainConfig()).to_dict(),
            "folds": 5,
            "versions": {},
        },
    )


def keep_list(folder: Path) -> None:
    """Keep a list as if it had been found in the dataset and with the settings as they are."""
    project = open_project(folder)
    sha256 = read_meta(project.dataset).sha256
    keep_label_errors(project, made_list(dataset=sha256, train=project.settings.train))


def made_span(recording: str, start_s: float, end_s: float, *classes: str, score: float):
    """A span of a recording of `make_library`."""
    ending = "wav" if int(recording[-1]) % 2 else "flac"
    return LabelError(
        recording,
        f"audio/{recording}.{ending}",
        round(start_s * 8000),
        round(end_s * 8000),
        start_s,
        end_s,
        *classes,
        score=score,
        n_frames=round((end_s - start_s) * 40),
    )


SPANS = (
    made_span("rec1", 2.0, 4.0, "audible", "barely", score=0.95),
    made_span("rec0", 0.1, 1.9, "inaudible", "barely", score=0.9),
    made_span("rec2", 5.0, 6.0, "barely", "inaudible", score=0.8),
)
"""Surest first; of `finished_project`."""
