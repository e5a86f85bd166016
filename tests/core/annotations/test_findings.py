"""Each kind matters somehow, and a fix changes what it names and nothing else."""

from __future__ import annotations

import json

from core.annotations.findings import HARMLESS_FIXES, Change, Entry, Finding, Fix, Kind, fixed
from core.storage import to_json

ENTRIES = [Entry(k, "a.wav", k, k + 1, "barely") for k in range(4)]


def test_kinds_stand_from_the_worst_to_the_oddest():
    severities = [kind.severity for kind in Kind]
    order = ["error", "warning", "note"]
    assert severities == sorted(severities, key=order.index)
    assert set(Kind) > HARMLESS_FIXES


def test_a_fix_changes_and_deletes_what_it_names():
    fix = Fix("x", (Change(1, start_s=0.0), Change(2, label="audible", file_name="b.wav")), (3,))
    removed, added = fixed(fix, ENTRIES)
    assert removed == tuple(ENTRIES[1:])
    assert added == (Entry(1, "a.wav", 0.0, 2, "barely"), Entry(2, "b.wav", 2, 3, "audible"))


def test_a_finding_is_fit_for_json():
    finding = Finding(Kind.OUTSIDE, "text", fix=Fix("delete", deleted=(1,)))
    values = json.loads(json.dumps(to_json(finding)))
    assert values["kind"] == "outside the recording"
    assert values["fix"]["deleted"] == [1]
