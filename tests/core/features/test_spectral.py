"""Each vectorised step against Essentia's own, given the same spectra."""

from __future__ import annotations

import numpy as np
import pytest

from core.features.essentia_frames import make_objects
from core.features.spec import FeatureSpec
from core.features.spectral import OnsetSpectra, PitchClasses, energy_to_db, loudness

SIZES = [(8000, 200), (9000, 200), (10_001, 1025), (22_050, 1103), (44_100, 8192)]
N_FRAMES = 40


def make_spec(sample_rate, frame_size):
    return FeatureSpec(sample_rate=sample_rate, frame_size=frame_size, hop_size=frame_size)


def random_spectra(spec, *, seed=0):
    return np.random.default_rng(seed).random((N_FRAMES, spec.n_bins), dtype=np.float32)


def essentia_profiles(spec, magnitude):
    objects = make_objects(spec)
    return np.array([objects.hpcp(*objects.peaks(row)) for row in magnitude])


@pytest.mark.parametrize(("sample_rate", "frame_size"), SIZES)
def test_profiles_are_those_of_essentia(sample_rate, frame_size):
    spec = make_spec(sample_rate, frame_size)
    magnitude = random_spectra(spec)
    profiles, undecided = PitchClasses(spec, n_frames=N_FRAMES).hpcp(magnitude)
    assert undecided.size <= 1
    np.testing.assert_allclose(profiles, essentia_profiles(spec, magnitude), atol=3e-5)


def test_more_than_100_peaks_occur_here_so_that_the_limit_is_tested():
    spec = make_spec(44_100, 8192)
    peaks = make_objects(spec).peaks
    assert all(len(peaks(row)[0]) == 100 for row in random_spectra(spec))


@pytest.mark.parametrize("ends", [(9.0, 9.0), (9.0, 0.0), (0.0, 9.0)])
@pytest.mark.parametrize(("sample_rate", "frame_size"), SIZES[:3])
def test_peaks_at_the_ends_of_the_spectrum_count(sample_rate, frame_size, ends):
    spec = make_spec(sample_rate, frame_size)
    magnitude = random_spectra(spec)
    magnitude[:, 0], magnitude[:, -1] = ends
    profiles, _ = PitchClasses(spec, n_frames=N_FRAMES).hpcp(magnitude)
    np.testing.assert_allclose(profiles, essentia_profiles(spec, magnitude), atol=3e-5)


def test_plateaus_are_left_undecided_but_silence_is_not():
    spec = make_spec(8000, 200)
    magnitude = random_spectra(spec, seed=1)
    _, undecided = PitchClasses(spec, n_frames=N_FRAMES).hpcp(magnitude)
    assert undecided.size == 0
    magnitude[3, 101] = magnitude[3, 100]
    magnitude[5] = 0.0
    profiles, undecided = PitchClasses(spec, n_frames=N_FRAMES).hpcp(magnitude)
    assert undecided.tolist() == [3]
    assert not profiles[5].any()


def test_a_band_of_nothing_but_rounding_is_left_undecided():
    spec = make_spec(8000, 200)
    magnitude = random_spectra(spec, seed=1)
    split = round(500 * spec.fft_size / 8000)
    magnitude[7, split - 3 :] *= np.float32(1e-7)
    magnitude[9, split - 3 :] *= np.float32(1e-3)
    _, undecided = PitchClasses(spec, n_frames=N_FRAMES).hpcp(magnitude)
    assert undecided.tolist() == [7]


def test_fewer_frames_than_a_block_are_allowed():
    spec = make_spec(8000, 200)
    magnitude = random_spectra(spec)
    pitch_classes = PitchClasses(spec, n_frames=N_FRAMES)
    everything, _ = pitch_classes.hpcp(magnitude)
    some, _ = pitch_classes.hpcp(magnitude[:7])
    assert (some == everything[:7]).all()


@pytest.mark.parametrize("n_block", [1, 2, 8, N_FRAMES])
def test_onsets_are_those_of_essentia_across_blocks(n_block):
    spec = make_spec(8000, 200)
    rng = np.random.default_rng(2)
    real, imaginary = rng.standard_normal((2, N_FRAMES, spec.n_bins), dtype=np.float32)
    # Single silent bins, and whole silent frames, have phase 0.
    real[10:12, ::3], imaginary[10:12, ::3] = 0.0, 0.0
    real[20:23], imaginary[20:23] = 0.0, 0.0
    magnitude = np.sqrt(real * real + imaginary * imaginary)
    phase = np.arctan2(imaginary, real)
    objects = make_objects(spec)
    expected_flux = [objects.onset_flux(m, p) for m, p in zip(magnitude, phase, strict=True)]
    expected = [objects.onset_complex(m, p) for m, p in zip(magnitude, phase, strict=True)]
    onsets = OnsetSpectra(n_frames=n_block, n_bins=spec.n_bins)
    for _ in range(2):
        flux, difference = [], []
        for i in range(0, N_FRAMES, n_block):
            rows = slice(i, i + n_block)
            onsets.advance(real[rows], imaginary[rows], magnitude[rows])
            flux.append(onsets.flux())
            difference.append(onsets.complex_difference(real[rows], imaginary[rows]))
        np.testing.assert_allclose(np.concatenate(flux), expected_flux, rtol=1e-5)
        np.testing.assert_allclose(np.concatenate(difference), expected, rtol=1e-5)
        onsets.reset()


def test_loudness_follows_its_power_law():
    frames = np.random.default_rng(3).standard_normal((5, 201)).astype(np.float32)
    expected = (frames.astype(float) ** 2).sum(axis=1) ** 0.67 / 201
    np.testing.assert_allclose(loudness(frames), expected, rtol=1e-6)


def test_decibels_end_at_silence():
    energy = np.array([1.0, 0.1, 1e-10, 1e-11, 0.0], np.float32)
    np.testing.assert_allclose(energy_to_db(energy), [0, -20, -200, -200, -200], atol=1e-4)
