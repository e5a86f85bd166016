"""Train on one fold of a library, evaluate on the other, and the other way round: fc beside cnn.

usage: python -m tests.benchmarks.compare_models FOLDER [N_SEEDS]

FOLDER holds loudsense.db, whose table `recording` has a column `fold` of 0 and 1 that share no
source audio, and annotations.csv.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from core.build_dataset import build_dataset
from core.evaluate import evaluate
from core.extract import extract
from core.library import Library
from core.settings import (
    AnnotationConfig,
    FeatureConfig,
    LibraryConfig,
    TrainConfig,
    TranscodeConfig,
)
from core.train import train
from core.transcode import transcode

KEYS = ("balanced_accuracy", "auc_audible_over_inaudible", "quadratic_kappa")


def main() -> None:
    library = Path(sys.argv[1])
    seeds = range(int(sys.argv[2]) if len(sys.argv) > 2 else 3)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for fold in (0, 1):
            _prepare(library, fold, home / str(fold))
        print(f"{'model':6} {'fold':10} seed  " + "  ".join(KEYS) + "  epochs  seconds")
        reached = {model: [] for model in ("fc", "cnn")}
        for model, rows in reached.items():
            for fold in (0, 1):
                rows += [_try(home, model, fold, seed) for seed in seeds]
    for model, rows in reached.items():
        means, spreads = np.mean(rows, axis=0), np.std(rows, axis=0, ddof=1)
        cells = zip(KEYS, means, spreads, strict=True)
        print(f"{model:4}", ", ".join(f"{k} {m:.3f} +- {s:.3f}" for k, m, s in cells))
    gain = np.mean(reached["cnn"], axis=0)[1] - np.mean(reached["fc"], axis=0)[1]
    print(f"AUC of cnn over that of fc: {gain:+.3f}")


def _prepare(library: Path, fold: int, home: Path) -> None:
    query = f"SELECT path FROM recording WHERE reviewed = 1 AND fold = {fold};"  # noqa: S608  0 or 1
    selection = Library(LibraryConfig(str(library / "loudsense.db"), query)).select()
    config = TranscodeConfig(sample_rate=8000, output_format="wav")
    transcode(selection, config, destination=home / "transcoded")
    extract(home / "transcoded", FeatureConfig(), table=home / "features.parquet")
    annotations = library / "annotations.csv"
    build_dataset(
        home / "features.parquet",
        annotations,
        AnnotationConfig(str(annotations)),
        table=home / "dataset.parquet",
    )


def _try(home: Path, model: str, fold: int, seed: int) -> list[float]:
    started = time.perf_counter()
    file = home / f"{model}{fold}{seed}.keras"
    made = train(home / str(fold) / "dataset.parquet", file, TrainConfig(model=model, seed=seed))
    seconds = time.perf_counter() - started
    metrics = evaluate(file, home / str(1 - fold) / "dataset.parquet").metrics
    row = [metrics[k] for k in KEYS]
    cells = "  ".join(f"{value:{len(k)}.3f}" for k, value in zip(KEYS, row, strict=True))
    print(
        f"{model:6} {fold} -> {1 - fold}     {seed:4}  {cells}  {made.n_epochs:6}  {seconds:7.1f}"
    )
    return row


if __name__ == "__main__":
    main()
