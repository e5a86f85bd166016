"""The reference: Essentia configured as designed, checked against formulas written out here."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest

from core.features.essentia_frames import (
    EssentiaFrames,
    UnusableSampleError,
    check_samples,
    make_objects,
)
from core.features.spec import FeatureSpec

RATE = 8000
SPEC = FeatureSpec(sample_rate=RATE, frame_size=200, hop_size=200)


@pytest.fixture(scope="module")
def reference():
    return EssentiaFrames(SPEC)


def noise(n_samples, *, seed=0, amplitude=0.1):
    rng = np.random.default_rng(seed)
    return (amplitude * rng.standard_normal(n_samples)).astype(np.float32)


def sine(hz, n_samples, *, rate=RATE):
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(n_samples) / rate)).astype(np.float32)


def column(features, name, spec=SPEC):
    return features[:, spec.columns.index(name)]


def block(features, prefix, spec=SPEC):
    return features[:, [i for i, name in enumerate(spec.columns) if name.startswith(prefix)]]


def spectra(samples, spec=SPEC):
    """Spectra in double precision: Hann window of sum 2, zero phase, zero padding."""
    window = np.hanning(spec.frame_size)
    window *= 2 / window.sum()
    starts = range(0, samples.size - spec.frame_size + 1, spec.hop_size)
    frames = np.array([samples[s : s + spec.frame_size] * window for s in starts])
    padded = np.zeros((len(frames), spec.fft_size))
    padded[:, : spec.frame_size] = frames
    return np.fft.rfft(np.roll(padded, -(spec.frame_size // 2), axis=1))


@pytest.mark.parametrize(
    ("n_samples", "n_frames"), [(0, 0), (199, 0), (200, 1), (399, 1), (400, 2), (1001, 5)]
)
def test_incomplete_last_frame_is_dropped_and_complete_one_never(reference, n_samples, n_frames):
    assert reference.frames(noise(n_samples)).shape == (n_frames, 53)


def test_frames_start_at_every_hop():
    hop = 70
    reference = EssentiaFrames(FeatureSpec(sample_rate=RATE, frame_size=200, hop_size=hop))
    samples = noise(1000)
    features = reference.frames(samples)
    assert features.shape[0] == 1 + (1000 - 200) // hop
    for n in (0, 3, features.shape[0] - 1):
        alone = reference.frames(samples[n * hop : n * hop + 200])
        assert column(alone, "loudness") == column(features, "loudness")[n]
        assert (block(alone, "mfcc") == block(features, "mfcc")[n]).all()


def test_loudness_is_of_the_unwindowed_frame_over_its_size(reference):
    samples = noise(600)
    energy = (samples.astype(float).reshape(-1, 200) ** 2).sum(axis=1)
    got = column(reference.frames(samples), "loudness")
    np.testing.assert_allclose(got, energy**0.67 / 200, rtol=1e-5)


@pytest.mark.parametrize("frame_size", [200, 201, 1103])
def test_onsets_follow_their_formulas(frame_size):
    spec = FeatureSpec(sample_rate=RATE, frame_size=frame_size, hop_size=150)
    samples = noise(frame_size + 10 * 150, seed=1)
    features = EssentiaFrames(spec).frames(samples)
    spectrum = spectra(samples, spec)
    magnitude, phase = np.abs(spectrum), np.angle(spectrum)
    hz = np.arange(spec.n_bins) * RATE / spec.fft_size
    np.testing.assert_allclose(column(features, "onset_hfc"), magnitude @ hz, rtol=2e-5)
    nothing = np.zeros((2, spec.n_bins))
    before = np.vstack([nothing, magnitude])
    flux = np.abs(magnitude - before[1:-1]).sum(axis=1)
    np.testing.assert_allclose(column(features, "onset_flux"), flux, rtol=2e-5)
    past = np.vstack([nothing, phase])
    expected = before[1:-1] * np.exp(1j * (2 * past[1:-1] - past[:-2]))
    distance = np.abs(spectrum - expected).sum(axis=1)
    np.testing.assert_allclose(column(features, "onset_complex"), distance, rtol=2e-5)


@pytest.mark.parametrize("rate", [8000, 44_100])
def test_mel_band_of_a_tone_is_where_its_frequency_is(rate):
    spec = FeatureSpec(sample_rate=rate, frame_size=1024, hop_size=1024)
    highest = min(22_050, rate / 2)
    edges = np.linspace(0, 2595 * np.log10(1 + highest / 700), 26)
    for band in (3, 10, 20):
        hz = 700 * (10 ** (edges[band + 1] / 2595) - 1)
        bands = block(EssentiaFrames(spec).frames(sine(hz, 1024, rate=rate)), "melbands", spec)
        assert bands[0].argmax() == band


@pytest.mark.parametrize(("hz", "pitch_class"), [(440, 0), (880, 0), (523.25, 3), (987.77, 2)])
def test_pitch_class_of_a_tone(hz, pitch_class):
    spec = FeatureSpec(sample_rate=RATE, frame_size=2048, hop_size=2048)
    hpcp = block(EssentiaFrames(spec).frames(sine(hz, 2048)), "hpcp", spec)[0]
    # Twice the tone's own weight: the other side of the split is scaled up to 1, too.
    assert hpcp[pitch_class] == pytest.approx(hpcp.max(), abs=0.05)


def test_silence_is_harmless(reference):
    features = reference.frames(np.zeros(600, np.float32))
    assert np.isfinite(features).all()
    assert column(features, "mfcc_0") == pytest.approx(-200 * np.sqrt(40), abs=0.01)
    for prefix in ("loudness", "melbands", "onset", "hpcp"):
        assert not block(features, prefix).any()


def test_every_recording_starts_anew(reference):
    samples = noise(1000)
    assert (reference.frames(samples) == reference.frames(samples)).all()
    first = reference.frames(samples[:200])
    assert column(first, "onset_flux") == pytest.approx(np.abs(spectra(samples)[0]).sum(), rel=1e-5)


@pytest.mark.parametrize("rate", [8000, 16_000, 48_000])
def test_the_rate_and_the_bounds_are_given_everywhere(rate):
    objects = make_objects(FeatureSpec(sample_rate=rate, frame_size=200, hop_size=200))
    for name in ("mfcc", "melbands", "onset_hfc", "onset_complex", "onset_flux", "peaks", "hpcp"):
        assert getattr(objects, name).paramValue("sampleRate") == rate, name
    bounds = {
        "mfcc": ("highFrequencyBound", 11_000),
        "melbands": ("highFrequencyBound", 22_050),
        "peaks": ("maxFrequency", 5000),
        "hpcp": ("maxFrequency", 5000),
    }
    for name, (parameter, default) in bounds.items():
        assert getattr(objects, name).paramValue(parameter) == min(default, rate / 2), name
    assert objects.peaks.paramValue("maxPeaks") == 100
    assert objects.window.paramValue("type") == "hann"


def test_profile_alone_is_the_profile_among_all(reference):
    samples = noise(200)
    alone = reference.hpcp(samples)
    assert (alone == block(reference.frames(samples), "hpcp")[0]).all()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e16, -3e38])
def test_samples_that_would_hang_essentia_are_refused_with_their_position(reference, value):
    samples = noise(1000)
    samples[[731, 800]] = value
    with pytest.raises(UnusableSampleError) as caught:
        reference.frames(samples)
    assert caught.value.position == 731
    assert isinstance(caught.value, ValueError)


def test_refusal_survives_the_way_between_processes():
    copy = pickle.loads(pickle.dumps(UnusableSampleError(5, np.inf)))  # noqa: S301  our own bytes
    assert (copy.position, copy.value, str(copy)) == (5, np.inf, "sample 5 is inf")


def test_position_counts_from_the_start_of_the_recording():
    with pytest.raises(UnusableSampleError, match="sample 1003 is nan"):
        check_samples(np.array([0, 0, 0, np.nan], np.float32), first_position=1000)


@pytest.mark.parametrize("amplitude", [1e15, 1e-20, 1e-30, 1e-44])
def test_extreme_levels_stay_finite(reference, amplitude):
    samples = np.clip(noise(1000, amplitude=1), -1, 1) * np.float32(amplitude)
    assert np.isfinite(reference.frames(samples)).all()


@pytest.mark.parametrize("samples", [np.zeros(300), np.zeros(300, np.int16), np.zeros((300, 2))])
def test_other_types_and_shapes_are_refused(reference, samples):
    with pytest.raises(TypeError):
        reference.frames(samples)


def test_essentia_writes_nothing():
    code = (
        "import numpy as np\n"
        "from core.features.essentia_frames import EssentiaFrames\n"
        "from core.features.spec import FeatureSpec\n"
        "EssentiaFrames(FeatureSpec(8000, 200, 200)).frames(np.ones(400, np.float32))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
