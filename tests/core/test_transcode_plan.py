"""What transcoding would do, found out without doing it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import TableError
from core.library import Recording
from core.manifest import FILE_NAME, ManifestEntry, settings_text, write_manifest
from core.settings import TranscodeConfig
from core.transcode_plan import file_stamp, plan_transcode
from tests.core.stage_inputs import files_in

CONFIG = TranscodeConfig(sample_rate=8000)


@pytest.fixture
def recordings(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for k, name in enumerate("abc"):
        (folder / f"{name}.ogg").write_bytes(bytes(10**k))
    return [Recording(f"db/{p.name}", p) for p in sorted(folder.iterdir())]


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def done(recording, out):
    """The entry, and the file, of a recording that was transcoded."""
    n_bytes, modified_ns = file_stamp(recording.path)
    file = out / f"{recording.path.stem}.wav"
    file.write_bytes(b"result")
    return ManifestEntry(
        str(recording.path),
        recording.database_path,
        file.name,
        "transcoded",
        original_bytes=n_bytes,
        original_modified_ns=modified_ns,
        sha256="abc",
        n_bytes=6,
        settings=settings_text(CONFIG),
    )


def plan(recordings, out, config=CONFIG):
    before = files_in(out)
    made = plan_transcode(recordings, config, destination=out)
    assert files_in(out) == before
    return made


def test_at_first_everything_is_to_be_done(recordings, out):
    made = plan(recordings, out)
    assert made.todo == tuple(zip(recordings, "abc", strict=True))
    assert made.n_bytes == 111
    assert (made.fresh, made.missing, made.failed) == ((), (), ())
    assert plan(recordings, out / "nowhere").n_bytes == 111


def test_each_recording_is_one_of_four(recordings, out):
    a, b, c = recordings
    d = Recording("db/d.ogg", a.path.with_name("d.ogg"))
    failed = replace(done(b, out), status="left out", reason="broken", file="", sha256="")
    write_manifest(out, [done(a, out), failed])
    made = plan([a, b, c, d], out)
    assert made.fresh == (done(a, out),)
    assert made.failed == ((b, "b"),)
    assert made.todo == ((c, "c"),)
    assert made.missing == (d,)
    assert made.n_bytes == 100


def test_what_was_left_out_or_not_selected_can_be_fresh_again(recordings, out):
    a, b, _ = recordings
    entries = [
        replace(done(a, out), status="left out", reason="its drive was not there"),
        replace(done(b, out), status="not selected", database_path="db/of/before.ogg"),
    ]
    write_manifest(out, entries)
    assert plan([a, b], out).fresh == (done(a, out), done(b, out))


@pytest.mark.parametrize(
    "change",
    [
        {"original_bytes": 7},
        {"original_modified_ns": 7},
        {"settings": "{}"},
        {"n_bytes": 7},
        {"file": "gone.wav"},
    ],
)
def test_every_change_is_noticed(recordings, out, change):
    entry = replace(done(recordings[1], out), **change)
    write_manifest(out, [entry])
    assert plan(recordings[1:2], out).todo == ((recordings[1], entry.stem),)


def test_a_moved_original_is_known_by_its_path_in_the_database(recordings, out, tmp_path):
    a, b, _ = recordings
    write_manifest(out, [done(a, out), done(b, out)])
    (tmp_path / "new").mkdir()
    moved = [Recording(r.database_path, tmp_path / "new" / r.name) for r in (a, b)]
    a.path.rename(moved[0].path)
    # The one is gone from its old place, the other is still there: a recording of its own.
    moved[1].path.write_bytes(bytes(10))
    made = plan(moved, out)
    assert made.fresh == (replace(done_entry(out), original=str(moved[0].path)),)
    ((other, stem),) = made.todo
    assert other == moved[1]
    assert stem == "b.ogg"


def done_entry(out):
    from core.manifest import read_manifest

    return read_manifest(out)[0]


def test_what_cannot_be_a_file_is_missing(out):
    for name in ("x" * 5000, "a\0b"):
        recording = Recording("db", Path("/") / name)
        assert plan([recording], out).missing == (recording,)


def test_an_empty_original_is_not_missing(out, tmp_path):
    (tmp_path / "empty.wav").touch()
    recording = Recording("empty.wav", tmp_path / "empty.wav")
    assert plan([recording], out).todo == ((recording, "empty"),)


def test_a_damaged_manifest_is_an_error(recordings, out):
    (out / FILE_NAME).write_text("original\nx\n")
    with pytest.raises(TableError, match="is damaged"):
        plan(recordings, out)
