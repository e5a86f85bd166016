"""The commands: each reads its options, runs a stage in a child, and shows the result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import core
from core.cli.bars import Bars
from core.cli.options import config_from, setting_options
from core.cli.results import show
from core.settings import (
    AnnotationConfig,
    FeatureConfig,
    LibraryConfig,
    TrainConfig,
    TranscodeConfig,
)

_FILE = click.Path(path_type=Path)
_json = click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
_workers = click.option(
    "--workers", type=click.IntRange(0, 1024), default=0, help="Processes; 0: one for each core."
)
_input_features = click.option(
    "--input_features", type=_FILE, help="Table of features, if it is not where it was."
)


def _with_underscores(name: str) -> str:
    return name.replace("-", "_")


@click.group(
    context_settings={
        "token_normalize_func": _with_underscores,
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    }
)
@click.version_option(core.__version__)
def loudness() -> None:
    """Annotate recordings, train a model on the annotations, and hear what it gets wrong.

    Options take _ or - alike. Exit code: 0 done; 3 done, but something was left out; 2 wrong
    input; 1 a bug; 130 cancelled.
    """


@loudness.command()
@click.argument("directory", type=_FILE)
@click.option("--seed", type=click.IntRange(0), default=0, help="Another seed, another library.")
@_json
def demo(directory: Path, seed: int, *, as_json: bool) -> int:
    """Make a small library with known truth, which is a project, too."""
    from core.demo.project import make_demo_project

    return _run(make_demo_project, directory, seed=seed, as_json=as_json)


@loudness.command()
@setting_options(LibraryConfig, required=("database",), without=("browse_query", "reviewed_column"))
@click.option("--data_destination", type=_FILE, required=True, help="Folder of the results.")
@setting_options(TranscodeConfig)
@_workers
@_json
def transcode(data_destination: Path, workers: int, *, as_json: bool, **options: Any) -> int:  # noqa: ANN401
    """S1: make the recordings that a query selects mono, 16 bit, at one rate."""
    from core.executor import Execution
    from core.library import Library
    from core.transcode import transcode

    config = config_from(TranscodeConfig, options)
    library = Library(config_from(LibraryConfig, options))
    with Bars() as bars:
        selection = library.select(report=bars.report)
    return _run(
        transcode,
        selection,
        config,
        destination=data_destination,
        execution=Execution(workers),
        as_json=as_json,
    )


@loudness.command()
@click.option("--audio_location", type=_FILE, required=True, help="Folder of the audio.")
@click.option(
    "--feature_csv_destination",
    type=_FILE,
    required=True,
    help="Table of features; a name that ends in .csv or .parquet.",
)
@setting_options(FeatureConfig)
@_workers
@_json
def extract(
    audio_location: Path,
    feature_csv_destination: Path,
    workers: int,
    *,
    as_json: bool,
    **options: Any,  # noqa: ANN401
) -> int:
    """S2: cut audio into frames, and extract their features."""
    from core.executor import Execution
    from core.extract import extract

    return _run(
        extract,
        audio_location,
        config_from(FeatureConfig, options),
        table=feature_csv_destination,
        execution=Execution(workers),
        as_json=as_json,
    )


@loudness.command()
@click.option("--input_features", type=_FILE, required=True, help="Table of features.")
@setting_options(AnnotationConfig, required=("annotations",), without=("allow_overlaps",))
@click.option("--out_csv", type=_FILE, required=True, help="The dataset, CSV or Parquet.")
@click.option("--sample_rate", type=int, help="Checked against the features' own.")
@_json
def dataset(
    input_features: Path,
    out_csv: Path,
    sample_rate: int | None,
    *,
    as_json: bool,
    **options: Any,  # noqa: ANN401
) -> int:
    """S4: join features with annotations into labelled frames."""
    from core.build_dataset import build_dataset

    config = config_from(AnnotationConfig, options)
    return _run(
        build_dataset,
        input_features,
        Path(config.annotations),
        config,
        table=out_csv,
        sample_rate=sample_rate,
        as_json=as_json,
    )


@loudness.command()
@click.option("--dataframe_dir", type=_FILE, required=True, help="The dataset.")
@click.option(
    "--save_model_dir", type=_FILE, required=True, help="The model; ends in .keras or .h5."
)
@setting_options(TrainConfig)
@_input_features
@_json
def train(
    dataframe_dir: Path,
    save_model_dir: Path,
    input_features: Path | None,
    *,
    as_json: bool,
    **options: Any,  # noqa: ANN401
) -> int:
    """S3, S5: train a model that classifies loudness."""
    from core.train import train

    config = config_from(TrainConfig, options)
    return _run(
        train, dataframe_dir, save_model_dir, config, features=input_features, as_json=as_json
    )


@loudness.command()
@click.option("--model", type=_FILE, required=True, help="The trained model.")
@click.option("--dataframe_dir", type=_FILE, required=True, help="The dataset to try it on.")
@_input_features
@click.option("--out", type=_FILE, help="Folder for metrics, predictions and errors.")
@_json
def evaluate(
    model: Path,
    dataframe_dir: Path,
    input_features: Path | None,
    out: Path | None,
    *,
    as_json: bool,
) -> int:
    """Say how well a model classifies a dataset."""
    from core.evaluate import evaluate

    return _run(evaluate, model, dataframe_dir, features=input_features, out=out, as_json=as_json)


@loudness.command()
@click.option("--model", type=_FILE, required=True, help="The trained model.")
@click.option("--out_csv", type=_FILE, required=True, help="Where the predictions go.")
@click.argument("audio", type=_FILE, nargs=-1, required=True)
@_workers
@_json
def predict(
    model: Path, out_csv: Path, audio: tuple[Path, ...], workers: int, *, as_json: bool
) -> int:
    """Classify recordings of any format and rate, as intervals with scores."""
    from core.executor import Execution
    from core.predict import predict

    return _run(
        predict, model, audio, out_csv=out_csv, execution=Execution(workers), as_json=as_json
    )


@loudness.command()
@click.option("--model", type=_FILE, required=True, help="The trained model.")
@click.option(
    "--out",
    type=_FILE,
    required=True,
    help="The file to be written; ends in .keras, .h5, .onnx or .tflite.",
)
@_json
def export(model: Path, out: Path, *, as_json: bool) -> int:
    """Write a trained model as another file, also for other programs."""
    from core.export import export_model

    return _run(export_model, model, out, as_json=as_json)


@loudness.command()
@click.argument("project", type=_FILE)
@click.option(
    "--until",
    type=click.Choice(["transcode", "extract", "dataset", "train", "evaluate"]),
    default="evaluate",
    help="The last stage to run.",
)
@_workers
@_json
def run(project: Path, until: str, workers: int, *, as_json: bool) -> int:
    """Run what is stale of a project's stages, one after the other."""
    from core.cli.project_commands import run_project

    return run_project(project, until, workers=workers, as_json=as_json)


@loudness.command()
@click.argument("project", type=_FILE)
@_json
def plan(project: Path, *, as_json: bool) -> int:
    """Say what a project's stages would do, and why."""
    from core.pipeline import plan_project

    return _run(plan_project, project, as_json=as_json)


@loudness.group("annotations")
def annotations_group() -> None:
    """Take a project's annotations from a table, or give them to one."""


@annotations_group.command("import")
@click.argument("project", type=_FILE)
@click.argument("table", type=_FILE, required=False)
@click.option("--preview", is_flag=True, help="Only say what is new, changed or gone.")
@_json
def import_(project: Path, table: Path | None, *, preview: bool, as_json: bool) -> int:
    """Take over what a table changes; edits of anything else stay. TABLE: the project's own."""
    from core.annotation_tables import import_table, preview_import

    work = preview_import if preview else import_table
    return _run(work, project, table, as_json=as_json)


@annotations_group.command("export")
@click.argument("project", type=_FILE)
@click.argument("table", type=_FILE, required=False)
@click.option("--overwrite", is_flag=True, help="Also a table that is not the one imported.")
@_json
def export_annotations(project: Path, table: Path | None, *, overwrite: bool, as_json: bool) -> int:
    """Write the annotations as the table that was imported, with the edits. TABLE: that one."""
    from core.annotation_tables import export_table

    return _run(export_table, project, table, overwrite=overwrite, as_json=as_json)


def _run(stage: Any, *arguments: Any, as_json: bool, **options: Any) -> int:  # noqa: ANN401
    """Run a stage in a child, with bars, and show its result."""
    from core.isolation import StageRunner

    context = click.get_current_context()
    command = context.info_name or ""
    if context.parent is not None and context.parent.parent is not None:
        # Of a group: `annotations export` is another command than `export`.
        command = f"{context.parent.info_name} {command}"
    with Bars() as bars, StageRunner() as runner:
        result = runner.run(stage, *arguments, **options, report=bars.report)
    return show(command, result, as_json=as_json)
