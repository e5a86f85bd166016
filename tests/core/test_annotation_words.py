from __future__ import annotations

from core.words import in_words


def test_label_files_that_do_not_tell_their_recordings_are_told_of():
    values = {"n_annotations": 3, "n_recordings": 2, "n_files": 1, "out": "labels", "renamed": []}
    values["n_without_folder"] = 0
    assert in_words("annotations convert", values) == [
        "3 annotations of 2 recordings, of 1 files, in labels"
    ]
    (_, line) = in_words("annotations convert", {**values, "renamed": ["a-1.txt", "a-2.txt"]})
    assert line.startswith("2 files have a hash")
    assert line.endswith("the first: a-1.txt")


def test_an_alignment_is_told_where_it_can_be_told():
    told = {"verdict": "suspicious", "shift_s": -0.25, "low_s": -0.3, "high_s": -0.2,
            "drift": 0.001, "n_edges": 8}  # fmt: skip
    nothing = {**told, "verdict": "cannot tell", "drift": None}
    values = {
        "recordings": [
            {"recording": "a.wav", "alignment": told, "transcode_lag_s": 0.0},
            {"recording": "b.wav", "alignment": nothing, "transcode_lag_s": None},
        ],
        "typical_shift_s": -0.25,
    }
    lines = in_words("align", values)
    assert lines[1].split() == [
        "a.wav", "suspicious", "-0.250", "-0.300", "to", "-0.200", "+0.100", "8", "0.000",
    ]  # fmt: skip
    assert lines[2].split() == ["b.wav", "cannot", "tell", "-", "-", "-", "8", "-"]
    assert lines[-1] == "Median of those of which it can be told: -0.250 s."
    untold = in_words("align", {**values, "typical_shift_s": None})
    assert untold[-1] == "It can be told of no recording."


def test_what_was_accepted_is_counted_by_class():
    values = {
        "run": "a_run",
        "least_score": 0.9,
        "preview": True,
        "n_recordings": 1,
        "n_accepted": 3,
        "n_left": 4,
        "counts": {"audible": 2, "barely": 1},
    }
    assert in_words("annotations propose", values) == [
        "3 proposals of at least 0.90 would be accepted in 1 recording, by run a_run",
        "  2 audible, 1 barely",
        "4 with a lower score are left",
    ]
    nothing = values | {"n_accepted": 1, "counts": {}, "preview": False, "n_recordings": 2}
    assert in_words("annotations propose", nothing)[0] == (
        "1 proposal of at least 0.90 accepted in 2 recordings, by run a_run"
    )
