"""Which columns of a table of annotations are likely the ones that are needed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.settings import AnnotationConfig

SYNONYMS: dict[str, tuple[str, ...]] = {
    "file_column": (
        *("filename", "file", "recording", "path", "filepath", "audiofile", "audio", "wav"),
        *("beginfile", "beginpath", "soundfile", "name", "id"),
    ),
    "start_column": (
        *("start", "starts", "starttime", "starttimes", "startseconds", "onset", "onsets"),
        *("begin", "begintime", "begintimes", "tmin", "from", "t0", "startsec"),
    ),
    "end_column": (
        *("end", "ends", "endtime", "endtimes", "endseconds", "offset", "offsets"),
        *("stop", "stoptime", "tmax", "to", "until", "t1", "endsec"),
    ),
    "class_column": (
        *("class", "classname", "label", "labels", "annotation", "category", "audibility"),
        *("tag", "type", "event", "eventlabel", "species", "text", "value"),
    ),
}
"""What people call the columns, the likeliest first; letters and digits only."""


def guess_columns(columns: Sequence[str], config: AnnotationConfig) -> dict[str, str]:
    """A column for each setting: as it is configured, or else the likeliest of those left.

    Parameters
    ----------
    columns : sequence of str
        The header.
    config : AnnotationConfig
        Names that decide where the header has them.

    Returns
    -------
    dict of str to str
        Column by setting; a setting without a likely column is absent. No column comes twice.
    """
    guess = {key: name for key in SYNONYMS if (name := getattr(config, key)) in columns}
    for key, names in SYNONYMS.items():
        if key in guess:
            continue
        by_plain = {_plain(c): c for c in reversed(columns) if c and c not in guess.values()}
        found = next((by_plain[name] for name in names if name in by_plain), None)
        if found is not None:
            guess[key] = found
    return guess


def _plain(column: str) -> str:
    """Letters and digits of a name, without a unit: ``Begin Time (s)`` is ``begintime``."""
    without_unit = re.sub(r"[\[(].*?[\])]|_(?:s|sec|seconds)$", "", column.casefold().strip())
    return re.sub(r"[^0-9a-z]", "", without_unit)
