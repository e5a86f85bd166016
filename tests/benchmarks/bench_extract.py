"""Features in blocks against Essentia's own objects: time per frame on one core, and agreement.

Run as ``python -m tests.benchmarks.bench_extract [FOLDER]``; with a folder of recordings, on those.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import os
import time
from pathlib import Path

import numpy as np
import soundfile
import soxr

from core.features.batched import BatchedFrames
from core.features.essentia_frames import EssentiaFrames, features_of_frame, make_objects
from core.features.spec import FeatureSpec

SIZES = [(8000, 200, 200), (16_000, 400, 200), (44_100, 1103, 1103), (48_000, 2048, 1024)]
SECONDS = 60
N_FRAMES_REUSED = 1500
N_FRAMES_ANEW = 60
ROUNDS = 5


def made_signal(sample_rate):
    """Bursts of tones in noise, with silence between them: a minute that has a bit of all."""
    rng = np.random.default_rng(0)
    n = SECONDS * sample_rate
    t = np.arange(n) / sample_rate
    level = np.abs(np.sin(2 * np.pi * 0.3 * t)) ** 4
    tones = sum(np.sin(2 * np.pi * 220 * k * t * (1 + 0.01 * np.sin(t))) / k for k in range(1, 8))
    signal = 0.2 * level * tones + 10 ** rng.uniform(-3, -1) * rng.standard_normal(n)
    signal[n // 2 : n // 2 + sample_rate] = 0.0
    return np.rint(np.clip(signal, -1, 1) * 32_767).astype(np.float32) / np.float32(32_768)


def real_signal(folder, sample_rate):
    """The first minute of a folder's recordings, one after the other."""
    parts, n_samples = [], 0
    for path in sorted(folder.iterdir()):
        audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
        parts.append(soxr.resample(audio.mean(axis=1), rate, sample_rate))
        n_samples += parts[-1].size
        if n_samples >= SECONDS * sample_rate:
            break
    return np.concatenate(parts)[: SECONDS * sample_rate]


def frames_with_new_objects(spec, samples):
    """What a plain script does: every object made for each frame (the onsets' memory is kept)."""
    memory = make_objects(spec)
    features = []
    for start in range(0, samples.size - spec.frame_size + 1, spec.hop_size):
        objects = dataclasses.replace(
            make_objects(spec),
            onset_complex=memory.onset_complex,
            onset_flux=memory.onset_flux,
        )
        features.append(features_of_frame(objects, samples[start : start + spec.frame_size]))
    return np.array(features)


def side_by_side(ways, samples, spec):
    """Microseconds per frame of each way, its best round, and what it computed.

    The ways take turns, so that whatever else the machine does slows them all.
    """
    n_frames = 1 + (samples.size - spec.frame_size) // spec.hop_size
    best, features = {}, {}
    for _ in range(ROUNDS):
        for name, (compute, at_most) in ways.items():
            n_used = min(n_frames, at_most)
            part = samples[: spec.frame_size + (n_used - 1) * spec.hop_size]
            start = time.perf_counter()
            features[name] = compute(part)
            us = (time.perf_counter() - start) / n_used * 1e6
            best[name] = min(us, best.get(name, us))
    return best, features


def agreement(expected, got, columns):
    """Largest error over the range of each group of features; of HPCP quantiles of the error."""
    error = np.abs(got.astype(float) - expected)
    spread = np.ptp(expected, axis=0)
    relative = error / np.where(spread > 0, spread, 1)
    words = []
    for prefix in ("loudness", "mfcc", "melbands", "onset_hfc", "onset_complex", "onset_flux"):
        of_group = [i for i, name in enumerate(columns) if name.startswith(prefix)]
        words.append(f"{prefix.removeprefix('onset_')} {relative[:, of_group].max():.0e}")
    of_hpcp = [i for i, name in enumerate(columns) if name.startswith("hpcp")]
    quantiles = np.quantile(error[:, of_hpcp].max(axis=1), [0.5, 0.99, 1])
    words.append("hpcp (median, 99 %, max) " + ", ".join(f"{q:.0e}" for q in quantiles))
    return "; ".join(words)


def main(folder=None):
    """Print the table."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(f"features in memory, one core, on {folder or 'a made signal'}; us per frame")
    print("  rate frame  hop | blocks  reused    new | reused/blocks new/blocks | to make blocks")
    for sample_rate, frame_size, hop_size in SIZES:
        spec = FeatureSpec(sample_rate=sample_rate, frame_size=frame_size, hop_size=hop_size)
        samples = real_signal(folder, sample_rate) if folder else made_signal(sample_rate)
        reference = EssentiaFrames(spec)
        start = time.perf_counter()
        batched = BatchedFrames(spec)
        making_ms = (time.perf_counter() - start) * 1e3
        ways = {
            "blocks": (batched.frames, samples.size),
            "reused": (reference.frames, N_FRAMES_REUSED),
            "new": (functools.partial(frames_with_new_objects, spec), N_FRAMES_ANEW),
        }
        us, features = side_by_side(ways, samples, spec)
        print(
            f"{sample_rate:6} {frame_size:5} {hop_size:4} | {us['blocks']:6.1f} {us['reused']:7.1f}"
            f" {us['new']:6.0f} | {us['reused'] / us['blocks']:13.1f}"
            f" {us['new'] / us['blocks']:10.0f} | {making_ms:.0f} ms"
        )
        expected = features["reused"]
        got = features["blocks"][: len(expected)]
        print("      error over range: " + agreement(expected, got, spec.columns))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="recordings to try it on")
    main(parser.parse_args().folder)
