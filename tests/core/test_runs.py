from __future__ import annotations

import json

import pytest

from core.errors import ProjectError, ProjectLockedError, StorageError
from core.folder_lock import writing_to
from core.progress import Cancelled
from core.run_summary import HISTORY_FILE, NOTE_FILE, RUN_FILE
from core.runs import delete_runs, list_runs, read_histories, write_note
from core.stage_plans import current_run
from tests.core.made_runs import FIRST, SECOND, epoch, make_run


@pytest.fixture
def runs(project_folder):
    """The folder of two runs."""
    for name in (FIRST, SECOND):
        make_run(project_folder / "runs", name)
    return project_folder / "runs"


def names_of(folder):
    return [run.name for run in list_runs(folder)]


def test_a_project_that_was_never_trained_has_none(project_folder):
    assert list_runs(project_folder) == ()


def test_lists_the_newest_first(project_folder, runs):
    assert names_of(project_folder) == [SECOND, FIRST]


def test_what_is_damaged_is_listed_with_the_others(project_folder, runs):
    (runs / FIRST / RUN_FILE).write_text("{")
    (runs / f".{SECOND}.part").mkdir()
    (runs / "no run.txt").write_text("a file is no run")
    found = {run.name: run.problem for run in list_runs(project_folder)}
    assert found[SECOND] == ""
    assert found[FIRST] == "run.json is damaged"
    assert "not whole" in found[f".{SECOND}.part"]
    assert len(found) == 3


def test_the_list_can_be_cancelled(project_folder, runs):
    def cancel(_progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        list_runs(project_folder, report=cancel)


def test_a_finished_project_has_one_that_is_current(finished_project):
    (run,) = list_runs(finished_project)
    assert run.is_current
    assert run.problem == ""
    folder = finished_project / "runs" / run.name
    metrics = json.loads((folder / "metrics.json").read_text())
    assert run.metrics["balanced_accuracy"] == metrics["balanced_accuracy"]
    (history,) = read_histories(finished_project, [run.name])
    assert len(history.epochs) == run.n_epochs
    assert history.epochs[run.best_epoch - 1]["val_balanced_accuracy"] == pytest.approx(
        max(e["val_balanced_accuracy"] for e in history.epochs)
    )


def test_reads_histories_in_the_order_asked_for(project_folder, runs):
    first, second = read_histories(project_folder, [SECOND, FIRST])
    assert (first.name, second.name) == (SECOND, FIRST)
    assert first.epochs == tuple(epoch(k) for k in range(1, 5))
    assert first.problem == ""


@pytest.mark.parametrize(
    ("content", "n_epochs", "problem"),
    [
        (None, 0, "missing"),
        ("", 0, "empty"),
        ("epoch,loss\n1,0.5\n2,x\n", 1, "damaged"),
        ("epoch,loss\n1,0.5\n1,0.4\n", 1, "damaged"),
        ("loss\n0.5\n", 0, "damaged"),
        ("epoch,loss\n1,0.5,7,8\n", 0, "damaged"),
        ("epoch,loss\n1,0.5\n2\n", 2, ""),
        ("epoch,loss\n1,nan\n2,0.5\n", 2, ""),
    ],
)
def test_of_a_damaged_history_what_is_whole_is_kept(
    project_folder, runs, content, n_epochs, problem
):
    path = runs / FIRST / HISTORY_FILE
    path.unlink() if content is None else path.write_text(content)
    (history,) = read_histories(project_folder, [FIRST])
    assert len(history.epochs) == n_epochs
    assert problem in history.problem
    assert bool(history.problem) == bool(problem)


def test_a_note_is_kept_changed_and_taken_away(project_folder, runs):
    assert write_note(project_folder, FIRST, "  good at coughs\n") == "good at coughs"
    assert list_runs(project_folder)[1].note == "good at coughs"
    write_note(project_folder, FIRST, "bad ü")
    assert list_runs(project_folder)[1].note == "bad ü"
    write_note(project_folder, FIRST, " ")
    assert not (runs / FIRST / NOTE_FILE).exists()
    assert [p.name for p in (runs / FIRST).glob(".*")] == []


def test_a_note_on_nothing_is_a_sentence(project_folder):
    with pytest.raises(ProjectError, match="There is no run"):
        write_note(project_folder, FIRST, "x")


@pytest.mark.parametrize("name", ["", ".", "..", "../other", "a/b", "a\0b"])
def test_nothing_outside_is_touched(project_folder, runs, name):
    with pytest.raises(ProjectError, match="is no name of a run"):
        delete_runs(project_folder, [FIRST, name])
    assert names_of(project_folder) == [SECOND, FIRST]
    assert (project_folder / "project.toml").exists()


def test_deletes_runs_whole(project_folder, runs):
    delete_runs(project_folder, [FIRST, SECOND, "gone already"])
    assert list(runs.iterdir()) == []


def test_the_current_run_can_be_deleted(finished_project):
    from core.project import open_project

    (run,) = list_runs(finished_project)
    delete_runs(finished_project, [run.name])
    assert current_run(open_project(finished_project)) is None


def test_what_a_killed_deletion_leaves_is_no_run_and_can_be_deleted(
    project_folder, runs, monkeypatch
):
    monkeypatch.setattr("core.runs.shutil.rmtree", lambda _path: None)
    delete_runs(project_folder, [FIRST])
    monkeypatch.undo()
    left = f".{FIRST}.deleted.part"
    assert names_of(project_folder) == [SECOND, left]
    delete_runs(project_folder, [left])
    assert names_of(project_folder) == [SECOND]


def test_a_link_is_deleted_and_what_it_leads_to_is_not(project_folder, runs, tmp_path):
    elsewhere = make_run(tmp_path / "elsewhere", "2026-01-03_08-00-00_fc")
    (runs / elsewhere.name).symlink_to(elsewhere)
    delete_runs(project_folder, [elsewhere.name])
    assert not (runs / elsewhere.name).exists()
    assert (elsewhere / RUN_FILE).exists()


def test_nothing_is_deleted_while_another_program_writes(project_folder, runs):
    with writing_to(project_folder), pytest.raises(ProjectLockedError):
        delete_runs(project_folder, [FIRST])
    assert names_of(project_folder) == [SECOND, FIRST]


def test_a_folder_that_cannot_be_written_is_a_sentence(project_folder, runs, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("core.runs.shutil.rmtree", refuse)
    with pytest.raises(StorageError, match="Permission denied"):
        delete_runs(project_folder, [FIRST])
