"""Wrong labels, as a hurried annotator gives them: something to be found, heard and mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

# Beside it, seeds end in the number of a recording, or are the stream of the plan.
_NOISE_STREAM = 2**31 + 1
_MISTAKEN_FOR = {
    "audible": ("inaudible",),
    "barely": ("inaudible", "audible"),
    "inaudible": ("audible",),
}
"""Keys that are hit instead; the ends are taken for each other, so that it can be heard."""


class DemoAnnotation(NamedTuple):
    """A row of the demo's table."""

    file_name: str
    start_s: str
    end_s: str
    label: str


def with_wrong_labels(
    annotations: Sequence[DemoAnnotation], *, share: float, seed: int
) -> list[DemoAnnotation]:
    """Give some annotations a wrong class.

    Parameters
    ----------
    annotations : sequence of DemoAnnotation
        Right ones.
    share : float
        Part of them that is to be wrong, 0 to 1.
    seed : int
        The same seed spoils the same ones.

    Returns
    -------
    list of DemoAnnotation
        In their order; times stay as they are.
    """
    rng = np.random.default_rng((seed, _NOISE_STREAM))
    spoilt = list(annotations)
    for k in rng.permutation(len(spoilt))[: round(share * len(spoilt))].tolist():
        wrong = _MISTAKEN_FOR[spoilt[k].label]
        spoilt[k] = spoilt[k]._replace(label=wrong[int(rng.integers(len(wrong)))])
    return spoilt
