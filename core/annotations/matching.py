"""Which recording an annotation means."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


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
