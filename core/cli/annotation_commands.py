"""`loudness annotations`: exchange a project's annotations with tables and with other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from core.cli.options import config_from, setting_options
from core.cli.running import FILE, run_in_child, with_json
from core.settings import AnnotationConfig

if TYPE_CHECKING:
    from pathlib import Path


@click.group("annotations")
def annotations_group() -> None:
    """Take a project's annotations from a table, or give them to one."""


@annotations_group.command("import")
@click.argument("project", type=FILE)
@click.argument("table", type=FILE, required=False)
@click.option("--preview", is_flag=True, help="Only say what is new, changed or gone.")
@with_json
def import_(project: Path, table: Path | None, *, preview: bool, as_json: bool) -> int:
    """Take over what a table changes; edits of anything else stay. TABLE: the project's own."""
    from core.annotation_tables import import_table, preview_import

    work = preview_import if preview else import_table
    return run_in_child(work, project, table, as_json=as_json)


@annotations_group.command()
@click.argument("project", type=FILE)
@click.argument("table", type=FILE, required=False)
@click.option("--overwrite", is_flag=True, help="Also a table that is not the one imported.")
@with_json
def export(project: Path, table: Path | None, *, overwrite: bool, as_json: bool) -> int:
    """Write the annotations as the table that was imported, with the edits. TABLE: that one."""
    from core.annotation_tables import export_table

    return run_in_child(export_table, project, table, overwrite=overwrite, as_json=as_json)


@annotations_group.command()
@click.argument("project", type=FILE)
@click.argument("recordings", nargs=-1, required=True)
@click.option("--run", default="", help="Whose proposals; if left out, the current run's.")
@click.option(
    "--least_score",
    type=click.FloatRange(0.0, 1.0),
    default=0.9,
    show_default=True,
    help="Least mean probability of what is accepted.",
)
@click.option("--preview", is_flag=True, help="Only count what would be accepted.")
@with_json
def propose(
    project: Path,
    recordings: tuple[str, ...],
    *,
    run: str,
    least_score: float,
    preview: bool,
    as_json: bool,
) -> int:
    """Annotate RECORDINGS of the library with what a run predicts and is sure of.

    What is annotated already, or was dismissed in the window, is left as it is.
    """
    from core.accept_proposals import accept_proposals

    return run_in_child(
        accept_proposals,
        project,
        recordings,
        run=run,
        least_score=least_score,
        preview=preview,
        as_json=as_json,
    )


@annotations_group.command()
@click.argument("inputs", type=FILE, nargs=-1, required=True)
@click.argument("out", type=FILE)
@click.option(
    "--to",
    type=click.Choice(["csv", "audacity", "raven"]),
    help="What OUT becomes; a name that ends in .csv says it, too.",
)
@click.option("--overwrite", is_flag=True, help="Also files that are there.")
@setting_options(AnnotationConfig, without=("annotations", "allow_overlaps"))
@with_json
def convert(
    inputs: tuple[Path, ...],
    out: Path,
    to: str | None,
    *,
    overwrite: bool,
    as_json: bool,
    **options: Any,  # noqa: ANN401
) -> int:
    """Convert between a CSV, label tracks of Audacity and selection tables of Raven.

    INPUTS are files of any of these, or folders of them; OUT is a table, or a folder with a file
    for each recording.
    """
    from core.annotations.convert import convert_annotations, format_of

    config = config_from(AnnotationConfig, options)
    kind = format_of(out, to or "")
    return run_in_child(
        convert_annotations,
        inputs,
        out,
        config,
        to=kind,
        may_replace=overwrite,
        as_json=as_json,
    )
