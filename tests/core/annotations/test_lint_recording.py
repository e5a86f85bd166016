"""What is wrong is found once, and a fix mends it without breaking anything else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.annotations.findings import HARMLESS_FIXES, Entry, Kind, fixed
from core.annotations.lint_recording import Rules, Subject, lint_recording

SUBJECT = Subject("/audio/a.wav", "a.wav", n_samples=80_000, sample_rate=8000)
RULES = Rules(class_names={"loud": "audible"})


def entries(*spans, label="barely"):
    """From (start, end) or (start, end, label)."""
    return [
        Entry(k, "a.wav", s[0], s[1], s[2] if len(s) > 2 else label) for k, s in enumerate(spans)
    ]


def look(*spans, subject=SUBJECT, rules=RULES):
    return lint_recording(entries(*spans), subject, rules)


def kinds(*spans, **options):
    return [str(f.kind) for f in look(*spans, **options)]


def after(finding, found):
    removed, added = fixed(finding.fix, found)
    return [*(e for e in found if e not in removed), *added]


def test_annotations_that_touch_are_right():
    assert not look((0, 1), (1, 2), (2, 10, "loud"))
    assert not look((0.1, 0.1 + 0.2), (0.3, 1))


@pytest.mark.parametrize(
    ("spans", "kind"),
    [
        ([(1, 1), (2, 3)], "zero length"),
        ([(2, 1), (2, 3)], "reversed"),
        ([(0, 1), (1, 2, "bird")], "unknown class"),
        ([(0, 1), (10, 11)], "outside the recording"),
        ([(-2, -1), (0, 1)], "outside the recording"),
        ([(-2, 0), (0, 1)], "outside the recording"),
        ([(9, 10.01)], "beyond the end"),
        ([(-0.01, 1)], "before the start"),
        ([(0, 1), (0, 1)], "duplicate"),
        ([(0, 1), (0.5, 2)], "overlap"),
        ([(0, 2), (0.5, 1)], "overlap"),
        ([(0, 1), (0.5, 2, "audible")], "conflict"),
        ([(0, 3), (1, 2, "audible")], "conflict"),
        ([(0, 1), (1.02, 2)], "short gap"),
        ([(1.001, 1.04), (2, 3)], "no frame"),
        ([(9.99, 9.999)], "no frame"),
        ([], "no annotation"),
    ],
)
def test_each_kind_is_found_once(spans, kind):
    assert kinds(*spans) == [kind]


def test_what_is_not_wrong_is_not_found():
    assert not look((0, 1), (1.06, 2))
    assert not look((9, 10.00005))
    assert not look((0, 1e9), subject=Subject("/audio/a.wav", "a.wav"))
    assert not look(subject=Subject("/audio/a.wav", "a.wav", is_selected=False))
    assert not look((1.0, 1.025))


def test_what_is_shorter_than_a_sample_is_not_outside_whatever_else_is_there():
    for tiny in ((0, 1e-5), (9.99999, 9.999995)):
        assert kinds(tiny) == ["no frame"]
        assert sorted(kinds(tiny, (10, 11))) == ["no frame", "outside the recording"]


def test_times_are_compared_to_the_microsecond():
    assert kinds((0, 1e-8), (1, 2)) == ["zero length"]
    assert kinds((0, 1.0000004), (1, 2)) == []
    assert kinds((0, 1), (4e-7, 1)) == ["duplicate"]


def test_times_too_large_for_integers_are_outside():
    assert kinds((1e300, 1.1e300), (0, 1)) == ["outside the recording"]
    assert kinds((0, 1e300)) == ["beyond the end"]


def test_a_finding_says_where_it_is_and_of_what():
    (finding,) = look((0, 1), (0.98, 2, "audible"))
    assert finding.recording == "/audio/a.wav"
    assert (finding.start_s, finding.end_s, finding.ids) == (0.98, 1, (0, 1))
    assert finding.text == (
        "'barely' at 0.000 to 1.000 s and 'audible' at 0.980 to 2.000 s overlap by 0.020 s"
    )


def test_ten_thousand_on_one_place_are_as_many_findings():
    assert len(look(*[(k / 1e4, 5) for k in range(1000)])) == 999


def test_a_slip_of_an_edge_meets_in_the_middle_and_a_longer_overlap_is_left_to_people():
    found = entries((0, 1), (0.98, 2, "audible"))
    (slip,) = lint_recording(found, SUBJECT, RULES)
    assert [(e.start_s, e.end_s) for e in after(slip, found)] == [(0, 0.99), (0.99, 2)]
    (longer,) = look((0, 1), (0.5, 2, "audible"))
    assert longer.fix is None


def test_a_class_that_differs_by_a_capital_is_offered():
    (finding,) = look((0, 1, "Barely"))
    assert after(finding, entries((0, 1, "Barely"))) == entries((0, 1))
    (finding,) = look((0, 1, "bird"))
    assert finding.fix is None


def test_of_what_is_there_twice_one_goes_before_gaps_are_closed():
    gap, twice = sorted(look((0, 1), (1.02, 2), (1.02, 2)), key=lambda f: f.kind == "duplicate")
    assert (str(gap.kind), gap.fix) == ("short gap", None)
    assert twice.fix.deleted == (2,)


TIMES = st.one_of(
    st.integers(-20, 120).map(lambda n: n / 10),
    st.integers(-50, 450).map(lambda n: n / 40),
    st.integers(-100, 900).map(lambda n: n / 80),
    st.floats(-1, 11),
    st.floats(0, 1e-3),
    st.floats(9.999, 10.001),
)
SPANS = st.lists(
    st.tuples(TIMES, TIMES, st.sampled_from(["inaudible", "barely", "loud", "audible", "Barely"])),
    max_size=7,
)


@settings(max_examples=400, deadline=None)
@given(SPANS, st.booleans())
def test_a_fix_takes_its_finding_away_and_brings_none_of_another_kind(spans, is_known):
    subject = SUBJECT if is_known else Subject("/audio/a.wav", "a.wav")
    found = entries(*spans)
    findings = lint_recording(found, subject, RULES)
    for finding in findings:
        if finding.fix is None:
            continue
        left = lint_recording(after(finding, found), subject, RULES)
        assert (finding.kind, finding.ids) not in [(f.kind, f.ids) for f in left]
        if finding.kind in HARMLESS_FIXES:
            assert {f.kind for f in left} <= {f.kind for f in findings}


@settings(max_examples=200, deadline=None)
@given(SPANS)
def test_mending_all_that_can_be_mended_ends(spans):
    found = entries(*spans)
    for _ in range(60):
        findings = lint_recording(found, SUBJECT, RULES)
        finding = next((f for f in findings if f.fix), None)
        if finding is None:
            break
        found = after(finding, found)
    assert all(f.fix is None for f in lint_recording(found, SUBJECT, RULES))
    assert {f.kind for f in lint_recording(found, SUBJECT, RULES)} <= {
        Kind.CONFLICT,
        Kind.NO_FRAME,
        Kind.NO_ANNOTATION,
    }
