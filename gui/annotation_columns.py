"""Annotations of a recording as columns, made once for all views that draw or list them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.annotations.csv import Annotation


@dataclass(frozen=True)
class AnnotationColumns:
    """Columns of one length, in the order of the annotations."""

    starts_s: NDArray[np.float64]
    ends_s: NDArray[np.float64]
    targets: NDArray[np.int64]
    keys: NDArray[np.int64]
    """By which annotations are known through edits: `gui.annotation_choice.key_of`."""


_last: list[tuple[tuple[Annotation, ...], AnnotationColumns]] = []


def columns_of(annotations: tuple[Annotation, ...]) -> AnnotationColumns:
    """The columns of annotations; those asked for last are kept."""
    if _last and _last[0][0] is annotations:
        return _last[0][1]
    columns = AnnotationColumns(
        np.array([a.start_s for a in annotations], dtype=np.float64),
        np.array([a.end_s for a in annotations], dtype=np.float64),
        np.array([a.target for a in annotations], dtype=np.int64),
        np.array([a.id or a.line for a in annotations], dtype=np.int64),
    )
    for column in vars(columns).values():
        column.setflags(write=False)
    _last[:] = [(annotations, columns)]
    return columns
