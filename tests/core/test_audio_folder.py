"""The audio in a folder: what its manifest lists, or all there is."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from core.audio_folder import AUDIO_SUFFIXES, Audio, find_audio
from core.errors import NothingToDoError
from core.extract_recording import AudioItem
from core.manifest import Journal, ManifestEntry, settings_text, write_manifest
from core.settings import TranscodeConfig

CONFIG = TranscodeConfig(sample_rate=8000)


def entry(name, status="transcoded"):
    return ManifestEntry(
        f"/in/{name}.ogg",
        f"{name}.ogg",
        f"{name}.wav",
        status,
        sha256=f"hash of {name}",
        settings=settings_text(CONFIG),
    )


def test_a_folder_with_a_manifest_has_its_finished_entries(tmp_path):
    entries = [entry("b"), entry("x", "left out"), entry("a"), entry("y", "not selected")]
    write_manifest(tmp_path, entries)
    (tmp_path / "other.wav").touch()
    assert find_audio(tmp_path) == Audio(
        items=tuple(
            AudioItem(
                name,
                str(tmp_path / f"{name}.wav"),
                f"/in/{name}.ogg",
                f"{name}.ogg",
                f"hash of {name}",
                "",
            )
            for name in ("b", "a")
        ),
        transcode=CONFIG.to_dict(),
        absent=(("/in/x.ogg", "x.ogg"), ("/in/y.ogg", "y.ogg")),
    )


def test_what_was_copied_with_its_database_is_not_absent_in_its_old_place(tmp_path):
    """Else each annotation by base name would mean two recordings."""
    here = replace(entry("a"), original="/copy/a.ogg")
    write_manifest(tmp_path, [here, entry("a", "not selected"), entry("y", "not selected")])
    audio = find_audio(tmp_path)
    assert [item.original for item in audio.items] == ["/copy/a.ogg"]
    assert audio.absent == (("/in/y.ogg", "y.ogg"),)


def test_paths_are_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    from pathlib import Path

    (tmp_path / "a.wav").touch()
    assert find_audio(Path()).items[0].path == str(tmp_path / "a.wav")
    write_manifest(tmp_path, [entry("a")])
    assert find_audio(Path()).items[0].path == str(tmp_path / "a.wav")


def test_a_run_that_was_cut_short_counts(tmp_path):
    with Journal(tmp_path) as journal:
        journal.add(entry("a"))
    (tmp_path / "b.wav").touch()
    assert [i.name for i in find_audio(tmp_path).items] == ["a"]


def test_any_other_folder_has_all_audio_below_it(tmp_path):
    names = ["z.wav", "a.FLAC", "deep/er/m.mp3", "deep/z.opus", "n.txt", ".hidden.wav"]
    names += [".trash/t.wav", "deep/.x/t.wav", "w.wave"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"12")
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "nowhere.wav").symlink_to(tmp_path / "gone")
    audio = find_audio(tmp_path)
    found = {i.path.removeprefix(f"{tmp_path}/"): i.name for i in audio.items}
    assert found == {
        "a.FLAC": "a",
        "deep/er/m.mp3": "m",
        "deep/z.opus": "z.opus",
        "z.wav": "z.wav",
    }
    assert list(found) == sorted(found)
    assert (audio.transcode, audio.absent) == ({}, ())
    item = audio.items[0]
    assert (item.original, item.database_path, item.sha256) == (item.path, "", "")
    status = (tmp_path / "a.FLAC").stat()
    assert item.stamp == item.identity == f"2-{status.st_mtime_ns}"


def test_a_folder_that_is_hidden_itself_will_do(tmp_path):
    folder = tmp_path / ".cache"
    folder.mkdir()
    (folder / "a.wav").touch()
    assert len(find_audio(folder).items) == 1


def test_a_change_is_noticed_by_the_stamp(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"12")
    before = find_audio(tmp_path).items[0].identity
    os.utime(tmp_path / "a.wav", ns=(0, 1))
    assert find_audio(tmp_path).items[0].identity not in ("", before)


def test_nothing_is_an_error(tmp_path):
    with pytest.raises(NothingToDoError, match="There is no folder"):
        find_audio(tmp_path / "nowhere")
    with pytest.raises(NothingToDoError, match="There is no audio"):
        find_audio(tmp_path)
    write_manifest(tmp_path, [entry("x", "left out")])
    (tmp_path / "b.wav").touch()
    with pytest.raises(NothingToDoError, match="There is no audio"):
        find_audio(tmp_path)


def test_endings_are_compared_in_lower_case():
    assert all(s == s.lower() and s.startswith(".") for s in AUDIO_SUFFIXES)
