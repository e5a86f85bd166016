"""The recording view with long recordings: from a change of range to painted, against pyqtgraph.

Run as ``python -m tests.benchmarks.bench_view``. Needs Xvfb or a screen, and 3 GB of disk for a
while. The other way is one `PlotWidget` that is handed the raw samples, for a length it can bear.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

SIZE_PX = (1600, 900)
N_ANNOTATIONS = 5000
N_CHANGES = 150
RAW_S = 600
CASES = {"1 h at 44.1 kHz, stereo": (44_100, 2, 3600), "24 h at 8 kHz": (8000, 1, 86_400)}
SPANS = (0.9, 0.3, 0.05, 0.005, 0.0005, 0.00002)
HOP, RATE = 200, 8000
BLOCK_S = 60


def write(folder, shape, make, *, sample_type="int16", share=1.0):
    """A pyramid, made in blocks; `share` of it if it is to be growing."""
    from core.peak_writer import PeakWriter
    from core.peaks import PeakMeta

    rate, n_channels, n_samples = shape
    writer = PeakWriter(folder, PeakMeta(rate, n_channels, sample_type))
    for start in range(0, round(n_samples * share), rate * BLOCK_S):
        writer.push(make(start, min(n_samples, start + rate * BLOCK_S)))
    (writer.close if share == 1 else writer._close_files)()


def make_case(folder, rate, n_channels, seconds):
    """Original, transcoded, features and probabilities of a recording."""
    from core.features.spec import FeatureSpec

    noise = 0.2 * np.random.default_rng(0).standard_normal((rate * BLOCK_S, n_channels))
    noise = noise.astype(np.float32)
    n_frames = seconds * RATE // HOP
    n_features = len(FeatureSpec(RATE, HOP, HOP).columns)
    tracks = np.random.default_rng(1).random((RATE * BLOCK_S // HOP, n_features), dtype=np.float32)

    def audio(start, stop):
        return noise[: stop - start] * np.float32(0.2 + 0.8 * abs(np.sin(start / rate / 700)))

    def features(start, stop):
        return np.resize(tracks, (stop - start, n_features))

    def chances(start, stop):
        three = np.resize(tracks[:, :3], (stop - start, 3))
        return three / three.sum(axis=1, keepdims=True)

    frame_rate = RATE // HOP
    shape = (rate, n_channels, rate * seconds)
    write(folder / "original", shape, audio)
    write(folder / "growing", shape, audio, share=0.1)
    shape = (frame_rate, n_features, n_frames)
    write(folder / "features", shape, features, sample_type="float32")
    write(folder / "probabilities", (frame_rate, 3, n_frames), chances, sample_type="float32")


def open_view(folder, seconds, *, original="original"):
    """A shown recording view, and what it took to its first picture."""
    from PySide6.QtWidgets import QMainWindow

    from core.peaks import PeakReader
    from gui.actions import Actions
    from gui.panels.recording import RecordingPanel
    from gui.session import Session
    from tests.shown_media import ShownMedia, make_details

    window = QMainWindow()
    session, media = Session(window), ShownMedia(window)
    panel = RecordingPanel(session, Actions(window), media)
    window.setCentralWidget(panel)
    window.resize(*SIZE_PX)
    window.show()
    settle(session)
    edges = np.sort(np.random.default_rng(2).random(2 * N_ANNOTATIONS) * seconds).reshape(-1, 2)
    details = make_details(
        [(a, b, k % 3) for k, (a, b) in enumerate(edges.tolist())], rate=RATE, seconds=seconds
    )
    n_frames = seconds * RATE // HOP
    runs = np.arange(0, n_frames, 40)
    predicted = np.stack([runs, np.minimum(runs + 30, n_frames), runs // 40 % 3], axis=1)
    started_s = time.perf_counter()
    session.show_recording(details.recording)
    session.time.set_duration(float(seconds))
    session.time.fit()
    media.show(
        details,
        original=PeakReader(folder / original),
        features=PeakReader(folder / "features"),
        probabilities=PeakReader(folder / "probabilities"),
        predicted=predicted.astype(np.int64),
    )
    paint()
    return window, session, media, panel, time.perf_counter() - started_s


def paint():
    from PySide6.QtWidgets import QApplication

    QApplication.processEvents()


def settle(session):
    """Until nothing is computed any more."""
    deadline_s = time.monotonic() + 5
    while time.monotonic() < deadline_s:
        paint()
        if not session.drawing.is_busy:
            break


def measure(folder, seconds):
    """Milliseconds of each change of range and to the first pictures, and memory in MB."""
    from gui.application import make_application

    make_application()
    firsts = []
    for original in ("growing", "original"):
        window, session, media, _panel, first_s = open_view(folder, seconds, original=original)
        firsts.append(first_s * 1000)
        settle(session)
        if original == "growing":
            media.close()
            session.close()
            window.close()
    rng = np.random.default_rng(3)
    taken = []
    for share in SPANS:
        span_s = max(share * seconds, 0.002)
        room_s = seconds - span_s
        at_s = rng.random() * room_s
        for k in range(N_CHANGES // len(SPANS)):
            # Going along, as a wheel does, and back from the end, so that each is a change; and
            # now and then a little in and out.
            start_s = abs((at_s + 0.1 * k * span_s) % (2 * room_s) - room_s)
            started_s = time.perf_counter()
            session.time.set_range(start_s, start_s + span_s * (0.9 if k % 5 == 0 else 1))
            paint()
            taken.append((time.perf_counter() - started_s) * 1000)
    settle(session)
    memory = psutil.Process().memory_info()
    result = {
        "ms": taken,
        "first_ms": firsts,
        "rss_mb": memory.rss / 1e6,
        "own_mb": (memory.rss - memory.shared) / 1e6,
    }
    media.close()
    session.close()
    window.close()
    print(json.dumps(result))


def measure_raw(rate, seconds):
    """The same of one plot of pyqtgraph that has all samples."""
    import pyqtgraph as pg

    from gui.application import make_application

    make_application()
    samples = np.random.default_rng(0).standard_normal(rate * seconds).astype(np.float32)
    plot = pg.PlotWidget()
    plot.resize(*SIZE_PX)
    plot.show()
    paint()
    started_s = time.perf_counter()
    plot.plot(np.arange(len(samples)) / rate, samples)
    plot.setXRange(0, seconds)
    paint()
    first_ms = (time.perf_counter() - started_s) * 1000
    taken = []
    for k in range(6):
        started_s = time.perf_counter()
        plot.setXRange(0.01 * k * seconds, (0.5 + 0.01 * k) * seconds, padding=0)
        paint()
        taken.append((time.perf_counter() - started_s) * 1000)
    rss_mb = psutil.Process().memory_info().rss / 1e6
    print(json.dumps({"ms": taken, "first_ms": [first_ms], "rss_mb": rss_mb}))


def in_a_process(*arguments):
    command = [sys.executable, "-m", "tests.benchmarks.bench_view", *map(str, arguments)]
    environment = os.environ | {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else None


def main():
    """Print the table."""
    print(f"{SIZE_PX[0]} x {SIZE_PX[1]}, {N_ANNOTATIONS} annotations, all strips, two tracks")
    print("case | range to painted: median, 95th, worst ms | first: cached, growing ms | MB (own)")
    for name, (rate, n_channels, seconds) in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            in_a_process("make", folder, rate, n_channels, seconds)
            got = in_a_process("view", folder, seconds)
        median, late = np.percentile(got["ms"], [50, 95])
        print(
            f"{name} | {median:.1f} {late:.1f} {max(got['ms']):.1f} | {got['first_ms'][1]:.0f}"
            f" {got['first_ms'][0]:.0f} | {got['rss_mb']:.0f} ({got['own_mb']:.0f})",
            flush=True,
        )
        raw = in_a_process("raw", rate, RAW_S)
        raw_median = np.median(raw["ms"])
        print(
            f"   pyqtgraph, raw, only {RAW_S} s of it, one plot | {raw_median:.0f} ms"
            f" ({raw_median / median:.0f} times) | first {raw['first_ms'][0]:.0f}"
            f" | {raw['rss_mb']:.0f}",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make_case(Path(sys.argv[2]), *map(int, sys.argv[3:]))
    elif sys.argv[1:2] == ["view"]:
        measure(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] == ["raw"]:
        measure_raw(*map(int, sys.argv[2:]))
    else:
        main()
