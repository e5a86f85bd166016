# SciPy has no complete type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""The features of a whole block of frames at once: the same numbers as Essentia's, much faster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.features.essentia_frames import EssentiaFrames, check_samples
from core.features.probes import probe
from core.features.spec import N_MFCC
from core.features.spectral import OnsetSpectra, PitchClasses, energy_to_db, loudness
from core.timebase import count_frames

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.features.spec import FeatureSpec

    FloatArray = NDArray[np.float32]

# A block of spectra that stays in the processor's cache; more brings nothing.
BLOCK_SAMPLES = 1 << 16
# The span of a block in the recording, which matters where hops are far longer than frames.
LONGEST_SPAN_SAMPLES = 1 << 20

# Probing takes longer with the square of this; frames so long are few enough for Essentia itself.
LONGEST_PROBED_FFT = 8192


def block_frames(spec: FeatureSpec) -> int:
    """Count the frames that are computed at once.

    Parameters
    ----------
    spec : FeatureSpec
        What is computed.

    Returns
    -------
    int
        Depends on the spec alone, so that the same audio always falls into the same blocks.
    """
    return max(1, min(BLOCK_SAMPLES // spec.fft_size, LONGEST_SPAN_SAMPLES // spec.hop_size))


class BatchedFrames:
    """Features of a recording that arrives in pieces; how it is cut into pieces changes no byte.

    Frames are computed in blocks that lie on the recording's own frame grid, and without BLAS,
    whose sums depend on its number of threads. No more than one block of the recording is kept.

    Parameters
    ----------
    spec : FeatureSpec
        What is computed.

    Raises
    ------
    FeatureError
        If Essentia refuses the spec.
    """

    def __init__(self, spec: FeatureSpec) -> None:
        self.spec = spec
        self._block: _Block | _BlockByEssentia = (
            _Block(spec) if spec.fft_size <= LONGEST_PROBED_FFT else _BlockByEssentia(spec)
        )
        self._n_block_frames = block_frames(spec)
        span = (self._n_block_frames - 1) * spec.hop_size + spec.frame_size
        self._span = np.zeros(span, dtype=np.float32)
        self._frames = np.lib.stride_tricks.sliding_window_view(self._span, spec.frame_size)[
            :: spec.hop_size
        ]
        self.reset()

    def reset(self) -> None:
        """Forget what was pushed: what comes next is the start of a recording."""
        self._block.reset()
        self._n_seen = 0
        self._n_filled = 0
        self._n_to_skip = 0

    def push(self, samples: FloatArray) -> FloatArray:
        """Take the next piece of the recording.

        Parameters
        ----------
        samples : ndarray of float32, shape (n_samples,)
            Any number of samples; full scale is 1. None is taken if one of them is refused.

        Returns
        -------
        ndarray of float32, shape (n_frames, n_features)
            Frames of the blocks that are complete now, in the order of ``spec.columns``.

        Raises
        ------
        UnusableSampleError
            If a sample is NaN, infinite or absurdly large.
        """
        check_samples(samples, first_position=self._n_seen)
        self._n_seen += samples.size
        blocks = [self._no_frames()]
        while samples.size:
            if self._n_to_skip:
                skipped = min(self._n_to_skip, samples.size)
                self._n_to_skip -= skipped
                samples = samples[skipped:]
                continue
            taken = min(self._span.size - self._n_filled, samples.size)
            self._span[self._n_filled : self._n_filled + taken] = samples[:taken]
            self._n_filled += taken
            samples = samples[taken:]
            if self._n_filled == self._span.size:
                blocks.append(self._block.features(self._frames, self._n_block_frames))
                self._move_on()
        return np.concatenate(blocks)

    def finish(self) -> FloatArray:
        """End the recording; an incomplete last frame is dropped.

        Returns
        -------
        ndarray of float32, shape (n_frames, n_features)
            The frames that no `push` returned.
        """
        n_frames = count_frames(
            self._n_filled, frame_size=self.spec.frame_size, hop_size=self.spec.hop_size
        )
        self._span[self._n_filled :] = 0.0
        features = self._block.features(self._frames, n_frames) if n_frames else self._no_frames()
        self.reset()
        return features

    def frames(self, samples: FloatArray) -> FloatArray:
        """Compute the features of all complete frames of a recording.

        Parameters
        ----------
        samples : ndarray of float32, shape (n_samples,)
            The whole recording; full scale is 1.

        Returns
        -------
        ndarray of float32, shape (n_frames, n_features)
            In the order of ``spec.columns``.

        Raises
        ------
        UnusableSampleError
            If a sample is NaN, infinite or absurdly large.
        """
        self.reset()
        return np.concatenate([self.push(samples), self.finish()])

    def _no_frames(self) -> FloatArray:
        return np.empty((0, len(self.spec.columns)), dtype=np.float32)

    def _move_on(self) -> None:
        advance = self._n_block_frames * self.spec.hop_size
        kept = max(0, self._span.size - advance)
        self._span[:kept] = self._span[self._span.size - kept :].copy()
        self._n_filled = kept
        self._n_to_skip = max(0, advance - self._span.size)


class _Block:
    """Computes a block of frames with Essentia's linear steps as matrices."""

    def __init__(self, spec: FeatureSpec) -> None:
        import scipy.sparse

        n_frames, n_bins = block_frames(spec), spec.n_bins
        self._probes = probe(spec)
        # A bin lies in four bands at most: the sparse product beats BLAS.
        self._mel_filters = scipy.sparse.csr_array(self._probes.mel_filters)
        self._bin_major_power = np.empty((n_bins, n_frames), dtype=np.float32)
        self._essentia = EssentiaFrames(spec)
        self._pitch_classes = PitchClasses(spec, n_frames=n_frames)
        self._onsets = OnsetSpectra(n_frames=n_frames, n_bins=n_bins)
        self._n_features = len(spec.columns)
        self._windowed = np.zeros((n_frames, spec.fft_size), dtype=np.float32)
        self._real, self._imaginary, self._power, self._magnitude = (
            np.empty((n_frames, n_bins), dtype=np.float32) for _ in range(4)
        )

    def reset(self) -> None:
        self._onsets.reset()

    def features(self, frames: FloatArray, n_frames: int) -> FloatArray:
        """Features of the first `n_frames`; all rows are computed, so that shapes never change."""
        self._transform(frames)
        features = np.empty((frames.shape[0], self._n_features), dtype=np.float32)
        self._onsets.advance(self._real, self._imaginary, self._magnitude)
        n_mfcc_bands = self._probes.n_mfcc_bands
        energies = self._band_energies()
        features[:, 0] = loudness(frames)
        at = 1 + N_MFCC
        features[:, 1:at] = np.einsum(
            "ij,jk->ik", energy_to_db(energies[:, :n_mfcc_bands]), self._probes.dct
        )
        melbands = energies[:, n_mfcc_bands:]
        features[:, at : at + melbands.shape[1]] = melbands
        at += melbands.shape[1]
        features[:, at] = np.einsum("ij,j->i", self._magnitude, self._probes.hfc)
        features[:, at + 1] = self._onsets.complex_difference(self._real, self._imaginary)
        features[:, at + 2] = self._onsets.flux()
        features[:n_frames, at + 3 :] = self._profiles(frames[:n_frames])
        return features[:n_frames]

    def _transform(self, frames: FloatArray) -> None:
        """Spectra of the frames: windowed, zero-phase and zero-padded as Essentia does it."""
        import scipy.fft

        window, windowed = self._probes.window, self._windowed
        half = window.size // 2
        np.multiply(frames[:, half:], window[half:], out=windowed[:, : window.size - half])
        np.multiply(frames[:, :half], window[:half], out=windowed[:, windowed.shape[1] - half :])
        # Single precision stays single precision: the result is complex64.
        spectrum: Any = scipy.fft.rfft(windowed, axis=1, workers=1)
        self._real[:] = spectrum.real
        self._imaginary[:] = spectrum.imag
        np.multiply(self._real, self._real, out=self._power)
        self._power += np.multiply(self._imaginary, self._imaginary, out=self._magnitude)
        np.sqrt(self._power, out=self._magnitude)

    def _band_energies(self) -> FloatArray:
        np.copyto(self._bin_major_power, self._power.T)
        energies: FloatArray = self._mel_filters @ self._bin_major_power
        return energies.T

    def _profiles(self, frames: FloatArray) -> FloatArray:
        profiles, undecided = self._pitch_classes.hpcp(self._magnitude[: frames.shape[0]])
        for n in undecided:
            # Rounding decides what a plateau is: Essentia's own rounding, then.
            profiles[n] = self._essentia.hpcp(np.ascontiguousarray(frames[n]))
        return profiles


class _BlockByEssentia:
    """Computes a block of frames one by one."""

    def __init__(self, spec: FeatureSpec) -> None:
        self._essentia = EssentiaFrames(spec)
        self._n_features = len(spec.columns)

    def reset(self) -> None:
        self._essentia.reset()

    def features(self, frames: FloatArray, n_frames: int) -> FloatArray:
        features = np.empty((n_frames, self._n_features), dtype=np.float32)
        for n in range(n_frames):
            features[n] = self._essentia.frame(np.ascontiguousarray(frames[n]))
        return features
