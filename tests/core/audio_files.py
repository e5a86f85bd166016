"""Audio files made for tests: signals with known answers, in any codec that FFmpeg writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

FRAME_SAMPLES = 1024


def tone(*, rate: int, seconds: float, hz: float = 1000.0, level: float = 0.5) -> np.ndarray:
    """A sine, float32, shape (n_samples,)."""
    times = np.arange(round(rate * seconds)) / rate
    return (level * np.sin(2 * np.pi * hz * times)).astype(np.float32)


def clicks(*, rate: int, seconds: float, at_s: tuple[float, ...]) -> np.ndarray:
    """Single samples of 0.5 in silence, float32, shape (n_samples,)."""
    samples = np.zeros(round(rate * seconds), dtype=np.float32)
    for time in at_s:
        samples[round(time * rate)] = 0.5
    return samples


def encode(
    path: Path,
    samples: np.ndarray,
    *,
    rate: int,
    codec: str,
    container: str,
    late_s: tuple[float, float] = (0.0, 0.0),
    metadata: dict[str, str] | None = None,
) -> None:
    """Write through FFmpeg; time stamps after `late_s[0]` are `late_s[1]` too late."""
    columns = samples.reshape(len(samples), -1)
    layout = "mono" if columns.shape[1] == 1 else "stereo"
    with av.open(str(path), "w", format=container) as output:
        output.metadata.update(metadata or {})
        stream = output.add_stream(codec, rate=rate, layout=layout)
        stream.codec_context.bit_rate = 128_000
        wanted = stream.codec_context.format.name
        resampler = av.AudioResampler(wanted, layout, stream.codec_context.sample_rate)
        stream.codec_context.open()
        size = stream.codec_context.frame_size or FRAME_SAMPLES
        for start in range(0, len(columns), size):
            block = np.ascontiguousarray(columns[start : start + size].T, dtype=np.float32)
            frame = av.AudioFrame.from_ndarray(block, "fltp", layout)
            frame.sample_rate = rate
            frame.pts = start
            for converted in resampler.resample(frame):
                _mux(output, stream.encode(converted), late_s)
        _mux(output, stream.encode(None), late_s)


def _mux(output, packets, late_s):
    since, by = late_s
    for packet in packets:
        if by and packet.pts is not None and packet.pts * packet.time_base >= since:
            packet.pts += round(by / packet.time_base)
            packet.dts = packet.pts
        output.mux(packet)


def decode(path: Path, block_size: int = 65_536) -> tuple[np.ndarray, int, list[str]]:
    """All samples of shape (n_samples, n_channels), the rate and what was odd."""
    from core.audio import open_audio

    with open_audio(path) as reader:
        blocks = list(reader.blocks(block_size))
        assert all(0 < len(b) <= block_size and b.dtype == np.float32 for b in blocks)
        return np.concatenate(blocks), reader.sample_rate, reader.oddities


def level_at(samples: np.ndarray, *, rate: int, hz: float) -> float:
    """Amplitude of a frequency, by projection on a windowed sine of it."""
    window = np.hanning(len(samples))
    wave = np.exp(-2j * np.pi * hz * np.arange(len(samples)) / rate)
    return 2 * abs(np.sum(samples * window * wave)) / np.sum(window)
