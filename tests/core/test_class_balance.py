from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet
import pytest

from core.class_balance import class_balance
from core.errors import DatasetError, TableError
from core.progress import Cancelled
from core.project import open_project
from core.settings import TrainConfig


def config_of(folder):
    return open_project(folder).settings.train


def test_counts_are_those_that_the_training_had(finished_project):
    (run_file,) = finished_project.glob("runs/*/run.json")
    known = json.loads(run_file.read_text())
    balance = class_balance(finished_project, config_of(finished_project))
    assert balance.counts == known["class_counts"]
    assert balance.n_recordings == {side: len(n) for side, n in known["split"].items()}
    assert balance.classes == tuple(known["classes"])


def test_the_settings_of_the_form_count(finished_project):
    config = config_of(finished_project)
    whole = class_balance(finished_project, config)
    without = class_balance(finished_project, replace(config, validation_split=0.0))
    assert sum(without.counts["validation"].values()) == 0
    assert "No recordings are kept for validation" in without.warnings[0]
    for name in whole.classes:
        both = whole.counts["training"][name] + whole.counts["validation"][name]
        assert without.counts["training"][name] == both
    by_frame = class_balance(finished_project, replace(config, split_by="frame"))
    assert "flatter" in by_frame.warnings[-1]


def test_what_cannot_be_split_is_a_sentence(finished_project):
    path = finished_project / "dataset.parquet"
    table = pyarrow.parquet.read_table(path)
    place = table.schema.get_field_index("target")
    quiet = pyarrow.array([0] * len(table), pyarrow.int8())
    pyarrow.parquet.write_table(table.set_column(place, "target", quiet), path)
    with pytest.raises(DatasetError, match="fewer than two classes"):
        class_balance(finished_project, TrainConfig())


def test_without_a_dataset_it_says_so(project_folder):
    with pytest.raises(TableError, match="There is no dataset"):
        class_balance(project_folder, TrainConfig())


def test_a_dataset_of_other_rows_is_a_sentence(finished_project):
    meta = finished_project / "dataset.parquet.meta.json"
    values = json.loads(meta.read_text())
    values["recordings"].pop()
    meta.write_text(json.dumps(values))
    with pytest.raises(TableError, match="has not the rows"):
        class_balance(finished_project, TrainConfig())


def test_can_be_cancelled(finished_project):
    def cancel(_progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        class_balance(finished_project, TrainConfig(), report=cancel)


def test_needs_no_tensorflow(finished_project):
    program = (
        "import sys; from pathlib import Path; from core.class_balance import class_balance\n"
        "from core.settings import TrainConfig\n"
        "class_balance(Path(sys.argv[1]), TrainConfig())\n"
        "print('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, finished_project],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"
