"""The commands: each reads its options, runs a stage in a child, and shows the result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import core
from core.annotations.findings import SHORTEST_GAP_S
from core.cli.annotation_commands import annotations_group
from core.cli.bars import Bars
from core.cli.options import config_from, setting_options
from core.cli.running import FILE, run_in_child, with_json
from core.errors import SettingsError
from core.settings import (
    AnnotationConfig,
    FeatureConfig,
    LibraryConfig,
    TrainConfig,
    TranscodeConfig,
)

_workers = click.option(
    "--workers", type=click.IntRange(0, 1024), default=0, help="Processes; 0: one for each core."
)
_input_features = click.option(
    "--input_features", type=FILE, help="Table of features, if it is not where it was."
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
@click.argument("directory", type=FILE)
@click.option("--seed", type=click.IntRange(0), default=0, help="Another seed, another library.")
@click.option(
    "--wrong_labels",
    type=click.FloatRange(0, 1),
    default=0.1,
    show_default=True,
    help="Part of the annotations that gets a wrong class, to be found and mended.",
)
@with_json
def demo(directory: Path, seed: int, wrong_labels: float, *, as_json: bool) -> int:
    """Make a small library with known truth, which is a project, too."""
    from core.demo.project import make_demo_project

    return run_in_child(
        make_demo_project, directory, seed=seed, wrong_labels=wrong_labels, as_json=as_json
    )


@loudness.command()
@setting_options(LibraryConfig, required=("database",), without=("browse_query", "reviewed_column"))
@click.option("--data_destination", type=FILE, required=True, help="Folder of the results.")
@setting_options(TranscodeConfig)
@_workers
@with_json
def transcode(data_destination: Path, workers: int, *, as_json: bool, **options: Any) -> int:  # noqa: ANN401
    """S1: make the recordings that a query selects mono, 16 bit, at one rate."""
    from core.executor import Execution
    from core.library import Library
    from core.transcode import transcode

    config = config_from(TranscodeConfig, options)
    library = Library(config_from(LibraryConfig, options))
    with Bars() as bars:
        selection = library.select(report=bars.report)
    return run_in_child(
        transcode,
        selection,
        config,
        destination=data_destination,
        execution=Execution(workers),
        as_json=as_json,
    )


@loudness.command()
@click.option("--audio_location", type=FILE, required=True, help="Folder of the audio.")
@click.option(
    "--feature_csv_destination",
    type=FILE,
    required=True,
    help="Table of features; a name that ends in .csv or .parquet.",
)
@setting_options(FeatureConfig)
@_workers
@with_json
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

    return run_in_child(
        extract,
        audio_location,
        config_from(FeatureConfig, options),
        table=feature_csv_destination,
        execution=Execution(workers),
        as_json=as_json,
    )


@loudness.command()
@click.option("--input_features", type=FILE, required=True, help="Table of features.")
@setting_options(AnnotationConfig, required=("annotations",), without=("allow_overlaps",))
@click.option("--out_csv", type=FILE, required=True, help="The dataset, CSV or Parquet.")
@click.option("--sample_rate", type=int, help="Checked against the features' own.")
@with_json
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
    return run_in_child(
        build_dataset,
        input_features,
        Path(config.annotations),
        config,
        table=out_csv,
        sample_rate=sample_rate,
        as_json=as_json,
    )


@loudness.command()
@click.option("--dataframe_dir", type=FILE, required=True, help="The dataset.")
@click.option(
    "--save_model_dir", type=FILE, required=True, help="The model; ends in .keras or .h5."
)
@setting_options(TrainConfig)
@_input_features
@with_json
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
    return run_in_child(
        train, dataframe_dir, save_model_dir, config, features=input_features, as_json=as_json
    )


@loudness.command()
@click.option("--model", type=FILE, required=True, help="The trained model.")
@click.option("--dataframe_dir", type=FILE, required=True, help="The dataset to try it on.")
@_input_features
@click.option("--out", type=FILE, help="Folder for metrics, predictions and errors.")
@with_json
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

    return run_in_child(
        evaluate, model, dataframe_dir, features=input_features, out=out, as_json=as_json
    )


@loudness.command()
@click.option("--model", type=FILE, required=True, help="The trained model.")
@click.option("--out_csv", type=FILE, required=True, help="Where the predictions go.")
@click.argument("audio", type=FILE, nargs=-1, required=True)
@_workers
@with_json
def predict(
    model: Path, out_csv: Path, audio: tuple[Path, ...], workers: int, *, as_json: bool
) -> int:
    """Classify recordings of any format and rate, as intervals with scores."""
    from core.executor import Execution
    from core.predict import predict

    return run_in_child(
        predict, model, audio, out_csv=out_csv, execution=Execution(workers), as_json=as_json
    )


@loudness.command()
@click.option("--model", type=FILE, required=True, help="The trained model.")
@click.option(
    "--out",
    type=FILE,
    required=True,
    help="The file to be written; ends in .keras, .h5, .onnx or .tflite.",
)
@with_json
def export(model: Path, out: Path, *, as_json: bool) -> int:
    """Write a trained model as another file, also for other programs."""
    from core.export import export_model

    return run_in_child(export_model, model, out, as_json=as_json)


@loudness.command()
@click.argument("project", type=FILE)
@click.option(
    "--until",
    type=click.Choice(["transcode", "extract", "dataset", "train", "evaluate"]),
    default="evaluate",
    help="The last stage to run.",
)
@_workers
@with_json
def run(project: Path, until: str, workers: int, *, as_json: bool) -> int:
    """Run what is stale of a project's stages, one after the other."""
    from core.cli.project_commands import run_project

    return run_project(project, until, workers=workers, as_json=as_json)


@loudness.command(name="train_again")
@click.argument("project", type=FILE)
@click.option("--run", default="", help="The run to compare with; else the current or the newest.")
@with_json
def train_again(project: Path, run: str, *, as_json: bool) -> int:
    """Train on corrected labels, with a run's parameters, beside that run on the same recordings.

    The recordings that the run kept for validation are kept again.
    """
    from core.cli.project_commands import train_project_again

    return train_project_again(project, run, as_json=as_json)


@loudness.command()
@click.argument("project", type=FILE)
@with_json
def plan(project: Path, *, as_json: bool) -> int:
    """Say what a project's stages would do, and why."""
    from core.pipeline import plan_project

    return run_in_child(plan_project, project, as_json=as_json)


@loudness.command()
@click.argument("project", type=FILE)
@click.option(
    "--shortest_gap",
    type=click.FloatRange(0),
    default=SHORTEST_GAP_S,
    show_default=True,
    help="Gaps and overlaps up to this are taken for slips. In seconds.",
)
@click.option("--without", multiple=True, help="A kind of finding that is of no interest.")
@with_json
def lint(project: Path, shortest_gap: float, without: tuple[str, ...], *, as_json: bool) -> int:
    """List what may be wrong with a project's annotations; exit code 3 if there is anything."""
    from core.cli.lint_command import lint_and_show

    return lint_and_show(project, shortest_gap_s=shortest_gap, without=without, as_json=as_json)


@loudness.command()
@click.argument("project", type=FILE)
@click.option("--apply", "applies", is_flag=True, help="Shift the annotations of --recording.")
@click.option("--recording", help="The recording to shift; its name as the list has it.")
@click.option("--offset_s", type=float, help="How much later its annotations become. In seconds.")
@click.option("--stretch", type=float, default=1.0, help="Factor of times; 1: as they are.")
@_workers
@with_json
def align(
    project: Path,
    recording: str | None,
    offset_s: float | None,
    stretch: float,
    workers: int,
    *,
    applies: bool,
    as_json: bool,
) -> int:
    """Say whether a project's annotations lie where its recordings change, or shift them.

    The most suspicious recordings come first. Exit code 3: some are suspicious, or were left out.
    With --apply, the annotations of one recording become offset_s + stretch * t.
    """
    from core.cli.project_commands import align_project, apply_shift

    if applies:
        return apply_shift(project, recording, offset_s=offset_s, stretch=stretch, as_json=as_json)
    if (recording, offset_s, stretch) != (None, None, 1.0):
        msg = "--recording, --offset_s and --stretch say what --apply is to do"
        raise SettingsError(msg, hint="Add --apply, or leave them out.")
    return align_project(project, workers=workers, as_json=as_json)


@loudness.command(name="label_errors")
@click.argument("project", type=FILE)
@click.option(
    "--folds",
    type=click.IntRange(2, 100),
    help="Parts that the recordings are divided into; if left out, the project's own number.",
)
@click.option("--out", type=FILE, help="A CSV that the list is written to, too.")
@with_json
def label_errors(project: Path, folds: int | None, out: Path | None, *, as_json: bool) -> int:
    """List a project's labels that are probably wrong, by confident learning.

    Each recording is judged by a model that is trained on the others, with the project's settings.
    """
    from core.cli.project_commands import list_label_errors

    return list_label_errors(project, n_folds=folds, out=out, as_json=as_json)


@loudness.command()
@click.argument("project", type=FILE)
@click.option("--run", default="", help="The run that is asked, by its name; else the current one.")
@click.option("--limit", type=click.IntRange(1), help="So many recordings at the most.")
@click.option("--out", type=FILE, help="A CSV to be written, too.")
@click.option(
    "--with_reviewed", is_flag=True, help="Also those that are reviewed and have no annotation."
)
@with_json
def queue(
    project: Path,
    run: str,
    limit: int | None,
    out: Path | None,
    *,
    with_reviewed: bool,
    as_json: bool,
) -> int:
    """Say which recordings to annotate next: those that the model is most unsure of.

    Recordings that have an annotation, or are marked as reviewed, are left aside.
    """
    from core.cli.queue_command import rank_and_show

    return rank_and_show(
        project, run, limit=limit, out=out, with_reviewed=with_reviewed, as_json=as_json
    )


loudness.add_command(annotations_group)
