"""Two models beside each other, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.text_table import table

if TYPE_CHECKING:
    from collections.abc import Sequence

Values = dict[str, Any]

CHANGED = ("corrected", "relabelled", "removed")
EPOCHS_CHOSEN = (
    "The new model's best epoch was chosen on these very labels, the old one's on the labels then: "
    "part of a gain may be that alone."
)
SAME_LEARNT = (
    "note: all corrected labels are of recordings kept for validation: the new model has learnt "
    "from the same labels as the old one"
)


def comparison_in_words(values: Values) -> list[str]:
    """Tell what a new model is worth beside the old one.

    Parameters
    ----------
    values : dict
        A `core.train_again.TrainedAgain`, as JSON has it.

    Returns
    -------
    list of str
        Lines.
    """
    old, new, first = values["old_run"], values["run"], values["first"]
    names = {
        "balanced_accuracy": "balanced accuracy",
        "quadratic_kappa": "quadratic kappa",
        "auc_audible_over_inaudible": "AUC, loudest over quietest class",
    }
    sides: list[Values] = [values["old_labels"] or {}, first, values["second"]]
    rows: list[Sequence[object]] = [
        [title, *(side.get(key) for side in sides), gain_in_words(values["differences"][key])]
        for key, title in names.items()
    ]
    rows += [
        [
            f"recall of {name}",
            *(side.get("recall", {}).get(name) for side in sides),
            gain_in_words(values["differences"]["recall"][name]),
        ]
        for name in first["recall"]
    ]
    size = f"{first['n_frames']} frames of {first['n_recordings']} recordings"
    spans = values["errors"]["spans"]
    errors = (
        f"Error spans: {spans['n_first']} of the old model, {spans['n_gone']} of them gone; "
        f"{spans['n_second']} of the new one, {spans['n_new']} of them new"
    )
    lines = [
        f"{new}, beside {old}, on {size} that neither was trained on",
        *table(["", "old, labels then", "old, labels now", "new, labels now", "gain"], rows),
        "In brackets: 95 % intervals, by drawing recordings, the same for both",
        f"note: {EPOCHS_CHOSEN}",
        errors,
    ]
    lines += [SAME_LEARNT] if learnt_the_same(values["became"]) else []
    return lines + [
        f"Labels {state}: {found['n']}; the new model agrees with {found['n_right']} of "
        f"{found['n_labelled']} (held out: {found['n_held_out_right']} of {found['n_held_out']})"
        for state, found in values["became"].items()
        if found["n"] and state in {"corrected", "relabelled", "confirmed"}
    ]


def learnt_the_same(became: Values) -> bool:
    """Whether labels were corrected, but none that the new model has learnt from.

    Parameters
    ----------
    became : dict
        See `core.paired_models.what_became`.

    Returns
    -------
    bool
        False where nothing is known of the errors.
    """
    changed = [became[state] for state in CHANGED if state in became]
    n_held_out = sum(found["n_held_out"] for found in changed)
    return 0 < n_held_out == sum(found["n"] for found in changed)


def gain_in_words(found: Values) -> str:
    """Tell how much better the new model is.

    Parameters
    ----------
    found : dict
        One of `differences`, see `core.paired_models.compare_models`.

    Returns
    -------
    str
        Such as ``+0.021 [-0.01, +0.05]``; a dash where that cannot be said.
    """
    value, interval = found["difference"], found["interval"]
    if value is None or interval is None:
        return "-" if value is None else f"{value:+.3f}"
    return f"{value:+.3f} [{interval['low']:+.2f}, {interval['high']:+.2f}]"
