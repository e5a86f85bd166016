"""The demo's recordings as files, in memory: a disk that is full then fails in one place only."""

# pyright: reportUnknownMemberType=false, reportMissingTypeStubs=false
# soundfile ships no types.

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

_BLOCK_FRAMES = 65_536
_AAC_BITS_PER_SECOND = 128_000
# From 0, the best, to 1: faint events must outlive the coding.
_COMPRESSION_LEVELS = {"OGG": 0.1, "MP3": 0.1}


@dataclass(frozen=True)
class FileFormat:
    """How a recording is stored.

    Parameters
    ----------
    extension : str
        Of the file's name.
    container, coding : str
        As libsndfile calls them; ``"M4A"`` is none of its own.
    """

    extension: str
    container: str
    coding: str


FILE_FORMATS = (
    FileFormat("wav", "WAV", "PCM_16"),
    FileFormat("flac", "FLAC", "PCM_16"),
    FileFormat("ogg", "OGG", "VORBIS"),
    FileFormat("mp3", "MP3", "MPEG_LAYER_III"),
    FileFormat("wav", "WAV", "PCM_24"),
    FileFormat("flac", "FLAC", "PCM_24"),
    FileFormat("wav", "WAV", "FLOAT"),
    FileFormat("m4a", "M4A", "AAC"),
)


def encode(samples: FloatArray, file_format: FileFormat, *, sample_rate: int) -> bytes:
    """Turn a recording into the bytes of a file.

    Parameters
    ----------
    samples : ndarray of float64, shape (n_samples, n_channels)
        Within -1 and 1.
    file_format : FileFormat
        How it is stored.
    sample_rate : int
        In Hz.

    Returns
    -------
    bytes
        Decoded, its first sample is the first of `samples`, whatever the format. Ogg and float
        wav files hold a random number and a date: their bytes differ each time, their sound never.
    """
    if file_format.container == "M4A":
        return _encode_aac(samples, sample_rate)
    import soundfile

    file = io.BytesIO()
    with soundfile.SoundFile(
        file,
        "w",
        samplerate=sample_rate,
        channels=samples.shape[1],
        format=file_format.container,
        subtype=file_format.coding,
        compression_level=_COMPRESSION_LEVELS.get(file_format.container),
    ) as sink:
        # libsndfile keeps a whole block of Ogg on the stack: long ones end the process.
        for first in range(0, len(samples), _BLOCK_FRAMES):
            sink.write(samples[first : first + _BLOCK_FRAMES])
    return file.getvalue()


def _encode_aac(samples: FloatArray, sample_rate: int) -> bytes:
    import av

    layout = "mono" if samples.shape[1] == 1 else "stereo"
    planes = np.ascontiguousarray(samples.T, dtype=np.float32)
    frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=layout)
    frame.sample_rate = sample_rate
    frame.pts = 0
    file = io.BytesIO()
    with av.open(file, "w", format="ipod") as container:
        stream = container.add_stream("aac", rate=sample_rate)
        stream.layout = layout
        stream.bit_rate = _AAC_BITS_PER_SECOND * len(planes)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()
