"""Transcoding in blocks against reading whole: CPU time on one core, and memory, for one hour.

Run as ``python -m tests.benchmarks.bench_transcode``. The other way is `soundfile.read` of all of
it, the mean of the channels, `soxr.resample` and `soundfile.write`.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
import soxr

RATE_IN, RATE_OUT = 44_100, 8000
MINUTES = 60
FILES = ("hour.wav", "hour.flac", "hour.mp3")


def minute():
    """A stereo minute of tones in noise, which packs about as well as speech outdoors."""
    n_samples = 60 * RATE_IN
    times = np.arange(n_samples) / RATE_IN
    tones = sum(np.sin(2 * np.pi * 220 * k * times) / k for k in range(1, 6))
    noise = np.random.default_rng(0).standard_normal((n_samples, 2))
    loudness = np.abs(np.sin(2 * np.pi * 0.2 * times))
    return (0.1 * (loudness * tones)[:, None] + 0.01 * noise).astype(np.float32)


def make_files(folder):
    """One hour as WAV, FLAC and MP3, each the same minute over and over."""
    samples = minute()
    paths = [folder / name for name in FILES]
    for path in paths[:2]:
        with soundfile.SoundFile(path, "w", RATE_IN, 2, subtype="PCM_16") as file:
            for _ in range(MINUTES):
                file.write(samples)
    soundfile.write(folder / "minute.mp3", samples, RATE_IN)
    paths[2].write_bytes(repeated_mp3((folder / "minute.mp3").read_bytes()))


def repeated_mp3(data):
    """An MP3 file over and over, with a header that tells so: libsndfile stops early without."""
    place = max(data.find(b"Xing"), data.find(b"Info"))
    header_end = data.index(data[:2], place)
    header, frames = bytearray(data[:header_end]), data[header_end:]
    for field in (place + 8, place + 12):
        count = int.from_bytes(header[field : field + 4]) * MINUTES
        header[field : field + 4] = count.to_bytes(4)
    return bytes(header) + frames * MINUTES


def in_blocks(source, destination):
    """What the project does."""
    from core.settings import TranscodeConfig
    from core.transcode_recording import transcode_recording

    return transcode_recording(source, destination, TranscodeConfig(RATE_OUT, "wav")).n_samples_out


def whole(source, destination):
    """What a script does."""
    samples, rate = soundfile.read(source, dtype="float32")
    mono = (samples[:, 0] + samples[:, 1]) / 2
    resampled = soxr.resample(mono, rate, RATE_OUT)
    soundfile.write(destination, resampled, RATE_OUT)
    return len(resampled)


WAYS = {"blocks": in_blocks, "whole": whole}


def measure(way, source, destination):
    """CPU seconds, peak memory in MB and samples out of one way, in a process of its own."""
    return json.loads(in_a_process(way, source, destination))


def in_a_process(*arguments):
    """What a new process of this module prints; this one stays small, as children inherit peaks."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_transcode", *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout


def run_one(way, source, destination):
    """Do the work in this process and print what it took."""
    start_s = time.process_time()
    n_samples = WAYS[way](source, destination)
    seconds = time.process_time() - start_s
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([seconds, peak_mb, n_samples]))


def main():
    """Print the table."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(f"{MINUTES} minutes of stereo at {RATE_IN} Hz to mono at {RATE_OUT} Hz, one core")
    print("file | blocks: CPU s, peak MB | whole: CPU s, peak MB | time ratio, memory ratio")
    with tempfile.TemporaryDirectory() as folder:
        in_a_process("make", folder)
        for path in (Path(folder) / name for name in FILES):
            taken = [measure(way, path, Path(folder) / "out.wav") for way in WAYS]
            (blocks_s, blocks_mb, n_blocks), (whole_s, whole_mb, n_whole) = taken
            odd = "" if n_blocks == n_whole else f" | {n_blocks} and {n_whole} samples out"
            print(
                f"{path.suffix[1:]:4} | {blocks_s:6.2f} {blocks_mb:7.0f} | {whole_s:6.2f}"
                f" {whole_mb:7.0f} | {blocks_s / whole_s:.2f} {blocks_mb / whole_mb:.3f}{odd}"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make_files(Path(sys.argv[2]))
    elif sys.argv[1:]:
        run_one(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
