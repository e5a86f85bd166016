"""The stage: what is done, done again, kept and left out, whatever happens in between."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import soundfile

from core.errors import NothingToDoError, ProjectLockedError, StorageError
from core.executor import Execution
from core.folder_lock import writing_to
from core.left_out import LeftOut
from core.library import Recording, Selection
from core.manifest import FILE_NAME, JOURNAL_NAME, Journal, read_manifest
from core.progress import Cancelled
from core.settings import TranscodeConfig
from core.transcode import transcode
from tests.core.stage_inputs import CancelAt, files_in, make_audio, map_here, selection_of

CONFIG = TranscodeConfig(sample_rate=8000, output_format="wav")


@pytest.fixture
def originals(tmp_path):
    return [
        make_audio(tmp_path / "in" / name, 3000, rate=rate, seed=k)
        for k, (name, rate) in enumerate([("a.wav", 16_000), ("b.flac", 8000), ("c.ogg", 48_000)])
    ]


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def run(monkeypatch, originals, out):
    monkeypatch.setattr("core.transcode.map_recordings", map_here)

    def run_stage(selected=None, config=CONFIG, **options):
        selection = selected if isinstance(selected, Selection) else None
        selection = selection or selection_of(*(originals if selected is None else selected))
        return transcode(selection, config, destination=out, **options)

    return run_stage


def statuses(out):
    return {Path(e.original).name: (e.status, e.file) for e in read_manifest(out)}


def test_everything_becomes_mono_at_one_rate(run, originals, out):
    result = run()
    assert (result.n_recordings, result.n_fresh, result.left_out) == (3, 0, ())
    assert result.destination == str(out)
    assert sorted(os.listdir(out)) == ["a.wav", "b.wav", "c.wav", FILE_NAME]  # noqa: PTH208
    for path in out.glob("*.wav"):
        info = soundfile.info(path)
        assert (info.channels, info.samplerate, info.subtype) == (1, 8000, "PCM_16")
    entries = read_manifest(out)
    assert [e.original for e in entries] == [str(p) for p in originals]
    assert [e.database_path for e in entries] == ["db/a.wav", "db/b.flac", "db/c.ogg"]
    assert [e.sample_rate_in for e in entries] == [16_000, 8000, 48_000]
    assert [e.n_samples_in for e in entries] == [3000] * 3
    assert [e.n_samples for e in entries] == [1500, 3000, 500]
    assert result.seconds == round((1500 + 3000 + 500) / 8000, 3)
    assert all(e.n_bytes == (out / e.file).stat().st_size for e in entries)


def test_what_is_done_is_not_done_again(run, out):
    run()
    before = files_in(out), {p: p.stat().st_mtime_ns for p in out.glob("*.wav")}
    result = run()
    assert (result.n_recordings, result.n_fresh) == (3, 3)
    assert (files_in(out), {p: p.stat().st_mtime_ns for p in out.glob("*.wav")}) == before


def test_a_changed_original_is_done_again(run, originals, out):
    run()
    make_audio(originals[0], 4000, rate=16_000, seed=9)
    result = run()
    assert (result.n_recordings, result.n_fresh) == (3, 2)
    assert read_manifest(out)[0].n_samples_in == 4000


@pytest.mark.parametrize("spoil", [Path.unlink, lambda p: p.write_bytes(p.read_bytes()[:-1])])
def test_a_spoilt_result_is_made_again(run, out, spoil):
    run()
    before = files_in(out)
    spoil(out / "b.wav")
    assert run().n_fresh == 2
    assert files_in(out) == before


def test_other_settings_do_everything_again(run, out):
    run()
    assert run(config=replace(CONFIG, sample_rate=11_025)).n_fresh == 0
    assert {e.sample_rate for e in read_manifest(out)} == {11_025}


def test_another_format_takes_the_old_ones_place(run, out):
    run()
    result = run(config=replace(CONFIG, output_format="flac"))
    assert (result.n_recordings, result.n_fresh) == (3, 0)
    assert sorted(os.listdir(out)) == ["a.flac", "b.flac", "c.flac", FILE_NAME]  # noqa: PTH208


def test_another_format_keeps_the_old_where_the_new_was_not_reached(run, out):
    run()
    with pytest.raises(Cancelled):
        run(config=replace(CONFIG, output_format="flac"), report=CancelAt("b.flac"))
    assert {p.name for p in out.iterdir() if not p.name.startswith(".")} == {
        "a.flac",
        "b.wav",
        "c.wav",
        FILE_NAME,
    }
    assert statuses(out)["a.wav"] == ("transcoded", "a.flac")


def test_the_original_format_is_kept_where_it_can_be(run, out):
    result = run(config=TranscodeConfig())
    assert [e.file for e in read_manifest(out)] == ["a.wav", "b.flac", "c.wav"]
    (odd,) = result.odd
    assert odd.name == "db/c.ogg"
    assert "ogg" in odd.reason
    assert "wav" in odd.reason


def test_a_missing_original_is_left_out_by_name(run, originals):
    originals[1].unlink()
    result = run()
    assert result.n_recordings == 2
    (left_out,) = result.left_out
    assert left_out.name == "db/b.flac"
    assert str(originals[1]) in left_out.reason
    assert "relink" in left_out.reason


def test_a_missing_original_is_not_done_again_when_it_is_back(run, originals, out, tmp_path):
    run()
    whole = files_in(out)
    for path in originals[1:]:
        path.rename(tmp_path / path.name)
    assert run().n_recordings == 1
    assert statuses(out)["b.flac"] == ("left out", "b.wav")
    for path in originals[1:]:
        (tmp_path / path.name).rename(path)
    result = run()
    assert (result.n_recordings, result.n_fresh) == (3, 3)
    assert files_in(out) == whole


def test_a_missing_original_is_done_again_with_other_settings(run, originals, out, tmp_path):
    run()
    originals[0].rename(tmp_path / "a.wav")
    other = replace(CONFIG, sample_rate=11_025)
    assert run(config=other).n_recordings == 2
    (tmp_path / "a.wav").rename(originals[0])
    assert run(config=other).n_fresh == 2
    assert {e.sample_rate for e in read_manifest(out)} == {11_025}


def test_a_broken_recording_is_left_out_and_tried_again(run, originals, out):
    originals[0].write_text("no audio")
    for n_fresh in (0, 2):
        result = run()
        assert (result.n_recordings, result.n_fresh) == (2, n_fresh)
        assert [x.name for x in result.left_out] == ["db/a.wav"]
        assert "a.wav" in result.left_out[0].reason
        entry = read_manifest(out)[0]
        assert (entry.status, entry.file, entry.sha256) == ("left out", "", "")
        assert entry.reason == result.left_out[0].reason
    make_audio(originals[0], 3000, rate=16_000)
    assert run().left_out == ()
    assert statuses(out)["a.wav"] == ("transcoded", "a.wav")


def test_a_recording_that_breaks_keeps_its_name(run, originals, out, tmp_path):
    run()
    originals[0].write_text("no audio")
    newcomer = make_audio(tmp_path / "other" / "a.flac")
    run([*originals, newcomer])
    assert statuses(out)["a.wav"] == ("left out", "a.wav")
    assert statuses(out)["a.flac"] == ("transcoded", "a.flac.wav")


def test_rows_without_a_path_are_listed(run, originals):
    row = ("None", "the database has no usable path in this row")
    assert run(selection_of(*originals, left_out=(row,))).left_out == (LeftOut(*row),)


def test_what_another_query_selected_stays(run, originals, out):
    run()
    result = run(originals[1:])
    assert (result.n_recordings, result.n_fresh) == (2, 2)
    assert statuses(out) == {
        "b.flac": ("transcoded", "b.wav"),
        "c.ogg": ("transcoded", "c.wav"),
        "a.wav": ("not selected", "a.wav"),
    }
    assert (out / "a.wav").exists()
    assert run().n_fresh == 3
    assert {s for s, _ in statuses(out).values()} == {"transcoded"}


def test_an_original_that_moved_keeps_its_result(run, originals, out, tmp_path):
    run()
    new = tmp_path / "archive"
    originals[0].parent.rename(new)
    moved = [Recording(f"db/{p.name}", new / p.name) for p in originals]
    result = run(Selection(tuple(moved)))
    assert (result.n_recordings, result.n_fresh) == (3, 3)
    assert sorted(p.name for p in out.glob("*.wav")) == ["a.wav", "b.wav", "c.wav"]
    assert [e.original for e in read_manifest(out)] == [str(r.path) for r in moved]


def test_an_original_of_the_same_name_elsewhere_is_another(run, originals, out, tmp_path):
    run()
    other = make_audio(tmp_path / "other" / "a.wav", seed=7)
    result = run(Selection((Recording("db/a.wav", other),)))
    assert (result.n_recordings, result.n_fresh) == (1, 0)
    assert statuses(out)["a.wav"][0] == "not selected"
    assert {Path(e.original): e.status for e in read_manifest(out)}[other] == "transcoded"
    assert len(list(out.glob("a*.wav"))) == 2


def test_no_two_originals_become_one_file(run, tmp_path, out):
    names = ["x/op.wav", "x/op.flac", "y/op.wav", "y/OP.ogg"]
    paths = [make_audio(tmp_path / name, seed=k) for k, name in enumerate(names)]
    assert run(paths).n_recordings == 4
    files = [e.file for e in read_manifest(out)]
    assert len({f.casefold() for f in files}) == 4
    assert files[1] == "op.flac.wav"
    assert len({(out / f).read_bytes() for f in files}) == 4


@pytest.mark.parametrize("at", ["a.wav", "b.flac", "c.ogg"])
def test_a_cancelled_run_goes_on_to_the_same_bytes(run, originals, out, tmp_path, at):
    with pytest.raises(Cancelled):
        run(report=CancelAt(at))
    assert not list(out.glob(".*.part"))
    n_before = "abc".index(at[0])
    assert len(list(out.glob("*.wav"))) == n_before
    assert run().n_fresh == n_before
    resumed = files_in(out)
    transcode(selection_of(*originals), CONFIG, destination=tmp_path / "undisturbed")
    assert files_in(tmp_path / "undisturbed") == resumed


def test_what_a_killed_run_left_is_cleared(run, out):
    run()
    whole = files_in(out)
    entry = read_manifest(out)[0]
    with Journal(out) as journal:
        journal.add(replace(entry, n_clipped=7))
    (out / ".b.wav.part").write_text("half")
    (out / "other.txt").write_text("mine")
    assert run().n_fresh == 3
    assert read_manifest(out)[0].n_clipped == 7
    assert set(files_in(out)) == {*whole, "other.txt"}
    assert not (out / JOURNAL_NAME).exists()


def test_nothing_selected_is_an_error(run, out):
    with pytest.raises(NothingToDoError, match="selects no recording"):
        run([])
    with pytest.raises(NothingToDoError, match="None of the 1 rows"):
        run(Selection((), (("None", "no path"),)))
    assert not out.exists()


def test_nothing_that_works_is_an_error_and_is_kept_with_its_reasons(run, originals, out):
    for path in originals:
        path.write_text("no audio")
    with pytest.raises(NothingToDoError, match="Not one of 3 recordings") as caught:
        run()
    assert "db/a.wav" in caught.value.hint
    assert [e.status for e in read_manifest(out)] == ["left out"] * 3


def test_originals_are_never_overwritten(run, originals):
    before = files_in(originals[0].parent)
    for destination in (originals[0].parent, originals[0].parent / ".." / "in"):
        with pytest.raises(StorageError, match="holds originals"):
            transcode(selection_of(*originals), CONFIG, destination=destination)
    assert files_in(originals[0].parent) == before


def test_other_peoples_files_are_never_overwritten(run, out):
    out.mkdir()
    (out / "b.wav").write_text("mine")
    with pytest.raises(StorageError, match=r"b\.wav that this program did not make"):
        run()
    assert files_in(out) == {"b.wav": b"mine"}


def test_one_writer_at_a_time(run, out):
    with writing_to(out), pytest.raises(ProjectLockedError):
        run()
    assert run().n_recordings == 3


def test_a_full_disk_ends_the_run_and_keeps_what_is_done(run, out, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    run()
    whole = files_in(out)
    with monkeypatch.context() as patch:
        patch.setattr("core.transcode_recording.PcmWriter", full)
        with pytest.raises(StorageError, match="The disk is full"):
            run(config=replace(CONFIG, sample_rate=11_025))
    assert {k: v for k, v in files_in(out).items() if k != JOURNAL_NAME} == whole
    assert run().n_fresh == 3


def test_processes_of_their_own_make_the_same_bytes(originals, out, tmp_path, monkeypatch):
    before = set(psutil.Process().children(recursive=True))
    with monkeypatch.context() as patch:
        patch.setattr("core.transcode.map_recordings", map_here)
        transcode(selection_of(*originals), CONFIG, destination=out)
    # Worth a second process.
    monkeypatch.setattr("core.transcode.BYTES_PER_S", 1)
    broken = tmp_path / "in" / "d.wav"
    broken.write_text("no audio")
    two = tmp_path / "two"
    result = transcode(
        selection_of(*originals, broken), CONFIG, destination=two, execution=Execution(2)
    )
    assert (result.n_recordings, [x.name for x in result.left_out]) == (3, ["db/d.wav"])
    assert set(psutil.Process().children(recursive=True)) <= before
    (two / FILE_NAME).unlink()
    (out / FILE_NAME).unlink()
    assert files_in(two) == files_in(out)
