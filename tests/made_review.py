"""Projects with a run whose predictions a test decides, so that no model need be trained."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from core.evaluate import prediction_schema
from core.project import STAGES, Project, ProjectSettings, open_project, save_project
from core.storage import write_json
from core.table_meta import read_meta, write_meta
from tests.core.labelled_tables import make_tables
from tests.windows import make_project

if TYPE_CHECKING:
    from pathlib import Path

RUN = "2026-01-01_00-00-00_fc"
SURE = 0.98


def make_run(folder: Path, wrong=(), *, training=("rec0",), score=0.9) -> Path:
    """Write a run that is right save in `wrong`: (recording, first row, stop row, predicted).

    An item may have a score of its own behind these. Rows are those of the recording.
    """
    project = open_project(folder)
    meta = read_meta(project.dataset)
    columns = ["recording", "start_sample", "end_sample", "target"]
    table = pyarrow.parquet.read_table(project.dataset, columns=columns)
    targets = table.column("target").to_numpy().astype(np.int64)
    n_classes = len(meta.classes)
    probabilities = np.full((len(targets), n_classes), (1 - SURE) / (n_classes - 1), np.float32)
    probabilities[np.arange(len(targets)), targets] = SURE
    first_row = dict(
        zip(
            (r.name for r in meta.recordings),
            np.cumsum([0, *(r.n_rows for r in meta.recordings)]).tolist(),
            strict=False,
        )
    )
    for recording, first, stop, predicted, *own in wrong:
        rows = slice(first_row[recording] + first, first_row[recording] + stop)
        p = own[0] if own else score
        probabilities[rows] = (1 - p) / (n_classes - 1)
        probabilities[rows, predicted] = p
    run = project.runs / RUN
    run.mkdir(parents=True, exist_ok=True)
    schema = prediction_schema(meta.classes)
    ids = [f"{name}_f{k}" for k, name in enumerate(table.column("recording").to_pylist())]
    values = [ids, *table.columns, probabilities.argmax(axis=1), *probabilities.T]
    arrays = [
        v.cast(f.type).combine_chunks() if hasattr(v, "cast") else pa.array(v, f.type)
        for v, f in zip(values, schema, strict=True)
    ]
    path = run / "predictions.parquet"
    pyarrow.parquet.write_table(pa.Table.from_arrays(arrays, schema=schema), path)
    known = {
        "kind": "fc",
        "classes": list(meta.classes),
        "config": project.settings.train.to_dict(),
        "dataset": {"sha256": meta.sha256},
        "features": meta.features,
        "split": {"training": list(training), "validation": []},
    }
    write_json(run / "run.json", known)
    return run


def make_tables_project(folder: Path, wrong=(), **options) -> Path:
    """A project without audio: 3 recordings of 30 rows, a class for each ten of them."""
    project = Project(folder, ProjectSettings())
    save_project(project)
    made = make_tables(folder / "made", n_recordings=3, n_annotations=3)
    for path in made.dataset.parent.glob("dataset.parquet*"):
        shutil.move(path, folder / path.name)
    recordings = read_meta(project.dataset).recordings
    change_meta(folder, recordings=tuple(replace(r, original=r.path) for r in recordings))
    make_run(folder, wrong, **options)
    return folder


def change_meta(project: Path, **changes) -> None:
    """Change what is known of the dataset, as another run of the pipeline would."""
    dataset = open_project(project).dataset
    write_meta(dataset, replace(read_meta(dataset), **changes))


@pytest.fixture(scope="session")
def _dataset_library(tmp_path_factory) -> Path:
    from core.isolation import StageRunner
    from core.pipeline import run_stage

    folder = tmp_path_factory.mktemp("reviewed") / "library"
    project = make_project(folder)
    with StageRunner() as runner:
        for stage in STAGES[:3]:
            runner.run(run_stage, project, stage)
    return folder.rename(folder.with_name("kept"))


REVIEWED = (
    # Rows 0-71 are inaudible from 0.1 s on, 72-151 audible from 2 s, 152-191 barely from 5 s.
    ("rec0", 100, 140, 1),
    ("rec0", 160, 170, 0, 0.8),
    ("rec1", 90, 110, 1, 0.95),
    ("rec1", 72, 75, 0),
    ("rec2", 20, 50, 2, 0.7),
)


@pytest.fixture
def reviewed_project(_dataset_library, tmp_path) -> Path:
    """A project with recordings that can be heard, and a run with the errors of `REVIEWED`."""
    shutil.copytree(_dataset_library, tmp_path / "library")
    project = tmp_path / "library" / "project"
    make_run(project, REVIEWED)
    return project
