"""What the demo's tests hear with: decoding, and measures other than the demo's own."""

from __future__ import annotations

import numpy as np

N_RECORDINGS = 8
SEED = 5


def decode(path):
    """Samples of shape (n_samples, n_channels), whatever the format."""
    import av
    import soundfile

    if path.suffix != ".m4a":
        return soundfile.read(path, always_2d=True)[0]
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray().T for frame in container.decode(audio=0)])


def lag_samples(decoded, original):
    """How much later `decoded` is, by the peak of the correlation."""
    size = 2 * max(decoded.size, original.size)
    spectrum = np.fft.rfft(decoded, size) * np.conj(np.fft.rfft(original, size))
    at = int(np.argmax(np.fft.irfft(spectrum, size)))
    return at if at < size // 2 else at - size


def band_power_by_spectrum(signal, start, end, band_hz, sample_rate):
    """The same as `in_band_power`, by another way: bins outside of the band are struck out."""
    spectrum = np.fft.rfft(signal)
    hz = np.fft.rfftfreq(signal.size, 1 / sample_rate)
    spectrum[(hz < band_hz[0]) | (hz > band_hz[1])] = 0
    return float(np.mean(np.fft.irfft(spectrum, signal.size)[start:end] ** 2))


def auc(scores, *, positive):
    """Chance that a positive scores above a negative."""
    ranks = np.argsort(np.argsort(scores)) + 1
    n_positive = positive.sum()
    above = ranks[positive].sum() - n_positive * (n_positive + 1) / 2
    return above / (n_positive * (positive.size - n_positive))
