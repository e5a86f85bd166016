"""The decoder over libsndfile."""

from __future__ import annotations

import os

import numpy as np
import pytest
import soundfile

from core.decoding.containers import SourceFile
from core.decoding.decoders import DecodeError, SoundfileDecoder, silence
from tests.core.audio_files import tone

RATE = 8000


@pytest.fixture
def decoder_of(tmp_path):
    made: list[tuple[SoundfileDecoder, SourceFile]] = []

    def make(data: bytes) -> SoundfileDecoder:
        path = tmp_path / "audio"
        path.write_bytes(data)
        source = SourceFile(os.open(path, os.O_RDONLY))
        try:
            decoder = SoundfileDecoder(source)
        except DecodeError:
            source.close()
            raise
        made.append((decoder, source))
        return decoder

    yield make
    for decoder, source in made:
        decoder.close()
        source.close()


def written(tmp_path, samples, **options) -> bytes:
    path = tmp_path / "made"
    soundfile.write(path, samples, RATE, **{"format": "WAV", **options})
    return path.read_bytes()


@pytest.mark.parametrize(
    ("subtype", "bits"),
    [("PCM_U8", 8), ("PCM_16", 16), ("PCM_24", 24), ("PCM_32", 32), ("FLOAT", 32), ("DOUBLE", 64)],
)
def test_full_scale_is_one_at_any_depth(tmp_path, decoder_of, subtype, bits):
    samples = np.array([-1.0, -0.5, 0.0, 0.25, 0.5])
    decoder = decoder_of(written(tmp_path, samples, subtype=subtype))
    (block,) = decoder.blocks(100)
    assert block.dtype == np.float32
    np.testing.assert_array_equal(block[:, 0], samples)
    assert decoder.info.bits == bits


def test_what_is_known_before_decoding(tmp_path, decoder_of):
    info = decoder_of(written(tmp_path, np.zeros((400, 3)))).info
    assert (info.sample_rate, info.n_channels, info.n_samples) == (RATE, 3, 400)
    assert (info.container, info.codec, info.duration_s) == ("wav", "pcm_16", 0.05)


@pytest.mark.parametrize("block_size", [1, 7, 400, 1000])
def test_blocks_are_the_samples_in_order(tmp_path, decoder_of, block_size):
    samples = np.arange(-400, 400, 2, dtype=np.int16)
    blocks = list(decoder_of(written(tmp_path, samples)).blocks(block_size))
    assert all(len(b) == block_size for b in blocks[:-1])
    np.testing.assert_array_equal(np.concatenate(blocks)[:, 0] * 32768, samples)


def test_a_header_that_claims_too_much(tmp_path, decoder_of):
    data = written(tmp_path, tone(rate=RATE, seconds=2))
    assert decoder_of(data).oddities == []
    (oddity,) = decoder_of(data[: 44 + RATE * 2]).oddities
    assert oddity == "the header claims 2.0 s, 1.0 s are there"


def test_a_header_that_leaves_the_length_open(tmp_path, decoder_of):
    data = bytearray(written(tmp_path, tone(rate=RATE, seconds=1)))
    data[4:8] = data[40:44] = b"\xff" * 4
    decoder = decoder_of(bytes(data))
    assert decoder.info.n_samples == RATE
    assert decoder.oddities == ["the header leaves the length open"]


@pytest.mark.parametrize("ending", ["AIFF", "AU", "W64"])
def test_cut_off_files_of_other_formats_say_so(tmp_path, decoder_of, ending):
    data = written(tmp_path, tone(rate=RATE, seconds=2), format=ending)
    (oddity,) = decoder_of(data[: len(data) // 2]).oddities
    assert oddity == "the header claims 2.0 s, 1.0 s are there"


def test_a_file_without_samples_is_refused(tmp_path, decoder_of):
    with pytest.raises(DecodeError, match="no samples"):
        decoder_of(written(tmp_path, np.zeros(0)))


def test_a_flac_file_of_unknown_length_is_refused(tmp_path, decoder_of):
    data = bytearray(written(tmp_path, tone(rate=RATE, seconds=1), format="FLAC"))
    # Total samples: the last 36 bits before the checksum of STREAMINFO.
    data[21] &= 0xF0
    data[22:26] = bytes(4)
    with pytest.raises(DecodeError, match="no length"):
        decoder_of(bytes(data))


def test_damage_ends_the_blocks_and_is_told(tmp_path, decoder_of):
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 10 * RATE)
    data = bytearray(written(tmp_path, noise, format="FLAC"))
    middle = len(data) // 2
    data[middle : middle + 50] = bytes(50)
    decoder = decoder_of(bytes(data))
    n_samples = sum(len(b) for b in decoder.blocks(1000))
    assert 4 * RATE < n_samples < 6 * RATE
    assert decoder.damage


def test_silence_comes_in_blocks():
    blocks = list(silence(25, 10, 2))
    assert [b.shape for b in blocks] == [(10, 2), (10, 2), (5, 2)]
    assert not np.concatenate(blocks).any()
