"""What was done with annotations, or found about them, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.text_table import table, with_interval

if TYPE_CHECKING:
    from collections.abc import Callable

    Values = dict[str, Any]


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


def _label_errors(values: Values) -> list[str]:
    header = ["recording", "start in s", "length in s", "annotated", "suggested", "score"]
    rows = [
        [s["path"], s["start_s"], s["end_s"] - s["start_s"], s["annotated"], s["suggested"],
         s["score"]]
        for s in values["spans"]
    ]  # fmt: skip
    lines = table(header, rows) if rows else ["No label is probably wrong."]
    return [*lines, *label_errors_in_words(values)]


def label_errors_in_words(values: Values) -> list[str]:
    """Tell what was judged when label errors were looked for, and how far to trust the list.

    Parameters
    ----------
    values : dict
        What was found, as JSON has it.

    Returns
    -------
    list of str
        Sentences.
    """
    accuracy = with_interval(values["balanced_accuracy"], values["interval"])
    judged = (
        f"{len(values['spans'])} spans, of {values['n_pieces']} pieces of annotations in "
        f"{values['n_recordings']} recordings, by {values['n_folds']} models of other recordings."
    )
    trust = (
        f"These models agree with the labels to a balanced accuracy of {accuracy}: "
        "the lower it is, the more of the list are errors of the models."
    )
    return [judged, trust] + [f"note: {text}" for text in values["notes"]]


def _typical(shift_s: float | None) -> list[str]:
    if shift_s is None:
        return ["It can be told of no recording."]
    return [f"Median of those of which it can be told: {shift_s:+.3f} s."]


def _queue(values: Values) -> list[str]:
    n_annotated, n_recordings = values["n_annotated"], values["n_recordings"]
    lines = [f"{n_annotated} of {n_recordings} recordings annotated"]
    if not values["with_reviewed"] and values["n_only_reviewed"]:
        n_reviewed = values["n_only_reviewed"]
        lines[0] += f", {n_reviewed} more reviewed (--with_reviewed ranks them, too)"
    items = values["items"]
    if not items:
        return [
            *lines,
            "Nothing is left to annotate" if not values["n_to_do"] else "None is ranked",
        ]
    header = ["recording", "uncertainty", "most from", "to", "length in s", *items[0]["expected"]]
    times = ("start_s", "end_s", "length_s")
    rows = [
        [
            item["recording"],
            item["uncertainty"],
            *(f"{item[key]:.1f}" for key in times),
            *(f"{100 * share:.0f} %" for share in item["expected"].values()),
        ]
        for item in items
    ]
    lines += [*table(header, rows), f"By {values['run']}; 0 is sure, 1 is undecided."]
    if n_more := values["n_to_do"] - values["n_unranked"] - len(items):
        lines.append(f"{n_more} more are ranked behind these")
    return lines + ([f"note: {values['why_stale']}"] if values["why_stale"] else [])


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


def _propose(values: Values) -> list[str]:
    counts = ", ".join(f"{n} {label}" for label, n in values["counts"].items())
    n, n_recordings = values["n_accepted"], values["n_recordings"]
    what = f"{n} proposal{'' if n == 1 else 's'} of at least {values['least_score']:.2f}"
    how = "would be accepted" if values["preview"] else "accepted"
    where = f"{n_recordings} recording{'' if n_recordings == 1 else 's'}"
    lines = [f"{what} {how} in {where}, by run {values['run']}"]
    lines += [f"  {counts}"] if counts else []
    return [*lines, f"{values['n_left']} with a lower score are left"]


ANNOTATION_WORDS: dict[str, Callable[[Values], list[str]]] = {
    "align": _align,
    "align --apply": _shift,
    "label_errors": _label_errors,
    "queue": _queue,
    "annotations convert": _convert,
    "annotations import": _import,
    "annotations export": _export_table,
    "annotations propose": _propose,
}
"""By the command, for `core.words.in_words`."""
