"""What became of each recording of a list: one row of flags, counts and a reason for each."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Self

import numpy as np

from core.errors import LoudnessError, StorageError, storage_error
from core.library import Library
from core.listing import is_usable
from core.listing_files import INTEGER, REAL, TEXT, ListingReader, TextColumn, TextWriter, mapped
from core.progress import Progress, ignore
from core.project import open_project
from core.recording_files import RecordingFiles
from core.recording_products import count_annotations, read_products
from core.reviewed import is_true
from core.state_notes import noted_marks

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from core.progress import Report
    from core.project import Project

NO_PATH, MISSING, LEFT_OUT, TRANSCODED, EXTRACTED, SELECTED, REVIEWED = (1 << k for k in range(7))
"""Flags of a recording. `SELECTED`: the pipeline's query reads it."""

QUICK_FILTERS = (
    "all",
    "missing",
    "left out",
    "to do",
    "not selected",
    "annotated",
    "not annotated",
    "with errors",
    "reviewed",
    "not reviewed",
)
"""What can be asked for by state."""

STATE_WORDS = (
    "no path",
    "missing",
    "left out",
    "to do",
    "transcoded",
    "extracted",
    "not selected",
)
"""What is the matter with a recording, that which wants looking at first."""

PREFIX = "states-"
BATCH = 20_000

NO_PATH_REASON = "the database has no usable path in this row"


@dataclass(frozen=True)
class Survey:
    """What a survey found.

    Parameters
    ----------
    folder : Path
        Where the states are; `StatesReader` reads them.
    n_rows : int
        Recordings looked at.
    n_unlisted : int
        Recordings that the pipeline's query selects and the list does not have.
    problems : tuple of str
        What could not be looked at, and why.
    """

    folder: Path
    n_rows: int
    n_unlisted: int = 0
    problems: tuple[str, ...] = ()


class StatesReader:
    """Reads states that may still grow; a context manager.

    Parameters
    ----------
    folder : Path
        Where `survey_recordings` writes or wrote.

    Raises
    ------
    StorageError
        If there are none.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._files = [(folder / name).open("rb") for name in _NUMBERS]
            self.reasons = TextColumn(folder, "reason")
        except OSError as error:
            msg = f"The states in {folder} cannot be read: {error.strerror}"
            raise StorageError(msg, hint="Reload the list: they are made again.") from error
        self.flags: NDArray[np.uint16] = np.zeros(0, dtype=np.uint16)
        self.annotations: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        self.errors: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        self.n_rows = 0
        self.refresh()

    def refresh(self) -> int:
        """Look how far they have grown.

        Returns
        -------
        int
            Recordings whose state is known.
        """
        n_reasons = self.reasons.refresh()
        flags, annotations, errors = (
            mapped(file, np.dtype(kind))
            for file, kind in zip(self._files, _NUMBERS.values(), strict=True)
        )
        self.n_rows = n_rows = min(n_reasons, len(flags), len(annotations), len(errors))
        self.flags = flags[:n_rows]
        self.annotations, self.errors = annotations[:n_rows], errors[:n_rows]
        return n_rows

    def close(self) -> None:
        """Let the files go."""
        self.n_rows = 0
        self.flags = self.flags[:0].copy()
        self.annotations, self.errors = self.annotations[:0].copy(), self.errors[:0].copy()
        for file in (*self._files, self.reasons):
            file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_NUMBERS: dict[str, str] = {"flags": "<u2", "annotations": "<i4", "errors": "<i4"}


def survey_recordings(
    project_folder: Path, listing: Path, name: str, *, report: Report = ignore
) -> Survey:
    """Find out what became of each recording of a list.

    Parameters
    ----------
    project_folder : Path
        The project.
    listing : Path
        Folder of the list, which is complete.
    name : str
        Of the folder to be made in it: `PREFIX` and a number that counts surveys.
    report : callable
        Told the recordings looked at; may raise `Cancelled`.

    Returns
    -------
    Survey
        What could not be read is listed there, and does not end the survey.

    Raises
    ------
    StorageError
        If the list is gone, or the disk is full.
    """
    project = open_project(project_folder)
    folder = listing / name
    _forget_old(listing, name)
    with ListingReader(listing) as reader:
        survey = _Survey(project, reader, report)
        with _writing(folder) as files:
            for start in range(0, reader.n_rows, BATCH):
                stop = min(start + BATCH, reader.n_rows)
                _write(files, [survey.state(row) for row in range(start, stop)])
                text = f"Looking at the files: {stop:,} of {reader.n_rows:,}"
                report(Progress("survey", stop, reader.n_rows, "recordings", text))
        return Survey(folder, reader.n_rows, survey.n_unlisted, tuple(survey.products.problems))


class _Survey:
    """What is known of all recordings, to be asked for each."""

    def __init__(self, project: Project, reader: ListingReader, report: Report) -> None:
        report(Progress("survey", text="Reading what the stages have made"))
        library = Library(project.settings.library)
        self.products = read_products(project)
        self._files = RecordingFiles(library)
        self._located, self._paths = reader.text("located"), reader.text("path")
        selected: set[str] = set()
        try:
            rows = library.rows(project.settings.library.query, report=report)
            paths = (row["path"] for row in rows)
            selected = {self._files.locate(p) for p in paths if is_usable(p)}
        except LoudnessError as error:
            self.products.problems.append(f"{error.message}.")
        self._reviewed = reviewed_rows(reader)
        listed: set[str] = set()
        flags = np.zeros(reader.n_rows, dtype=np.uint16)
        for row in range(reader.n_rows):
            located = self._located[row]
            if located in selected:
                flags[row] = SELECTED
                listed.add(located)
        self.n_unlisted = len(selected) - len(listed)
        self._flags = flags | np.where(self._reviewed, REVIEWED, 0).astype(np.uint16)
        try:
            self._annotations = count_annotations(project, self._all(reader.n_rows))
        except LoudnessError as error:
            self.products.problems.append(f"{error.message}.")
            self._annotations = Counter[int]()

    def state(self, row: int) -> tuple[int, int, int, str]:
        """Flags, annotations, errors and reason of a recording."""
        flags, path = int(self._flags[row]), self._located[row]
        if not path:
            return flags | NO_PATH, 0, 0, NO_PATH_REASON
        names = (path, self._paths[row])
        products = self.products
        if not self._files.is_file(path):
            flags |= MISSING
        entry = next((products.entries[n] for n in names if n in products.entries), None)
        reason = ""
        if entry is not None and entry.status == "transcoded":
            flags |= TRANSCODED
            reason = next((products.reasons[n] for n in names if n in products.reasons), "")
        elif entry is not None and entry.status == "left out":
            reason = entry.reason or "no reason is known"
        if reason:
            flags |= LEFT_OUT
        elif any(n in products.extracted for n in names):
            flags |= EXTRACTED
        n_errors = next((products.n_errors[n] for n in names if n in products.n_errors), 0)
        return flags, self._annotations[row], n_errors, reason

    def _all(self, n_rows: int) -> Iterator[tuple[int, str, str, bool]]:
        for row in range(n_rows):
            if located := self._located[row]:
                path = self._paths[row]
                is_pipelines = bool(self._flags[row] & SELECTED) or located in self.products.entries
                yield row, located, path, is_pipelines


def state_ranks(flags: NDArray[np.uint16]) -> NDArray[np.int8]:
    """Place of each recording's state in the order in which states are sorted.

    Parameters
    ----------
    flags : ndarray of uint16, shape (n_rows,)
        What is known of recordings.

    Returns
    -------
    ndarray of int8, shape (n_rows,)
        An index of `STATE_WORDS`.
    """
    conditions = [
        flags & f != 0 for f in (NO_PATH, MISSING, LEFT_OUT, EXTRACTED, TRANSCODED, SELECTED)
    ]
    return np.select(conditions, [0, 1, 2, 5, 4, 3], 6).astype(np.int8)


def quick_rows(states: StatesReader, quick: str) -> NDArray[np.bool_]:
    """Which recordings a filter by state lets through.

    Parameters
    ----------
    states : StatesReader
        The states.
    quick : str
        One of `QUICK_FILTERS`.

    Returns
    -------
    ndarray of bool, shape (n_rows,)
        For those recordings whose state is known.
    """
    if quick in _BY_FLAGS:
        return _BY_FLAGS[quick](states.flags)
    return {
        "annotated": lambda: states.annotations > 0,
        "not annotated": lambda: states.annotations == 0,
        "with errors": lambda: states.errors > 0,
    }[quick]()


def count_states(states: StatesReader) -> dict[str, int]:
    """How many recordings each filter by state lets through.

    Parameters
    ----------
    states : StatesReader
        The states.

    Returns
    -------
    dict of str to int
        By the names in `QUICK_FILTERS`; `"selected"` besides.
    """
    # There are few combinations of flags, so that they need be looked at but once.
    n_of_flags = np.bincount(states.flags, minlength=1)
    flags = np.arange(len(n_of_flags), dtype=np.uint16)
    n_annotated = int(np.count_nonzero(states.annotations))
    counts = {name: int(n_of_flags[of(flags)].sum()) for name, of in _BY_FLAGS.items()}
    return counts | {
        "annotated": n_annotated,
        "not annotated": states.n_rows - n_annotated,
        "with errors": int(np.count_nonzero(states.errors)),
        "selected": states.n_rows - counts["not selected"],
    }


_NOT_TO_DO = TRANSCODED | LEFT_OUT | MISSING | NO_PATH
_BY_FLAGS: dict[str, Callable[[NDArray[np.uint16]], NDArray[np.bool_]]] = {
    "all": lambda flags: flags == flags,  # noqa: PLR0124  whatever they are
    "missing": lambda flags: flags & MISSING != 0,
    "left out": lambda flags: flags & LEFT_OUT != 0,
    "to do": lambda flags: flags & (SELECTED | _NOT_TO_DO) == SELECTED,
    "not selected": lambda flags: flags & SELECTED == 0,
    "reviewed": lambda flags: flags & REVIEWED != 0,
    "not reviewed": lambda flags: flags & REVIEWED == 0,
}


def reviewed_rows(reader: ListingReader) -> NDArray[np.bool_]:
    """Which recordings of a list are marked as reviewed.

    Parameters
    ----------
    reader : ListingReader
        The list.

    Returns
    -------
    ndarray of bool, shape (n_rows,)
        By the column that the project names, and what was marked since it was read; none where
        there is no such column.
    """
    names = [name.lower() for name in reader.meta.columns]
    n_rows = reader.n_rows
    name = reader.meta.reviewed.lower()
    if name not in names:
        return np.zeros(n_rows, dtype=bool)
    column = names.index(name)
    kinds = reader.kinds[column][:n_rows]
    result = ((kinds == INTEGER) | (kinds == REAL)) & (reader.numbers[column][:n_rows] != 0)
    texts = reader.texts(column)
    for row in np.flatnonzero(kinds == TEXT).tolist():
        result[row] = is_true(texts[row])
    for row, is_reviewed in noted_marks(reader.folder).items():
        if row < n_rows:
            result[row] = is_reviewed
    return result


def _forget_old(listing: Path, name: str) -> None:
    """Remove earlier states but the last, which are on the screen."""
    number = int(name.removeprefix(PREFIX))
    for folder in listing.glob(f"{PREFIX}*"):
        if int(folder.name.removeprefix(PREFIX)) < number - 1:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _writing(folder: Path) -> Generator[tuple[list[BinaryIO], TextWriter]]:
    try:
        folder.mkdir()
        with ExitStack() as stack:
            # The reasons last, since they tell that the others are there.
            numbers = [stack.enter_context((folder / name).open("xb", 0)) for name in _NUMBERS]
            yield list(numbers), stack.enter_context(TextWriter(folder, "reason"))
    except OSError as error:
        raise storage_error(error, folder) or error from error


def _write(
    files: tuple[list[BinaryIO], TextWriter], states: list[tuple[int, int, int, str]]
) -> None:
    flags, annotations, errors, reasons = zip(*states, strict=True)
    for file, values, kind in zip(
        files[0], (flags, annotations, errors), _NUMBERS.values(), strict=True
    ):
        rest = memoryview(np.asarray(values, dtype=kind).tobytes())
        while rest:
            rest = rest[file.write(rest) :]
    files[1].add(reasons)
