"""Metadata beside tables.

Beside table ``X`` lies ``X.meta.json``. It says from what and how the table was made, so that no
later stage has to guess a rate or a hop.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.errors import TableError
from core.storage import write_json

if TYPE_CHECKING:
    from pathlib import Path

META_FORMAT = 1


@dataclass(frozen=True)
class RecordingMeta:
    """What a table knows of one of its recordings.

    Parameters
    ----------
    name : str
        Stem of the transcoded file; unique in the table, and the first part of each row's id.
    path : str
        The transcoded file.
    n_samples : int
        Its length, in samples at the table's rate.
    n_rows : int
        Rows of the table that belong to the recording; they stand together, in order.
    original : str
        Full path of the original.
    database_path : str
        The path as the user's database has it; empty if there was no database.
    sha256 : str
        Of the transcoded file.
    stamp : str
        Size and time stamp of audio that this program did not make; else empty.
    """

    name: str
    path: str
    n_samples: int
    n_rows: int
    original: str = ""
    database_path: str = ""
    sha256: str = ""
    stamp: str = ""

    @property
    def identity(self) -> str:
        """By what a change of the audio is noticed."""
        return self.stamp or self.sha256


@dataclass(frozen=True)
class TableMeta:
    """What lies beside a table of features or a dataset.

    Parameters
    ----------
    kind : str
        ``"features"`` or ``"dataset"``.
    sample_rate : int
        In Hz: what `start_sample` and `end_sample` count at.
    frame_size, hop_size : int
        In samples.
    features : dict
        The feature spec, as its `to_dict` gave it.
    recordings : tuple of RecordingMeta
        In the order of the rows.
    sha256 : str
        Of the table itself.
    config : dict
        The settings of the stage that made it.
    classes : tuple of str
        For a dataset: from the quietest to the loudest.
    annotations : dict
        For a dataset: recording -> list of [start_sample, end_sample, target], as used.
    source : dict
        For a dataset: `path` and `sha256` of the feature table, and of the annotations.
    transcode : dict
        How the audio was transcoded: settings that prediction has to repeat.
    absent : tuple of (str, str)
        Original and path in the database of recordings that are known but not in the table:
        an annotation of theirs must not be taken for that of a recording with a similar name.
    """

    kind: str
    sample_rate: int
    frame_size: int
    hop_size: int
    features: dict[str, Any]
    recordings: tuple[RecordingMeta, ...]
    sha256: str = ""
    config: dict[str, Any] = field(default_factory=dict[str, Any])
    classes: tuple[str, ...] = ()
    annotations: dict[str, list[tuple[int, int, int]]] = field(
        default_factory=dict[str, list[tuple[int, int, int]]]
    )
    source: dict[str, Any] = field(default_factory=dict[str, Any])
    transcode: dict[str, Any] = field(default_factory=dict[str, Any])
    absent: tuple[tuple[str, str], ...] = ()

    @property
    def n_rows(self) -> int:
        """Rows of the whole table."""
        return sum(r.n_rows for r in self.recordings)

    def to_dict(self) -> dict[str, Any]:
        """Everything, fit for JSON.

        Returns
        -------
        dict
            With the number of the format under ``"format"``.
        """
        return {"format": META_FORMAT, **dataclasses.asdict(self)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TableMeta:
        """Read what `to_dict` gave.

        Parameters
        ----------
        values : dict
            As read from JSON.

        Returns
        -------
        TableMeta
            The same metadata.

        Raises
        ------
        TableError
            If the format is a newer one.
        KeyError, TypeError
            If something is missing or of another type.
        """
        rest = dict(values)
        if rest.pop("format") > META_FORMAT:
            msg = "The table was made by a newer version of this program"
            raise TableError(msg, hint="Install the newer version.")
        rest["recordings"] = tuple(RecordingMeta(**r) for r in rest["recordings"])
        rest["classes"] = tuple(rest.get("classes", ()))
        rest["absent"] = tuple((str(o), str(d)) for o, d in rest.get("absent", ()))
        rest["annotations"] = {
            name: [(int(s), int(e), int(t)) for s, e, t in spans]
            for name, spans in rest.get("annotations", {}).items()
        }
        return cls(**rest)


def meta_path(table: Path) -> Path:
    """Where the metadata of a table lies.

    Parameters
    ----------
    table : Path
        The table's file or folder.

    Returns
    -------
    Path
        The file beside it.
    """
    return table.with_name(table.name + ".meta.json")


def read_meta(table: Path) -> TableMeta:
    """Read the metadata beside a table.

    Parameters
    ----------
    table : Path
        The table's file or folder.

    Returns
    -------
    TableMeta
        Checked for its form, not against the table.

    Raises
    ------
    TableError
        If there is none, or it is damaged.
    """
    path = meta_path(table)
    try:
        return TableMeta.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        msg = f"{path.name} is missing beside {table}"
        hint = "The two belong together: copy both, or make the table again."
        raise TableError(msg, hint=hint) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"{path} is damaged: {error}"
        raise TableError(msg, hint="Make the table again.") from error


def write_meta(table: Path, meta: TableMeta) -> None:
    """Write the metadata beside a table, in one step.

    Parameters
    ----------
    table : Path
        The table's file or folder.
    meta : TableMeta
        What to write.
    """
    write_json(meta_path(table), meta.to_dict())
