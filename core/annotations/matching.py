"""Which recording an annotation means."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.annotations.csv import Annotation


@dataclass(frozen=True)
class Assignment:
    """Which annotations are of which recordings.

    Parameters
    ----------
    by_recording : dict of int to list of Annotation
        By the recording's place, in the order of the annotations.
    ambiguous : list of (Annotation, tuple of int)
        What may mean several recordings, with their places.
    n_elsewhere : int
        Annotations of recordings that are not known, or not present.
    """

    by_recording: dict[int, list[Annotation]]
    ambiguous: list[tuple[Annotation, tuple[int, ...]]]
    n_elsewhere: int


def assign_annotations(
    annotations: Iterable[Annotation],
    known: Sequence[tuple[str, str]],
    *,
    n_present: int | None = None,
) -> Assignment:
    """Find the recording that each annotation means.

    Parameters
    ----------
    annotations : iterable of Annotation
        As a table has them.
    known : sequence of (str, str)
        Original's full path, and path in the database, of each recording.
    n_present : int, optional
        The first so many are looked for; the others are only known, so that their annotations are
        not taken for those of a recording with a similar name. All if left out.

    Returns
    -------
    Assignment
        An annotation that may mean several recordings is of none.
    """
    finder = RecordingFinder(known)
    limit = len(known) if n_present is None else n_present
    by_recording: defaultdict[int, list[Annotation]] = defaultdict(list)
    ambiguous: list[tuple[Annotation, tuple[int, ...]]] = []
    n_elsewhere = 0
    for annotation in annotations:
        found = finder.find(annotation.file_name)
        if not any(k < limit for k in found):
            n_elsewhere += 1
        elif len(found) > 1:
            ambiguous.append((annotation, found))
        else:
            by_recording[next(iter(found))].append(annotation)
    return Assignment(dict(by_recording), ambiguous, n_elsewhere)


class RecordingFinder:
    """Finds recordings by what a table of annotations calls them.

    A name is compared, exactly, with the originals' full paths, then with their paths as the
    database has them, then with their base names, then with their base names without extension.
    The first of these that has a candidate decides: ``rec1`` is not ``rec10``.

    Parameters
    ----------
    recordings : sequence of (str, str)
        Original's full path, and path in the database, of each recording.
    """

    def __init__(self, recordings: Sequence[tuple[str, str]]) -> None:
        originals = [original for original, _ in recordings]
        self._kinds = [
            _index(originals),
            _index([database_path for _, database_path in recordings]),
            _index([PurePath(o).name for o in originals]),
            _index([PurePath(o).stem for o in originals]),
        ]
        self._found: dict[str, tuple[int, ...]] = {}

    def find(self, file_name: str) -> tuple[int, ...]:
        """Recordings that a name may mean.

        Parameters
        ----------
        file_name : str
            As the table of annotations has it.

        Returns
        -------
        tuple of int
            Places in the sequence of recordings: one, none, or several where it is ambiguous.
        """
        if file_name not in self._found:
            self._found[file_name] = self._search(file_name)
        return self._found[file_name]

    def _search(self, file_name: str) -> tuple[int, ...]:
        for index in self._kinds:
            if file_name in index:
                return index[file_name]
        return self._kinds[-1].get(PurePath(file_name).stem, ())


def _index(names: list[str]) -> dict[str, tuple[int, ...]]:
    """Places by name; what has no name is not found by it."""
    index: defaultdict[str, list[int]] = defaultdict(list)
    for k, name in enumerate(names):
        if name:
            index[name].append(k)
    return {name: tuple(places) for name, places in index.items()}
