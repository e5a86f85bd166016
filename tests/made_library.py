"""A small library of made signals: noise with a loud and a faint tone at known times."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import soundfile

if TYPE_CHECKING:
    from pathlib import Path

RATE_HZ = 16_000


@dataclass(frozen=True)
class MadeLibrary:
    database: Path
    annotations: Path
    n_reviewed: int


def make_many(folder: Path, library: MadeLibrary, *, n_copies: int = 8) -> MadeLibrary:
    """A library with each recording many times: enough work to be disturbed in the middle."""
    (folder / "audio").mkdir()
    header, *rows = library.annotations.read_text().splitlines()
    copies = [f"copy{k}_" for k in range(n_copies)]
    lines = [header, *(copy + row for copy in copies for row in rows)]
    (folder / "annotations.csv").write_text("\n".join(lines) + "\n")
    with closing(sqlite3.connect(folder / "loudsense.db")) as connection:
        connection.execute("CREATE TABLE recording (path TEXT, reviewed INT)")
        for path in sorted((library.database.parent / "audio").iterdir()):
            for copy in copies:
                name = f"audio/{copy}{path.name}"
                os.link(path, folder / name)
                connection.execute("INSERT INTO recording VALUES (?, 1)", (name,))
        connection.commit()
    return MadeLibrary(folder / "loudsense.db", folder / "annotations.csv", n_copies)


def make_library(folder: Path, *, n_recordings: int = 10, seconds: float = 8.0) -> MadeLibrary:
    """A tone at 2 to 4 s is audible, one at 5 to 6 s barely; the last two are not reviewed."""
    (folder / "audio").mkdir(parents=True)
    rng = np.random.default_rng(5)
    time_s = np.arange(int(RATE_HZ * seconds)) / RATE_HZ
    lines = ["file_name,start,end,class"]
    connection = sqlite3.connect(folder / "loudsense.db")
    connection.execute("CREATE TABLE recording (id INTEGER PRIMARY KEY, path TEXT, reviewed INT)")
    for k in range(n_recordings):
        samples = 0.02 * rng.standard_normal(len(time_s))
        loud, faint = (time_s >= 2) & (time_s < 4), (time_s >= 5) & (time_s < 6)
        samples[loud] += 0.5 * np.sin(2 * np.pi * 700 * time_s[loud])
        samples[faint] += 0.02 * np.sin(2 * np.pi * 700 * time_s[faint])
        name = f"rec{k}.{'wav' if k % 2 else 'flac'}"
        level = 10 ** rng.uniform(-2, 0)
        soundfile.write(folder / "audio" / name, level * samples, RATE_HZ, subtype="PCM_16")
        reviewed = k < n_recordings - 2
        connection.execute("INSERT INTO recording VALUES (?, ?, ?)", (k, f"audio/{name}", reviewed))
        lines += [f"{name},0.1,1.9,inaudible", f"{name},2,4,audible", f"{name},5,6,barely"]
    connection.commit()
    connection.close()
    (folder / "annotations.csv").write_text("\n".join(lines) + "\n")
    return MadeLibrary(folder / "loudsense.db", folder / "annotations.csv", n_recordings - 2)


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }
