"""Any file in: what is read, what is refused, and in which words."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.audio import family, open_audio, probe
from core.errors import RecordingError
from tests.core.audio_files import clicks, decode, encode, tone

RATE = 8000


def write_noise(path, seconds, *, rate=RATE, level=0.01, at_s=(), **options):
    noise = np.random.default_rng(0).uniform(-level, level, round(rate * seconds))
    samples = noise + clicks(rate=rate, seconds=seconds, at_s=at_s)
    with soundfile.SoundFile(path, "w", rate, 1, **options) as file:
        # libsndfile's Vorbis writer crashes on long blocks.
        for start in range(0, len(samples), 4096):
            file.write(samples[start : start + 4096])
    return samples


def mp3(path):
    encode(path, tone(rate=RATE, seconds=1), rate=RATE, codec="libmp3lame", container="mp3")


def wav(path):
    with path.open("wb") as file:
        soundfile.write(file, tone(rate=RATE, seconds=1), RATE, format="WAV")


@pytest.mark.parametrize(
    "name",
    [
        b"a b.wav",
        b"100%.mp3",
        b"frame%03d.mp3",
        b"take#2?.wav",
        b"http:example.mp3",
        b"concat:a|b.mp3",
        b"-i.wav",
        b"caf\xe9.wav",
        b"caf\xe9.mp3",
        "pâté ♫.mp3".encode(),
        b"new\nline.wav",
        b"no extension",
        b"wrong.flac",
        b"list.m3u8",
        b"text.txt",
    ],
)
@pytest.mark.parametrize("write", [wav, mp3])
def test_content_decides_and_no_name_matters(tmp_path, write, name):
    made = tmp_path / "made"
    write(made)
    path = tmp_path / os.fsdecode(name)
    made.rename(path)
    samples, rate, oddities = decode(path)
    assert (len(samples), rate, oddities) == (RATE, RATE, [])


def test_what_a_reader_tells(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros((800, 2)), RATE, subtype="PCM_24")
    with open_audio(path) as reader:
        told = (reader.sample_rate, reader.n_channels, reader.n_samples)
        assert told == (RATE, 2, 800)
        assert (reader.container, reader.codec, reader.info.bits) == ("wav", "pcm_24", 24)
        assert reader.path == path
    assert probe(path) == reader.info


def test_a_recording_is_decoded_once(tmp_path):
    path = tmp_path / "a.wav"
    wav(path)
    with open_audio(path) as reader:
        list(reader.blocks())
        with pytest.raises(ValueError, match="once"):
            next(reader.blocks())


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"format": "WAV"}, "wav"),
        ({"format": "RF64"}, "wav"),
        ({"format": "FLAC"}, "flac"),
        ({"format": "AIFF"}, "aiff"),
        ({"format": "OGG", "subtype": "VORBIS"}, ""),
        ({"format": "W64"}, ""),
    ],
)
def test_family(tmp_path, options, expected):
    soundfile.write(tmp_path / "a", tone(rate=RATE, seconds=1), RATE, **options)
    assert family(tmp_path / "a") == expected


def refusal(path) -> RecordingError:
    with pytest.raises(RecordingError) as caught:
        open_audio(path)
    assert caught.value.path == str(path)
    assert caught.value.hint
    assert "\n" not in caught.value.message
    return caught.value


def test_no_such_file(tmp_path):
    assert "There is no file" in refusal(tmp_path / "gone.wav").message


def test_a_folder(tmp_path):
    assert refusal(tmp_path).message.endswith("is a folder")


def test_a_file_in_place_of_a_folder(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    assert "cannot be read" in refusal(tmp_path / "a" / "b.wav").message


def test_a_name_that_cannot_be(tmp_path):
    assert "cannot be read" in refusal(tmp_path / "a\0b.wav").message


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", ""])
def test_an_empty_file(tmp_path, name):
    path = tmp_path / (name or "noextension")
    path.write_bytes(b"")
    assert "the file is empty" in refusal(path).message


def test_a_pipe_is_not_waited_for(tmp_path):
    path = tmp_path / "pipe.wav"
    os.mkfifo(path)
    assert "not a regular file" in refusal(path).message


def test_a_device():
    assert "not a regular file" in refusal(Path(os.devnull)).message


def test_a_file_that_may_not_be_read(tmp_path):
    path = tmp_path / "a.wav"
    wav(path)
    path.chmod(0)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65_534)
    try:
        assert "may not be read" in refusal(path).message
    finally:
        if is_root:
            os.seteuid(0)


def test_a_file_without_samples(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(0), RATE)
    assert "no samples" in refusal(path).message


def test_a_header_that_denies_the_audio_behind_it(tmp_path):
    path = tmp_path / "a.wav"
    sent = write_noise(path, 2)
    data = bytearray(path.read_bytes())
    data[4:8] = data[40:44] = bytes(4)
    path.write_bytes(data)
    samples, _, oddities = decode(path)
    assert len(samples) == len(sent)
    assert oddities == ["the header says that there is no audio, but there is"]


def test_a_cut_off_flac_file(tmp_path):
    path = tmp_path / "a.flac"
    write_noise(path, 20)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    samples, _, oddities = decode(path)
    length_s = len(samples) / RATE
    assert length_s == pytest.approx(10, abs=1)
    assert oddities[-1] == f"the header claims 20.0 s, {length_s:.1f} s are there"


@pytest.mark.parametrize("block_size", [500, 65_536])
def test_what_follows_damage_in_flac_stays_where_it_was(tmp_path, block_size):
    path = tmp_path / "a.flac"
    sent = write_noise(path, 20, at_s=(2.0, 18.0))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 100] = bytes(100)
    path.write_bytes(data)
    samples, _, oddities = decode(path, block_size)
    assert len(samples) == len(sent)
    wrong = np.abs(samples[:, 0] - sent) > 1e-4
    assert 0 < wrong.sum() < 2 * RATE
    assert not samples[wrong].any()
    (oddity,) = oddities
    assert "are missing from" in oddity


def test_what_follows_a_hole_in_ogg_stays_where_it_was(tmp_path):
    path = tmp_path / "a.ogg"
    sent = write_noise(path, 60, level=0.1, format="OGG", subtype="VORBIS")
    whole, _, _ = decode(path)
    assert len(whole) == len(sent)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    samples, _, oddities = decode(path)
    assert len(samples) == pytest.approx(len(sent), abs=0.02 * RATE)
    end = slice(50 * RATE, 58 * RATE)
    np.testing.assert_allclose(samples[end], whole[end], atol=1e-3)
    assert "are missing from" in oddities[0]


def test_an_ogg_file_that_has_lost_its_beginning(tmp_path):
    path = tmp_path / "a.ogg"
    write_noise(path, 60, level=0.1, format="OGG", subtype="VORBIS")
    whole, _, _ = decode(path)
    data = path.read_bytes()
    third_page = data.index(b"OggS", data.index(b"OggS", 1) + 1)
    middle = data.index(b"OggS", len(data) // 2)
    path.write_bytes(data[:third_page] + bytes(100) + data[middle:])
    samples, _, oddities = decode(path)
    assert len(samples) == pytest.approx(len(whole), abs=0.2 * RATE)
    end = slice(50 * RATE, 58 * RATE)
    np.testing.assert_allclose(samples[end], whole[end], atol=1e-3)
    (oddity,) = oddities
    assert oddity.startswith("damaged: silence stands for the first 30.")


def test_several_ogg_streams_one_after_the_other(tmp_path):
    parts: list[bytes] = []
    for _ in range(2):
        sent = tone(rate=48_000, seconds=2)
        encode(tmp_path / "part", sent, rate=48_000, codec="libopus", container="ogg")
        parts.append((tmp_path / "part").read_bytes())
    path = tmp_path / "chain.ogg"
    path.write_bytes(b"".join(parts))
    samples, _, oddities = decode(path)
    assert len(samples) / 48_000 == pytest.approx(4, abs=0.1)
    assert oddities[0] == "several Ogg streams one after the other"


def test_codecs_keep_quiet(tmp_path, capfd):
    for name, write in (("a.mp3", mp3), ("a.wav", wav)):
        write(tmp_path / name)
        data = bytearray((tmp_path / name).read_bytes())
        data[len(data) // 2 :: 50] = b"\x55" * len(data[len(data) // 2 :: 50])
        (tmp_path / name).write_bytes(data[: len(data) * 3 // 4])
        decode(tmp_path / name)
    (tmp_path / "noise.mp3").write_bytes(b"\xff\xfb" + np.random.default_rng(0).bytes(5000))
    refusal(tmp_path / "noise.mp3")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["a.flac", "a.mp3"])
def test_memory_does_not_depend_on_length(tmp_path, name):
    path = tmp_path / name
    seconds = 400
    if name == "a.flac":
        soundfile.write(path, np.zeros(seconds * RATE, dtype=np.int16), RATE)
    else:
        soundfile.write(path, np.zeros(seconds * RATE, dtype=np.int16), RATE, format="MP3")
    tracemalloc.start()
    try:
        with open_audio(path) as reader:
            n_samples = sum(len(block) for block in reader.blocks())
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert n_samples >= seconds * RATE
    assert peak_bytes < 3e6


@pytest.mark.parametrize("seed", range(40))
def test_random_damage_is_read_or_refused(tmp_path, seed):
    """Whatever is done to a file, it gives finite work and no other error than the user's."""
    random = np.random.default_rng(seed)
    path = tmp_path / "a"
    kind = seed % 5
    if kind == 0:
        mp3(path)
    elif kind == 1:
        encode(path, tone(rate=RATE, seconds=1), rate=RATE, codec="aac", container="mp4")
    else:
        options = [{"format": "WAV"}, {"format": "FLAC"}, {"format": "OGG", "subtype": "VORBIS"}]
        write_noise(path, 1, **options[kind - 2])
    data = bytearray(path.read_bytes())
    for place in random.integers(0, len(data), random.integers(1, 40)):
        data[place] = random.integers(256)
    path.write_bytes(data[: random.integers(1, len(data) + 1)])
    try:
        samples, rate, _ = decode(path)
    except RecordingError as error:
        refused = error
    else:
        assert rate > 0
        assert len(samples)
        return
    assert refused.message
    assert refused.hint
