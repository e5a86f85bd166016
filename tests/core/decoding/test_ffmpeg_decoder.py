"""The decoder over FFmpeg: what it reads, and that time stays where it was."""

from __future__ import annotations

import os

import av
import numpy as np
import pytest
import soundfile

from core.decoding.containers import SourceFile
from core.decoding.decoders import DecodeError
from core.decoding.ffmpeg_decoder import PROBE_BYTES, FfmpegDecoder
from tests.core.audio_files import clicks, encode, level_at, tone

RATE = 44_100
PADDING_S = 0.06
"""Encoders' own padding; AAC's and MP3's are the longest."""

LEVEL_TOLERANCE = 0.06
"""LAME takes 5 % off."""


@pytest.fixture
def decode():
    def run(path, block_size=65_536):
        source = SourceFile(os.open(path, os.O_RDONLY))
        try:
            decoder = FfmpegDecoder(source)
            try:
                blocks = list(decoder.blocks(block_size))
                assert all(0 < len(b) <= block_size and b.dtype == np.float32 for b in blocks)
                return np.concatenate(blocks), decoder
            finally:
                decoder.close()
        finally:
            source.close()

    return run


@pytest.mark.parametrize(
    "kind",
    [
        ("libmp3lame", "mp3", RATE, "mp3/mp3"),
        ("mp2", "mp2", RATE, "mp3/mp2"),
        ("aac", "mp4", RATE, "mp4/aac"),
        ("aac", "adts", RATE, "aac/aac"),
        ("alac", "mp4", RATE, "mp4/alac"),
        ("libopus", "webm", 48_000, "webm/opus"),
        ("wmav2", "asf", RATE, "asf/wmav2"),
        ("ac3", "ac3", 48_000, "ac3/ac3"),
        ("wavpack", "wv", RATE, "wv/wavpack"),
        ("flac", "flac", RATE, "flac/flac"),
    ],
)
@pytest.mark.parametrize("n_channels", [1, 2])
def test_a_tone_comes_back_from_every_codec(tmp_path, decode, kind, n_channels):
    codec, container, rate, name = kind
    path = tmp_path / "tone"
    sent = np.repeat(tone(rate=rate, seconds=2)[:, None], n_channels, axis=1)
    encode(path, sent, rate=rate, codec=codec, container=container)
    samples, decoder = decode(path)
    info = decoder.info
    assert f"{info.container}/{info.codec}" == name
    assert (info.sample_rate, info.n_channels) == (rate, n_channels)
    assert abs(len(samples) / rate - 2) < PADDING_S
    assert level_at(samples[rate // 2 : -rate // 2, 0], rate=rate, hz=1000) == pytest.approx(
        0.5, rel=LEVEL_TOLERANCE
    )
    assert decoder.oddities == []


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_full_scale_is_one_in_every_sample_format(tmp_path, decode, subtype):
    path = tmp_path / "made"
    sent = np.array([[-1.0, 0.5], [0.25, -0.5], [0.0, 0.125]])
    soundfile.write(path, sent, 8000, subtype=subtype, format="WAV")
    samples, _ = decode(path)
    np.testing.assert_array_equal(samples, sent)


@pytest.mark.parametrize("block_size", [1, 100, 1152, 5000])
def test_blocks_are_cut_to_size(tmp_path, decode, block_size):
    path = tmp_path / "made"
    sent = np.random.default_rng(0).integers(-9999, 9999, 9000).astype(np.int16)
    soundfile.write(path, sent, 8000, format="FLAC")
    samples, _ = decode(path, block_size)
    np.testing.assert_array_equal(samples[:, 0] * 32768, sent)


def without_first_frame(data: bytes) -> bytes:
    """An MP3 file without its Xing header, which is a frame of its own behind the tag."""
    start = data.index(b"\xff\xfb")
    return data[data.index(b"\xff\xfb", start + 100) :]


def test_mp3_length_with_and_without_a_xing_header(tmp_path, decode):
    path = tmp_path / "made"
    encode(path, tone(rate=RATE, seconds=5), rate=RATE, codec="libmp3lame", container="mp3")
    samples, decoder = decode(path)
    assert decoder.info.n_samples == len(samples) == 5 * RATE
    path.write_bytes(without_first_frame(path.read_bytes()))
    samples, decoder = decode(path)
    assert decoder.info.n_samples is None
    assert len(samples) / RATE == pytest.approx(5, abs=PADDING_S)
    assert decoder.info.duration_s == pytest.approx(5, abs=0.2)


def test_a_cut_off_mp3_file_is_decoded_as_far_as_it_goes(tmp_path, decode):
    path = tmp_path / "made"
    encode(path, tone(rate=RATE, seconds=5), rate=RATE, codec="libmp3lame", container="mp3")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    samples, decoder = decode(path)
    assert 2 < len(samples) / RATE < 3
    assert decoder.info.n_samples == 5 * RATE


@pytest.mark.parametrize(("codec", "container"), [("flac", "flac"), ("libmp3lame", "mp3")])
def test_what_follows_damage_stays_where_it_was(tmp_path, decode, codec, container):
    path = tmp_path / "made"
    noise = np.random.default_rng(1).uniform(-0.01, 0.01, 8 * RATE).astype(np.float32)
    sent = noise + clicks(rate=RATE, seconds=8, at_s=(1.0, 7.0))
    encode(path, sent, rate=RATE, codec=codec, container=container)
    whole, _ = decode(path)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = bytes(3000)
    path.write_bytes(data)
    samples, decoder = decode(path)
    assert len(samples) == pytest.approx(len(whole), abs=PADDING_S * RATE)
    assert np.argmax(samples[: 4 * RATE]) == np.argmax(whole[: 4 * RATE])
    assert np.argmax(samples[4 * RATE :]) == np.argmax(whole[4 * RATE :])
    assert "silence there" in decoder.oddities[0]
    # Nor is the damage heard as more than a tick.
    assert np.abs(samples[3 * RATE : 5 * RATE]).max() < 0.2


def test_a_damaged_flac_frame_is_never_heard(tmp_path, decode):
    path = tmp_path / "made"
    sent = np.random.default_rng(2).integers(-300, 300, 8 * RATE).astype(np.int16)
    soundfile.write(path, sent, RATE, format="FLAC")
    data = bytearray(path.read_bytes())
    for place in range(len(data) // 4, len(data) * 9 // 10, len(data) // 8):
        data[place] ^= 0x55
    path.write_bytes(data)
    samples, _ = decode(path)
    received = samples[:, 0] * 32768
    assert len(received) == len(sent)
    wrong = received != sent
    assert not received[wrong].any()
    assert 0 < wrong.sum() < len(sent) / 4


def test_a_single_damaged_mp3_frame_moves_nothing(tmp_path, decode):
    path = tmp_path / "made"
    noise = np.random.default_rng(1).uniform(-0.01, 0.01, 4 * RATE).astype(np.float32)
    sent = noise + clicks(rate=RATE, seconds=4, at_s=(3.0,))
    encode(path, sent, rate=RATE, codec="libmp3lame", container="mp3")
    whole, _ = decode(path)
    data = bytearray(path.read_bytes())
    frame = data.index(b"\xff\xfb", len(data) // 2)
    data[frame + 4 : frame + 21] = b"\xff" * 17
    path.write_bytes(data)
    samples, decoder = decode(path)
    assert len(samples) == len(whole)
    assert np.argmax(samples) == np.argmax(whole)
    assert decoder.oddities[0].startswith("0.03 s are missing from ")


def test_what_is_mostly_damaged_is_refused(tmp_path, decode):
    path = tmp_path / "made"
    sent = np.random.default_rng(2).integers(-300, 300, 20 * RATE).astype(np.int16)
    soundfile.write(path, sent, RATE, format="FLAC")
    data = bytearray(path.read_bytes())
    for place in range(20_000, len(data), 4000):
        data[place] ^= 0x55
    path.write_bytes(data)
    with pytest.raises(DecodeError, match="packets are damaged"):
        decode(path)


def test_sound_that_begins_late_in_a_video(tmp_path, decode):
    path = tmp_path / "video"
    random = np.random.default_rng(0)
    with av.open(str(path), "w", format="mpegts") as output:
        video = output.add_stream("mpeg2video", rate=25)
        video.width, video.height = 320, 240
        audio = output.add_stream("mp2", rate=48_000, layout="mono")
        for _ in range(25):
            picture = random.integers(0, 256, (240, 320, 3), dtype=np.uint8)
            for packet in video.encode(av.VideoFrame.from_ndarray(picture, "rgb24")):
                output.mux(packet)
        for start in range(0, 48_000, 1152):
            block = np.full((1, 1152), 5000, dtype=np.int16)
            frame = av.AudioFrame.from_ndarray(block, "s16", "mono")
            frame.sample_rate, frame.pts = 48_000, 48_000 + start
            for packet in audio.encode(frame):
                output.mux(packet)
    assert path.stat().st_size > 5 * PROBE_BYTES
    samples, decoder = decode(path)
    assert len(samples) / 48_000 == pytest.approx(1, abs=PADDING_S)
    assert decoder.info.container == "mpegts"


def test_a_hole_in_the_time_stamps_is_filled(tmp_path, decode):
    path = tmp_path / "made"
    sent = tone(rate=48_000, seconds=3)
    encode(path, sent, rate=48_000, codec="libopus", container="webm", late_s=(1.0, 2.0))
    samples, decoder = decode(path)
    assert len(samples) / 48_000 == pytest.approx(5, abs=PADDING_S)
    assert not samples[round(1.1 * 48_000) : round(2.9 * 48_000)].any()
    assert decoder.oddities == ["2.00 s are missing from 1.01 s on: silence there"]


def test_a_time_stamp_from_nowhere_is_not_believed(tmp_path, decode):
    path = tmp_path / "made"
    sent = tone(rate=48_000, seconds=3)
    encode(path, sent, rate=48_000, codec="libopus", container="webm", late_s=(1.0, 40_000.0))
    samples, decoder = decode(path)
    assert len(samples) / 48_000 == pytest.approx(3, abs=PADDING_S)
    assert "joined on" in decoder.oddities[0]


def two_mp3_files(tmp_path, first, second):
    parts: list[bytes] = []
    for samples, rate in (first, second):
        path = tmp_path / "part"
        encode(path, samples, rate=rate, codec="libmp3lame", container="mp3")
        parts.append(without_first_frame(path.read_bytes()) if parts else path.read_bytes())
    path = tmp_path / "both"
    path.write_bytes(b"".join(parts))
    return path


def test_a_change_of_rate_is_told_and_keeps_time_and_pitch(tmp_path, decode):
    first = tone(rate=RATE, seconds=2), RATE
    second = tone(rate=32_000, seconds=2), 32_000
    samples, decoder = decode(two_mp3_files(tmp_path, first, second))
    assert decoder.info.sample_rate == RATE
    assert len(samples) / RATE == pytest.approx(4, abs=2 * PADDING_S)
    end = samples[-RATE : -RATE // 4, 0]
    assert level_at(end, rate=RATE, hz=1000) == pytest.approx(0.5, rel=LEVEL_TOLERANCE)
    assert any("sample rate changes from 44100 to 32000 Hz" in o for o in decoder.oddities)


def test_a_change_of_channels_is_told_and_keeps_the_level(tmp_path, decode):
    mono = tone(rate=RATE, seconds=2)
    stereo = np.stack([mono, mono], axis=1)
    for first, second in ((mono, stereo), (stereo, mono)):
        samples, decoder = decode(two_mp3_files(tmp_path, (first, RATE), (second, RATE)))
        assert samples.shape[1] == decoder.info.n_channels == first.reshape(len(first), -1).shape[1]
        end = samples[-RATE : -RATE // 4, 0]
        assert level_at(end, rate=RATE, hz=1000) == pytest.approx(0.5, rel=LEVEL_TOLERANCE)
        assert any("number of channels changes" in o for o in decoder.oddities)


def test_more_channels_than_ffmpeg_frames_have_planes(tmp_path, decode):
    path = tmp_path / "made"
    sent = np.random.default_rng(0).integers(-9999, 9999, (30_000, 64)).astype(np.int16)
    with av.open(str(path), "w", format="wv") as output:
        stream = output.add_stream("wavpack", rate=8000, layout="64 channels")
        stream.codec_context.format = "s16p"
        frame = av.AudioFrame.from_ndarray(sent.reshape(1, -1), "s16", "64 channels")
        frame.sample_rate, frame.pts = 8000, 0
        for planar in av.AudioResampler("s16p", "64 channels", 8000).resample(frame):
            for packet in [*stream.encode(planar), *stream.encode(None)]:
                output.mux(packet)
    samples, decoder = decode(path)
    assert decoder.info.n_channels == 64
    np.testing.assert_array_equal(samples * 32768, sent)


def test_a_list_of_other_files_is_no_recording(tmp_path, decode, monkeypatch):
    monkeypatch.chdir(tmp_path)
    soundfile.write(tmp_path / "secret.wav", np.zeros(100), 8000)
    path = tmp_path / "list"
    for text in (
        "ffconcat version 1.0\nfile secret.wav\n",
        f"ffconcat version 1.0\nfile {tmp_path}/secret.wav\n",
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{tmp_path}/secret.wav\n#EXT-X-ENDLIST\n",
    ):
        path.write_text(text)
        with pytest.raises(DecodeError):
            decode(path)


def test_tags_do_not_matter_however_long_or_odd(tmp_path, decode):
    path = tmp_path / "made"
    encode(path, tone(rate=RATE, seconds=1), rate=RATE, codec="libmp3lame", container="mp3")
    picture = b"APIC" + (600_000 - 10).to_bytes(4) + bytes(2) + bytes(600_000 - 10)
    title = b"TIT2" + (5).to_bytes(4) + bytes(2) + b"\x03\xff\xfe\xe9\xff"
    tag = title + picture
    size = bytes((len(tag) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    path.write_bytes(b"ID3\x03\0\0" + size + tag + path.read_bytes())
    samples, _ = decode(path)
    assert len(samples) == RATE


@pytest.mark.parametrize("n_bytes", [100, 10_000, 1_000_000])
def test_noise_is_no_recording(tmp_path, decode, n_bytes):
    path = tmp_path / "noise"
    path.write_bytes(np.random.default_rng(n_bytes).bytes(n_bytes))
    with pytest.raises(DecodeError):
        decode(path)


def test_a_video_without_sound_is_no_recording(tmp_path, decode):
    path = tmp_path / "video"
    with av.open(str(path), "w", format="mp4") as output:
        stream = output.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), "rgb24")
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            output.mux(packet)
    with pytest.raises(DecodeError, match="no audio"):
        decode(path)
