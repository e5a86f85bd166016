"""Pickles are told by their bytes, whatever they are called, and never loaded."""

from __future__ import annotations

import bz2
import gzip
import lzma
import pickle
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.checkpoint import load_checkpoint
from core.errors import CheckpointError
from core.learning.pickles import PROTOCOLS, is_pickle


class Trap:
    """Loading it as a pickle would end the test."""

    def __reduce__(self):
        return exec, ("raise SystemExit",)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "pack",
    [bytes, gzip.compress, zlib.compress, bz2.compress, lzma.compress],
    ids=lambda f: f.__name__,
)
def test_a_pickle_is_refused_by_name_and_runs_no_code(tmp_path, protocol, pack):
    for name in ("m.keras", "m.h5", "m.pkl"):
        path = tmp_path / name
        path.write_bytes(pack(pickle.dumps(Trap(), protocol)))
        with pytest.raises(CheckpointError, match="is a pickle") as error:
            load_checkpoint(path)
        assert "can run code" in error.value.hint


def test_an_archive_with_a_pickle_in_it_is_one(tmp_path):
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("m/data.pkl", pickle.dumps({}))
    with pytest.raises(CheckpointError, match="is a pickle"):
        load_checkpoint(path)


@pytest.mark.parametrize(
    "content", [b"", b"\x80", b"\x89HDF\r\n", b"\x1f\x8b", b"PK\x03\x04", b"x\x9c"]
)
def test_what_is_only_damaged_is_no_pickle(tmp_path, content):
    path = tmp_path / "m.keras"
    path.write_bytes(content)
    assert not is_pickle(path)
    with pytest.raises(CheckpointError, match="is damaged"):
        load_checkpoint(path)


@given(st.binary(max_size=64))
def test_no_bytes_are_too_odd(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.bin"
    path.write_bytes(content)
    assert is_pickle(path) in {True, False}
