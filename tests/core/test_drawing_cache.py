"""What is drawn lies in the cache: made once, seen while it grows, never half believed."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core import cache_room
from core.drawing_cache import (
    DrawingProgress,
    cache_folders,
    decode_to_cache,
    file_stamp,
)
from core.errors import RecordingError, StorageError
from core.folder_lock import writing_to
from core.isolation import StageRunner
from core.peaks import PeakReader
from core.progress import Cancelled

RATE = 8000
TORTURE = Path(__file__).resolve().parents[3] / "shared" / "data" / "torture"
DURATION_TOLERANCE_S = 0.12


def noise(n_samples, n_channels=1, *, seed=0):
    random = np.random.default_rng(seed)
    return (random.integers(-9000, 9000, (n_samples, n_channels)) / 32_768).astype(np.float32)


def write(path, samples, **options):
    soundfile.write(path, samples, RATE, **{"subtype": "PCM_16", **options})
    return path


@pytest.fixture
def caches(tmp_path):
    return cache_folders(tmp_path / "project", tmp_path / "own")


@pytest.fixture
def sound(tmp_path):
    """Longer than a block."""
    return write(tmp_path / "a.wav", noise(200_000, 2))


def left_in(caches):
    return [p for cache in caches for p in cache.rglob("*") if p.is_file()]


def test_every_channel_at_the_files_own_rate_and_in_its_own_depth(tmp_path, caches):
    for subtype, kind in (("PCM_16", "int16"), ("PCM_U8", "int16"), ("PCM_24", "float32")):
        sent = noise(3000, 3)
        path = write(tmp_path / f"{subtype}.wav", sent, subtype=subtype)
        with PeakReader(decode_to_cache(path, caches)) as reader:
            assert (reader.meta.sample_rate, reader.meta.n_channels) == (RATE, 3)
            assert reader.meta.sample_type == kind
            np.testing.assert_allclose(reader.samples(0, 9000), sent, atol=0.01)


def test_the_picture_grows_block_by_block(sound, caches):
    seen = []

    def report(progress):
        assert isinstance(progress, DrawingProgress)
        with PeakReader(Path(progress.folder)) as reader:
            assert reader.n_samples == progress.done
            assert not reader.is_complete
            smallest, _ = reader.envelope(0, 200_000, 100)
            there = ~np.isnan(smallest[:, 0])
            assert there.sum() == -(-progress.done * 100 // 200_000)
        seen.append((progress.done, progress.total))

    folder = decode_to_cache(sound, caches, report=report)
    assert seen == [(65_536, 200_000), (131_072, 200_000), (196_608, 200_000), (200_000, 200_000)]
    with PeakReader(folder) as reader:
        assert reader.is_complete


def test_what_is_there_is_not_made_again(sound, caches):
    folder = decode_to_cache(sound, caches)
    identity = json.loads((folder / "peaks.json").read_text())["identity"]
    seen = []
    assert decode_to_cache(sound, caches, report=seen.append) == folder
    assert json.loads((folder / "peaks.json").read_text())["identity"] == identity
    # Told at once, with all that is there: the window need not wait for the answer.
    assert [(p.done, p.folder) for p in seen] == [(200_000, str(folder))]


@pytest.mark.parametrize("change", ["longer", "touched", "cut", "unfinished", "damaged"])
def test_what_is_no_longer_true_is_made_again(sound, caches, change):
    folder = decode_to_cache(sound, caches)
    meta = folder / "peaks.json"
    identity = json.loads(meta.read_text())["identity"]
    if change == "longer":
        write(sound, noise(210_000, 2))
    elif change == "touched":
        os.utime(sound, ns=(1, 1))
    elif change == "cut":
        os.truncate(folder / "samples.raw", 1000)
    elif change == "unfinished":
        meta.write_text(json.dumps({**json.loads(meta.read_text()), "n_samples": None}))
    else:
        meta.write_text("{")
    assert decode_to_cache(sound, caches) == folder
    assert json.loads(meta.read_text())["identity"] != identity
    with PeakReader(folder) as reader:
        assert reader.n_samples == soundfile.info(sound).frames == reader.meta.n_samples


def test_two_files_never_share_a_drawing(tmp_path, caches):
    names = ["a.wav", "b.wav", "x\udcff.wav"]
    paths = [write(tmp_path / "n.wav", noise(100)).rename(tmp_path / name) for name in names]
    assert len({decode_to_cache(path, caches) for path in paths}) == 3


def test_cancelled_it_leaves_nothing(sound, caches):
    def report(progress):
        if progress.done > 100_000:
            raise Cancelled

    with pytest.raises(Cancelled):
        decode_to_cache(sound, caches, report=report)
    assert left_in(caches) == []
    assert list(caches[0].iterdir()) == []


def test_killed_it_is_made_again(sound, caches):
    """A child that dies leaves what it has; nobody takes that for the whole."""
    code = f"""
import os
from pathlib import Path
from core.drawing_cache import decode_to_cache
def report(progress):
    if progress.done > 100_000:
        os.kill(os.getpid(), 9)
decode_to_cache(Path({str(sound)!r}), [Path({str(caches[0])!r})], report=report)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    assert left_in(caches)
    with PeakReader(decode_to_cache(sound, caches)) as reader:
        assert reader.meta.n_samples == 200_000


def test_samples_that_are_no_numbers_are_drawn_as_far_as_they_can_be(tmp_path, caches):
    samples = noise(1000)
    samples[10], samples[20], samples[30] = np.nan, np.inf, -np.inf
    path = write(tmp_path / "odd.wav", samples, subtype="FLOAT")
    with PeakReader(decode_to_cache(path, caches)) as reader:
        drawn = reader.samples(0, 1000)
        np.testing.assert_array_equal(drawn[[10, 20, 30], 0], [0, 1, -1])
        np.testing.assert_array_equal(drawn[31:], samples[31:])


def test_a_file_that_changes_meanwhile_is_not_believed(sound, caches):
    def report(progress):
        os.utime(sound, ns=(progress.done, progress.done))

    with pytest.raises(RecordingError, match=r"a\.wav changed while it was being read"):
        decode_to_cache(sound, caches, report=report)
    assert left_in(caches) == []


def test_a_file_that_is_deleted_meanwhile_is_drawn_to_its_end(sound, caches):
    folder = decode_to_cache(sound, caches, report=lambda _: sound.unlink(missing_ok=True))
    with PeakReader(folder) as reader:
        assert reader.meta.n_samples == 200_000
    with pytest.raises(RecordingError, match="There is no file"):
        decode_to_cache(sound, caches)


def torture_rows():
    if not TORTURE.exists():
        return []
    with (TORTURE / "manifest.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_odd_file_is_a_picture_or_a_sentence(shared_data, caches):
    """Each ends as the manifest beside it says."""
    rows = torture_rows()
    assert len(rows) > 100
    for row in rows:
        try:
            with PeakReader(decode_to_cache(TORTURE / "audio" / row["file"], caches)) as reader:
                end, told = "read", True
                length_s = reader.n_samples / reader.meta.sample_rate
                low, high = reader.envelope(0, reader.n_samples, 50)
        except RecordingError as error:
            end, told = "report", error.message
        else:
            assert np.isfinite(low).all(), row
            assert np.isfinite(high).all(), row
            if row["true_duration_s"]:
                expected_s = float(row["true_duration_s"])
                assert length_s == pytest.approx(expected_s, abs=DURATION_TOLERANCE_S), row
        assert told, row
        assert end in row["expect"].split("_or_"), row


def test_a_project_that_cannot_be_written_is_drawn_from_the_users_own_folder(sound, caches):
    project_cache, own = caches
    project_cache.parent.mkdir(parents=True)
    project_cache.write_text("a file is in the way")
    folder = decode_to_cache(sound, caches)
    assert folder.parent == own
    assert decode_to_cache(sound, caches) == folder
    own.rename(own.with_name("elsewhere"))
    own.write_text("here, too")
    with pytest.raises(StorageError, match="in the way"):
        decode_to_cache(sound, caches)


def test_a_drawing_that_is_there_needs_no_writing(sound, caches):
    folder = decode_to_cache(sound, caches[:1])
    for path in (*folder.iterdir(), folder, folder.parent):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert decode_to_cache(sound, caches) == folder
    finally:
        for path in (folder.parent, folder):
            path.chmod(0o755)


def test_two_windows_make_it_once(sound, caches):
    """One decodes, the other follows what grows; a third that is cancelled does no harm."""
    decoding, followed = threading.Event(), threading.Event()
    folders, seen = [], []

    def lead(progress):
        decoding.set()
        if progress.done > 100_000:
            assert followed.wait(20)

    leader = threading.Thread(
        target=lambda: folders.append(decode_to_cache(sound, caches, report=lead))
    )
    leader.start()
    assert decoding.wait(20)

    def follow(progress):
        seen.append(progress)
        if progress.done == 131_072:
            followed.set()

    def give_up(_progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        decode_to_cache(sound, caches, report=give_up)
    folders.append(decode_to_cache(sound, caches, report=follow))
    leader.join()
    assert folders[0] == folders[1]
    assert {p.folder for p in seen if p.done} == {str(folders[0])}
    with PeakReader(folders[0]) as reader:
        assert reader.meta.n_samples == 200_000


def test_a_window_takes_over_from_one_that_gave_up(sound, caches):
    started, stop = threading.Event(), threading.Event()

    def lead(_progress):
        started.set()
        assert stop.wait(20)
        raise Cancelled

    def run():
        with pytest.raises(Cancelled):
            decode_to_cache(sound, caches, report=lead)

    leader = threading.Thread(target=run)
    leader.start()
    assert started.wait(20)
    with PeakReader(decode_to_cache(sound, caches, report=lambda _: stop.set())) as reader:
        assert reader.meta.n_samples == 200_000
    leader.join()


def test_what_another_window_makes_of_an_older_file_is_not_followed(sound, caches):
    folder = decode_to_cache(sound, caches)
    os.utime(sound, ns=(5, 5))
    seen = []

    def report(progress):
        seen.append(progress.done)
        if len(seen) == 3:
            raise Cancelled

    with writing_to(folder), pytest.raises(Cancelled):
        decode_to_cache(sound, caches, report=report)
    assert seen == [0, 0, 0]


def test_the_cache_forgets_what_was_not_drawn_for_longest(tmp_path, caches, monkeypatch):
    paths = [write(tmp_path / f"{k}.wav", noise(20_000)) for k in range(4)]
    monkeypatch.setattr(cache_room, "LARGEST_BYTES", 100_000)
    folders = [decode_to_cache(path, caches) for path in paths[:2]]
    for k, folder in enumerate(folders):
        os.utime(folder, ns=(k, k))
    # Drawn again: no longer the oldest.
    decode_to_cache(paths[0], caches)
    folders.append(decode_to_cache(paths[2], caches))
    assert [f.exists() for f in folders] == [True, False, True]


def test_a_full_disk_is_told_after_all_else_was_given_up(tmp_path, caches):
    """Another drawing makes room; where that does not help, one sentence, and nothing is left."""
    small = write(tmp_path / "small.wav", noise(5000))
    large = write(tmp_path / "large.wav", noise(100_000))
    code = f"""
import resource, signal
from pathlib import Path
from core import drawing_cache
from core.errors import StorageError
caches = [Path({str(caches[0])!r})]
small = drawing_cache.decode_to_cache(Path({str(small)!r}), caches)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
drawing_cache._FULL.add(27)  # what stands in for a full disk here
try:
    drawing_cache.decode_to_cache(Path({str(large)!r}), caches)
except StorageError as error:
    print(error.message, small.exists())
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("A file would become larger than is allowed")
    assert run.stdout.endswith("False\n")
    assert left_in(caches) == []


def test_it_runs_in_a_child_that_tells_of_the_first_block_at_once(sound, caches):
    seen = []
    with StageRunner() as runner:
        folder = runner.run(decode_to_cache, sound, caches, report=seen.append)
    drawn = [p for p in seen if isinstance(p, DrawingProgress)]
    assert drawn[0].done == 65_536
    assert drawn[0].folder == str(folder)


def test_the_stamp_of_a_file_tells_a_change(tmp_path):
    path = tmp_path / "a\udcff"
    assert file_stamp(path) == file_stamp(None) == file_stamp(Path("a\0b")) == ""
    path.write_bytes(b"1")
    stamp = file_stamp(path)
    assert stamp == file_stamp(path) != ""
    os.utime(path, ns=(7, 7))
    assert file_stamp(path) != stamp
