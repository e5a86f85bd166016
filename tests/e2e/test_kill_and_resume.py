"""A run that is killed goes on where it was, and gives the same bytes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import time

import pytest

from core.manifest import JOURNAL_NAME
from tests.e2e.conftest import Running, run
from tests.made_library import contents


@pytest.fixture
def stages(library, many, tmp_path):
    """Command, folder of the result, and what tells that its work has begun, by stage."""
    work = tmp_path / "work"
    transcoded, features, dataset = work / "1" / "t", work / "2" / "f.csv", work / "3" / "d.csv"
    model, predicted = work / "4" / "m.keras", work / "5" / "p.csv"
    audio = library.database.parent / "audio"

    def lines_of_journal(_shown):
        journal = transcoded / JOURNAL_NAME
        return journal.exists() and journal.read_bytes().count(b"\n") >= 2

    return {
        "transcode": (
            (
                "transcode",
                f"--database_location={many.database}",
                "--resample=8000",
                f"--data_destination={transcoded}",
                "--output_format=wav",
            ),
            transcoded.parent,
            lines_of_journal,
        ),
        "extract": (
            (
                "extract",
                f"--audio_location={transcoded}",
                "--frame_size=200",
                f"--feature_csv_destination={features}",
            ),
            features.parent,
            lambda _: len(list(features.parent.glob(".f.csv.parts/*.parquet"))) >= 2,
        ),
        "dataset": (
            (
                "dataset",
                f"--input_features={features}",
                f"--annotations={many.annotations}",
                f"--out_csv={dataset}",
                "--sample_rate=8000",
            ),
            dataset.parent,
            lambda _: (dataset.parent / ".d.csv.part").exists(),
        ),
        "train": (
            ("train", f"--dataframe_dir={dataset}", f"--save_model_dir={model}", "--epochs=8"),
            model.parent,
            lambda shown: re.search(r"\b[1-9]\d*/8 epochs", shown),
        ),
        "evaluate": (
            (
                "evaluate",
                f"--model={model}",
                f"--dataframe_dir={dataset}",
                f"--out={work / '6' / 'evaluated'}",
            ),
            work / "6",
            lambda shown: "evaluate" in shown,
        ),
        "predict": (
            ("predict", f"--model={model}", f"--out_csv={predicted}", audio),
            predicted.parent,
            lambda _: (predicted.parent / ".p.csv.work" / "features").exists(),
        ),
    }


@pytest.mark.timeout(300)
def test_every_stage_survives_being_cancelled_and_killed(stages):
    for stage, (arguments, folder, has_begun) in stages.items():
        undisturbed = run(*arguments)
        assert undisturbed.returncode == 0, undisturbed.stderr
        expected = contents(folder)
        shutil.rmtree(folder)

        running = Running(*arguments)
        running.wait_until(has_begun)
        assert _ended_by(_ctrl_c, running) == 130
        shutil.rmtree(folder, ignore_errors=True)

        running = Running(*arguments)
        running.wait_until(has_begun)
        running.kill_group()
        half_done = contents(folder) if folder.exists() else {}
        assert half_done != expected, f"{stage} was killed too late to be disturbed"

        again = run(*arguments)
        assert again.returncode == 0, again.stderr
        assert contents(folder).keys() == expected.keys()
        for name, content in contents(folder).items():
            if name.endswith((".keras", ".npz")):
                # Archives, which tell when they were made; their numbers stand in the others.
                continue
            assert content == expected[name], f"{stage}: {name} differs"


def test_a_killed_parent_leaves_no_child(stages):
    arguments, _, has_begun = stages["transcode"]
    running = Running(*arguments)
    running.wait_until(has_begun)
    assert running.family
    running.process.kill()
    assert running.end() == -signal.SIGKILL


def _ctrl_c(running):
    os.killpg(running.process.pid, signal.SIGINT)


def _terminate(running):
    running.process.terminate()


def _ended_by(end, running):
    """Exit code of a command that is told to end, and does so within 2 s."""
    started = time.monotonic()
    end(running)
    code = running.end()
    assert time.monotonic() - started < 2.0
    return code


@pytest.mark.parametrize("end", [_ctrl_c, _terminate])
def test_cancel_keeps_what_is_done(stages, end):
    arguments, folder, has_begun = stages["transcode"]
    running = Running(*arguments)
    running.wait_until(has_begun)
    assert _ended_by(end, running) == 130
    assert not list(folder.rglob(".*.part"))

    again = run(*arguments, "--json")
    assert again.returncode == 0
    assert '"n_fresh": 0' not in again.stdout
