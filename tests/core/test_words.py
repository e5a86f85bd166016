"""Results in words."""

from __future__ import annotations

from core.words import in_words, table, with_interval


def test_columns_are_even_and_numbers_short():
    assert table(["stage", "n"], [["a", 1.23456], ["extract", None]]) == [
        "stage        n",
        "a        1.235",
        "extract      -",
    ]


def test_a_dataset_is_told_by_its_classes():
    values = {
        "table": "d.csv",
        "n_frames": 5,
        "n_recordings": 2,
        "frames_per_class": {"no": 2, "yes": 3},
        "n_annotations": 4,
        "n_used": 3,
        "n_elsewhere": 1,
        "n_conflicting_frames": 7,
        "clipped": [{"name": "line 3", "reason": "clipped, since rec is 1.000 s long"}],
    }
    assert in_words("dataset", values) == [
        "5 labelled frames of 2 recordings in d.csv: 2 no, 3 yes",
        "3 of 4 annotations used, 1 are of other recordings",
        "7 frames left out for conflicting annotations",
        "clipped: line 3: clipped, since rec is 1.000 s long",
    ]


def test_a_stage_that_never_told_a_result_has_no_words():
    assert in_words("train", {}) == []


def test_an_export_is_told_with_what_lies_beside_it():
    values = {"file": "m.onnx", "metadata_file": None, "n_bytes": 12044}
    assert in_words("export", values) == ["Exported as m.onnx, 12,044 bytes"]
    beside = in_words("export", {**values, "metadata_file": "m.meta.json"})[1]
    assert beside == "What a reader must know of it: m.meta.json"


def test_a_number_is_told_with_its_interval():
    assert with_interval(0.77266, {"low": 0.628, "high": 0.864}) == "0.773 [0.63, 0.86]"
    assert with_interval(0.77266, None) == "0.773"
    assert with_interval(None, None) == "-"


def test_an_evaluation_is_told_by_splits_steps_and_events():
    keys = ("accuracy", "balanced_accuracy", "quadratic_kappa", "auc_audible_over_inaudible")
    ends = {"low": 0.4, "high": 0.6, "n_left_out": 0}
    part = {
        "n_frames": 8, "n_recordings": 2, **dict.fromkeys(keys, 0.5),
        "intervals": {**dict.fromkeys(keys, ends), "quadratic_kappa": None},
    }  # fmt: skip
    rates = {"f1": 0.25, "error_rate": 1.5, "intervals": {"f1": ends, "error_rate": None}}
    counts = {"substitutions": 1, "deletions": 2, "insertions": 3}
    steps = [{"steps": k, "share": s} for k, s in enumerate((0.5, 0.3, 0.2))]
    values = {
        **part,
        "n_trained_on": 0,
        "per_class": {"no": {}, "yes": {}},
        "confusion": [[3, 1], [3, 1]],
        "by_split": {"held_out": part, "trained_on": {**part, "n_frames": 0}, "all": part},
        "steps": {"all": steps, "near_edge": None, "inside": None},
        "events": {"event_based": {**rates, **counts}, "segment_based": {**rates, **counts}},
    }
    lines = in_words("evaluate", values)
    assert lines[:4] == [
        "8 frames of 2 recordings",
        "accuracy: 0.500 [0.40, 0.60]",
        "balanced accuracy: 0.500 [0.40, 0.60]",
        "quadratic kappa: 0.500",
    ]
    assert [line.split("  ")[0] for line in lines if line.startswith(("held", "trained"))] == [
        "held out"
    ]
    assert ["all", "0.500", "0.300", "0.200"] in [line.split() for line in lines]
    assert lines[-2].split() == ["events", "0.250", "[0.40,", "0.60]", "1.500", *"123"]


def test_label_files_that_do_not_tell_their_recordings_are_told_of():
    values = {"n_annotations": 3, "n_recordings": 2, "n_files": 1, "out": "labels", "renamed": []}
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
