"""The demo as a folder: database, annotations and audio, there as a whole or not at all."""

from __future__ import annotations

import csv
import io
import shutil
import sqlite3
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.demo.encoding import encode
from core.demo.label_noise import DemoAnnotation, with_wrong_labels
from core.demo.plan import plan_library
from core.demo.recording import make_parts, mixed
from core.errors import LoudnessError, SettingsError, storage_error
from core.progress import Progress, Report, ignore

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from core.demo.plan import LibraryEntry
    from core.demo.recording import RecordingParts

DEMO_VERSION = 2
"""Raised whenever the same seed gives another library than before."""

FEWEST_RECORDINGS = 8
"""With fewer, a class could be missing from a fold."""

_DATABASE = "loudsense.db"
_ANNOTATIONS = "annotations.csv"
_TRUTH = "truth.csv"
_AUDIO = "audio"
_SCHEMA = """
CREATE TABLE recording(id INTEGER PRIMARY KEY, path TEXT, reviewed INTEGER, site TEXT,
    background TEXT, sample_rate INTEGER, n_channels INTEGER, duration_s REAL, snr_db REAL,
    level_dbfs REAL, fold INTEGER);
CREATE TABLE event(recording_id INTEGER REFERENCES recording(id), kind TEXT, voice TEXT,
    start_s REAL, end_s REAL, snr_db REAL, class TEXT);
CREATE TABLE demo(version INTEGER, seed INTEGER, n_recordings INTEGER, wrong_labels REAL,
    n_wrong_labels INTEGER);
"""


_INSERT_RECORDING = """
INSERT INTO recording VALUES (:id, :path, :reviewed, :site, :background, :sample_rate, :n_channels,
    :duration_s, :snr_db, :level_dbfs, :fold)
"""


@dataclass(frozen=True)
class DemoLibrary:
    """A demo that is on the disk.

    Parameters
    ----------
    folder, database, annotations, truth, audio : Path
        Where it is, and its parts; `truth` is as `annotations`, without wrong labels.
    seed : int
        What it was made from.
    n_recordings, n_reviewed : int
        Recordings, and those of them that are marked as reviewed.
    duration_s : float
        Length of all recordings together.
    annotation_counts : dict of str to int
        Annotations of each class.
    n_wrong_labels : int
        Annotations that were given a wrong class on purpose.
    made_now : bool
        False if it was there already and nothing was done.
    """

    folder: Path
    database: Path
    annotations: Path
    truth: Path
    audio: Path
    seed: int
    n_recordings: int
    n_reviewed: int
    duration_s: float
    annotation_counts: dict[str, int]
    n_wrong_labels: int
    made_now: bool


def make_demo(
    destination: Path,
    *,
    n_recordings: int = 40,
    seed: int = 0,
    wrong_labels: float = 0.0,
    report: Report = ignore,
) -> DemoLibrary:
    """Make a small library of recordings whose truth is known.

    Events of several kinds sound in backgrounds of several kinds. An event is audible at 3 dB or
    more over its background, barely so at -9 to 0 dB, inaudible at -15 dB or less, measured in its
    own band (see `core.demo.recording.in_band_power`).

    Parameters
    ----------
    destination : Path
        Folder that is new or empty. A demo made earlier from the same seed is left as it is.
    n_recordings : int, optional
        How many, 8 or more.
    seed : int, optional
        The same seed gives the same sound and the same tables; >= 0.
    wrong_labels : float, optional
        Part of the annotations that is given a wrong class, 0 to 1.
    report : callable, optional
        Told before each recording; may raise `Cancelled`, and nothing is left behind then.

    Returns
    -------
    DemoLibrary
        Where everything is, and how much.

    Raises
    ------
    SettingsError
        If there are too few recordings, the seed is negative, or the part is none.
    LoudnessError
        If there is something else in the folder.
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    _check(n_recordings, seed, wrong_labels)
    marks = _Marks(DEMO_VERSION, seed, n_recordings, wrong_labels)
    folder = destination.expanduser().resolve()
    try:
        if _is_occupied(folder):
            _require_same_demo(folder, marks)
            return _read_library(folder, seed=seed, made_now=False)
        with _assembled(folder) as part:
            _fill(part, plan_library(n_recordings, seed=seed), marks, report=report)
    except OSError as error:
        raise storage_error(error, destination) or error from error
    return _read_library(folder, seed=seed, made_now=True)


class _Marks(NamedTuple):
    """What tells a demo from another."""

    version: int
    seed: int
    n_recordings: int
    wrong_labels: float


def _check(n_recordings: int, seed: int, wrong_labels: float) -> None:
    if n_recordings < FEWEST_RECORDINGS:
        msg = f"a demo cannot have {n_recordings} recordings"
        raise SettingsError(msg, hint=f"{FEWEST_RECORDINGS} or more are needed.")
    if seed < 0:
        msg = f"seed cannot be {seed}"
        raise SettingsError(msg, hint="Allowed is at least 0.")
    if not 0 <= wrong_labels <= 1:
        msg = f"wrong_labels cannot be {wrong_labels}"
        raise SettingsError(msg, hint="Allowed is 0 to 1.")


def _fill(folder: Path, entries: list[LibraryEntry], marks: _Marks, *, report: Report) -> None:
    (folder / _AUDIO).mkdir()
    truth: list[DemoAnnotation] = []
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(_SCHEMA)
        for i, entry in enumerate(entries):
            name = entry.plan.file_name
            report(_progress(i, len(entries), name))
            parts = make_parts(entry.plan)
            sound = mixed(parts, n_channels=entry.plan.n_channels)
            encoded = encode(sound, entry.file_format, sample_rate=entry.plan.sample_rate)
            (folder / _AUDIO / name).write_bytes(encoded)
            _insert(database, i + 1, entry, parts)
            truth += _annotations(entry, parts)
        annotations = with_wrong_labels(truth, share=marks.wrong_labels, seed=marks.seed)
        n_wrong = sum(a != b for a, b in zip(annotations, truth, strict=True))
        database.execute("INSERT INTO demo VALUES (?, ?, ?, ?, ?)", (*marks, n_wrong))
        database.commit()
        (folder / _DATABASE).write_bytes(database.serialize())
    _write(folder / _ANNOTATIONS, annotations)
    _write(folder / _TRUTH, truth)
    report(_progress(len(entries), len(entries), ""))


def _write(path: Path, annotations: list[DemoAnnotation]) -> None:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["file_name", "start", "end", "class"])
    writer.writerows(annotations)
    path.write_text(table.getvalue(), encoding="utf-8")


def _progress(n_done: int, n_recordings: int, name: str) -> Progress:
    text = f"Making {name}" if name else "Demo made"
    return Progress("demo", n_done, n_recordings, unit="recordings", text=text, recording=name)


def _insert(
    database: sqlite3.Connection, number: int, entry: LibraryEntry, parts: RecordingParts
) -> None:
    plan = entry.plan
    power = float(np.mean((parts.background + parts.events) ** 2))
    recording = {
        "id": number,
        "path": f"{_AUDIO}/{plan.file_name}",
        "reviewed": int(entry.reviewed),
        "site": plan.background.site,
        "background": plan.background.name,
        "sample_rate": plan.sample_rate,
        "n_channels": plan.n_channels,
        "duration_s": plan.duration_s,
        "snr_db": max(event.snr_db for event in parts.placed),
        "level_dbfs": round(10 * np.log10(power), 2),
        "fold": entry.fold,
    }
    database.execute(_INSERT_RECORDING, recording)
    for event in parts.placed:
        kind, rate = event.kind.name, plan.sample_rate
        where = (event.start_sample / rate, event.end_sample / rate)
        row = (number, kind, f"{kind} {number}", *where, event.snr_db, event.label)
        database.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def _annotations(entry: LibraryEntry, parts: RecordingParts) -> list[DemoAnnotation]:
    rate = entry.plan.sample_rate
    events = [(e.start_sample, e.end_sample, e.label) for e in parts.placed]
    quiet = [(start, end, "inaudible") for start, end in parts.quiet_samples]
    return [
        DemoAnnotation(entry.plan.file_name, f"{start / rate:.3f}", f"{end / rate:.3f}", label)
        for start, end, label in sorted(events + quiet)
    ]


def _part_name(folder: Path) -> str:
    return f".{folder.name}.part"


def _is_occupied(folder: Path) -> bool:
    if not folder.exists():
        return False
    return not folder.is_dir() or any(c.name != _part_name(folder) for c in folder.iterdir())


@contextmanager
def _assembled(folder: Path) -> Generator[Path]:
    """Give a folder to fill, which takes its place when it is full, and is gone if that fails."""
    # A folder that is there already may be a mount, or somebody's working directory: it is kept.
    keep = folder.is_dir()
    part = (folder if keep else folder.parent) / _part_name(folder)
    new_parents = [p for p in folder.parents if not p.exists()]
    try:
        if part.exists():
            shutil.rmtree(part)
        part.mkdir(parents=True)
        yield part
        if not keep:
            part.rename(folder)
            return
        # The database comes last: without it there is no demo.
        for child in sorted(part.iterdir(), key=lambda child: child.name == _DATABASE):
            child.rename(folder / child.name)
        part.rmdir()
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        for parent in new_parents:
            if parent.exists():
                parent.rmdir()
        raise


def _require_same_demo(folder: Path, wanted: _Marks) -> None:
    """Refuse a folder that holds anything but the whole demo that is wanted."""
    found = _marks_of_demo(folder)
    if found is None:
        msg = f"There is something else in {folder}"
        raise LoudnessError(msg, hint="Choose a folder that is new or empty.")
    if found != wanted:
        what = (
            f"version {found.version}, seed {found.seed}, {found.n_recordings} recordings, "
            f"{found.wrong_labels:.0%} of the labels wrong"
        )
        msg = f"{folder} holds another demo: {what}"
        raise LoudnessError(msg, hint="Choose another folder, or delete that demo first.")


def _marks_of_demo(folder: Path) -> _Marks | None:
    """What tells a demo with all its files from others; None if it is none."""
    if not (folder / _DATABASE).is_file() or not (folder / _ANNOTATIONS).is_file():
        return None
    try:
        with closing(_opened(folder)) as database:
            # Those of the first version said nothing of wrong labels: they had none.
            marks = [*database.execute("SELECT * FROM demo").fetchone(), 0.0]
            paths = [path for (path,) in database.execute("SELECT path FROM recording")]
    except (sqlite3.Error, TypeError, ValueError):
        return None
    found = _Marks(*marks[: len(_Marks._fields)])
    whole = len(paths) == found.n_recordings and all((folder / path).is_file() for path in paths)
    return found if whole else None


def _opened(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{(folder / _DATABASE).as_uri()}?mode=ro", uri=True)


def _read_library(folder: Path, *, seed: int, made_now: bool) -> DemoLibrary:
    with closing(_opened(folder)) as database:
        summary = "SELECT COUNT(*), SUM(reviewed), SUM(duration_s) FROM recording"
        n_recordings, n_reviewed, duration_s = database.execute(summary).fetchone()
        (n_wrong_labels,) = database.execute("SELECT n_wrong_labels FROM demo").fetchone()
    # The user may have edited the table of an earlier demo: it is counted here, not checked.
    with (folder / _ANNOTATIONS).open(encoding="utf-8", errors="replace", newline="") as table:
        labels = [row.get("class") for row in csv.DictReader(table)]
    counts = Counter(label for label in labels if label)
    return DemoLibrary(
        folder=folder,
        database=folder / _DATABASE,
        annotations=folder / _ANNOTATIONS,
        truth=folder / _TRUTH,
        audio=folder / _AUDIO,
        seed=seed,
        n_recordings=n_recordings,
        n_reviewed=n_reviewed,
        duration_s=duration_s,
        annotation_counts=dict(counts),
        n_wrong_labels=n_wrong_labels,
        made_now=made_now,
    )
