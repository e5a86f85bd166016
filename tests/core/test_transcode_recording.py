"""One recording in, mono 16 bit at one rate out; and all that can go wrong on the way."""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

import core.pcm_writer
import core.transcode_recording
from core.errors import RecordingError
from core.progress import Cancelled
from core.settings import TranscodeConfig
from core.transcode_recording import output_suffix, transcode_recording
from tests.core.audio_files import clicks, encode, level_at, tone

MANIFEST = Path(__file__).resolve().parents[3] / "shared" / "data" / "torture" / "manifest.csv"
DURATION_TOLERANCE_S = 0.05


@pytest.fixture
def source(tmp_path):
    def write(samples, rate=8000, name="a.wav", **options):
        path = tmp_path / "in" / name
        path.parent.mkdir(exist_ok=True)
        soundfile.write(path, samples, rate, **options)
        return path

    return write


@pytest.fixture
def out(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "a.wav"


def nothing_is_left(out):
    return not list(out.parent.iterdir())


@pytest.mark.parametrize("output_format", ["wav", "flac", "aiff"])
def test_sixteen_bit_mono_at_its_own_rate_is_identical(source, out, output_format):
    sent = np.arange(-32_768, 32_768, dtype=np.int16)
    made = transcode_recording(source(sent), out, TranscodeConfig(None, output_format))
    samples, rate = soundfile.read(out, dtype="int16")
    np.testing.assert_array_equal(samples, sent)
    assert soundfile.info(out).format == output_format.upper()
    assert (rate, made.sample_rate_in, made.sample_rate_out) == (8000, 8000, 8000)
    assert (made.n_samples_in, made.n_samples_out, made.n_clipped) == (65_536, 65_536, 0)
    assert (made.codec, made.n_channels, made.oddities) == ("wav/pcm_16", 1, ())
    assert made.output_format == output_format
    assert made.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()


def test_the_same_recording_gives_the_same_bytes(source, out):
    path = source(tone(rate=44_100, seconds=1), 44_100)
    for output_format in ("wav", "flac", "aiff"):
        config = TranscodeConfig(8000, output_format)
        first = transcode_recording(path, out, config)
        assert transcode_recording(path, out, config) == first


def test_stereo_becomes_the_mean_or_one_channel(source, out):
    sent = np.array([[1000, 3000], [-5, -8], [32_767, 32_767]], dtype=np.int16)
    path = source(sent)
    for channel, expected in ((0, [2000, -6, 32_767]), (1, sent[:, 0]), (2, sent[:, 1])):
        transcode_recording(path, out, TranscodeConfig(None, "wav", channel))
        np.testing.assert_array_equal(soundfile.read(out, dtype="int16")[0], expected)


def test_a_channel_that_is_not_there(source, out):
    with pytest.raises(RecordingError, match="has 2 channels, so there is no channel 3"):
        transcode_recording(source(np.zeros((9, 2))), out, TranscodeConfig(None, "wav", 3))
    assert nothing_is_left(out)


@pytest.mark.parametrize("rate", [44_100, 48_000, 16_000, 11_025, 4000, 96_000])
@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT"])
def test_a_click_stays_at_its_time(source, out, rate, subtype):
    path = source(clicks(rate=rate, seconds=3.001, at_s=(1.0,)), rate, subtype=subtype)
    made = transcode_recording(path, out, TranscodeConfig(8000, "wav"))
    samples, _ = soundfile.read(out)
    assert np.argmax(samples) == 8000
    assert abs(made.n_samples_out - made.n_samples_in * 8000 / rate) <= 1
    assert made.n_samples_out == len(samples)


@pytest.mark.parametrize(("codec", "container"), [("libmp3lame", "mp3"), ("aac", "mp4")])
def test_compressed_recordings_keep_pitch_and_level(tmp_path, out, codec, container):
    path = tmp_path / "a"
    encode(path, tone(rate=44_100, seconds=2), rate=44_100, codec=codec, container=container)
    made = transcode_recording(path, out, TranscodeConfig(8000, "wav"))
    samples, _ = soundfile.read(out)
    assert made.codec.startswith(container)
    assert len(samples) / 8000 == pytest.approx(2, abs=DURATION_TOLERANCE_S)
    assert level_at(samples[4000:12_000], rate=8000, hz=1000) == pytest.approx(0.5, rel=0.06)


def test_clipping_is_counted(source, out):
    sent = np.array([0.0, 1.0, -1.0, 1.5, -1.5, 0.5], dtype=np.float32)
    made = transcode_recording(source(sent, subtype="FLOAT"), out, TranscodeConfig())
    assert made.n_clipped == 3
    samples, _ = soundfile.read(out, dtype="int16")
    assert samples.tolist() == [0, 32_767, -32_768, 32_767, -32_768, 16_384]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_sample_that_is_no_number_fails_the_recording(source, out, value):
    sent = np.zeros(200_000, dtype=np.float32)
    sent[123_456] = value
    with pytest.raises(RecordingError, match=r"sample 123456 \(15\.432 s\)"):
        transcode_recording(source(sent, subtype="FLOAT"), out, TranscodeConfig(4000, "wav"))
    assert nothing_is_left(out)


def test_no_sample_at_all(source, out):
    with pytest.raises(RecordingError, match="no samples"):
        transcode_recording(source(np.zeros(0)), out, TranscodeConfig())
    with pytest.raises(RecordingError, match="too short"):
        transcode_recording(source(np.zeros(1), 44_100), out, TranscodeConfig(8000, "wav"))
    assert nothing_is_left(out)


@pytest.mark.parametrize("rate", [1, 99, 2_000_000_000])
def test_a_rate_that_cannot_be(source, out, rate):
    with pytest.raises(RecordingError, match=f"sample rate is {rate} Hz"):
        transcode_recording(source(np.zeros(2000), rate), out, TranscodeConfig(8000, "wav"))
    assert nothing_is_left(out)


@pytest.mark.parametrize(
    ("name", "options", "suffix"),
    [
        ("a.wav", {}, ".wav"),
        ("a.flac", {}, ".flac"),
        ("a.aif", {"format": "AIFF"}, ".aiff"),
        ("a.flac", {"format": "WAV"}, ".wav"),
        ("a.rf64", {"format": "RF64"}, ".wav"),
        ("a.ogg", {"subtype": "VORBIS"}, ".wav"),
        ("a.w64", {"format": "W64"}, ".wav"),
    ],
)
def test_the_originals_format_is_kept_where_it_can_be(source, out, name, options, suffix):
    path = source(tone(rate=8000, seconds=1), 8000, name, **options)
    assert output_suffix(path, TranscodeConfig()) == suffix
    made = transcode_recording(path, out, TranscodeConfig())
    assert f".{made.output_format}" == suffix
    assert bool(made.oddities) == (name in {"a.ogg", "a.w64"})
    for output_format in ("wav", "flac", "aiff"):
        assert output_suffix(path, TranscodeConfig(None, output_format)) == f".{output_format}"


def test_a_rate_that_flac_cannot_hold(source, out):
    path = source(np.zeros(700), 700_000)
    with pytest.raises(RecordingError, match="FLAC cannot hold a sample rate of 700000 Hz"):
        transcode_recording(path, out, TranscodeConfig(None, "flac"))
    assert nothing_is_left(out)
    made = transcode_recording(path, out, TranscodeConfig(None, "aiff"))
    assert made.sample_rate_out == soundfile.info(out).samplerate == 700_000


def test_a_wav_file_beyond_four_gib_becomes_rf64(source, tmp_path, out, monkeypatch):
    monkeypatch.setattr(core.pcm_writer, "LARGEST_RIFF_BYTES", 100_000)
    monkeypatch.setattr(core.transcode_recording, "LARGEST_RIFF_BYTES", 100_000)
    told = source(tone(rate=8000, seconds=10))
    untold = tmp_path / "in" / "a.flac"
    soundfile.write(untold, tone(rate=8000, seconds=10), 8000)
    data = bytearray(untold.read_bytes())
    data[21] &= 0xF0
    data[22:26] = bytes(4)
    untold.write_bytes(data)
    for path in (told, untold):
        made = transcode_recording(path, out, TranscodeConfig(None, "wav"))
        assert out.read_bytes()[:4] == b"RF64"
        assert made.output_format == "wav"
        assert soundfile.info(out).frames == made.n_samples_out == 80_000
    with pytest.raises(RecordingError, match="AIFF cannot hold more than 4 GiB"):
        transcode_recording(told, out, TranscodeConfig(None, "aiff"))
    assert [p.name for p in out.parent.iterdir()] == ["a.wav"]


def test_every_block_is_a_sign_of_life(source, out):
    seen = []
    path = source(np.zeros(300_000))
    transcode_recording(path, out, TranscodeConfig(4000, "wav"), report=seen.append)
    assert [p.done for p in seen] == [0, 65_536, 131_072, 196_608, 262_144, 300_000]
    assert {(p.stage, p.recording, p.unit) for p in seen} == {("transcode", str(path), "samples")}
    assert {p.total for p in seen[1:]} == {300_000}


def test_cancelled_leaves_the_last_good_result_and_no_part(source, out):
    out.write_bytes(b"good")

    def cancel(progress):
        if progress.done:
            raise Cancelled

    with pytest.raises(Cancelled):
        transcode_recording(source(np.zeros(300_000)), out, TranscodeConfig(), report=cancel)
    assert out.read_bytes() == b"good"
    assert [p.name for p in out.parent.iterdir()] == ["a.wav"]


def test_a_bad_recording_leaves_the_last_good_result(tmp_path, out):
    out.write_bytes(b"good")
    with pytest.raises(RecordingError):
        transcode_recording(tmp_path / "gone.wav", out, TranscodeConfig(8000, "wav"))
    assert out.read_bytes() == b"good"


def test_a_full_disk_is_one_clear_error(source, out):
    noise = np.random.default_rng(0).uniform(-1, 1, 500_000)
    path = source(noise)
    for output_format in ("wav", "flac", "aiff"):
        # The file system refuses in earnest, by the limit on the size of a file.
        code = f"""
import resource, signal, sys
from pathlib import Path
from core.errors import StorageError
from core.settings import TranscodeConfig
from core.transcode_recording import transcode_recording
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    transcode_recording(
        Path({str(path)!r}), Path({str(out)!r}), TranscodeConfig(None, {output_format!r})
    )
except StorageError as error:
    print(error.message, "|", error.hint)
"""
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert run.stdout.startswith(f"A file would become larger than is allowed: {out} |")
        assert run.stderr == ""
        assert nothing_is_left(out)


def torture_rows():
    if not MANIFEST.exists():
        return []
    with MANIFEST.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.timeout(20)
@pytest.mark.parametrize("row", torture_rows(), ids=lambda row: row["file"])
def test_torture(shared_data, out, capfd, row):
    """Each odd or broken file ends as the manifest beside it says, in words fit for a list."""
    path = shared_data / "torture" / "audio" / row["file"]
    try:
        made = transcode_recording(path, out, TranscodeConfig(8000, "wav"))
    except RecordingError as error:
        end, told = "report", (error.message, error.hint)
        assert nothing_is_left(out)
    else:
        end, told = "read", made.oddities
        assert soundfile.info(out).frames == made.n_samples_out
        if row["true_duration_s"]:
            duration_s = made.n_samples_out / made.sample_rate_out
            expected_s = float(row["true_duration_s"])
            assert duration_s == pytest.approx(expected_s, abs=DURATION_TOLERANCE_S)
    assert end in row["expect"].split("_or_")
    assert all(text and "\n" not in text for text in told)
    assert capfd.readouterr() == ("", "")
