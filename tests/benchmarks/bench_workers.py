"""Two workers against one, transcoding and extracting 200 recordings."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

from core.executor import Execution
from core.extract import extract
from core.library import Recording, Selection
from core.settings import FeatureConfig, TranscodeConfig
from core.transcode import transcode

N_RECORDINGS = 200
SECONDS = 20.0
RATE_HZ = 44_100


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        recordings = _make(home / "audio")
        took = {n: _run(home / str(n), recordings, n) for n in (1, 2)}
    for k, stage in enumerate(("transcode", "extract")):
        one, two = took[1][k], took[2][k]
        print(f"{stage:10} one worker {one:6.2f} s, two {two:6.2f} s: {two / one:.2f} of the time")


def _make(folder):
    folder.mkdir()
    rng = np.random.default_rng(1)
    samples = 0.1 * rng.standard_normal(int(SECONDS * RATE_HZ))
    paths = [folder / f"rec{k:03}.wav" for k in range(N_RECORDINGS)]
    for path in paths:
        soundfile.write(path, samples, RATE_HZ, subtype="PCM_16")
    return tuple(Recording(p.name, p) for p in paths)


def _run(home, recordings, n_workers):
    execution = Execution(n_workers)
    started = time.perf_counter()
    config = TranscodeConfig(sample_rate=8000, output_format="wav")
    transcode(Selection(recordings), config, destination=home / "t", execution=execution)
    between = time.perf_counter()
    extract(home / "t", FeatureConfig(), table=home / "f.parquet", execution=execution)
    return between - started, time.perf_counter() - between


if __name__ == "__main__":
    main()
