"""What a file's bytes say about its container."""

from __future__ import annotations

import os

import numpy as np
import pytest
import soundfile

from core.decoding.containers import (
    SourceFile,
    is_for_libsndfile,
    ogg_end,
    read_head,
    written_family,
)
from tests.core.audio_files import tone


@pytest.fixture
def opened():
    sources: list[SourceFile] = []

    def open_source(path):
        sources.append(SourceFile(os.open(path, os.O_RDONLY)))
        return sources[-1]

    yield open_source
    for source in sources:
        source.close()


def id3(n_bytes: int, *, footer: bool = False) -> bytes:
    size = bytes((n_bytes >> shift) & 0x7F for shift in (21, 14, 7, 0))
    flags = b"\x10" if footer else b"\0"
    tag = b"ID3\x04\0" + flags + size + b"\xff" * n_bytes
    return tag + (b"3DI\x04\0" + flags + size if footer else b"")


@pytest.mark.parametrize(
    "tags", [b"", id3(5), id3(70_000), id3(300, footer=True), id3(5) + id3(1000)]
)
def test_the_head_lies_behind_any_tags(tmp_path, opened, tags):
    path = tmp_path / "tagged"
    path.write_bytes(tags + b"fLaC and more")
    assert read_head(opened(path)) == b"fLaC and more"


def test_a_tag_that_is_cut_off_has_nothing_behind_it(tmp_path, opened):
    path = tmp_path / "tagged"
    path.write_bytes(id3(5000)[:200])
    assert read_head(opened(path)) == b""
    path.write_bytes(b"ID3\x04")
    assert read_head(opened(path)) == b"ID3\x04"


@pytest.mark.parametrize(
    ("head", "family"),
    [
        (b"RIFF\0\0\0\0WAVEfmt ", "wav"),
        (b"RF64\0\0\0\0WAVEds64", "wav"),
        (b"RIFX\0\0\0\0WAVEfmt ", "wav"),
        (b"RIFF\0\0\0\0AVI LIST", ""),
        (b"FORM\0\0\0\0AIFFCOMM", "aiff"),
        (b"FORM\0\0\0\0AIFCCOMM", "aiff"),
        (b"FORM\0\0\0\x008SVXVHDR", ""),
        (b"fLaC\0\0\0\x22", "flac"),
        (b"OggS\0\x02", ""),
        (b"\xff\xfb\x90\x64", ""),
        (b"", ""),
    ],
)
def test_the_family_that_can_be_written(head, family):
    assert written_family(head) == family


def test_mpeg_audio_has_no_mark_of_libsndfile():
    assert not is_for_libsndfile(b"\xff\xfb\x90\x64")
    assert is_for_libsndfile(b"OggS\0\x02")


def write_ogg(path, hz):
    soundfile.write(path, tone(rate=8000, seconds=3, hz=hz), 8000, format="OGG", subtype="VORBIS")
    return path.read_bytes()


def test_how_an_ogg_file_ends(tmp_path, opened):
    path = tmp_path / "a.ogg"
    whole = write_ogg(path, 300)
    serial = whole[14:18]
    other = write_ogg(path, 600).replace(path.read_bytes()[14:18], bytes(b ^ 1 for b in serial))
    for data, end in [(whole, ""), (whole + other, "chained"), (whole[:-3000], "cut off")]:
        path.write_bytes(data)
        source = opened(path)
        assert ogg_end(source, read_head(source)) == end


def test_only_ogg_ends_as_ogg(tmp_path, opened):
    path = tmp_path / "a"
    path.write_bytes(b"RIFF" + bytes(np.arange(200, dtype=np.uint8)))
    source = opened(path)
    assert ogg_end(source, read_head(source)) == ""


def test_peeking_moves_nothing(tmp_path, opened):
    path = tmp_path / "a"
    path.write_bytes(b"0123456789")
    source = opened(path)
    source.seek(4)
    assert source.peek(0, 2) == b"01"
    assert source.read(2) == b"45"
    assert source.seek(-1, os.SEEK_END) == 9
    assert source.seek(-3, os.SEEK_CUR) == 6
    assert source.tell() == 6


def test_reading_in_circles_ends(tmp_path, opened):
    path = tmp_path / "a"
    path.write_bytes(bytes(1 << 20))
    source = opened(path)

    def read_over_and_over():
        for _ in range(100_000):
            source.seek(0)
            source.read(1 << 20)

    with pytest.raises(OSError, match="circles"):
        read_over_and_over()


def test_reading_on_at_the_end_ends(tmp_path, opened):
    path = tmp_path / "a"
    path.write_bytes(b"1")
    source = opened(path)
    source.seek(1)

    def read_on():
        for _ in range(1_000_000):
            source.read(1)

    with pytest.raises(OSError, match="circles"):
        read_on()
