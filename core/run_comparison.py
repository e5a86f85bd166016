"""Two runs side by side: what differs in their parameters, and in how good they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from core.run_summary import ending_in_words
from core.train_again_words import EPOCHS_CHOSEN, learnt_the_same

if TYPE_CHECKING:
    from core.run_summary import RunSummary

METRICS = (
    ("balanced_accuracy", "Balanced accuracy"),
    ("accuracy", "Accuracy"),
    ("quadratic_kappa", "Quadratic kappa"),
    ("auc_audible_over_inaudible", "AUC, loudest over quietest"),
)
SAME = 5e-4
"""Metrics are shown with three digits: what is nearer cannot be told apart there."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of two runs.

    Parameters
    ----------
    title : str
        Its name in plain words.
    values : tuple of (str, str)
        Of the first and of the second run.
    """

    title: str
    values: tuple[str, str]

    @property
    def differs(self) -> bool:
        """Whether the runs differ in it."""
        return self.values[0] != self.values[1]


@dataclass(frozen=True)
class Metric:
    """A metric of two runs.

    Parameters
    ----------
    title : str
        Its name in plain words.
    values : tuple of (float or None, float or None)
        Of the first and of the second run.
    then : float or None
        Of the first run with the labels as they were then, where they were corrected since.
    interval : str
        95 % interval of the difference; empty if it is not known.
    """

    title: str
    values: tuple[float | None, float | None]
    then: float | None = None
    interval: str = ""

    @property
    def difference(self) -> float | None:
        """The second less the first; None if one of them cannot be said."""
        first, second = self.values
        return None if first is None or second is None else second - first

    @property
    def better(self) -> int | None:
        """Place of the run with the higher value; None if they are alike to three digits."""
        difference = self.difference
        if difference is None or abs(difference) < SAME:
            return None
        return int(difference > 0)


@dataclass(frozen=True)
class RunComparison:
    """Two runs side by side.

    Parameters
    ----------
    parameters : tuple of Parameter
        Those in which they differ first.
    metrics : tuple of Metric
        All of them, whether they differ or not; empty if neither run was measured.
    caution : str
        Why the metrics must not be compared; empty if they can be.
    note : str
        What they were measured on, if both were measured on the same frames with the same labels:
        the second was trained again after labels of the first were corrected. Else empty.
    outcome : tuple of Parameter
        What became of the errors then; else empty.
    """

    parameters: tuple[Parameter, ...]
    metrics: tuple[Metric, ...]
    caution: str = ""
    note: str = ""
    outcome: tuple[Parameter, ...] = ()


def compare_runs(first: RunSummary, second: RunSummary) -> RunComparison:
    """Lay two runs side by side.

    Parameters
    ----------
    first, second : RunSummary
        The runs.

    Returns
    -------
    RunComparison
        What differs, and what is alike.
    """
    known = _parameters(first), _parameters(second)
    titles = dict.fromkeys((*known[0], *known[1]))
    parameters = [Parameter(t, (known[0].get(t, ""), known[1].get(t, ""))) for t in titles]
    by_title = tuple(sorted(parameters, key=lambda p: not p.differs))
    before = second.before
    if before and before.get("old_run") == first.name:
        return RunComparison(
            by_title, _paired(before), note=_note(before), outcome=_outcome(before)
        )
    measures = _measures(first), _measures(second)
    metrics = [
        Metric(t, (measures[0].get(t), measures[1].get(t)))
        for t in dict.fromkeys((*measures[0], *measures[1]))
    ]
    return RunComparison(
        parameters=by_title,
        metrics=tuple(metrics),
        caution=_caution(first, second),
    )


def _paired(before: dict[str, Any]) -> tuple[Metric, ...]:
    """Both models on the same frames, as `core.train_again` measured them."""
    sides: list[dict[str, Any]] = [before["old_labels"] or {}, before["first"], before["second"]]
    found = [
        _paired_metric(title, [side.get(key) for side in sides], before["differences"][key])
        for key, title in METRICS
    ]
    recalls = before["differences"]["recall"]
    return (
        *found,
        *(
            _paired_metric(f"Recall of {name}", [s.get("recall", {}).get(name) for s in sides], d)
            for name, d in recalls.items()
        ),
    )


def _paired_metric(
    title: str, values: list[float | None], difference: dict[str, dict[str, float] | None]
) -> Metric:
    interval = difference["interval"]
    text = f"[{interval['low']:+.3f}, {interval['high']:+.3f}]" if interval else ""
    then, first, second = values
    return Metric(title, (first, second), then, text)


def _note(before: dict[str, Any]) -> str:
    first = before["first"]
    size = f"{first['n_frames']:,} frames of {first['n_recordings']:,} recordings"
    note = f"Both on the same {size} that neither was trained on"
    note += "; now: with the labels as corrected, then: as they were."
    note += f" {EPOCHS_CHOSEN}"
    if learnt_the_same(before["became"]):
        note += " All corrected labels are of such recordings: both learnt from the same labels."
    return note


def _outcome(before: dict[str, Any]) -> tuple[Parameter, ...]:
    spans = before["errors"]["spans"]
    rows = [
        Parameter(
            "Error spans",
            (
                f"{spans['n_first']:,}, of which {spans['n_gone']:,} are gone",
                f"{spans['n_second']:,}, of which {spans['n_new']:,} are new",
            ),
        )
    ]
    for state, found in before["became"].items():
        if found["n"] and state != "open":
            agrees = f"agrees with {found['n_right']:,} of {found['n_labelled']:,}"
            rows.append(
                Parameter(
                    f"Labels {state}",
                    (
                        f"{found['n']:,}",
                        agrees if found["n_labelled"] else "has no such label",
                    ),
                )
            )
    return tuple(rows)


def short_hash(sha256: str) -> str:
    """So much of a hash that people tell it from others.

    Parameters
    ----------
    sha256 : str
        In hexadecimal; may be empty.

    Returns
    -------
    str
        Seven digits.
    """
    return sha256[:7]


def _parameters(run: RunSummary) -> dict[str, str]:
    spec = run.features
    sides = run.n_recordings
    return {
        **{_words(key): _text(value) for key, value in run.config.items()},
        "Training": ending_in_words(run),
        "Dataset": f"{run.dataset} {short_hash(run.dataset_sha256)}".strip(),
        "Recordings to learn from": _count(sides.get("training")),
        "Recordings to validate with": _count(sides.get("validation")),
        "Classes": ", ".join(run.classes),
        "Sample rate": _with_unit(spec.get("sample_rate"), "Hz"),
        "Frame size": _with_unit(spec.get("frame_size"), "samples"),
        "Hop size": _with_unit(spec.get("hop_size"), "samples"),
    }


def _text(value: object) -> str:
    """A setting in words; a list of nothing is nothing, as in a run that knew no such setting."""
    if isinstance(value, list):
        return ", ".join(map(str, cast("list[object]", value)))
    return str(value)


def _measures(run: RunSummary) -> dict[str, float | None]:
    metrics = run.metrics
    if not metrics:
        return {}
    found: dict[str, float | None] = {title: metrics.get(key) for key, title in METRICS}
    for name, values in metrics["per_class"].items():
        found[f"Recall of {name}"] = _value(values, "recall")
    for key, where in (("near_edge", "near edges"), ("inside", "elsewhere")):
        found[f"Balanced accuracy {where}"] = _value(metrics[key], "balanced_accuracy")
    return found


def _value(values: object, key: str) -> float | None:
    """A number of what a file of JSON had."""
    value = cast("dict[str, Any]", values).get(key) if isinstance(values, dict) else None
    return float(value) if isinstance(value, (int, float)) else None


def _caution(first: RunSummary, second: RunSummary) -> str:
    unmeasured = [run.name for run in (first, second) if not run.metrics]
    if unmeasured:
        return f"{unmeasured[0]} was not measured."
    if first.dataset_sha256 != second.dataset_sha256:
        return "They are of different datasets: the difference says little of the models."
    if first.measured_on != second.measured_on:
        return "They were measured on different recordings: part of the difference is due to that."
    return ""


def _words(key: str) -> str:
    words = key.replace("_", " ")
    return words[0].upper() + words[1:]


def _count(n: int | None) -> str:
    return "" if n is None else f"{n:,}"


def _with_unit(value: object, unit: str) -> str:
    return "" if value is None else f"{value} {unit}"
