"""Results in words, for people who read a terminal or a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.pipeline import StageOutcome

    Values = dict[str, Any]


def in_words(command: str, values: Values) -> list[str]:
    """Tell what a command did.

    Parameters
    ----------
    command : str
        Name of the command or stage.
    values : dict
        What it returned, as JSON has it.

    Returns
    -------
    list of str
        Lines.
    """
    return _WORDS[command](values) if values else []


def outcome_in_words(outcome: StageOutcome) -> list[str]:
    """Tell what became of a stage of a project.

    Parameters
    ----------
    outcome : StageOutcome
        How it ended.

    Returns
    -------
    list of str
        Lines.
    """
    how = "fresh, nothing to do" if outcome.skipped else f"done in {outcome.seconds:.1f} s"
    words = in_words(outcome.stage, outcome.result)
    return [f"{outcome.stage}: {how}", *(f"  {line}".rstrip() for line in words)]


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Columns of even width; the first is set left, the others right.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    rows : sequence of sequence
        Cells; numbers with a fraction get three digits, None a dash.

    Returns
    -------
    list of str
        Lines.
    """
    cells = [list(header), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[k]) for row in cells) for k in range(len(header))]
    return [
        "  ".join(
            c.ljust(w) if k == 0 else c.rjust(w)
            for k, (c, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    ]


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _demo(values: Values) -> list[str]:
    library = values["library"]
    counts = ", ".join(f"{n} {label}" for label, n in library["annotation_counts"].items())
    size = f"{library['n_recordings']} recordings, {library['duration_s']:.0f} s"
    lines = [
        f"{size}, {library['n_reviewed']} of them reviewed, in {library['folder']}",
        f"Annotations: {counts}",
    ]
    if n_wrong := library["n_wrong_labels"]:
        lines.append(f"{n_wrong} of them have a wrong class on purpose; the right ones: truth.csv")
    return [
        *lines,
        f"A project for it: loudness run {values['project']}",
    ]


def _transcode(values: Values) -> list[str]:
    size = f"{values['n_recordings']} recordings, {values['seconds']:.1f} s"
    lines = [f"{size}, in {values['destination']}{_fresh(values)}"]
    if values["odd"]:
        lines.append(f"Of {len(values['odd'])} of them manifest.csv tells something odd")
    return lines


def _extract(values: Values) -> list[str]:
    size = f"{values['n_frames']} frames of {values['n_recordings']} recordings"
    return [f"{size} at {values['sample_rate']} Hz in {values['table']}{_fresh(values)}"]


def _fresh(values: Values) -> str:
    return f" ({values['n_fresh']} of them were there already)" if values["n_fresh"] else ""


def _dataset(values: Values) -> list[str]:
    counts = ", ".join(f"{n} {label}" for label, n in values["frames_per_class"].items())
    size = f"{values['n_frames']} labelled frames of {values['n_recordings']} recordings"
    used = f"{values['n_used']} of {values['n_annotations']} annotations used"
    lines = [
        f"{size} in {values['table']}: {counts}",
        f"{used}, {values['n_elsewhere']} are of other recordings",
    ]
    if values["n_conflicting_frames"]:
        n_conflicting = values["n_conflicting_frames"]
        lines.append(f"{n_conflicting} frames left out for conflicting annotations")
    return lines + [f"clipped: {item['name']}: {item['reason']}" for item in values["clipped"]]


def _train(values: Values) -> list[str]:
    ending = ", stopped by hand" if values["stopped_by_hand"] else ""
    epochs = f"Trained for {values['n_epochs']} epochs{ending}, kept epoch {values['best_epoch']}"
    lines = [f"{epochs}, in {values['model_file']}"]
    if values["validation"]:
        lines += ["On the recordings kept for validation:", *_metrics(values["validation"])]
    return lines + [f"note: {text}" for text in values["warnings"]]


def _evaluate(values: Values) -> list[str]:
    lines: list[str] = []
    if values["n_trained_on"]:
        n_seen = values["n_trained_on"]
        lines = [f"note: it was trained on {n_seen} of these recordings, and does better on them"]
    lines += _metrics(values)
    classes = list(values["per_class"])
    lines += ["", "Rows: annotated; columns: predicted"]
    rows = [[c, *counts] for c, counts in zip(classes, values["confusion"], strict=True)]
    lines += table(["", *classes], rows)
    if values.get("by_split"):
        lines += ["", *_splits(values["by_split"]), "", *_off_by(values["steps"])]
    return lines + (["", *_events(values["events"])] if values.get("events") else [])


def with_interval(value: float | None, interval: dict[str, float] | None) -> str:
    """A number with the interval that it may lie in.

    Parameters
    ----------
    value : float or None
        The number; None if it cannot be said.
    interval : dict or None
        With its ends `low` and `high`; None if that cannot be said.

    Returns
    -------
    str
        Such as ``0.773 [0.71, 0.83]``.
    """
    if value is None or interval is None:
        return _cell(value)
    return f"{value:.3f} [{interval['low']:.2f}, {interval['high']:.2f}]"


def _splits(by_split: Values) -> list[str]:
    names = {"held_out": "held out", "trained_on": "trained on", "all": "all"}
    keys = ("balanced_accuracy", "quadratic_kappa", "auc_audible_over_inaudible")
    rows = [
        [
            name,
            by_split[split]["n_recordings"],
            by_split[split]["n_frames"],
            *(with_interval(by_split[split][k], by_split[split]["intervals"][k]) for k in keys),
        ]
        for split, name in names.items()
        if by_split[split]["n_frames"]
    ]
    header = ["split", "recordings", "frames", "balanced accuracy", "quadratic kappa", "AUC"]
    return ["In brackets: 95 % intervals, by drawing recordings", *table(header, rows)]


def _off_by(steps: Values) -> list[str]:
    names = {"all": "all", "near_edge": "within 0.1 s of an edge", "inside": "elsewhere"}
    known = {name: steps[key] for key, name in names.items() if steps[key]}
    header = ["share of frames", "right", *(f"off by {r['steps']}" for r in steps["all"][1:])]
    return table(header, [[name, *(r["share"] for r in rows)] for name, rows in known.items()])


def _events(events: Values) -> list[str]:
    names = {"event_based": "events", "segment_based": "segments of 1 s"}
    rows = [
        [
            name,
            *(
                with_interval(events[kind][k], events[kind]["intervals"][k])
                for k in ("f1", "error_rate")
            ),
            *(events[kind][k] for k in ("substitutions", "deletions", "insertions")),
        ]
        for kind, name in names.items()
    ]
    return table(["", "F1", "error rate", "substituted", "deleted", "inserted"], rows)


def _metrics(values: Values) -> list[str]:
    names = {
        "accuracy": "accuracy",
        "balanced_accuracy": "balanced accuracy",
        "quadratic_kappa": "quadratic kappa",
        "auc_audible_over_inaudible": "AUC, loudest over quietest class",
    }
    lines = [f"{values['n_frames']} frames of {values['n_recordings']} recordings"]
    intervals = values.get("intervals", {})
    return lines + [
        f"{name}: {with_interval(values[key], intervals.get(key))}" for key, name in names.items()
    ]


def _predict(values: Values) -> list[str]:
    shares = ", ".join(f"{s:.1f} s {label}" for label, s in values["seconds_per_class"].items())
    size = f"{values['n_intervals']} intervals of {values['n_recordings']} recordings"
    return [f"{size} in {values['table']}: {shares}"]


def _export(values: Values) -> list[str]:
    lines = [f"Exported as {values['file']}, {values['n_bytes']:,} bytes"]
    beside = values["metadata_file"]
    return lines + ([f"What a reader must know of it: {beside}"] if beside else [])


def _plan(values: Values) -> list[str]:
    rows = [
        [
            stage["stage"],
            "fresh" if stage["fresh"] else "stale",
            stage["n_recordings"],
            stage["n_fresh"],
            stage["n_frames"],
            stage["seconds"],
            stage["n_bytes"],
        ]
        for stage in values["stages"]
    ]
    lines = table(["stage", "", "recordings", "done", "frames", "seconds", "bytes to read"], rows)
    reasons = [f"{s['stage']}: {reason}" for s in values["stages"] for reason in s["reasons"]]
    return lines + reasons + [f"note: {s['note']}" for s in values["stages"] if s["note"]]


def _convert(values: Values) -> list[str]:
    size = f"{values['n_annotations']} annotations of {values['n_recordings']} recordings"
    lines = [f"{size}, of {values['n_files']} files, in {values['out']}"]
    if values["renamed"]:
        first = values["renamed"][0]
        lines.append(
            f"{len(values['renamed'])} files have a hash in their names, since recordings share "
            f"theirs, and do not tell their recordings when they are read; the first: {first}"
        )
    if values["n_without_folder"]:
        lines.append(
            f"Label files tell the base names alone, not the folders that the table has for "
            f"{values['n_without_folder']} recordings"
        )
    return lines


def _align(values: Values) -> list[str]:
    header = ["recording", "", "shift in s", "95 % interval", "drift in %", "edges", "lag in s"]
    return [
        *table(header, [_alignment(found) for found in values["recordings"]]),
        "A shift says how much later than the annotations the sound changes; negative is earlier.",
        "A lag says the same of the transcoded recording and its original; it should be 0.",
        *_typical(values["typical_shift_s"]),
    ]


def _shift(values: Values) -> list[str]:
    stretched = f", stretched by {values['stretch']:g}" if values["stretch"] != 1 else ""
    what = (
        f"{values['n_changed']} of {values['n_annotations']} annotations of {values['recording']}"
    )
    return [f"{what} shifted by {values['offset_s']:+.3f} s{stretched}"]


def _alignment(found: Values) -> list[object]:
    values = found["alignment"]
    drift, lag_s = values["drift"], found["transcode_lag_s"]
    told = [values["verdict"], None, None, None]
    if values["verdict"] != "cannot tell":
        interval = f"{values['low_s']:+.3f} to {values['high_s']:+.3f}"
        drifts = None if drift is None else f"{100 * drift:+.3f}"
        told = [values["verdict"], f"{values['shift_s']:+.3f}", interval, drifts]
    return [found["recording"], *told, values["n_edges"], lag_s]


def _typical(shift_s: float | None) -> list[str]:
    if shift_s is None:
        return ["It can be told of no recording."]
    return [f"Median of those of which it can be told: {shift_s:+.3f} s."]


def _import(values: Values) -> list[str]:
    counts = ", ".join(f"{values[f'n_{kind}']} {kind}" for kind in ("new", "changed", "gone"))
    lines = [f"{counts}, {values['n_same']} as before, by {values['table']}"]
    if values["n_edited_here"]:
        lines.append(f"{values['n_edited_here']} edited in the project stay as they are")
    if values["n_overridden"]:
        lines.append(f"note: {values['n_overridden']} edited in the project are as in the table")
    return lines


def _export_table(values: Values) -> list[str]:
    counts = ", ".join(f"{values[f'n_{kind}']} {kind}" for kind in ("changed", "deleted", "new"))
    return [f"{values['n_rows']} annotations in {values['table']}: {counts}"]


_WORDS: dict[str, Callable[[Values], list[str]]] = {
    "demo": _demo,
    "transcode": _transcode,
    "extract": _extract,
    "dataset": _dataset,
    "train": _train,
    "evaluate": _evaluate,
    "predict": _predict,
    "export": _export,
    "plan": _plan,
    "align": _align,
    "align --apply": _shift,
    "annotations convert": _convert,
    "annotations import": _import,
    "annotations export": _export_table,
}
