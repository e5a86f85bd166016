"""The steps from spectra to features that are not linear, for a block of frames at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.features.essentia_frames import PEAKS_BOUND_HZ
from core.features.spec import N_HPCP, N_PEAKS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.features.spec import FeatureSpec

    FloatArray = NDArray[np.float32]
    IntArray = NDArray[np.int64]
    BoolArray = NDArray[np.bool_]

# Essentia's defaults.
SILENCE_ENERGY = np.float32(1e-10)
LOUDNESS_EXPONENT = np.float32(0.67)
HPCP_LOWEST_HZ = np.float32(40.0)
HPCP_SPLIT_HZ = np.float32(500.0)
HPCP_REFERENCE_HZ = np.float32(440.0)

# Against the highest bin: below it a spectrum in single precision is more rounding than sound.
ROUNDING = 1e-5


def loudness(frames: FloatArray) -> FloatArray:
    """Compute the loudness of frames after Stevens' power law, over the frame's length.

    Parameters
    ----------
    frames : ndarray of float32, shape (n_frames, frame_size)
        Samples without a window; full scale is 1.

    Returns
    -------
    ndarray of float32, shape (n_frames,)
        Energy to the power of 0.67, over `frame_size`.

    References
    ----------
    S. S. Stevens, Psychophysics, Transaction Publishers, 1975.
    """
    energy = np.einsum("ij,ij->i", frames, frames)
    return energy**LOUDNESS_EXPONENT / np.float32(frames.shape[1])


def energy_to_db(energy: FloatArray) -> FloatArray:
    """Give band energies, taken as amplitudes, in decibels: Essentia's ``dbamp``, MFCC's default.

    Parameters
    ----------
    energy : ndarray of float32
        Energies, any shape.

    Returns
    -------
    ndarray of float32
        ``20 * log10(energy)`` in dB, same shape; -200 dB for less than 1e-10.
    """
    return np.float32(20.0) * np.log10(np.maximum(energy, SILENCE_ENERGY))


class OnsetSpectra:
    """The two onset functions that look back: what they remember of the frames before.

    Parameters
    ----------
    n_frames : int
        Frames in a block.
    n_bins : int
        Bins of a spectrum.
    """

    def __init__(self, *, n_frames: int, n_bins: int) -> None:
        shape = (n_frames, n_bins)
        # Two rows ahead of the block hold the last two frames of the block before.
        self._magnitude = np.empty((n_frames + 2, n_bins), dtype=np.float32)
        self._cosine = np.empty((n_frames + 2, n_bins), dtype=np.float32)
        self._sine = np.empty((n_frames + 2, n_bins), dtype=np.float32)
        self._a, self._b, self._c, self._d, self._e = (
            np.empty(shape, dtype=np.float32) for _ in range(5)
        )
        self.reset()

    def reset(self) -> None:
        """Forget the frames before: silence of phase 0, as Essentia starts."""
        self._magnitude[-2:] = 0.0
        self._cosine[-2:] = 1.0
        self._sine[-2:] = 0.0

    def advance(self, real: FloatArray, imaginary: FloatArray, magnitude: FloatArray) -> None:
        """Take the spectra of the next block.

        Parameters
        ----------
        real, imaginary, magnitude : ndarray of float32, shape (n_frames, n_bins)
            Spectra; `magnitude` is the root of the sum of the others' squares.
        """
        for history in (self._magnitude, self._cosine, self._sine):
            history[:2] = history[-2:]
        self._magnitude[2:] = magnitude
        if magnitude.all():
            np.divide(real, magnitude, out=self._cosine[2:])
            np.divide(imaginary, magnitude, out=self._sine[2:])
        else:
            # Where there is nothing, the phase is 0.
            silent = magnitude == 0
            divisor = np.where(silent, np.float32(1.0), magnitude)
            self._cosine[2:] = np.where(silent, np.float32(1.0), real / divisor)
            self._sine[2:] = np.where(silent, np.float32(0.0), imaginary / divisor)

    def flux(self) -> FloatArray:
        """Compute the spectral flux: the sum of the magnitudes' absolute changes.

        Returns
        -------
        ndarray of float32, shape (n_frames,)
            One value for each frame of the block.

        References
        ----------
        S. Dixon, "Onset detection revisited", DAFx 2006, with the L1 norm.
        """
        change = np.subtract(self._magnitude[2:], self._magnitude[1:-1], out=self._a)
        return np.abs(change, out=change).sum(axis=1)

    def complex_difference(self, real: FloatArray, imaginary: FloatArray) -> FloatArray:
        """Compute the complex-domain difference: how far bins are from going on as they did.

        Parameters
        ----------
        real, imaginary : ndarray of float32, shape (n_frames, n_bins)
            The spectra that `advance` was given.

        Returns
        -------
        ndarray of float32, shape (n_frames,)
            One value for each frame of the block.

        References
        ----------
        J. P. Bello et al., "On the use of phase and energy for musical onset detection in the
        complex domain", IEEE Signal Processing Letters 11 (6), 2004, equations 7 to 9. Phases are
        kept as cosine and sine, since all that is needed of them are sums.
        """
        a, b, c, d, e = self._a, self._b, self._c, self._d, self._e
        cos_1, sin_1 = self._cosine[1:-1], self._sine[1:-1]
        cos_2, sin_2 = self._cosine[:-2], self._sine[:-2]
        # cosine (a) and sine (b) of twice the phase one frame ago
        np.multiply(cos_1, cos_1, out=a)
        np.subtract(a, np.multiply(sin_1, sin_1, out=b), out=a)
        np.multiply(cos_1, sin_1, out=b)
        np.add(b, b, out=b)
        # cosine (c) and sine (d) of the expected phase: that, less the phase two frames ago
        np.add(np.multiply(a, cos_2, out=c), np.multiply(b, sin_2, out=d), out=c)
        np.subtract(np.multiply(b, cos_2, out=d), np.multiply(a, sin_2, out=e), out=d)
        # this frame turned back by the expected phase (a, b), against the magnitude expected
        np.add(np.multiply(real, c, out=a), np.multiply(imaginary, d, out=e), out=a)
        np.subtract(np.multiply(imaginary, c, out=b), np.multiply(real, d, out=e), out=b)
        np.subtract(self._magnitude[1:-1], a, out=a)
        np.add(np.multiply(a, a, out=a), np.multiply(b, b, out=b), out=a)
        return np.sqrt(a, out=a).sum(axis=1)


class PitchClasses:
    """Spectral peaks, and the harmonic pitch class profile made from them.

    Parameters
    ----------
    spec : FeatureSpec
        What is computed.
    n_frames : int
        Frames in a block.

    References
    ----------
    E. Gomez, "Tonal description of polyphonic audio for music content processing", INFORMS Journal
    on Computing 18 (3), 2006. J. O. Smith and X. Serra, "PARSHL", 1987: peaks by parabola.
    """

    def __init__(self, spec: FeatureSpec, *, n_frames: int) -> None:
        self._bin_hz = np.float32(spec.sample_rate / 2 / (spec.n_bins - 1))
        self._highest_hz = np.float32(spec.highest_frequency(PEAKS_BOUND_HZ))
        # A peak below the bound may lie half a bin below its bin, which has a neighbour above.
        self._n_bins = min(spec.n_bins, int(self._highest_hz / self._bin_hz) + 3)
        self._whole_spectrum = self._n_bins == spec.n_bins
        self._n_columns = self._n_bins + 2
        self._mirrored = np.empty((n_frames, self._n_columns), dtype=np.float32)
        self._is_peak = np.zeros((n_frames, self._n_columns), dtype=np.bool_)

    def hpcp(self, magnitude: FloatArray) -> tuple[FloatArray, IntArray]:
        """Compute the harmonic pitch class profiles of spectra.

        Parameters
        ----------
        magnitude : ndarray of float32, shape (n_frames, n_bins)
            Magnitude spectra.

        Returns
        -------
        profiles : ndarray of float32, shape (n_frames, 12)
            From 0 to 1, the pitch class A first.
        undecided : ndarray of int64, shape (n_undecided,)
            Frames whose profiles do not hold, since rounding decides them: those with a plateau
            (equal neighbouring bins), and those of which a band has rounding errors for peaks.
        """
        n_frames, n = magnitude.shape[0], self._n_bins
        mirrored = self._mirrored[:n_frames]
        mirrored[:, 1:-1] = magnitude[:, :n]
        # With the spectrum mirrored at its ends a peak there is like any other, at its own bin.
        mirrored[:, 0] = magnitude[:, 1]
        mirrored[:, -1] = magnitude[:, n - 2] if self._whole_spectrum else magnitude[:, n]
        climbs = mirrored[:, 1:] > mirrored[:, :-1]
        is_peak = self._is_peak[:n_frames]
        np.greater(climbs[:, :-1], climbs[:, 1:], out=is_peak[:, 1:-1])
        places = np.flatnonzero(is_peak)
        bands = self._bands(*self._peaks(places, n_frames), n_frames)
        strongest = bands.max(axis=2)
        rounding = (ROUNDING * magnitude.max(axis=1).astype(np.float64)) ** 2
        in_rounding = ((strongest > 0) & (strongest < rounding[:, np.newaxis])).any(axis=1)
        profiles = _over_maximum(_over_maximum(bands).sum(axis=1))
        return profiles.astype(np.float32), np.flatnonzero(in_rounding | _with_plateau(mirrored))

    def _peaks(self, places: IntArray, n_frames: int) -> tuple[IntArray, FloatArray, FloatArray]:
        """Frame, frequency in Hz and magnitude of each peak at `places` of the mirrored spectra."""
        frame, column = np.divmod(places, self._n_columns)
        n_peaks = np.bincount(frame, minlength=n_frames)
        if n_peaks.max(initial=0) > N_PEAKS:
            rank = np.arange(places.size) - (np.cumsum(n_peaks) - n_peaks)[frame]
            kept = rank < N_PEAKS
            places, frame, column = places[kept], frame[kept], column[kept]
        flat = self._mirrored.reshape(-1)
        left, middle, right = flat[places - 1], flat[places], flat[places + 1]
        slope = left - right
        offset: FloatArray = np.divide(slope, (left - (middle + middle)) + right)
        offset *= np.float32(0.5)
        hz: FloatArray = ((column - 1).astype(np.float32) + offset) * self._bin_hz
        height: FloatArray = np.subtract(middle, np.float32(0.25) * slope * offset)
        return frame, hz, height

    def _bands(
        self, frame: IntArray, hz: FloatArray, magnitude: FloatArray, n_frames: int
    ) -> NDArray[np.float64]:
        """Energy of the pitch classes below and above the split, shape (n_frames, 2, 12)."""
        inside = (hz >= HPCP_LOWEST_HZ) & (hz <= self._highest_hz)
        frame, hz, magnitude = frame[inside], hz[inside], magnitude[inside]
        pitch = np.log2(hz / HPCP_REFERENCE_HZ) * np.float32(N_HPCP)
        nearest = np.rint(pitch)
        # Squared cosine over a window of a semitone: only the nearest pitch class gets a share.
        share = np.cos(np.float32(np.pi) * (pitch - nearest)) * magnitude
        band = frame * 2 + (hz >= HPCP_SPLIT_HZ)
        cell = band * N_HPCP + np.mod(nearest.astype(np.int64), N_HPCP)
        energy = np.bincount(cell, weights=share * share, minlength=n_frames * 2 * N_HPCP)
        return energy.astype(np.float64, copy=False).reshape(n_frames, 2, N_HPCP)


def _with_plateau(spectra: FloatArray) -> BoolArray:
    """Whether a spectrum has equal neighbours, shape (n_frames,); silence does not count."""
    found = np.zeros(spectra.shape[0], dtype=np.bool_)
    level = spectra[:, 1:] == spectra[:, :-1]
    if level.any():
        np.logical_and(level.any(axis=1), spectra.any(axis=1), out=found)
    return found


def _over_maximum(profiles: NDArray[np.float64]) -> NDArray[np.float64]:
    maximum = np.max(profiles, axis=-1, keepdims=True)
    return profiles / np.maximum(maximum, np.finfo(np.float64).tiny)
