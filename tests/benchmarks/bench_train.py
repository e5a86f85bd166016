"""How long an epoch takes, and how much memory patches need.

Run as ``python -m tests.benchmarks.bench_train``.

Figures are ratios against a named alternative in the same run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from statistics import median

import numpy as np

from core.features.spec import FeatureSpec
from core.learning.context import Context, recording_examples
from core.learning.examples import ExampleSet
from core.learning.fitting import fit
from core.learning.tensorflow_runtime import import_keras
from core.model_training import CNN_PACE, FC_PACE
from core.models import build_cnn, build_fc, fit_scaler
from core.progress import ignore
from core.settings import TrainConfig

CLASSES = ("inaudible", "barely", "audible")
COLUMNS = FeatureSpec(8000, 200, 200).columns
N_FC_FRAMES = 20_000
N_CNN_FRAMES = 20_000
BATCH_SIZE = 50
N_EPOCHS = 5
N_ROUNDS = 3


def made_frames(n):
    """Frames of three classes, a feature table's width."""
    rng = np.random.default_rng(0)
    targets = rng.integers(0, len(CLASSES), n)
    values = rng.lognormal(targets[:, None], 1, (n, len(COLUMNS))).astype(np.float32)
    return ExampleSet(values, np.arange(n), targets)


def scaled_fc(training):
    model = build_fc(n_features=len(COLUMNS), n_classes=3, seed=0)
    fit_scaler(model, training.values, floors=np.full(len(COLUMNS), 1e-3, dtype=np.float32))
    return model


def epoch_seconds(run):
    """Time of each epoch after the first, which also compiles."""
    ends = []
    run(lambda: ends.append(time.perf_counter()))
    return np.diff(ends)


def bench_fc():
    training = made_frames(N_FC_FRAMES)
    nothing = training.take(np.arange(0))
    config = TrainConfig(epochs=N_EPOCHS + 1, batch_size=BATCH_SIZE)

    def ours(mark):
        def report(progress):
            if progress.metrics:
                mark()

        fit(
            scaled_fc(training), training, nothing,
            classes=CLASSES, config=config, pace=FC_PACE, report=report,
        )  # fmt: skip

    def plain(mark):
        keras = import_keras()
        keras.utils.set_random_seed(0)
        model = scaled_fc(training)
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(
            training.values,
            training.targets,
            class_weight=dict.fromkeys(range(3), 1.0),
            batch_size=BATCH_SIZE,
            epochs=N_EPOCHS + 1,
            verbose=0,
            callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=lambda *_a, **_k: mark())],
        )

    # In turns, and the fastest of each: what else the machine does only ever adds.
    rounds = [(epoch_seconds(plain), epoch_seconds(ours)) for _ in range(N_ROUNDS)]
    theirs, mine = (np.concatenate(side).min() for side in zip(*rounds, strict=True))
    print(f"fc, {N_FC_FRAMES} frames, batches of {BATCH_SIZE}, one core:")
    print(f"  plain model.fit on arrays  {theirs:6.2f} s an epoch")
    print(f"  this program               {mine:6.2f} s an epoch: {mine / theirs:.2f} of that")


def made_patches():
    rng = np.random.default_rng(0)
    context = Context.of(COLUMNS)
    matrix = rng.lognormal(-12, 2, (N_CNN_FRAMES, len(context.columns))).astype(np.float32)
    examples = recording_examples(matrix, context)
    return ExampleSet(
        examples.values, examples.rows, rng.integers(0, 3, N_CNN_FRAMES), context.n_frames
    )


def bench_cnn(mode):
    """Train one epoch in a process of its own, and tell the memory that it took at the most."""
    import resource

    keras = import_keras()
    examples = made_patches()
    n_training = N_CNN_FRAMES * 4 // 5
    training = examples.take(np.arange(n_training))
    validation = examples.take(np.arange(n_training, N_CNN_FRAMES))
    model = build_cnn(n_frames=64, n_bands=examples.values.shape[1], n_classes=3, seed=0)
    fit_scaler(model, examples.values)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ends = [time.perf_counter()]
    if mode == "streamed":
        fit(
            model, training, validation, classes=CLASSES, pace=CNN_PACE,
            config=TrainConfig(epochs=3, batch_size=BATCH_SIZE),
            report=lambda p: ends.append(time.perf_counter()) if p.metrics else ignore(p),
        )  # fmt: skip
    else:
        keras.utils.set_random_seed(0)
        everything = [next(e.batches(len(e))) for e in (training, validation)]
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(
            everything[0], training.targets, validation_data=(everything[1], validation.targets),
            batch_size=BATCH_SIZE, epochs=2, verbose=0,
            callbacks=[
                keras.callbacks.LambdaCallback(
                    on_epoch_end=lambda *_a, **_k: ends.append(time.perf_counter())
                )
            ],
        )  # fmt: skip
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    # On Linux in KiB, on macOS in bytes.
    megabytes = used / 1024 if sys.platform == "linux" else used / 1024**2
    print(json.dumps({"megabytes": megabytes, "seconds": median(np.diff(ends)[1:])}))


def compare_cnn():
    results = {}
    for mode in ("all in memory", "streamed"):
        command = [sys.executable, "-m", "tests.benchmarks.bench_train", mode]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        results[mode] = json.loads(done.stdout.splitlines()[-1])
    whole, streamed = results["all in memory"], results["streamed"]
    print(f"cnn, {N_CNN_FRAMES} labelled frames, a fifth to validate, batches of {BATCH_SIZE}:")
    print(
        f"  all patches in memory  {whole['megabytes']:6.0f} MB {whole['seconds']:6.2f} s an epoch"
    )
    print(
        f"  this program           {streamed['megabytes']:6.0f} MB {streamed['seconds']:6.2f} s an "
        f"epoch of {CNN_PACE.epoch_limit} drawn patches: "
        f"{streamed['megabytes'] / whole['megabytes']:.2f} of the memory, "
        f"{streamed['seconds'] / whole['seconds']:.2f} of the time"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        bench_cnn(sys.argv[1])
    else:
        # First, while this process is small: a child's peak of memory begins at its parent's.
        compare_cnn()
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
        bench_fc()
