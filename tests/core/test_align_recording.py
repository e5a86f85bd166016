"""On made sounds a shift is found as far as it is one, and nothing where nothing is to be heard."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from core.align_recording import (
    AlignmentItem,
    RecordingAlignment,
    align_recording,
    align_sound,
)
from core.annotations.alignment import TOLERANCE_S, Alignment
from core.errors import RecordingError
from core.progress import Cancelled
from tests.core.made_events import RATE_HZ, annotated, event_times, made_sound

SECONDS = 30.0


def align(sound, annotations, block=50_000):
    blocks = [sound[k : k + block] for k in range(0, len(sound), block)]
    return align_sound(blocks, annotations, sample_rate=RATE_HZ, n_samples=len(sound))


def made(seed, *, seconds=SECONDS, n_events=8, **changed):
    rng = np.random.default_rng(seed)
    times = event_times(rng, seconds=seconds, n_events=n_events)
    return made_sound(rng, times, seconds=seconds), annotated(times, seconds, **changed), times


@settings(max_examples=25)
@given(st.integers(0, 999), st.floats(-1.5, 1.5))
def test_annotations_shifted_by_so_much_are_found_so_much_further(seed, shift_s):
    sound, annotations, times = made(seed)
    still = align(sound, annotations)
    moved = align(sound, annotated(times, SECONDS, shift_s=shift_s))
    assert still.verdict == "aligned"
    assert moved.shift_s + shift_s == pytest.approx(still.shift_s, abs=0.011)
    if abs(shift_s) > 2 * TOLERANCE_S:
        assert moved.verdict == "suspicious"


@pytest.mark.parametrize("drift", [0.01, -0.005])
def test_a_drift_is_found_and_undone(drift):
    seconds = 150.0
    sound, annotations, times = made(3, seconds=seconds, n_events=40, drift=drift, shift_s=0.3)
    found = align(sound, annotations)
    assert found.verdict == "suspicious"
    assert found.drift == pytest.approx(1 / (1 + drift) - 1, abs=0.0005)
    assert found.drift_low <= found.drift <= found.drift_high
    for a, (start_s, _) in zip(annotations[1::2], times, strict=True):
        assert found.offset_s + found.stretch * a.start_s == pytest.approx(start_s, abs=0.05)


def test_a_shift_alone_is_no_drift():
    sound, annotations, _ = made(4, seconds=150.0, n_events=40, shift_s=0.4)
    found = align(sound, annotations)
    assert found.drift is None
    assert found.drift_low <= 0 <= found.drift_high
    assert found.stretch == 1.0


@pytest.mark.parametrize("seed", range(5))
def test_of_noise_without_events_nothing_is_told(seed):
    _, annotations, _ = made(seed)
    noise = np.random.default_rng(seed).standard_normal(int(SECONDS * RATE_HZ))
    assert align(0.1 * noise.astype(np.float32), annotations).verdict == "cannot tell"


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    """Edges are set with errors of their own, which the interval must allow for."""
    rng = np.random.default_rng(8)
    covered = []
    for seed in range(60):
        shift_s = rng.uniform(-0.5, 0.5)
        sound, _, times = made(seed, n_events=6)
        jittered = [tuple(t + rng.normal(0, 0.03, 2)) for t in times]
        found = align(sound, annotated(jittered, SECONDS, shift_s=shift_s))
        covered.append(found.low_s <= -shift_s <= found.high_s)
    assert sum(covered) >= 54  # of 60; 57 would be 95 %


def test_where_blocks_end_makes_no_difference():
    sound, annotations, _ = made(5, seconds=150.0, n_events=30, shift_s=0.2)
    whole = align(sound, annotations, block=len(sound))
    assert align(sound, annotations, block=7001) == whole
    assert whole.shift_s == pytest.approx(-0.2, abs=0.02)


def test_a_sound_that_is_shorter_than_it_is_said_to_be_tells_less():
    sound, annotations, _ = made(6)
    found = align_sound(
        [sound[: len(sound) // 2]], annotations, sample_rate=RATE_HZ, n_samples=len(sound)
    )
    assert found.n_edges == 16
    assert found.verdict == "aligned"


def test_each_part_of_a_long_recording_is_looked_at_against_its_own_background():
    """It becomes much louder after a minute; what came before is no silence for that."""
    sound, _, times = made(7, seconds=240.0, n_events=40)
    sound[len(sound) // 4 :] *= 100
    early = [t for t in times if t[1] < 55]
    found = align(sound, annotated(early, 240.0, shift_s=0.25))
    assert found.shift_s == pytest.approx(-0.25, abs=0.02)
    assert found.verdict == "suspicious"


@pytest.fixture
def item(tmp_path):
    sound, annotations, _ = made(1, shift_s=0.5)
    path = tmp_path / "a.wav"
    soundfile.write(path, sound, RATE_HZ, subtype="PCM_16")
    n_samples = len(sound)
    return AlignmentItem(str(path), "a.wav", str(path), n_samples, RATE_HZ, 0, annotations)


def test_a_recording_is_told_of_with_its_name_and_length(item):
    found = align_recording(item)
    assert (found.recording, found.duration_s) == ("a.wav", SECONDS)
    assert found.alignment.verdict == "suspicious"
    assert found.is_suspicious
    assert (found.transcode_lag_s, found.lag_problem, found.is_late) == (0.0, "", False)


def test_an_original_that_is_gone_is_no_reason_to_tell_nothing(item, tmp_path):
    gone = AlignmentItem(**{**vars(item), "original": str(tmp_path / "gone.wav")})
    found = align_recording(gone)
    assert found.alignment.verdict == "suspicious"
    assert found.transcode_lag_s is None
    assert "There is no file" in found.lag_problem


def test_transcoded_audio_that_is_gone_is_an_error(item, tmp_path):
    gone = AlignmentItem(**{**vars(item), "transcoded": str(tmp_path / "gone.wav")})
    with pytest.raises(RecordingError, match="There is no file"):
        align_recording(gone)


def test_it_can_be_cancelled(item):
    def cancel(progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        align_recording(item, report=cancel)


@pytest.mark.parametrize(("lag_s", "is_late"), [(None, False), (0.0, False), (-0.02, True)])
def test_late_audio_is_suspicious_whatever_the_annotations_say(lag_s, is_late):
    found = RecordingAlignment("a", 1.0, Alignment("aligned", 4), lag_s)
    assert (found.is_late, found.is_suspicious) == (is_late, is_late)
