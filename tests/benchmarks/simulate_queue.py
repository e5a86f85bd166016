"""How fast a model gets better when the most uncertain recordings are annotated first.

usage: python -m tests.benchmarks.simulate_queue FOLDER [--model=cnn] [--seeds=5] [--folds=0,1]
       [--log=FILE]

FOLDER is as for compare_models. One fold is the pool that is annotated bit by bit, in the order of
the queue or in random order, the other is what each model is measured on. Both orders begin with
the same recordings. What is done is kept in the log, and not done again.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import t as student

from core.build_dataset import build_dataset
from core.checkpoint import load_checkpoint
from core.dataset import load_dataset
from core.errors import DatasetError
from core.evaluate import measure_dataset
from core.extract import extract
from core.features.table import FeatureTable
from core.learning.classify import frame_probabilities, labelled_examples, probabilities_of
from core.learning.uncertainty import recording_uncertainty
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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.checkpoint import Checkpoint

SIZES = (4, 8, 12, 16, 24, 34)
"""So many recordings are annotated at each step, and all at last: where there are few, each counts,
and training takes its time."""

ORDERS = ("queue", "random")

# Enough for a small pool; the same for both orders.
EPOCHS = 60
PATIENCE = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="cnn")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--folds", default="0,1")
    parser.add_argument("--log", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        log = _Log(wanted.log or home / "log.jsonl")
        for fold in (0, 1):
            _prepare(wanted.folder, fold, home / str(fold))
        folds = [int(k) for k in wanted.folds.split(",")]
        for fold in folds:
            for seed in range(wanted.seeds):
                pool = _Pool(wanted.folder, home, fold, wanted.model, seed, log)
                for order in ORDERS:
                    pool.annotate(order)
            _show(log.rows, fold)


def _prepare(library: Path, fold: int, home: Path) -> None:
    query = f"SELECT path FROM recording WHERE reviewed = 1 AND fold = {fold};"  # noqa: S608  0 or 1
    selection = Library(LibraryConfig(str(library / "loudsense.db"), query)).select()
    config = TranscodeConfig(sample_rate=8000, output_format="wav")
    transcode(selection, config, destination=home / "transcoded")
    extract(home / "transcoded", FeatureConfig(), table=home / "features.parquet")
    _build(home, library / "annotations.csv", home / "dataset.parquet")


def _build(home: Path, annotations: Path, dataset: Path) -> None:
    config = AnnotationConfig(str(annotations))
    build_dataset(home / "features.parquet", annotations, config, table=dataset)


class _Log:
    """What was measured, one line each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        self.rows: list[dict[str, Any]] = [json.loads(line) for line in lines]

    def find(self, **key: object) -> dict[str, Any] | None:
        return next((r for r in self.rows if all(r[k] == v for k, v in key.items())), None)

    def add(self, row: dict[str, Any]) -> None:
        self.rows.append(row)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        print(" ".join(f"{k}={v}" for k, v in row.items() if k != "names"), flush=True)


@dataclass
class _Pool:
    """A fold that is annotated bit by bit."""

    library: Path
    home: Path
    fold: int
    model: str
    seed: int
    log: _Log
    names: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        self.table = FeatureTable(self.home / str(self.fold) / "features.parquet")
        # Original file name, which annotations know, by the name in tables.
        self.names = {r.name: Path(r.original or r.path).name for r in self.table.meta.recordings}
        with (self.library / "annotations.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.rows = {n: [r for r in rows if r["file_name"] == f] for n, f in self.names.items()}

    def annotate(self, order: str) -> None:
        """Train with more and more recordings."""
        rng = np.random.default_rng([self.seed, self.fold])
        chosen = self._first(rng)
        # Random order is one order, drawn at the start.
        rest = [str(n) for n in rng.permutation([n for n in self.names if n not in chosen])]
        while True:
            ranked = self._try(order, chosen)
            left = [n for n in (ranked if order == "queue" else rest) if n not in chosen]
            if not left:
                return
            size = next((n for n in SIZES if n > len(chosen)), len(self.names))
            chosen = [*chosen, *left[: size - len(chosen)]]

    def _first(self, rng: np.random.Generator) -> list[str]:
        """A few recordings that have all classes."""
        while True:
            chosen = [str(n) for n in rng.permutation([*self.names])[: SIZES[0]]]
            if len({r["class"] for n in chosen for r in self.rows[n]}) == len(
                AnnotationConfig().classes
            ):
                return chosen

    def _try(self, order: str, chosen: Sequence[str]) -> list[str]:
        """Train and measure, and rank all recordings of the pool, the most uncertain first."""
        key = {"model": self.model, "fold": self.fold, "seed": self.seed}
        known = self.log.find(**key, order=order, n=len(chosen))
        if known is not None:
            return known["names"]
        # At both ends the orders have the same recordings, and so the same model.
        twin = self.log.find(**key, n=len(chosen))
        if twin is not None and set(twin["chosen"]) == set(chosen):
            self.log.add({**twin, "order": order})
            return twin["names"]
        started_s = time.perf_counter()
        scores, ranked, n_epochs = self._train(chosen, is_ranking=order == "queue")
        seconds = round(time.perf_counter() - started_s, 1)
        row = {**key, "order": order, "n": len(chosen), **scores}
        self.log.add(
            {**row, "epochs": n_epochs, "s": seconds, "chosen": list(chosen), "names": ranked}
        )
        return ranked

    def _train(
        self, chosen: Sequence[str], *, is_ranking: bool
    ) -> tuple[dict[str, float], list[str], int]:
        with tempfile.TemporaryDirectory(dir=self.home) as folder:
            place = Path(folder)
            # Whatever the order of annotating: the same recordings give the same model.
            annotations = [r for n in sorted(chosen) for r in self.rows[n]]
            with (place / "annotations.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, [*annotations[0]])
                writer.writeheader()
                writer.writerows(annotations)
            home = self.home / str(self.fold)
            _build(home, place / "annotations.csv", place / "dataset.parquet")
            config = TrainConfig(model=self.model, seed=self.seed, epochs=EPOCHS, patience=PATIENCE)
            file = place / "model.keras"
            try:
                made = train(place / "dataset.parquet", file, config)
            except DatasetError:
                # Too few recordings for two sides.
                made = train(
                    place / "dataset.parquet",
                    file,
                    TrainConfig(model=self.model, seed=self.seed, epochs=20, validation_split=0.0),
                )
            checkpoint = load_checkpoint(file)
            other = load_dataset(self.home / str(1 - self.fold) / "dataset.parquet")
            examples = labelled_examples(checkpoint, other)
            metrics = measure_dataset(other, probabilities_of(checkpoint, examples))
            scores = {k: metrics[k] for k in ("balanced_accuracy", "quadratic_kappa")}
            return scores, self._rank(checkpoint) if is_ranking else [], made.n_epochs

    def _rank(self, checkpoint: Checkpoint) -> list[str]:
        spec = checkpoint.info.spec
        scores = {
            name: recording_uncertainty(
                frame_probabilities(checkpoint, self.table, name),
                hop_size=spec.hop_size,
                sample_rate=spec.sample_rate,
            ).score
            for name in self.names
        }
        return sorted(scores, key=lambda name: (-scores[name], name))


def _show(rows: Sequence[dict[str, Any]], fold: int) -> None:
    """Print the curves of one pool side by side, and the areas under them."""
    found = {
        (r["order"], r["seed"], r["n"]): r["balanced_accuracy"] for r in rows if r["fold"] == fold
    }
    counts = sorted({n for _, _, n in found})
    seeds = sorted({seed for _, seed, _ in found})
    curves = {o: np.array([[found[o, s, n] for n in counts] for s in seeds]) for o in ORDERS}
    print(f"\npool: fold {fold}, measured on fold {1 - fold}; {len(seeds)} seeds")
    print(f"{'annotated':>9}  {'queue':>15}  {'random':>15}  difference, 95 %")
    for k, n in enumerate(counts):
        print(f"{n:9}  {_cells(curves['queue'][:, k], curves['random'][:, k])}")
    areas = {
        o: np.trapezoid(c, counts, axis=1) / (counts[-1] - counts[0]) for o, c in curves.items()
    }
    print(f"{'area':>9}  {_cells(areas['queue'], areas['random'])}")


def _cells(queue: np.ndarray, random: np.ndarray) -> str:
    difference = queue - random
    n = len(difference)
    half = student.ppf(0.975, n - 1) * difference.std(ddof=1) / np.sqrt(n) if n > 1 else np.nan
    cells = "  ".join(
        f"{v.mean():.3f} +- {v.std(ddof=1) if n > 1 else 0:.3f}" for v in (queue, random)
    )
    low, mean, high = difference.mean() - half, difference.mean(), difference.mean() + half
    return f"{cells}  {mean:+.3f} [{low:+.3f}, {high:+.3f}]"


if __name__ == "__main__":
    main()
