"""Files of annotations in any format become a table, or a folder of label files."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.annotations.audacity import SUFFIX as AUDACITY_SUFFIX
from core.annotations.audacity import format_labels
from core.annotations.formats import HIGH_HZ, LOW_HZ, read_labels, to_annotations
from core.annotations.label_folder import recording_of, write_label_files
from core.annotations.labels import Label, LabelFile
from core.annotations.raven import SUFFIX as RAVEN_SUFFIX
from core.annotations.raven import format_raven
from core.errors import AnnotationError, NothingToDoError, SettingsError
from core.progress import Progress, ignore
from core.storage import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.annotations.formats import Format
    from core.left_out import LeftOut
    from core.progress import Report
    from core.settings import AnnotationConfig

SUFFIXES = (".csv", ".tsv", ".txt")
"""What is read of a folder."""


@dataclass(frozen=True)
class Conversion:
    """What was converted.

    Parameters
    ----------
    out : str
        The table, or the folder.
    n_files : int
        Files that were read.
    n_annotations : int
        Annotations that were written.
    n_recordings : int
        Recordings that they are of.
    renamed : tuple of str
        Label files that tell their recording only by a hash, since several have its name.
    left_out : tuple of LeftOut
        Lines and labels that are no annotation of a class, and why.
    n_without_folder : int
        Recordings of which label files tell the base name alone, and the table told a folder, too.
    """

    out: str
    n_files: int
    n_annotations: int
    n_recordings: int
    renamed: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    n_without_folder: int = 0


def convert_annotations(
    inputs: Sequence[Path],
    out: Path,
    config: AnnotationConfig,
    *,
    to: Format,
    may_replace: bool = False,
    report: Report = ignore,
) -> Conversion:
    """Convert annotations between a table, label tracks of Audacity and selections of Raven.

    Parameters
    ----------
    inputs : sequence of Path
        Files in any of the formats, which is told by what they say, and folders of such files.
    out : Path
        The table to be written, or the folder for label files.
    config : AnnotationConfig
        Names of columns and classes, of what is read and of what is written.
    to : str
        ``"csv"``, ``"audacity"`` or ``"raven"``.
    may_replace : bool
        Whether files that are there are replaced.
    report : callable
        Told the files read and written; may raise `Cancelled`.

    Returns
    -------
    Conversion
        What is of no class is listed there.

    Raises
    ------
    AnnotationError
        If a file cannot be read, or is in the way.
    NothingToDoError
        If there is no annotation.
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    files = _files(inputs)
    labels: list[Label] = []
    left_out: list[LeftOut] = []
    for k, path in enumerate(files):
        report(Progress("read", k, len(files), "files", path.name))
        found = _read(path, config)
        labels += found.labels
        left_out += found.left_out
    if not labels:
        msg = f"There is no annotation in {len(files)} files"
        first = next((f"{x.name}: {x.reason}" for x in left_out), "")
        hint = f"The first that was left out: {first}." if first else "They are empty."
        raise NothingToDoError(msg, hint=hint)
    renamed: tuple[str, ...] = ()
    n_without_folder = 0
    if to == "csv":
        _write_table(labels, out, config, may_replace=may_replace)
    else:
        renamed = _write_folder(labels, out, to, may_replace=may_replace, report=report)
    names = {label.file_name for label in labels}
    if to == "audacity":
        n_without_folder = sum(Path(name).name != name for name in names)
    return Conversion(
        *(str(out), len(files), len(labels), len(names), renamed, tuple(left_out)),
        n_without_folder,
    )


def format_of(out: Path, to: str = "") -> Format:
    """Tell what is to be written.

    Parameters
    ----------
    out : Path
        The table or the folder.
    to : str
        What the user said; empty if nothing.

    Returns
    -------
    str
        What was said, or else what the ending says.

    Raises
    ------
    SettingsError
        If neither tells, or one contradicts the other.
    """
    is_table = out.suffix.lower() in (".csv", ".tsv")
    if to == "csv" or (is_table and not to):
        return "csv"
    if is_table:
        msg = f"{out} is named as a table, but label files go to a folder"
        raise SettingsError(msg, hint=f"Name a folder, or leave out --to={to}.")
    if to == "audacity" or to == "raven":  # noqa: PLR1714  type checkers narrow a comparison only
        return to
    msg = f"{out} does not say what is to be written"
    hint = "Name a table that ends in .csv, or say --to=audacity or --to=raven for a folder."
    raise SettingsError(msg, hint=hint)


def _files(inputs: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in inputs:
        if path.is_dir():
            found = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES)
            files += [p for p in found if p.is_file() and not p.name.startswith(".")]
        else:
            files.append(path)
    if not files:
        msg = f"There is no file of annotations in {', '.join(map(str, inputs))}"
        raise NothingToDoError(msg, hint=f"Their names end in {', '.join(SUFFIXES)}.")
    return files


def _read(path: Path, config: AnnotationConfig) -> LabelFile:
    """The labels of a file that are annotations, with the names of their classes."""
    found = read_labels(path, config)
    table = to_annotations(found, config)
    by_line = {label.line: label for label in found.labels}
    labels = (
        Label(
            a.start_s,
            a.end_s,
            table.label_set.names[a.target],
            by_line[a.line].low_hz,
            by_line[a.line].high_hz,
            file_name=a.file_name,
            line=a.line,
        )
        for a in table.annotations
    )
    return LabelFile(tuple(labels), table.left_out)


def _write_table(
    labels: Sequence[Label], out: Path, config: AnnotationConfig, *, may_replace: bool
) -> None:
    if out.exists() and not may_replace:
        msg = f"{out} is there already"
        raise AnnotationError(msg, hint="Name another file, or say --overwrite.")
    has_range = any(x.low_hz is not None or x.high_hz is not None for x in labels)
    header = [config.file_column, config.start_column, config.end_column, config.class_column]
    with replacing(out) as part, part.open("w", encoding="utf-8", newline="") as file:
        delimiter = "\t" if out.suffix.lower() == ".tsv" else ","
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow([*header, LOW_HZ, HIGH_HZ] if has_range else header)
        for x in labels:
            ranges = [x.low_hz, x.high_hz] if has_range else []
            writer.writerow([x.file_name, x.start_s, x.end_s, x.text, *ranges])


def _write_folder(
    labels: Sequence[Label], folder: Path, to: Format, *, may_replace: bool, report: Report
) -> tuple[str, ...]:
    tracks: dict[str, list[Label]] = {}
    for label in labels:
        # `a//b.wav` and `a/b.wav` are one file, and would be written to one.
        tracks.setdefault(str(Path(label.file_name)), []).append(label)
    for track in tracks.values():
        track.sort(key=lambda x: (x.start_s, x.end_s))
    is_raven = to == "raven"
    files = write_label_files(
        tracks,
        folder,
        formatted=lambda name, track: (
            format_raven(track, name) if is_raven else format_labels(track)
        ),
        suffix=RAVEN_SUFFIX if is_raven else AUDACITY_SUFFIX,
        # A selection table says itself of which recording it is, a label track only by its name.
        keeps_ending=not is_raven,
        may_replace=may_replace,
        report=report,
    )
    if is_raven:
        return ()
    names = ((Path(name), path) for name, path in files.items())
    return tuple(str(p) for name, p in names if recording_of(p) != name.name)
