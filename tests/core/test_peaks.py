"""The waveform's pyramid: no peak is hidden, and it can be drawn while it grows."""

from __future__ import annotations

import subprocess
import sys
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ProjectError, StorageError
from core.peak_writer import PeakWriter
from core.peaks import BINS_PER_COLUMN, LEVEL_FACTORS, PeakMeta, PeakReader

RATE = 8000


def signal(n_samples, n_channels=1, *, seed=0):
    """Samples that 16 bits hold exactly, with peaks here and there."""
    random = np.random.default_rng(seed)
    samples = random.integers(-3000, 3000, (n_samples, n_channels))
    n_peaks = n_samples // 500
    samples[random.integers(0, max(1, n_samples), n_peaks)] *= 10
    return (samples / 32_768).astype(np.float32)


def build(folder, samples, *, block_size=10_000, **meta):
    with PeakWriter(folder, PeakMeta(RATE, samples.shape[1], **meta)) as writer:
        for start in range(0, len(samples), block_size):
            writer.push(samples[start : start + block_size])


def brute_force(samples, start, stop, n_columns, *, reach):
    """What each column shows: exactly, and with all that a bin may bring in from beside it."""
    n_samples = len(samples)
    edges = start + np.arange(n_columns + 1) * (stop - start) // n_columns
    shown = []
    for first, end in zip(edges[:-1], np.maximum(edges[1:], edges[:-1] + 1), strict=True):
        if end <= 0 or first >= n_samples:
            shown.append(None)
            continue
        inner = samples[max(0, first) : end]
        outer = samples[max(0, first - reach) : end + reach]
        shown.append((inner.min(axis=0), inner.max(axis=0), outer.min(axis=0), outer.max(axis=0)))
    return shown


def check(reader, samples, start, stop, n_columns):
    column_samples = (stop - start) / n_columns
    fitting = [f for f in LEVEL_FACTORS if f * BINS_PER_COLUMN <= column_samples]
    reach = fitting[-1] - 1 if fitting else 0
    smallest, largest = reader.envelope(start, stop, n_columns)
    assert smallest.shape == largest.shape == (n_columns, samples.shape[1])
    assert smallest.dtype == largest.dtype == np.float32
    expected = brute_force(samples, start, stop, n_columns, reach=reach)
    for low, high, column in zip(smallest, largest, expected, strict=True):
        if column is None:
            assert np.isnan(low).all()
            assert np.isnan(high).all()
            continue
        inner_low, inner_high, outer_low, outer_high = column
        assert (low <= inner_low).all()
        assert (high >= inner_high).all()
        assert (low >= outer_low).all()
        assert (high <= outer_high).all()


@pytest.fixture(scope="module")
def long_one(tmp_path_factory):
    """Long enough for four levels, and no multiple of any."""
    samples = signal(100_003, 2)
    folder = tmp_path_factory.mktemp("peaks")
    build(folder, samples)
    with PeakReader(folder) as reader:
        yield reader, samples


@given(
    start=st.integers(-2000, 101_000),
    length=st.integers(1, 130_000),
    n_columns=st.integers(1, 300),
)
@settings(max_examples=150, deadline=None)
def test_the_envelope_is_that_of_brute_force_within_a_bins_reach(
    long_one, start, length, n_columns
):
    reader, samples = long_one
    check(reader, samples, start, start + length, n_columns)


@given(
    n_samples=st.integers(1, 9000),
    block_size=st.integers(150, 5000),
    n_columns=st.integers(1, 20),
    seed=st.integers(0, 5),
)
@settings(max_examples=30, deadline=None)
def test_neither_length_nor_blocks_matter(tmp_path_factory, n_samples, block_size, n_columns, seed):
    samples = signal(n_samples, seed=seed)
    folder = tmp_path_factory.mktemp("peaks")
    with PeakWriter(folder, PeakMeta(RATE, 1)) as writer, PeakReader(folder) as reader:
        for start in range(0, n_samples, block_size):
            writer.push(samples[start : start + block_size])
            there = min(n_samples, start + block_size)
            assert reader.refresh() == there
            assert not reader.is_complete
        # As far as it has grown, and a view that reaches further.
        check(reader, samples, 0, n_samples, n_columns)
        check(reader, samples, 0, 2 * n_samples, n_columns)
    with PeakReader(folder) as reader:
        assert reader.is_complete
        assert reader.n_samples == reader.meta.n_samples == n_samples
        check(reader, samples, 0, n_samples, n_columns)
        np.testing.assert_array_equal(reader.samples(0, n_samples), samples)


@given(
    start=st.integers(-2000, 101_000),
    length=st.integers(1, 130_000),
    channels=st.lists(st.integers(0, 1), max_size=3),
)
@settings(max_examples=50, deadline=None)
def test_chosen_channels_are_those_of_all(long_one, start, length, channels):
    reader, _ = long_one
    everything = reader.envelope(start, start + length, 40)
    chosen = reader.envelope(start, start + length, 40, channels)
    for part, whole in zip(chosen, everything, strict=True):
        np.testing.assert_array_equal(part, whole[:, channels])
    largest = reader.largest(start, start + length, 40, channels)
    np.testing.assert_array_equal(largest, chosen[1])


def test_one_channel_of_many_is_read_alone(tmp_path):
    samples = signal(50_000, 53)
    build(tmp_path, samples)
    with PeakReader(tmp_path) as reader:
        low, high = reader.envelope(0, 50_000, 3, channels=[52, 7])
        assert low.shape == high.shape == (3, 2)
        assert (high[:, 1] >= [c[:, 7].max() for c in np.array_split(samples, 3)]).all()


def test_one_may_draw_while_another_refreshes_and_closes(tmp_path):
    """A picture is of one moment, whatever the window does meanwhile."""
    samples = signal(80_000)
    stop = threading.Event()
    errors = []

    def draw(reader):
        while not stop.is_set():
            try:
                reader.envelope(0, 80_000, 50)
                reader.samples(70_000, 80_000)
            except Exception as error:  # noqa: BLE001  reported below
                errors.append(error)
                return

    with PeakWriter(tmp_path, PeakMeta(RATE, 1)) as writer, PeakReader(tmp_path) as reader:
        drawing = threading.Thread(target=draw, args=[reader])
        drawing.start()
        for start in range(0, 80_000, 500):
            writer.push(samples[start : start + 500])
            reader.refresh()
        # Made anew, and shorter.
        build(tmp_path, samples[:300])
        reader.refresh()
        reader.close()
        stop.set()
        drawing.join()
    assert errors == []


def test_a_closed_reader_draws_nothing(tmp_path):
    build(tmp_path, signal(1000))
    reader = PeakReader(tmp_path)
    reader.close()
    assert reader.n_samples == 0
    assert np.isnan(reader.envelope(0, 1000, 10)[0]).all()


def test_the_coarsest_level_hides_no_peak(tmp_path):
    """Longer than the largest bin: one sample in two million is seen in any view."""
    samples = np.zeros((2_200_000, 1), dtype=np.float32)
    samples[1_234_567] = 0.5
    samples[2_199_999] = -0.5
    build(tmp_path, samples, block_size=65_536)
    with PeakReader(tmp_path) as reader:
        for n_columns in (1, 2, 7, 100, 1600):
            smallest, largest = reader.envelope(0, len(samples), n_columns)
            assert largest[1_234_567 * n_columns // len(samples)] == 0.5
            assert smallest[-1] == -0.5
            assert np.count_nonzero(largest) <= 2


def test_samples_are_cut_to_what_is_there(long_one):
    reader, samples = long_one
    np.testing.assert_array_equal(reader.samples(-50, 10), samples[:10])
    np.testing.assert_array_equal(reader.samples(100_000, 200_000), samples[100_000:])
    assert reader.samples(200_000, 300_000).shape == (0, 2)
    assert reader.samples(-9, -5).shape == (0, 2)


@pytest.mark.parametrize(("start", "stop", "n_columns"), [(5, 5, 9), (6, 5, 9), (0, 5, 0)])
def test_a_view_of_nothing_is_a_bug(long_one, start, stop, n_columns):
    with pytest.raises(ValueError, match="columns"):
        long_one[0].envelope(start, stop, n_columns)


def test_before_the_first_block_there_is_nothing_to_see(tmp_path):
    with PeakWriter(tmp_path, PeakMeta(RATE, 2)), PeakReader(tmp_path) as reader:
        assert reader.n_samples == 0
        assert np.isnan(reader.envelope(0, 1000, 10)[0]).all()


def test_sixteen_bits_are_kept_exactly_and_the_rest_is_clipped(tmp_path):
    every = np.arange(-32_768, 32_768, dtype=np.float32)[:, None] / 32_768
    build(tmp_path, np.concatenate([every, [[2.0], [-2.0], [np.nan], [np.inf]]]).astype("f4"))
    with PeakReader(tmp_path) as reader:
        samples = reader.samples(0, 70_000)
        np.testing.assert_array_equal(samples[:-4], every)
        np.testing.assert_array_equal(samples[-4:, 0] * 32_768, [32_767, -32_768, 0, 32_767])


def test_floats_are_kept_as_they_are(tmp_path):
    sent = np.array([[1e-7, 5.0], [-3.0, np.nan]], dtype=np.float32)
    build(tmp_path, sent, sample_type="float32")
    with PeakReader(tmp_path) as reader:
        np.testing.assert_array_equal(reader.samples(0, 2), np.nan_to_num(sent))
        smallest, largest = reader.envelope(0, 2, 1)
        np.testing.assert_array_equal(smallest, np.float32([[-3.0, 0.0]]))
        np.testing.assert_array_equal(largest, np.float32([[1e-7, 5.0]]))


def test_what_the_folder_is_of(tmp_path):
    build(tmp_path, signal(100, 3), source="a.wav 123 456")
    with PeakReader(tmp_path) as reader:
        meta = reader.meta
    assert (meta.sample_rate, meta.n_channels, meta.source) == (RATE, 3, "a.wav 123 456")


def test_a_writer_that_failed_leaves_it_incomplete(tmp_path):
    def fail():
        with PeakWriter(tmp_path, PeakMeta(RATE, 1)) as writer:
            writer.push(signal(1000))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    with PeakReader(tmp_path) as reader:
        assert not reader.is_complete
        assert reader.n_samples == 1000


def test_made_anew_while_a_window_draws(tmp_path):
    old, new = signal(50_000, seed=1), signal(300, seed=2)
    build(tmp_path, old)
    with PeakReader(tmp_path) as reader:
        build(tmp_path, new)
        check(reader, old, 0, 50_000, 10)
        assert reader.refresh() == 300
        check(reader, new, 0, 300, 10)


def test_no_pyramid_or_a_damaged_one(tmp_path):
    with pytest.raises(ProjectError, match="cannot be read"):
        PeakReader(tmp_path)
    build(tmp_path, signal(100))
    for text in ("", "{}", '{"format": 1, "sample_rate": 8000}', '{"format": 99}', "[]"):
        (tmp_path / "peaks.json").write_text(text)
        with pytest.raises(ProjectError, match="cannot be read"):
            PeakReader(tmp_path)


def test_a_full_disk_is_told(tmp_path):
    code = f"""
import resource, signal
from pathlib import Path
import numpy as np
from core.errors import StorageError
from core.peak_writer import PeakWriter
from core.peaks import PeakMeta
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    with PeakWriter(Path({str(tmp_path / "a")!r}), PeakMeta(8000, 1)) as writer:
        writer.push(np.zeros((50_000, 1), dtype=np.float32))
except StorageError as error:
    print(error.message)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("A file would become larger than is allowed")
    assert run.stderr == ""


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises((StorageError, OSError)):
        PeakWriter(tmp_path / "file" / "peaks", PeakMeta(RATE, 1))


def test_the_window_loads_no_decoder():
    code = "import core.peaks, sys; print(sorted({'soundfile', 'av', 'scipy'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
