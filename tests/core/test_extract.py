"""The stage: one table of all recordings, the same bytes however often it was disturbed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pyarrow.parquet
import pytest
import soundfile

from core.audio_folder import find_audio
from core.errors import FeatureError, NothingToDoError, ProjectLockedError, StorageError, TableError
from core.executor import Execution
from core.extract import ExtractResult, extract, fresh_names, is_folder
from core.features.table import FeatureTable
from core.folder_lock import writing_to
from core.manifest import read_manifest, write_manifest
from core.progress import Cancelled, ignore
from core.settings import FeatureConfig, TranscodeConfig
from core.storage import sha256_of
from core.table_meta import meta_path, read_meta, write_meta
from core.timebase import count_frames
from core.transcode import transcode
from tests.core.stage_inputs import CancelAt, files_in, make_audio, map_here, selection_of

CONFIG = FeatureConfig(frame_size=200)
N_SAMPLES = {"a": 1000, "b": 450, "c": 8000}
KINDS = ["t.csv", "t.parquet", "t"]


@pytest.fixture
def audio(tmp_path):
    for k, (name, n_samples) in enumerate(N_SAMPLES.items()):
        make_audio(tmp_path / "audio" / f"{name}.wav", n_samples, seed=k)
    return tmp_path / "audio"


@pytest.fixture
def table(tmp_path):
    return tmp_path / "made" / "t.csv"


@pytest.fixture
def run(monkeypatch, audio, table):
    monkeypatch.setattr("core.extract.map_recordings", map_here)

    def run_stage(folder=audio, config=CONFIG, table=table, **options):
        return extract(folder, config, table=table, **options)

    return run_stage


def visible(folder):
    return {k: v for k, v in files_in(folder).items() if not k.startswith(".")}


@pytest.mark.parametrize("kind", KINDS)
def test_all_recordings_in_one_table(run, audio, tmp_path, kind):
    table = tmp_path / "made" / kind
    n_frames = [count_frames(n, frame_size=200, hop_size=200) for n in N_SAMPLES.values()]
    assert run(table=table) == ExtractResult(str(table), 3, 0, sum(n_frames), 8000)
    made = FeatureTable(table)
    meta = made.meta
    assert (meta.kind, meta.sample_rate, meta.frame_size, meta.hop_size) == (
        "features",
        8000,
        200,
        200,
    )
    assert meta.config == CONFIG.to_dict()
    assert (meta.transcode, meta.absent) == ({}, ())
    assert [r.name for r in meta.recordings] == list(N_SAMPLES)
    assert [r.n_samples for r in meta.recordings] == list(N_SAMPLES.values())
    assert [r.n_rows for r in meta.recordings] == n_frames
    assert [r.original for r in meta.recordings] == [str(audio / f"{n}.wav") for n in N_SAMPLES]
    ids = [i for n in N_SAMPLES for i in made.read(n)["id"].to_pylist()]
    assert ids == [f"{n}_f{k}" for n, m in zip(N_SAMPLES, n_frames, strict=True) for k in range(m)]
    files = {f"t/{n}.parquet" for n in N_SAMPLES} if kind == "t" else {kind}
    assert set(visible(table.parent)) == {f"{kind}.meta.json", *files}
    if table.is_file():
        assert meta.sha256 == sha256_of(table)
    assert meta.sha256


def test_every_kind_of_table_has_the_same_numbers(run, tmp_path):
    tables = []
    for kind in KINDS:
        run(table=tmp_path / "made" / kind)
        tables.append(FeatureTable(tmp_path / "made" / kind))
    for name in N_SAMPLES:
        matrices = [t.matrix(name, t.columns) for t in tables]
        assert all(np.array_equal(m, matrices[0]) for m in matrices)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_done_is_not_done_again(run, tmp_path, kind):
    table = tmp_path / "made" / kind
    first = run(table=table)
    before = files_in(table.parent), table.stat().st_mtime_ns
    assert run(table=table) == replace(first, n_fresh=3)
    assert (files_in(table.parent), table.stat().st_mtime_ns) == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("at", ["a", "b", "c"])
def test_a_cancelled_run_goes_on_to_the_same_bytes(run, tmp_path, kind, at):
    table = tmp_path / "made" / kind
    with pytest.raises(Cancelled):
        run(table=table, report=CancelAt(at))
    assert not meta_path(table).exists()
    assert run(table=table).n_fresh == "abc".index(at)
    undisturbed = tmp_path / "other" / kind
    run(table=undisturbed)
    assert files_in(undisturbed.parent) == files_in(table.parent)


@pytest.mark.parametrize("kind", KINDS[:2])
def test_a_run_that_is_cancelled_while_joining_goes_on(run, tmp_path, kind):
    table = tmp_path / "made" / kind
    run(table=table)
    whole = files_in(table.parent)

    def report(progress):
        if progress.text.startswith("Writing") and progress.done == 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        run(table=table, config=FeatureConfig(400), report=report)
    # The last good table stays.
    assert visible(table.parent) == whole
    assert run(table=table, config=FeatureConfig(400)).n_fresh == 3
    assert set(files_in(table.parent)) == set(whole)


@pytest.mark.parametrize("kind", KINDS)
def test_changed_audio_is_done_again(run, audio, tmp_path, kind):
    table = tmp_path / "made" / kind
    run(table=table)
    make_audio(audio / "b.wav", 900, seed=9)
    result = run(table=table)
    assert (result.n_recordings, result.n_fresh) == (3, 2 if kind == "t" else 0)
    assert FeatureTable(table).meta.recordings[1].n_samples == 900
    assert len(FeatureTable(table).read("b")) == 4


@pytest.mark.parametrize("kind", KINDS)
def test_other_settings_do_everything_again(run, tmp_path, kind):
    table = tmp_path / "made" / kind
    run(table=table)
    config = FeatureConfig(frame_size=400, hop_size=150)
    assert run(table=table, config=config).n_fresh == 0
    assert [len(FeatureTable(table).read(n)) for n in N_SAMPLES] == [5, 1, 51]


@pytest.mark.parametrize("kind", KINDS)
def test_recordings_that_come_and_go(run, audio, tmp_path, kind):
    table = tmp_path / "made" / kind
    run(table=table)
    (audio / "a.wav").unlink()
    make_audio(audio / "d.wav", seed=5)
    assert run(table=table).n_recordings == 3
    assert [r.name for r in FeatureTable(table).meta.recordings] == ["b", "c", "d"]
    if kind == "t":
        assert sorted(p.name for p in table.iterdir()) == ["b.parquet", "c.parquet", "d.parquet"]


def test_other_peoples_tables_in_the_folder_stay(run, tmp_path):
    folder = tmp_path / "made" / "t"
    folder.mkdir(parents=True)
    pyarrow.parquet.write_table(pyarrow.table({"mine": [1]}), folder / "mine.parquet")
    (folder / "notes.parquet").write_text("no table")
    run(table=folder)
    assert {"mine.parquet", "notes.parquet", "a.parquet"} <= {p.name for p in folder.iterdir()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_spoilt_table_is_made_again(run, tmp_path, kind):
    table = tmp_path / "made" / kind
    run(table=table)
    whole = files_in(table.parent)
    spoilt = table / "b.parquet" if kind == "t" else table
    for spoil in (Path.unlink, lambda p: p.write_bytes(p.read_bytes()[:-1])):
        spoil(spoilt)
        run(table=table)
        assert files_in(table.parent) == whole


def test_a_folder_left_half_new_is_not_taken_for_done(run, tmp_path):
    """Another frame size, cancelled half-way, and back to the old one."""
    folder = tmp_path / "made" / "t"
    run(table=folder)
    whole = files_in(folder.parent)
    with pytest.raises(Cancelled):
        run(table=folder, config=FeatureConfig(400), report=CancelAt("c"))
    with pytest.raises(TableError, match="cut short"):
        FeatureTable(folder).read("a")
    items = find_audio(tmp_path / "audio").items
    assert fresh_names(folder, items, CONFIG) == {"c"}
    assert run(table=folder).n_fresh == 1
    assert files_in(folder.parent) == whole


def test_a_table_of_another_audio_folder_is_made_again(run, audio, tmp_path):
    run()
    audio.rename(tmp_path / "moved")
    assert run(tmp_path / "moved").n_fresh == 0
    assert run(tmp_path / "moved").n_fresh == 3


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_done_is_left_out_by_name(run, audio, tmp_path, kind):
    table = tmp_path / "made" / kind
    make_audio(audio / "short.wav", 199)
    samples = np.zeros(500, np.float32)
    samples[321] = np.nan
    soundfile.write(audio / "nan.wav", samples, 8000, subtype="FLOAT")
    (audio / "text.wav").write_text("no audio")
    for n_fresh in (0, 3 if kind == "t" else 0):
        result = run(table=table)
        assert (result.n_recordings, result.n_fresh) == (3, n_fresh)
        reasons = {Path(x.name).name: x.reason for x in result.left_out}
        assert list(reasons) == ["nan.wav", "short.wav", "text.wav"]
        assert "sample 321" in reasons["nan.wav"]
        assert "fewer than a frame" in reasons["short.wav"]
        absent = tuple((str(audio / n), "") for n in reasons)
        assert FeatureTable(table).meta.absent == absent


def test_nothing_that_works_is_an_error(run, tmp_path):
    make_audio(tmp_path / "short" / "a.wav", 199)
    table = tmp_path / "made" / "t.csv"
    with pytest.raises(NothingToDoError, match="not one of 1 recordings") as caught:
        run(tmp_path / "short", table=table)
    assert "a.wav" in caught.value.hint
    assert list(table.parent.iterdir()) == []
    with pytest.raises(NothingToDoError, match="There is no folder"):
        run(tmp_path / "nowhere")


@pytest.mark.parametrize("kind", KINDS)
def test_audio_of_several_rates_is_an_error_that_names_both(run, audio, tmp_path, kind):
    make_audio(audio / "d.wav", rate=16_000)
    table = tmp_path / "made" / kind
    for _ in range(2):
        with pytest.raises(FeatureError, match=r"d has 16000 Hz|d.*16000 Hz") as caught:
            run(table=table)
        assert "8000 Hz" in caught.value.message
        assert "--resample" in caught.value.hint
        assert not meta_path(table).exists()


def test_what_no_recording_can_have_ends_the_run(run, tmp_path):
    make_audio(tmp_path / "low" / "a.wav", rate=4000)
    table = tmp_path / "made" / "t.csv"
    with pytest.raises(FeatureError, match="4000 Hz"):
        run(tmp_path / "low", table=table)
    assert list(table.parent.iterdir()) == []


def test_a_name_that_is_no_tables(run, tmp_path):
    with pytest.raises(TableError, match="neither CSV nor Parquet"):
        run(table=tmp_path / "made.npy")
    with pytest.raises(TableError, match="neither CSV nor Parquet"):
        is_folder(tmp_path / "made.npy")
    assert not is_folder(tmp_path / "x.csv")
    assert is_folder(tmp_path / "x")
    (tmp_path / "x.csv").mkdir()
    assert is_folder(tmp_path / "x.csv")


def test_one_writer_at_a_time(run, tmp_path):
    folder = tmp_path / "made" / "t"
    with writing_to(folder), pytest.raises(ProjectLockedError):
        run(table=folder)
    run(table=folder)


def test_what_a_killed_run_left_is_cleared(run, table):
    parts = table.with_name(".t.csv.parts")
    parts.mkdir(parents=True)
    (parts / ".a.parquet.part").write_text("half")
    (table.parent / ".t.csv.part").write_text("half")
    run()
    parts.mkdir()
    assert run().n_fresh == 3
    assert sorted(files_in(table.parent)) == ["t.csv", "t.csv.meta.json"]
    assert not parts.exists()
    folder = table.parent / "t"
    folder.mkdir()
    (folder / ".z.parquet.part").write_text("half")
    run(table=folder)
    assert sorted(files_in(folder)) == ["a.parquet", "b.parquet", "c.parquet"]


def test_a_full_disk_ends_the_run_and_keeps_what_is_done(run, table, monkeypatch):
    run()
    whole = files_in(table.parent)
    with monkeypatch.context() as patch:
        patch.setattr("core.extract.sha256_of", full)
        patch.setattr("core.extract._finished", lambda *_: None)
        with pytest.raises(StorageError, match="The disk is full"):
            run()
    assert visible(table.parent) == whole


def full(_path):
    raise OSError(28, "No space left on device")


# What is transcoded.


@pytest.fixture
def transcoded(tmp_path, audio, monkeypatch):
    monkeypatch.setattr("core.transcode.map_recordings", map_here)
    (audio / "x.wav").write_text("no audio")
    originals = [*sorted(audio.glob("*.wav")), audio / "missing.wav"]
    config = TranscodeConfig(sample_rate=8000, output_format="wav", channel=1)
    transcode(selection_of(*originals), config, destination=tmp_path / "transcoded")
    return tmp_path / "transcoded"


@pytest.mark.parametrize("kind", KINDS)
def test_a_transcoded_folder_tells_what_it_was_made_from(run, transcoded, audio, tmp_path, kind):
    table = tmp_path / "made" / kind
    assert run(transcoded, table=table).n_recordings == 3
    meta = read_meta(table)
    assert meta.transcode == TranscodeConfig(8000, "wav", 1).to_dict()
    assert [(r.original, r.database_path) for r in meta.recordings] == [
        (str(audio / f"{n}.wav"), f"db/{n}.wav") for n in N_SAMPLES
    ]
    entries = {e.stem: e for e in read_manifest(transcoded) if e.sha256}
    assert {r.name: r.identity for r in meta.recordings} == {
        n: e.sha256 for n, e in entries.items()
    }
    assert meta.absent == tuple((str(audio / f"{n}.wav"), f"db/{n}.wav") for n in ("x", "missing"))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_said_of_recordings_is_kept_up_to_date(run, transcoded, tmp_path, kind):
    table = tmp_path / "made" / kind
    run(transcoded, table=table)
    before = read_meta(table)
    entries = read_manifest(transcoded)
    moved = [replace(e, original=f"/new{e.original}") for e in entries]
    write_manifest(transcoded, moved)
    assert run(transcoded, table=table).n_fresh == 3
    now = read_meta(table)
    assert [r.original for r in now.recordings] == [f"/new{r.original}" for r in before.recordings]
    assert [o for o, _ in now.absent] == [f"/new{o}" for o, _ in before.absent]
    assert now.sha256 == before.sha256


@pytest.mark.parametrize("kind", KINDS)
def test_another_order_is_another_table(run, transcoded, tmp_path, kind):
    table = tmp_path / "made" / kind
    run(transcoded, table=table)
    write_manifest(transcoded, read_manifest(transcoded)[::-1])
    assert run(transcoded, table=table).n_fresh == (3 if kind == "t" else 0)
    assert [r.name for r in FeatureTable(table).meta.recordings] == ["c", "b", "a"]


def test_a_transcoded_file_that_is_gone_is_left_out(run, transcoded, table):
    (transcoded / "b.wav").unlink()
    result = run(transcoded)
    assert result.n_recordings == 2
    assert "There is no file" in result.left_out[0].reason


def test_metadata_that_is_newer_is_no_reason_to_stop(run, table):
    run()
    meta_path(table).write_text('{"format": 99}')
    assert run().n_fresh == 0


def test_features_of_another_version_are_made_again(run, table):
    run()
    meta = read_meta(table)
    write_meta(table, replace(meta, features={**meta.features, "version": 0}))
    assert run().n_fresh == 0


def test_processes_of_their_own_make_the_same_bytes(run, audio, tmp_path, monkeypatch):
    before = set(psutil.Process().children(recursive=True))
    one, two = tmp_path / "one" / "t.csv", tmp_path / "two" / "t.csv"
    run(table=one)
    monkeypatch.undo()
    monkeypatch.setattr("core.extract.BYTES_PER_S", 1)
    result = extract(audio, CONFIG, table=two, execution=Execution(2), report=ignore)
    assert result.n_recordings == 3
    assert files_in(two.parent) == files_in(one.parent)
    assert set(psutil.Process().children(recursive=True)) <= before
