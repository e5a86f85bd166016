"""The list, in a folder of transcoded files, of what each was made from and what was odd."""

from __future__ import annotations

import csv
import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from core.errors import TableError, storage_error
from core.storage import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.settings import TranscodeConfig

FILE_NAME = "manifest.csv"
JOURNAL_NAME = ".manifest.jsonl"

Status = Literal["transcoded", "left out", "not selected"]


@dataclass(frozen=True)
class ManifestEntry:
    """What became of one recording.

    Parameters
    ----------
    original : str
        Full path of the original.
    database_path : str
        The path as the database has it.
    file : str
        Name of the transcoded file in the folder of the manifest.
    status : str
        ``"transcoded"``, ``"left out"``, or ``"not selected"`` if an earlier query selected it.
    reason : str
        Why it was left out.
    original_bytes, original_modified_ns : int
        Size and time stamp of the original, by which a change is noticed.
    sample_rate_in, sample_rate : int
        In Hz.
    n_samples_in, n_samples : int
        Length of the original and of the result, each at its own rate.
    n_channels : int
        Of the original.
    codec : str
        Of the original.
    n_clipped : int
        Samples that had to be cut to full scale.
    oddities : str
        What was odd, separated by semicolons.
    sha256 : str
        Of the transcoded file.
    n_bytes : int
        Size of the transcoded file.
    settings : str
        The settings it was made with, as JSON.
    """

    original: str
    database_path: str
    file: str
    status: Status
    reason: str = ""
    original_bytes: int = 0
    original_modified_ns: int = 0
    sample_rate_in: int = 0
    sample_rate: int = 0
    n_samples_in: int = 0
    n_samples: int = 0
    n_channels: int = 0
    codec: str = ""
    n_clipped: int = 0
    oddities: str = ""
    sha256: str = ""
    n_bytes: int = 0
    settings: str = ""

    @property
    def stem(self) -> str:
        """Name of the recording in tables."""
        return Path(self.file).stem

    @property
    def original_stamp(self) -> str:
        """Size and time stamp of the original that it was made of, as one text."""
        return f"{self.original_bytes}-{self.original_modified_ns}"

    @classmethod
    def from_row(cls, row: dict[str, str]) -> Self:
        """Read a row of the manifest.

        Parameters
        ----------
        row : dict of str
            As `csv.DictReader` gives it.

        Returns
        -------
        ManifestEntry
            With numbers as numbers.
        """
        kinds = {f.name: f.type for f in dataclasses.fields(cls)}
        values: dict[str, Any] = {
            k: int(row[k]) if t == "int" else row[k] for k, t in kinds.items()
        }
        return cls(**values)


def settings_text(config: TranscodeConfig) -> str:
    """The settings as they stand in an entry.

    Parameters
    ----------
    config : TranscodeConfig
        How recordings are transcoded.

    Returns
    -------
    str
        JSON.
    """
    return json.dumps(config.to_dict())


def read_manifest(folder: Path) -> list[ManifestEntry]:
    """The entries of a folder's manifest, and of the journal of a run that was cut short.

    Parameters
    ----------
    folder : Path
        Folder of transcoded files.

    Returns
    -------
    list of ManifestEntry
        One for each original; empty where there is no manifest.

    Raises
    ------
    TableError
        If the manifest is damaged or cannot be read.
    """
    entries: dict[str, ManifestEntry] = {}
    path = folder / FILE_NAME
    try:
        if path.exists():
            with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
                for row in csv.DictReader(file):
                    entry = ManifestEntry.from_row(row)
                    entries[entry.original] = entry
        path = folder / JOURNAL_NAME
        if path.exists():
            entries |= {e.original: e for e in _read_journal(path)}
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}"
        raise TableError(msg, hint="Check your rights, or choose another folder.") from error
    except (KeyError, ValueError, TypeError, csv.Error) as error:
        msg = f"{path} is damaged: {error!r}"
        hint = "Mend it, or choose an empty folder to transcode into."
        raise TableError(msg, hint=hint) from error
    return list(entries.values())


def without_former_places(entries: Iterable[ManifestEntry]) -> list[ManifestEntry]:
    """Leave out where rows of the database were before its folder was copied.

    Parameters
    ----------
    entries : iterable of ManifestEntry
        As `read_manifest` gives them.

    Returns
    -------
    list of ManifestEntry
        One for each row of the database; originals without one all stay.
    """
    entries = list(entries)
    selected = {e.database_path for e in entries if e.status != "not selected"} - {""}
    return [e for e in entries if e.status != "not selected" or e.database_path not in selected]


def _read_journal(path: Path) -> list[ManifestEntry]:
    entries: list[ManifestEntry] = []
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        try:
            entries.append(ManifestEntry(**json.loads(line)))
        except (ValueError, TypeError):
            # The line that was being written when the run was killed is the last one: a run starts
            # by taking the journal into the manifest. Its recording is done again.
            break
    return entries


class Journal:
    """Keeps what is done while a run lasts, so that a killed run can go on; a context manager.

    Parameters
    ----------
    folder : Path
        Folder of the manifest.

    Raises
    ------
    StorageError
        If the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / JOURNAL_NAME
        try:
            # Nothing is kept back: what could not be written is not tried again at the end.
            self._file = self._path.open("ab", buffering=0)
        except OSError as error:
            raise storage_error(error, self._path) or error from error

    def add(self, entry: ManifestEntry) -> None:
        """Write an entry down at once.

        Parameters
        ----------
        entry : ManifestEntry
            What became of a recording.

        Raises
        ------
        StorageError
            If the disk is full.
        """
        rest = json.dumps(dataclasses.asdict(entry)).encode("ascii") + b"\n"
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise storage_error(error, self._path) or error from error

    def close(self) -> None:
        """Close the file; it stays until `write_manifest` has taken it in."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def write_manifest(folder: Path, entries: Iterable[ManifestEntry]) -> None:
    """Write the whole manifest in one step, and end the journal.

    Parameters
    ----------
    folder : Path
        Folder of transcoded files.
    entries : iterable of ManifestEntry
        In the order of the library.

    Raises
    ------
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    names = [f.name for f in dataclasses.fields(ManifestEntry)]
    with (
        replacing(folder / FILE_NAME) as part,
        part.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file,
    ):
        # A name can have a line's end in it, which the writer would quote only if it were its own.
        writer = csv.DictWriter(file, names, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        writer.writeheader()
        writer.writerows(dataclasses.asdict(e) for e in entries)
    (folder / JOURNAL_NAME).unlink(missing_ok=True)
