"""Names of transcoded files: readable, no two alike, and never taken back."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from core.naming import LONGEST_STEM_BYTES, _with_hash, name_transcoded

STEMS = ["op", "OP", "op.ogg", "rec1", "rec10", ".hidden", "\u00e9", "e\u0301", "a\nb", "x" * 250]
STEMS += ["", "stra\u00dfe", "STRASSE", "\udcff", "op.wav", "a b", "\u202eevil"]
ENDINGS = ["", ".wav", ".WAV", ".ogg", ".opus", ".flac", ".\udcff", "."]
FOLDERS = ["/a", "/b", "/a/c", "/\udcfe"]

ORIGINALS = st.lists(
    st.builds(
        lambda folder, stem, ending: Path(f"{folder}/{stem}{ending}"),
        st.sampled_from(FOLDERS),
        st.sampled_from(STEMS) | st.text("ab.-\u00e9 ", max_size=4),
        st.sampled_from(ENDINGS),
    ),
    unique=True,
    max_size=12,
)


def alike(name):
    """What a file system that ignores case and the encoding of accents makes of a name."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


@given(ORIGINALS)
@example([Path("/a/\u00e9.wav"), Path("/b/e\u0301.wav")])
@example([Path("/a/op.ogg"), Path("/a/op.opus"), Path("/a/op.ogg.wav")])
def test_no_two_names_are_alike(originals):
    names = name_transcoded(originals, {})
    assert set(names) == set(originals)
    assert len({alike(n) for n in names.values()}) == len(originals)


@given(ORIGINALS, ORIGINALS)
def test_a_name_once_given_stays(first, second):
    given_names = name_transcoded(first, {})
    later = [p for p in first[::2] + second if p not in first[1::2]]
    names = name_transcoded(list(dict.fromkeys(later)), given_names)
    assert all(names[p] == given_names[p] for p in first[::2])
    everything = {**given_names, **names}
    assert len({alike(n) for n in everything.values()}) == len(everything)


@given(ORIGINALS)
def test_names_are_fit_for_any_file_system_and_table(originals):
    for name in name_transcoded(originals, {}).values():
        assert name
        assert name.isprintable()
        assert not name.startswith(".")
        assert "/" not in name
        assert len(name.encode("utf-8")) <= LONGEST_STEM_BYTES
        # The stem is read back from the file's name.
        assert Path(f"{name}.wav").stem == name


@given(ORIGINALS)
def test_order_does_not_matter(originals):
    assert name_transcoded(originals[::-1], {}) == name_transcoded(originals, {})


def test_a_stem_alone_is_the_name():
    originals = [Path("/a/rec1.wav"), Path("/a/rec10.wav"), Path("/b/rec2.mp3")]
    assert list(name_transcoded(originals, {}).values()) == ["rec1", "rec10", "rec2"]


def test_a_shared_stem_keeps_the_extension():
    originals = [Path("/a/op.opus"), Path("/a/op.ogg"), Path("/a/other.ogg")]
    names = name_transcoded(originals, {})
    assert [names[p] for p in originals] == ["op.opus", "op.ogg", "other"]


def test_equal_base_names_take_a_hash_of_the_path():
    originals = [Path("/a/op.wav"), Path("/b/op.wav"), Path("/b/op.ogg")]
    names = name_transcoded(originals, {})
    assert names[Path("/b/op.ogg")] == "op.ogg"
    for path in originals[:2]:
        stem, _, digest = names[path].partition("-")
        assert stem == "op"
        assert len(digest) == 8
        assert set(digest) <= set("0123456789abcdef")


def test_case_does_not_tell_names_apart():
    originals = [Path("/a/Op.wav"), Path("/b/oP.ogg"), Path("/c/OP.WAV")]
    names = name_transcoded(originals, {})
    assert names[originals[1]] == "oP.ogg"
    assert names[originals[0]].startswith("Op-")
    assert names[originals[2]].startswith("OP-")


def test_a_newcomer_does_not_take_a_name_that_was_given():
    given_names = {Path("/old/op.wav"): "op"}
    assert name_transcoded([Path("/new/op.ogg")], given_names) == {Path("/new/op.ogg"): "op.ogg"}
    again = name_transcoded([Path("/new/op.wav"), Path("/old/op.wav")], given_names)
    assert again[Path("/old/op.wav")] == "op"
    assert again[Path("/new/op.wav")].startswith("op-")


def test_originals_can_come_one_by_one():
    originals = [Path("/a/op.wav"), Path("/a/x.wav")]
    given_names = {originals[0]: "first"}
    assert name_transcoded(iter(originals), given_names) == {
        originals[0]: "first",
        originals[1]: "x",
    }


def test_hashes_that_begin_alike_become_longer(monkeypatch):
    class Alike:
        def __init__(self, data):
            self._last = f"{data[1]:02x}"

        def hexdigest(self):
            return "0" * 10 + self._last

    monkeypatch.setattr("core.naming.hashlib.sha256", Alike)
    names = name_transcoded([Path("/a/op.wav"), Path("/b/op.wav")], {})
    assert list(names.values()) == ["op-00000000", "op-000000000"]


def test_what_has_no_name_gets_one():
    assert name_transcoded([Path("/")], {})[Path("/")].startswith("-")


def test_a_name_that_looks_like_a_hash_is_not_run_into():
    path = Path("/a/op.wav")
    short = _with_hash(path, set())
    longer = name_transcoded([path, Path("/b/op.wav")], {Path("/c/z.wav"): short})[path]
    assert longer.startswith(short)
    assert len(longer) == len(short) + 1
