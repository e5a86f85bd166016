"""What may be wrong with the annotations of a project, wherever they are kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.annotations.csv import decode_table, read_bytes
from core.annotations.findings import SHORTEST_GAP_S, Finding, Kind
from core.annotations.lint import lint, read_entries
from core.annotations.lint_recording import Rules, Subject
from core.annotations.mending import edit_of
from core.annotations.stored import StoredAnnotation, sign
from core.browsing import browse_query
from core.errors import AnnotationError
from core.label_set import LabelSet
from core.library import Library
from core.progress import ignore
from core.project import open_project
from core.project_annotations import ProjectAnnotations
from core.recording_annotations import library_names, library_stamp, manifest_entries
from core.remembered import remembered

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from core.annotations.findings import Interval
    from core.annotations.stored import Edit
    from core.progress import Report
    from core.project import Project


@dataclass(frozen=True)
class LintResult:
    """What was found.

    Parameters
    ----------
    findings : tuple of Finding
        The worst kinds first, within a kind in the order of the library; perhaps not all.
    counts : dict of str to int
        How many there are of each kind that was found, the worst first.
    n_annotations : int
        Annotations that were looked at.
    n_recordings : int
        Recordings that the project's query selects.
    n_unknown_lengths : int
        Those whose length is not known before they are transcoded: nothing is beyond their end.
    edits : tuple of (Edit or None)
        For each of `findings` what would mend it, if that was asked for; None if a person has to
        decide, or the annotation stands in a row that is none.
    """

    findings: tuple[Finding, ...]
    counts: dict[str, int]
    n_annotations: int
    n_recordings: int
    n_unknown_lengths: int
    edits: tuple[Edit | None, ...] = ()

    @property
    def n_findings(self) -> int:
        """All that were found."""
        return sum(self.counts.values())


def lint_project(
    folder: Path,
    *,
    shortest_gap_s: float = SHORTEST_GAP_S,
    without: Collection[str] = (),
    most: int = 0,
    with_edits: bool = False,
    report: Report = ignore,
) -> LintResult:
    """Look at all annotations of a project; nothing is written.

    Parameters
    ----------
    folder : Path
        The project folder.
    shortest_gap_s : float
        Gaps and overlaps up to this, in seconds, are taken for slips.
    without : collection of str
        Kinds of findings that are of no interest.
    most : int
        At most so many findings are given, though all are counted; 0 for all.
    with_edits : bool
        Whether fixes are given as edits, too.
    report : callable
        Told the recordings; may raise `Cancelled`.

    Returns
    -------
    LintResult
        Empty if nothing was found.

    Raises
    ------
    ProjectError, SettingsError
        If there is no project, or one of its settings is wrong.
    AnnotationError
        If there are no annotations, or they cannot be read.
    LibraryError
        If the database cannot be read.
    """
    project = open_project(folder)
    annotations = ProjectAnnotations(project)
    entries, found = _entries(annotations)
    subjects, others = _recordings(project, report)
    config = project.settings
    rules = Rules(
        LabelSet(config.annotations.classes),
        config.annotations.class_names,
        config.features.frame_size,
        config.features.hop,
        shortest_gap_s,
    )
    found = [*found, *lint(entries, subjects, rules, others=others, report=report)]
    wanted = [finding for finding in found if finding.kind not in without]
    place = {kind: k for k, kind in enumerate(Kind)}
    wanted.sort(key=lambda finding: place[finding.kind])
    counts = Counter(finding.kind for finding in wanted)
    given = tuple(wanted[:most] if most else wanted)
    return LintResult(
        given,
        {str(kind): counts[kind] for kind in Kind if counts[kind]},
        len(entries),
        len(subjects),
        sum(not subject.sample_rate for subject in subjects),
        _edits(given, entries, annotations) if with_edits else (),
    )


def _entries(
    annotations: ProjectAnnotations,
) -> tuple[Sequence[Interval], list[Finding]]:
    """The project's annotations, and rows of its table that are none."""
    if annotations.is_kept:
        stored = [stored for stored, _ in annotations.store.everything()]
        return stored, [
            Finding(Kind.UNREADABLE, f"Line {line} of the imported table: {reason}")
            for line, reason in annotations.store.reasons().items()
        ]
    config, path = annotations.config, annotations.path
    if path is None:
        msg = "The project has no annotations, and names no table of them"
        raise AnnotationError(msg, hint="Name one in the project's settings, or annotate.")
    return read_entries(decode_table(read_bytes(path)), config, path=path)


def _edits(
    findings: Sequence[Finding], entries: Sequence[Interval], annotations: ProjectAnnotations
) -> tuple[Edit | None, ...]:
    stored = {a.id: a for a in entries if isinstance(a, StoredAnnotation)}
    if not annotations.is_kept:
        stored = {a.id: a for a, _ in annotations.of(annotations.names())}
    by = sign()
    return tuple(f.fix and edit_of(f.fix, stored, by=by) for f in findings)


def _recordings(project: Project, report: Report) -> tuple[list[Subject], list[Subject]]:
    """Recordings that the project's query selects, and others that it may know."""
    library = Library(project.settings.library)
    manifest = manifest_entries(project.transcoded)
    key = (library_stamp(library), str(project.folder), manifest)

    def read() -> tuple[list[Subject], list[Subject]]:
        selected = library_names(library, project.settings.library.query, report=report)
        browsed = library_names(library, browse_query(library, report=report), report=report)
        lengths = {e.database_path: (e.n_samples, e.sample_rate) for e in manifest.values()}
        subjects = [
            Subject(original, path, *lengths.get(path, (0, 0)))
            for original, path in selected.items()
        ]
        others = [
            Subject(original, path, *lengths.get(path, (0, 0)), is_selected=False)
            for original, path in browsed.items()
            if original not in selected
        ]
        # A library that moved is known to the manifest by its old place: not as another one.
        here = {s.database_path for s in (*subjects, *others)}
        others += [
            Subject(e.original, e.database_path, e.n_samples, e.sample_rate, is_selected=False)
            for e in manifest.values()
            if e.database_path not in here
        ]
        return subjects, others

    return remembered("recordings to lint", key, read)
