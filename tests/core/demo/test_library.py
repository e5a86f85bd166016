"""The demo as a folder: tables and files agree, a seed is a seed, and it is there whole or not."""

from __future__ import annotations

import csv
import errno
import itertools
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from core.demo import make_demo
from core.demo.recording import LEVEL_RANGE_DBFS, SNR_RANGES_DB
from core.errors import LoudnessError, SettingsError, StorageError
from core.progress import Cancelled, Progress
from core.settings import DEFAULT_QUERY
from tests.core.demo.listening import N_RECORDINGS, SEED, decode, lag_samples

COLUMNS = ["file_name", "start", "end", "class"]


def rows(folder, query):
    with closing(sqlite3.connect(folder / "loudsense.db")) as database:
        return database.execute(query).fetchall()


def annotations(folder):
    with (folder / "annotations.csv").open(encoding="utf-8", newline="") as table:
        reader = csv.DictReader(table)
        assert reader.fieldnames == COLUMNS
        return [
            (row["file_name"], float(row["start"]), float(row["end"]), row["class"])
            for row in reader
        ]


def everything_in(folder):
    return sorted(path.relative_to(folder) for path in folder.rglob("*"))


def cancel_at(n_done):
    def report(progress):
        if progress.done >= n_done:
            raise Cancelled

    return report


@pytest.fixture
def small(monkeypatch):
    """What is written where does not depend on how long it sounds."""
    monkeypatch.setattr("core.demo.plan.DURATION_RANGE_S", (10.0, 10.0))
    monkeypatch.setattr("core.demo.plan.SAMPLE_RATES", (8000,))


class TestTables:
    def test_levels_differ_between_recordings(self, library):
        levels = [level for (level,) in rows(library.folder, "SELECT level_dbfs FROM recording")]
        assert max(levels) - min(levels) > 15
        assert LEVEL_RANGE_DBFS[0] - 0.01 <= min(levels)
        assert max(levels) <= LEVEL_RANGE_DBFS[1] + 0.01

    def test_annotations_lie_inside_and_do_not_overlap(self, library):
        lengths = {
            Path(path).name: length
            for path, length in rows(library.folder, "SELECT path, duration_s FROM recording")
        }
        table = annotations(library.folder)
        assert table == sorted(table, key=lambda row: (list(lengths).index(row[0]), row[1]))
        for name, start, end, _label in table:
            assert 0 <= start < end <= lengths[name]
        for before, after in itertools.pairwise(table):
            assert before[0] != after[0] or before[2] <= after[1]

    def test_background_is_annotated_only_at_a_distance_from_events(self, library):
        events = rows(
            library.folder,
            "SELECT path, start_s, end_s FROM event JOIN recording ON id = recording_id",
        )
        places = {(Path(path).name, f"{start:.3f}"): end for path, start, end in events}
        quiet = [
            row for row in annotations(library.folder) if (row[0], f"{row[1]:.3f}") not in places
        ]
        assert quiet
        for name, start, end, label in quiet:
            assert label == "inaudible"
            for path, event_start, event_end in events:
                if Path(path).name == name:
                    assert event_start - end >= 0.149 or start - event_end >= 0.149

    def test_each_event_is_annotated_with_its_class(self, library):
        table = annotations(library.folder)
        query = "SELECT path, start_s, end_s, class FROM event JOIN recording ON id = recording_id"
        for path, start, end, label in rows(library.folder, query):
            found = [row for row in table if row[0] == Path(path).name and row[3] == label]
            assert any(row[1:3] == pytest.approx((start, end), abs=0.00051) for row in found)

    def test_folds_share_no_voice(self, library):
        query = "SELECT DISTINCT voice, fold FROM event JOIN recording ON id = recording_id"
        voices = [voice for voice, _fold in rows(library.folder, query)]
        assert len(voices) == len(set(voices)) >= N_RECORDINGS

    def test_the_default_query_reads_the_reviewed_recordings(self, library):
        paths = [path for (path,) in rows(library.folder, DEFAULT_QUERY)]
        assert len(paths) == library.n_reviewed < library.n_recordings == N_RECORDINGS
        assert all((library.folder / path).is_file() for path in paths)
        every = {path for (path,) in rows(library.folder, "SELECT path FROM recording")}
        assert every == {f"audio/{file.name}" for file in library.audio.iterdir()}
        annotated = {row[0] for row in annotations(library.folder)}
        assert annotated == {Path(path).name for path in every}

    def test_counts_are_those_of_the_tables(self, library):
        labels = [row[3] for row in annotations(library.folder)]
        assert library.annotation_counts == {name: labels.count(name) for name in set(labels)}
        assert set(labels) == set(SNR_RANGES_DB)
        ((total,),) = rows(library.folder, "SELECT SUM(duration_s) FROM recording")
        assert library.duration_s == total

    @pytest.mark.usefixtures("small")
    def test_wrong_labels_are_counted_and_the_right_ones_lie_beside(self, library, tmp_path):
        assert library.truth.read_bytes() == library.annotations.read_bytes()
        assert library.n_wrong_labels == 0
        spoilt = make_demo(tmp_path / "spoilt", n_recordings=8, wrong_labels=0.25)
        tables = [p.read_text().splitlines() for p in (spoilt.annotations, spoilt.truth)]
        differ = [(a, b) for a, b in zip(*tables, strict=True) if a != b]
        assert len(differ) == spoilt.n_wrong_labels == round(0.25 * (len(tables[0]) - 1))
        right = make_demo(tmp_path / "right", n_recordings=8)
        assert right.annotations.read_bytes() == spoilt.truth.read_bytes()


class TestFiles:
    def test_files_are_as_the_database_says_and_hold_the_mix(self, library, recordings):
        query = "SELECT path, sample_rate, n_channels, duration_s FROM recording ORDER BY id"
        for (path, rate, n_channels, duration_s), (entry, parts) in zip(
            rows(library.folder, query), recordings, strict=True
        ):
            sound = decode(library.folder / path)
            assert sound.shape[1] == n_channels
            n_samples = round(duration_s * rate)
            padding = 1024 if entry.file_format.container == "M4A" else 0
            assert n_samples <= len(sound) <= n_samples + padding
            mono = sound.mean(axis=1)[:n_samples]
            wanted = parts.background + parts.events
            assert lag_samples(mono, wanted) == 0
            assert np.corrcoef(mono, wanted)[0, 1] > 0.95


class TestSeed:
    def test_the_same_seed_gives_the_same_sound_and_tables(self, library, tmp_path):
        again = make_demo(tmp_path / "again", n_recordings=N_RECORDINGS, seed=SEED)
        assert again.annotations.read_bytes() == library.annotations.read_bytes()
        for query in ("SELECT * FROM recording", "SELECT * FROM event", "SELECT * FROM demo"):
            assert rows(again.folder, query) == rows(library.folder, query)
        for file in again.audio.iterdir():
            np.testing.assert_array_equal(decode(file), decode(library.audio / file.name))


@pytest.mark.usefixtures("small")
class TestFolder:
    def test_a_demo_made_earlier_is_left_as_it_is(self, library):
        before = {path: path.stat().st_mtime_ns for path in library.folder.rglob("*")}
        seen: list[Progress] = []
        again = make_demo(library.folder, n_recordings=N_RECORDINGS, seed=SEED, report=seen.append)
        assert library.made_now
        assert not again.made_now
        assert again.annotation_counts == library.annotation_counts
        assert not seen
        assert before == {path: path.stat().st_mtime_ns for path in library.folder.rglob("*")}

    def test_a_table_that_the_user_edited_is_left_as_it_is(self, tmp_path):
        made = make_demo(tmp_path / "d", n_recordings=8)
        made.annotations.write_bytes(b"file_name;start;end;class\n\xff;1;2;loud\n")
        again = make_demo(tmp_path / "d", n_recordings=8)
        assert again.annotation_counts == {}
        assert again.annotations.read_bytes().startswith(b"file_name;")

    @pytest.mark.parametrize(
        "other",
        [
            {"seed": SEED + 1},
            {"n_recordings": N_RECORDINGS + 1},
            {"n_recordings": 40},
            {"wrong_labels": 0.5},
        ],
    )
    def test_another_demo_is_not_overwritten(self, library, other):
        with pytest.raises(LoudnessError, match="holds another demo") as refused:
            make_demo(library.folder, **{"n_recordings": N_RECORDINGS, "seed": SEED} | other)
        assert refused.value.hint

    def test_a_demo_of_another_version_is_not_overwritten(self, library, monkeypatch):
        monkeypatch.setattr("core.demo.library.DEMO_VERSION", 10_000)
        with pytest.raises(LoudnessError, match="holds another demo"):
            make_demo(library.folder, n_recordings=N_RECORDINGS, seed=SEED)

    def test_one_of_the_first_version_is_told_of(self, tmp_path):
        made = make_demo(tmp_path / "d", n_recordings=8)
        with closing(sqlite3.connect(made.database)) as database:
            database.executescript(
                "DROP TABLE demo; CREATE TABLE demo(version, seed, n_recordings);"
                "INSERT INTO demo VALUES (1, 0, 8);"
            )
        with pytest.raises(LoudnessError, match="another demo: version 1, seed 0, 8 recordings"):
            make_demo(tmp_path / "d", n_recordings=8)

    @pytest.mark.parametrize("name", ["notes.txt", "loudsense.db", "annotations.csv"])
    def test_a_folder_with_something_in_it_is_refused(self, tmp_path, name):
        (tmp_path / name).write_text("mine")
        (tmp_path / "annotations.csv").write_text("mine")
        before = everything_in(tmp_path)
        with pytest.raises(LoudnessError, match="something else") as refused:
            make_demo(tmp_path)
        assert "empty" in refused.value.hint
        assert everything_in(tmp_path) == before
        assert (tmp_path / name).read_text() == "mine"

    def test_a_demo_with_a_recording_missing_is_refused(self, tmp_path):
        made = make_demo(tmp_path / "d", n_recordings=8)
        next(made.audio.iterdir()).unlink()
        with pytest.raises(LoudnessError, match="something else"):
            make_demo(tmp_path / "d", n_recordings=8)

    def test_a_file_in_its_place_is_refused(self, tmp_path):
        (tmp_path / "file").write_text("mine")
        with pytest.raises(LoudnessError, match="something else"):
            make_demo(tmp_path / "file")
        with pytest.raises(StorageError, match="in the way"):
            make_demo(tmp_path / "file" / "demo")
        assert (tmp_path / "file").read_text() == "mine"

    @pytest.mark.parametrize("n_done", [0, 2, 8])
    def test_cancel_leaves_nothing(self, tmp_path, n_done):
        with pytest.raises(Cancelled):
            make_demo(tmp_path / "a" / "b" / "demo", n_recordings=8, report=cancel_at(n_done))
        assert everything_in(tmp_path) == []

    def test_cancel_leaves_an_empty_folder_empty(self, tmp_path):
        with pytest.raises(Cancelled):
            make_demo(tmp_path, n_recordings=8, report=cancel_at(1))
        assert everything_in(tmp_path) == []

    def test_what_a_killed_run_left_is_replaced(self, tmp_path):
        for folder in (tmp_path / "new", tmp_path / "empty"):
            part = (folder if folder.name == "empty" else tmp_path) / f".{folder.name}.part"
            (part / "audio").mkdir(parents=True)
            (part / "audio" / "half.wav").write_bytes(b"half")
            made = make_demo(folder, n_recordings=8)
            assert made.made_now
            assert sorted(path.name for path in folder.iterdir()) == [
                "annotations.csv",
                "audio",
                "loudsense.db",
                "truth.csv",
            ]
            assert not part.exists()
            assert len(list(made.audio.iterdir())) == 8

    def test_a_full_disk_is_one_clear_error_and_leaves_nothing(self, tmp_path, monkeypatch):
        written = []

        def write(path, data):
            written.append(path)
            if len(written) == 3:
                raise OSError(errno.ENOSPC, "No space left on device")
            return len(data)

        monkeypatch.setattr(Path, "write_bytes", write)
        with pytest.raises(StorageError, match="disk is full"):
            make_demo(tmp_path / "demo", n_recordings=8)
        assert everything_in(tmp_path) == []


@pytest.mark.usefixtures("small")
def test_progress_counts_recordings(tmp_path):
    seen: list[Progress] = []
    made = make_demo(tmp_path / "demo", n_recordings=8, report=seen.append)
    assert [p.done for p in seen] == list(range(9))
    assert {(p.stage, p.total, p.unit) for p in seen} == {("demo", 8, "recordings")}
    assert {p.recording for p in seen[:-1]} == {file.name for file in made.audio.iterdir()}


@pytest.mark.parametrize(
    "wrong",
    [{"n_recordings": 7}, {"n_recordings": -1}, {"seed": -1}, {"wrong_labels": 1.1}],
)
def test_impossible_wishes_are_refused(tmp_path, wrong):
    with pytest.raises(SettingsError) as refused:
        make_demo(tmp_path / "demo", **wrong)
    assert refused.value.hint
    assert everything_in(tmp_path) == []
