from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ProjectError
from core.frequency_axis import FrequencyAxis
from core.peak_writer import PeakWriter
from core.peaks import PeakMeta, PeakReader
from core.progress import Cancelled
from core.remembered import _REMEMBERED
from core.spectrogram import (
    LOWEST_DB,
    NO_AUDIO,
    STEP_DB,
    SpectrogramSpec,
    columns_in_folder,
    compute_columns,
    decibels,
    encode_decibels,
    frames_per_column,
    power_spectra,
)

RATE_HZ = 8000


@pytest.fixture(autouse=True)
def _nothing_kept_open():
    """What a child keeps until it ends, this process would until the last of its tests."""
    yield
    if "peaks" in _REMEMBERED:
        _REMEMBERED.pop("peaks")[1].close()


@pytest.fixture
def reader_of(tmp_path):
    readers = []

    def make(samples, *, is_complete=True):
        folder = tmp_path / str(len(readers))
        writer = PeakWriter(folder, PeakMeta(RATE_HZ, samples.shape[1], "float32"))
        writer.push(samples.astype(np.float32))
        if is_complete:
            writer.close()
        readers.append(PeakReader(folder))
        if not is_complete:
            writer._close_files()
        return readers[-1]

    yield make
    for reader in readers:
        reader.close()


def _spec(fft_size=256, n_rows=129, scale="linear", channel=None):
    return SpectrogramSpec(fft_size, FrequencyAxis(scale, RATE_HZ / 2, n_rows), channel)


def _sine(hz, n_samples, level_db=0.0):
    phase = 2 * np.pi * hz * np.arange(n_samples) / RATE_HZ
    return (10 ** (level_db / 20) * np.sin(phase))[:, np.newaxis]


@pytest.mark.parametrize("fft_size", [128, 1024, 8192])
@pytest.mark.parametrize("level_db", [0.0, -60.0])
def test_a_sine_reads_its_level_at_its_bin(fft_size, level_db):
    k = fft_size // 8
    frame = _sine(k * RATE_HZ / fft_size, fft_size, level_db)[:, 0].astype(np.float32)
    levels_db = 10 * np.log10(power_spectra(frame[np.newaxis])[0] + 1e-30)
    assert levels_db.argmax() == k
    assert levels_db[k] == pytest.approx(level_db, abs=0.01)
    # The Hann window's neighbours are 6 dB lower, all farther bins are silent.
    assert levels_db[k + 1] == pytest.approx(level_db - 6.02, abs=0.01)
    assert levels_db[k + 3 :].max() < level_db - 90


def test_halfway_between_two_bins_a_sine_loses_what_the_window_says():
    frame = _sine(32.5 * RATE_HZ / 1024, 1024)[:, 0].astype(np.float32)
    assert 10 * np.log10(power_spectra(frame[np.newaxis]).max()) == pytest.approx(-1.42, abs=0.02)


@given(st.integers(0, 2**32 - 1), st.sampled_from([128, 512, 2048]))
def test_all_bins_have_the_power_of_the_frame(seed, fft_size):
    frame = np.random.default_rng(seed).uniform(-1, 1, (1, fft_size)).astype(np.float32)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(fft_size) / fft_size)
    in_time = np.sum((frame[0] * window) ** 2) * fft_size / window.sum() ** 2
    assert power_spectra(frame).sum() == pytest.approx(2 * in_time, rel=1e-4)


@given(st.floats(-139, 12))
def test_levels_survive_being_kept_as_a_byte(level_db):
    codes = encode_decibels(np.array([10 ** (level_db / 10)], dtype=np.float32))
    assert decibels(codes)[0] == pytest.approx(level_db, abs=STEP_DB / 2 + 1e-3)


def test_silence_is_the_floor_and_no_audio_is_none(reader_of):
    columns = compute_columns(
        reader_of(np.zeros((4000, 1))), _spec(), column_samples=100, first=-2, n_columns=50
    )
    levels = decibels(columns.codes)
    assert np.isnan(levels[:2]).all()
    assert (levels[2:42] == LOWEST_DB).all()
    assert (columns.codes[42:] == NO_AUDIO).all()
    assert columns.is_final


@pytest.mark.parametrize("column_samples", [1.0, 7.3, 64.0, 500.0])
def test_a_click_stands_in_its_column(reader_of, column_samples):
    place = 5000
    samples = np.zeros((10_000, 1))
    samples[place] = 1
    n_columns = int(10_000 / column_samples)
    columns = compute_columns(
        reader_of(samples), _spec(128), column_samples=column_samples, first=0, n_columns=n_columns
    )
    levels = decibels(columns.codes).max(axis=1)
    loud = np.flatnonzero(levels > LOWEST_DB)
    middle = int(place / column_samples)
    assert np.flatnonzero(levels == levels.max()).mean() == pytest.approx(middle, abs=1)
    # Nothing is seen farther away than half a frame.
    assert abs(loud - middle).max() <= 64 / column_samples + 1


def test_a_short_event_is_not_lost_where_columns_are_sampled(reader_of):
    column_samples, n_columns = 100_000, 8
    _, is_sampled = frames_per_column(column_samples, 256)
    assert is_sampled
    samples = np.zeros((column_samples * n_columns, 1))
    event = slice(333_333, 333_333 + 256)
    samples[event] = 0.5 * _sine(1000, 256)
    columns = compute_columns(
        reader_of(samples), _spec(), column_samples=column_samples, first=0, n_columns=n_columns
    )
    levels = decibels(columns.codes)
    assert levels[3].max() > -12
    assert levels[3].argmax() == pytest.approx(32, abs=1)
    assert (np.delete(levels, 3, axis=0) == LOWEST_DB).all()


@given(st.floats(1, 1e7), st.sampled_from([128, 1024, 8192]))
def test_the_work_of_a_column_is_bounded_and_complete_ones_overlap(column_samples, fft_size):
    n_frames, is_sampled = frames_per_column(column_samples, fft_size)
    assert 1 <= n_frames <= 32
    if not is_sampled:
        assert column_samples / n_frames <= fft_size / 2


@pytest.mark.parametrize("scale", ["linear", "mel", "log"])
@pytest.mark.parametrize("n_rows", [10, 129, 700])
def test_rows_have_the_loudest_bin_in_them(reader_of, scale, n_rows):
    reader = reader_of(_sine(1000, 4000))
    spec = _spec(n_rows=n_rows, scale=scale)
    codes = compute_columns(reader, spec, column_samples=4000, first=0, n_columns=1).codes[0]
    row = min(int(spec.axis.place_of(1000) * n_rows), n_rows - 1)
    assert decibels(codes).max() == pytest.approx(0, abs=STEP_DB)
    assert decibels(codes)[max(0, row - 2) : row + 3].max() == pytest.approx(0, abs=STEP_DB)


def test_columns_are_the_same_wherever_one_begins(reader_of):
    reader = reader_of(np.random.default_rng(0).uniform(-1, 1, (50_000, 2)))
    whole = compute_columns(reader, _spec(), column_samples=77.7, first=0, n_columns=600)
    part = compute_columns(reader, _spec(), column_samples=77.7, first=211, n_columns=99)
    np.testing.assert_array_equal(part.codes, whole.codes[211:310])


def test_a_channel_is_chosen(reader_of):
    both = np.concatenate([_sine(1000, 4000), np.zeros((4000, 1))], axis=1)
    reader = reader_of(both)
    levels = [
        float(
            decibels(
                compute_columns(
                    reader, _spec(channel=channel), column_samples=4000, first=0, n_columns=1
                ).codes
            ).max()
        )
        for channel in (0, 1, None)
    ]
    assert levels == pytest.approx([0, LOWEST_DB, -6], abs=STEP_DB)


def test_columns_at_the_end_of_what_has_grown_are_not_final(reader_of):
    reader = reader_of(np.zeros((4000, 1)), is_complete=False)
    assert compute_columns(reader, _spec(), column_samples=10, first=0, n_columns=100).is_final
    assert not compute_columns(reader, _spec(), column_samples=10, first=0, n_columns=399).is_final


def test_work_can_be_cancelled_and_a_closed_reader_gives_nothing(reader_of):
    reader = reader_of(np.zeros((4000, 1)))

    def refuse(_progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        compute_columns(reader, _spec(), column_samples=9, first=0, n_columns=9, report=refuse)
    with pytest.raises(Cancelled):
        compute_columns(
            reader,
            _spec(),
            column_samples=9,
            first=0,
            n_columns=9,
            report=lambda _progress: reader.close(),
        )


def test_a_folder_stays_open_until_another_is_asked_for(tmp_path):
    def write(name, level):
        with PeakWriter(tmp_path / name, PeakMeta(8000, 1)) as writer:
            writer.push(np.full((4000, 1), level, dtype=np.float32))
        with PeakReader(tmp_path / name) as reader:
            return tmp_path / name, reader.meta.identity

    def columns(folder, identity):
        return columns_in_folder(
            folder, identity, _spec(), column_samples=100, first=0, n_columns=20
        ).codes

    first, second = write("a", 0.5), write("b", 0.05)
    loud = columns(*first)
    for file in first[0].iterdir():
        file.unlink()
    np.testing.assert_array_equal(columns(*first), loud)
    assert (columns(*second).max(axis=1) < loud.max(axis=1)).all()
    with pytest.raises(ProjectError):
        columns(*first)
    again = write("a", 0.05)
    with pytest.raises(ProjectError, match="no longer there"):
        columns(*first)
    np.testing.assert_array_equal(columns(*again), columns(*second))


def test_a_folder_that_grows_is_seen_to_grow_and_to_be_made_anew(tmp_path):
    writer = PeakWriter(tmp_path, PeakMeta(8000, 1))
    writer.push(np.full((4000, 1), 0.5, dtype=np.float32))
    with PeakReader(tmp_path) as reader:
        identity = reader.meta.identity

    def n_drawn():
        codes = columns_in_folder(
            tmp_path, identity, _spec(), column_samples=100, first=0, n_columns=100
        ).codes
        return int((codes.max(axis=1) > 0).sum())

    assert n_drawn() == 40
    writer.push(np.full((4000, 1), 0.5, dtype=np.float32))
    assert n_drawn() == 80
    writer.close()
    with PeakWriter(tmp_path, PeakMeta(8000, 1)):
        pass
    with pytest.raises(ProjectError, match="no longer there"):
        n_drawn()
