"""How many wrong labels the list of probable label errors finds, where the truth is known.

usage: python -m tests.benchmarks.label_errors FOLDER [--fold=N] [--model=fc] [--shares=0,0.05,0.1]
       [--seeds=3]

FOLDER holds loudsense.db, annotations.csv and the audio; its labels are taken for right. A seeded
share of the annotations is given another class, drawn from the others. An annotation is found if
a span of the list overlaps it by more than half of the shorter of the two; its rank is that of the
first such span. Beside the list, in the same run:

- "whole": confident learning as in the list, an annotation being judged in one piece;
- "frames": confident learning on single frames, annotations ordered by their flagged frames;
- "own errors": annotations ordered by 1 less the mean probability of their class, by one model
  that was trained on them (self-confidence without cross-validation);
- "random": what a random order would give on average.

The last two are orders and no lists: only their first 10 and 20 are compared, and what they reach
with as many entries as the list has.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import numpy as np

from core import label_spans
from core.build_dataset import build_dataset
from core.cross_validation import judge_frames
from core.dataset import load_dataset
from core.errors import DatasetError
from core.extract import extract
from core.label_judgement import judge_labels
from core.label_spans import confident_learning
from core.learning.classify import labelled_examples, probabilities_of
from core.library import Library
from core.model_training import examples_of, train_model
from core.progress import ignore
from core.settings import (
    AnnotationConfig,
    FeatureConfig,
    LibraryConfig,
    TrainConfig,
    TranscodeConfig,
)
from core.split import split_dataset
from core.text_table import table
from core.transcode import transcode

__all__ = ["main"]

N_FOLDS = 5
TOPS = (10, 20)


@dataclass(frozen=True)
class Unit:
    """An annotation as the dataset has it."""

    recording: str
    start: int
    end: int
    target: int
    is_spoilt: bool


@dataclass(frozen=True)
class Told:
    """What one way says: places of annotations, surest first, of the wrong ones and of others."""

    order: list[int]
    is_list: bool = True


def main() -> None:
    """Print a line for each share, each seed and each way, then means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fold", type=int)
    parser.add_argument("--model", default="fc", choices=("fc", "cnn"))
    parser.add_argument("--shares", default="0,0.05,0.1,0.2")
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    shares = [float(s) for s in options.shares.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _prepare(options.folder, options.fold, home)
        rows = []
        for share in shares:
            for seed in range(options.seeds if share else 1):
                rows += _try(options.folder, home, options.model, share, seed)
    print("\n".join(table(HEADER, _means(rows))))


HEADER = ["way", "spoilt", "n spoilt", "listed", "found", "precision", "recall",
          *(f"top {n}" for n in TOPS)]  # fmt: skip


def _prepare(library: Path, fold: int | None, home: Path) -> None:
    where = "" if fold is None else f" AND fold = {fold}"
    query = f"SELECT path FROM recording WHERE reviewed = 1{where};"  # noqa: S608  a number
    selection = Library(LibraryConfig(str(library / "loudsense.db"), query)).select()
    config = TranscodeConfig(sample_rate=8000, output_format="wav")
    transcode(selection, config, destination=home / "transcoded")
    extract(home / "transcoded", FeatureConfig(), table=home / "features.parquet")


def _try(library: Path, home: Path, model: str, share: float, seed: int) -> list[list[object]]:
    units, data = _spoilt_dataset(library, home, share, seed)
    config = TrainConfig(model=model, seed=seed)
    kept = {"judge": None}

    def judge_once(*args, **kwargs):
        if kept["judge"] is None:
            kept["judge"] = judge_frames(*args, **kwargs)
        return kept["judge"]

    started = time.perf_counter()
    told: dict[str, Told] = {}
    with mock.patch("core.label_judgement.judge_frames", judge_once):
        try:
            found = judge_labels(data, config, n_folds=N_FOLDS)
        except DatasetError as error:
            print(f"{share:.0%} seed {seed}: {error.message}")
            return []
        seconds = time.perf_counter() - started
        told["list"] = Told(_order(units, found.spans))
        with mock.patch.object(label_spans, "PIECE_S", 1e9):
            told["whole"] = Told(_order(units, judge_labels(data, config, n_folds=N_FOLDS).spans))
    seen = kept["judge"]
    told["frames"] = Told(_by_frames(units, data, seen.probabilities, seen.is_told))
    told["own errors"] = Told(_by_own_errors(units, data, config), is_list=False)
    n_spoilt = sum(u.is_spoilt for u in units)
    print(
        f"{model} {share:.0%} seed {seed}: {len(units)} annotations, {n_spoilt} spoilt, balanced "
        f"accuracy {found.balanced_accuracy:.3f}, {len(found.spans)} spans, {seconds:.0f} s",
        flush=True,
    )
    n_listed = len(told["list"].order)
    rows = [_row(name, share, units, t, n_listed) for name, t in told.items()]
    rate = n_spoilt / len(units)
    chance = [rate, n_listed / len(units), *[rate] * len(TOPS)]
    rows.append(["random", share, n_spoilt, n_listed, rate * n_listed, *chance])
    print("\n".join(table(HEADER, rows)), flush=True)
    return rows


def _row(name: str, share: float, units: list[Unit], told: Told, n_listed: int) -> list[object]:
    order = told.order if told.is_list else told.order[:n_listed]
    hits = np.array([units[k].is_spoilt for k in told.order], dtype=float)
    n_found = float(hits[: len(order)].sum())
    n_spoilt = sum(u.is_spoilt for u in units)
    tops = [float(hits[:n].mean()) if len(hits) >= n else None for n in TOPS]
    precision = n_found / len(order) if order else None
    recall = n_found / n_spoilt if n_spoilt else None
    return [name, share, n_spoilt, len(order), n_found, precision, recall, *tops]


def _means(rows: list[list[object]]) -> list[list[object]]:
    means = []
    for name, share in dict.fromkeys((r[0], r[1]) for r in rows):
        own = [r[2:] for r in rows if (r[0], r[1]) == (name, share)]
        cells = [[v for v in column if v is not None] for column in zip(*own, strict=True)]
        values = [float(np.mean(c)) if c else None for c in cells]
        means.append([f"{name} {share:.0%}", share, *values])
    return means


def _spoilt_dataset(library: Path, home: Path, share: float, seed: int):
    """The dataset with wrong labels, and its annotations with the mark of those."""
    path = library / "annotations.csv"
    dataset = home / "dataset.parquet"
    build_dataset(home / "features.parquet", path, AnnotationConfig(str(path)), table=dataset)
    true = load_dataset(dataset)
    rng = np.random.default_rng([seed, 77])
    n_classes = len(true.meta.classes)
    units: list[Unit] = []
    targets = true.targets.copy()
    annotations = {}
    places = [(name, *a) for name, spans in true.meta.annotations.items() for a in spans]
    rows_of = {r.name: k for k, r in enumerate(true.meta.recordings)}
    usable = []
    for name, start, end, target in places:
        own = (
            (true.recording_index == rows_of[name])
            & (true.start_samples >= start)
            & (true.start_samples + true.meta.frame_size <= end)
        )
        if own.any():
            usable.append((name, start, end, target, np.flatnonzero(own)))
    spoilt = set(rng.permutation(len(usable))[: round(share * len(usable))].tolist())
    for k, (name, start, end, target, rows) in enumerate(usable):
        given = target
        if k in spoilt:
            given = (target + int(rng.integers(1, n_classes))) % n_classes
            targets[rows] = given
        units.append(Unit(name, start, end, given, k in spoilt))
        annotations.setdefault(name, []).append((start, end, given))
    meta = replace(true.meta, annotations=annotations)
    return units, replace(true, targets=targets, meta=meta)


def _order(units: list[Unit], spans) -> list[int]:
    """Annotations that the spans are about, in the order of the first."""
    order: list[int] = []
    for span in spans:
        for k, unit in enumerate(units):
            overlap = min(unit.end, span.end_sample) - max(unit.start, span.start_sample)
            shorter = min(unit.end - unit.start, span.end_sample - span.start_sample)
            if unit.recording == span.recording and 2 * overlap > shorter and k not in order:
                order.append(k)
    return order


def _rows(units: list[Unit], data) -> list[np.ndarray]:
    places = {r.name: k for k, r in enumerate(data.meta.recordings)}
    return [
        np.flatnonzero(
            (data.recording_index == places[u.recording])
            & (data.start_samples >= u.start)
            & (data.start_samples + data.meta.frame_size <= u.end)
        )
        for u in units
    ]


def _by_frames(units: list[Unit], data, probabilities, is_told) -> list[int]:
    """Those of which more than half of the frames are flagged; more flagged frames first."""
    is_wrong = np.zeros(len(data), dtype=bool)
    given = probabilities[is_told].astype(float)
    is_wrong[is_told], _ = confident_learning(
        data.targets[is_told], given / given.sum(axis=1, keepdims=True)
    )
    n_wrong = [(int(is_wrong[rows].sum()), len(rows)) for rows in _rows(units, data)]
    listed = [k for k, (n, n_all) in enumerate(n_wrong) if 2 * n > n_all]
    return sorted(listed, key=lambda k: -n_wrong[k][0])


def _by_own_errors(units: list[Unit], data, config: TrainConfig) -> list[int]:
    examples = examples_of(data, config)
    split = split_dataset(data, config)
    trained = train_model(data, examples, split, config, report=ignore)
    probabilities = probabilities_of(
        trained.checkpoint, labelled_examples(trained.checkpoint, data)
    )
    doubt = [
        1 - float(probabilities[rows, u.target].mean())
        for u, rows in zip(units, _rows(units, data), strict=True)
    ]
    return sorted(range(len(units)), key=lambda k: -doubt[k])


if __name__ == "__main__":
    main()
