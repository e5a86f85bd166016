"""Small lists of recordings and their states, for what reads them."""

from __future__ import annotations

import numpy as np

from core.listing import searchable
from core.listing_files import ListingMeta, ListingWriter, TextWriter


def make_listing(folder, rows, columns=("a", "b")):
    """Rows are path and values; paths are relative to /archive."""
    with ListingWriter(folder, ListingMeta("SELECT", columns)) as writer:
        paths = [row[0] for row in rows]
        names = [path.rpartition("/")[2] for path in paths]
        texts = [
            [n, *(v for v in row[1:] if isinstance(v, str) and v)]
            for n, row in zip(names, rows, strict=True)
        ]
        fixed = [paths, [f"/archive/{p}" for p in paths], names]
        values = [[row[1 + k] for row in rows] for k in range(len(columns))]
        writer.add([*fixed, [searchable("\n".join(t)) for t in texts]], values)
    return folder


def make_states(folder, states, reasons=None):
    """States are flags, annotations and errors."""
    folder.mkdir()
    for k, (name, kind) in enumerate((("flags", "<u2"), ("annotations", "<i4"), ("errors", "<i4"))):
        np.array([state[k] for state in states], dtype=kind).tofile(folder / name)
    with TextWriter(folder, "reason") as writer:
        writer.add(reasons or [""] * len(states))
    return folder
