"""Blocks of frames against the reference, and that pieces, blocks and threads change no byte."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from core.features.batched import LONGEST_PROBED_FFT, BatchedFrames, block_frames
from core.features.essentia_frames import EssentiaFrames, UnusableSampleError
from core.features.spec import FeatureSpec

SPEC = FeatureSpec(sample_rate=8000, frame_size=200, hop_size=200)
BLOCK = 200 * block_frames(SPEC)

SIZES = [
    (8000, 200, 200),
    (8000, 200, 90),
    (8000, 200, 333),
    (16_000, 320, 160),
    (16_000, 201, 201),
    (22_050, 201, 500),
    (44_100, 1103, 1103),
    (48_000, 2048, 1024),
    (44_100, 5000, 2500),
    (120_000, 1103, 600),
]

# Largest error over a feature's range on recordings, in frames of 25 ms.
TOLERANCE = {
    "loudness": 2e-6,
    "mfcc": 4e-6,
    "melbands": 2e-6,
    "onset_hfc": 2e-6,
    "onset_flux": 2e-6,
    "onset_complex": 2e-5,
}
# Essentia adds one number after the other in single precision: long frames are further from its
# sums than from the true ones.
TOLERANCE_LONG = {
    **TOLERANCE,
    "loudness": 5e-6,
    "mfcc": 2e-5,
    "onset_hfc": 5e-6,
    "onset_flux": 5e-6,
}
# Bands 90 dB below a tone hold the rounding of an FFT in single precision, Essentia's too.
TOLERANCE_TONE = {**TOLERANCE_LONG, "mfcc": 1e-4}


def tone(hz, rate, n_samples):
    return 0.5 * np.sin(2 * np.pi * hz * np.arange(n_samples) / rate)


def every_kind_of_signal(spec, *, n_frames_each=60):
    """One recording of noise, silence, clipping, least significant bits, clicks and a fade."""
    rng = np.random.default_rng(5)
    n = spec.frame_size + n_frames_each * spec.hop_size
    noise = rng.standard_normal(n)
    clicks = np.zeros(n)
    clicks[:: int(2.7 * spec.frame_size)] = 1.0
    parts = [
        0.1 * noise,
        np.zeros(n),
        np.clip(3 * noise, -1, 1),
        rng.integers(-1, 2, n) / 32_768,
        clicks,
        noise * np.geomspace(1, 1e-5, n),
    ]
    return np.concatenate(parts).astype(np.float32)


def noise(n_samples, *, seed=0):
    return (0.1 * np.random.default_rng(seed).standard_normal(n_samples)).astype(np.float32)


def agreement(expected, got, spec):
    """Largest error over the range of each group of features, and each frame's of the HPCP."""
    error = np.abs(got.astype(float) - expected)
    relative = error / np.ptp(expected, axis=0)
    groups = {}
    for prefix in TOLERANCE:
        of_group = [i for i, name in enumerate(spec.columns) if name.startswith(prefix)]
        groups[prefix] = relative[:, of_group].max()
    hpcp = [i for i, name in enumerate(spec.columns) if name.startswith("hpcp")]
    return groups, error[:, hpcp].max(axis=1)


def check_agreement(samples, spec, tolerance):
    expected = EssentiaFrames(spec).frames(samples)
    got = BatchedFrames(spec).frames(samples)
    assert got.dtype == np.float32
    assert got.shape == expected.shape
    groups, hpcp = agreement(expected, got, spec)
    too_far = {name: e for name, e in groups.items() if e > tolerance[name]}
    assert not too_far
    # HPCP is ill-conditioned: single frames may differ wherever a peak lies on an edge.
    assert np.quantile(hpcp, 0.5) < 3e-5
    assert np.quantile(hpcp, 0.9) < 2e-4
    assert np.quantile(hpcp, 0.98) < 5e-3


@pytest.mark.parametrize(("sample_rate", "frame_size", "hop_size"), SIZES)
def test_agrees_with_essentia_on_every_kind_of_signal(sample_rate, frame_size, hop_size):
    spec = FeatureSpec(sample_rate=sample_rate, frame_size=frame_size, hop_size=hop_size)
    tolerance = TOLERANCE if frame_size < 2000 else TOLERANCE_LONG
    check_agreement(every_kind_of_signal(spec), spec, tolerance)


@pytest.mark.parametrize(("sample_rate", "frame_size", "hop_size"), SIZES)
def test_agrees_with_essentia_on_a_loud_tone_over_quiet_noise(sample_rate, frame_size, hop_size):
    spec = FeatureSpec(sample_rate=sample_rate, frame_size=frame_size, hop_size=hop_size)
    n = frame_size + 60 * hop_size
    quiet = noise(2 * n)
    quiet[:n] *= np.float32(1e-2)
    samples = quiet + np.concatenate([tone(440.3, sample_rate, n), np.zeros(n)]).astype(np.float32)
    check_agreement(samples, spec, TOLERANCE_TONE)


@pytest.mark.parametrize("folder", ["real_speech", "mix_cough"])
def test_agrees_with_essentia_on_real_recordings(shared_data, folder):
    paths = sorted((shared_data / folder / "audio").iterdir())[:6]
    parts = [soundfile.read(path, frames=40_000, dtype="float32", always_2d=True) for path in paths]
    samples = np.concatenate([audio[:, 0] for audio, _ in parts])
    rate = parts[0][1]
    spec = FeatureSpec(sample_rate=rate, frame_size=rate // 40, hop_size=200)
    check_agreement(samples, spec, TOLERANCE)


@pytest.mark.parametrize("sample_rate", [16_000, 48_000])
@pytest.mark.parametrize("kind", ["tone", "offset"])
def test_profiles_that_are_rounding_are_those_of_essentia(sample_rate, kind):
    spec = FeatureSpec(sample_rate=sample_rate, frame_size=2048, hop_size=1024)
    n = 40 * 1024
    samples = tone(440.3, sample_rate, n) if kind == "tone" else np.full(n, 1 / 32_768)
    samples = samples.astype(np.float32)
    expected, got = EssentiaFrames(spec).frames(samples), BatchedFrames(spec).frames(samples)
    assert np.abs(got[:, -12:] - expected[:, -12:]).max() < 1e-4


@pytest.mark.parametrize("frame_size", [2, 3, 4, 7])
def test_tiny_frames_agree(frame_size):
    spec = FeatureSpec(sample_rate=8000, frame_size=frame_size, hop_size=frame_size)
    samples = noise(60 * frame_size)
    got, expected = BatchedFrames(spec).frames(samples), EssentiaFrames(spec).frames(samples)
    np.testing.assert_allclose(got[:, :41], expected[:, :41], rtol=1e-4, atol=1e-4)
    # So few samples have spectra without clear peaks.
    np.testing.assert_allclose(got[:, 41:], expected[:, 41:], atol=0.02)


@pytest.mark.parametrize("hop_size", [2000, 9000, 30_000])
def test_frames_too_long_to_probe_are_essentias_own(hop_size):
    spec = FeatureSpec(sample_rate=44_100, frame_size=8193, hop_size=hop_size)
    assert spec.fft_size > LONGEST_PROBED_FFT
    samples = noise(8193 + 5 * hop_size)
    expected = EssentiaFrames(spec).frames(samples)
    batched = BatchedFrames(spec)
    assert batched.frames(samples).tobytes() == expected.tobytes()
    pieces = [batched.push(piece) for piece in np.array_split(samples, 7)]
    assert np.concatenate([*pieces, batched.finish()]).tobytes() == expected.tobytes()


@pytest.mark.parametrize("n_samples", [0, 1, 199, 200, 399, 400, BLOCK - 1, BLOCK, BLOCK + 200])
@pytest.mark.parametrize("hop_size", [1, 150, 200, 700])
def test_incomplete_last_frame_is_dropped_and_complete_one_never(n_samples, hop_size):
    spec = FeatureSpec(sample_rate=8000, frame_size=200, hop_size=hop_size)
    n_frames = 0 if n_samples < 200 else (n_samples - 200) // hop_size + 1
    assert BatchedFrames(spec).frames(noise(n_samples)).shape == (n_frames, 53)


@pytest.fixture(scope="module")
def streams():
    """Objects of several sizes, each with a recording and its features in one piece."""
    made = []
    for frame_size, hop_size in [(200, 200), (200, 64), (201, 450), (1103, 300)]:
        spec = FeatureSpec(sample_rate=8000, frame_size=frame_size, hop_size=hop_size)
        n_samples = frame_size + int(2.4 * block_frames(spec) * hop_size)
        samples = noise(n_samples)
        samples[n_samples // 3 : n_samples // 2] = 0.0
        batched = BatchedFrames(spec)
        made.append((batched, samples, batched.frames(samples)))
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(which=st.integers(0, 3), cuts=st.lists(st.floats(0, 1), max_size=30))
def test_pieces_change_no_byte(streams, which, cuts):
    batched, samples, expected = streams[which]
    edges = sorted(int(cut * samples.size) for cut in cuts)
    pieces = [batched.push(piece) for piece in np.split(samples, edges)]
    got = np.concatenate([*pieces, batched.finish()])
    assert got.tobytes() == expected.tobytes()


def test_single_samples_change_no_byte(streams):
    batched, samples, _ = streams[0]
    samples = samples[: BLOCK + 450]
    expected = batched.frames(samples)
    pieces = [batched.push(samples[i : i + 1]) for i in range(samples.size)]
    assert np.concatenate([*pieces, batched.finish()]).tobytes() == expected.tobytes()


def test_a_new_object_and_the_place_in_memory_change_no_byte(streams):
    for batched, samples, expected in streams:
        shifted = np.empty(samples.size + 1, np.float32)[1:]
        shifted[:] = samples
        assert BatchedFrames(batched.spec).frames(shifted).tobytes() == expected.tobytes()


def test_the_number_of_threads_changes_no_byte(streams):
    for batched, samples, expected in streams:
        for n_threads in (1, 2, 4):
            with threadpool_limits(n_threads):
                assert batched.frames(samples).tobytes() == expected.tobytes()


def test_a_recording_leaves_no_trace_in_the_next(streams):
    batched, samples, expected = streams[1]
    batched.push(noise(5000, seed=9))
    batched.reset()
    got = np.concatenate([batched.push(samples), batched.finish()])
    assert got.tobytes() == expected.tobytes()
    assert batched.finish().shape == (0, 53)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30])
def test_a_refused_piece_is_not_taken(streams, value):
    batched, samples, expected = streams[2]
    first = batched.push(samples[:5000])
    broken = samples[5000:7000].copy()
    broken[77] = value
    with pytest.raises(UnusableSampleError) as caught:
        batched.push(broken)
    assert caught.value.position == 5077
    rest = [first, batched.push(samples[5000:]), batched.finish()]
    assert np.concatenate(rest).tobytes() == expected.tobytes()


@pytest.mark.parametrize("amplitude", [1e15, 1e-20, 1e-30, 1e-44])
def test_extreme_levels_stay_finite(amplitude):
    samples = np.clip(noise(10_000), -1, 1) * np.float32(amplitude)
    assert np.isfinite(BatchedFrames(SPEC).frames(samples)).all()


def peak_bytes(n_pieces):
    batched, piece = BatchedFrames(SPEC), noise(4000)
    tracemalloc.start()
    try:
        for _ in range(n_pieces):
            batched.push(piece)
        batched.finish()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_recording():
    # Held against all that is pushed: what the process allocates besides (some 100 kB) is
    # counted, too, and would decide a comparison of the two peaks.
    pushed_bytes = 1000 * noise(4000).nbytes
    assert peak_bytes(1000) - peak_bytes(10) < 0.05 * pushed_bytes


def test_long_hops_need_no_long_block():
    spec = FeatureSpec(sample_rate=8000, frame_size=200, hop_size=1 << 20)
    assert block_frames(spec) == 1
    samples = noise(200 + (2 << 20))
    batched = BatchedFrames(spec)
    pieces = [batched.push(piece) for piece in np.array_split(samples, 50)]
    got = np.concatenate([*pieces, batched.finish()])
    assert got.shape[0] == 3
    np.testing.assert_allclose(got, EssentiaFrames(spec).frames(samples), rtol=2e-4, atol=2e-4)
