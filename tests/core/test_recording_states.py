"""What became of each recording of a list, in a real project."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from core.errors import StorageError
from core.listing import list_recordings, listing_name
from core.listing_files import ListingReader
from core.project import open_project, save_project
from core.recording_states import (
    EXTRACTED,
    LEFT_OUT,
    MISSING,
    NO_PATH,
    REVIEWED,
    SELECTED,
    TRANSCODED,
    StatesReader,
    reviewed_rows,
    survey_recordings,
)
from tests.core.made_listing import make_listing

DONE = SELECTED | REVIEWED | TRANSCODED | EXTRACTED


def _survey(project_folder, number=1, **changes):
    project = open_project(project_folder)
    library = replace(project.settings.library, **changes)
    save_project(project.with_settings(library=library))
    places = [project_folder / "cache"]
    listing = list_recordings(library, places, listing_name(number))
    survey = survey_recordings(project_folder, listing.folder, f"states-{number}")
    with StatesReader(survey.folder) as states, ListingReader(listing.folder) as reader:
        names = [reader.text("name")[k] for k in range(states.n_rows)]
        columns = (states.flags.tolist(), states.annotations.tolist(), states.errors.tolist())
        reasons = [states.reasons[k] for k in range(states.n_rows)]
        rows = zip(*columns, reasons, strict=True)
        return survey, dict(zip(names, rows, strict=True))


def test_states_of_a_project_that_has_run(finished_project):
    survey, states = _survey(finished_project)
    assert survey.problems == ()
    assert (survey.n_rows, survey.n_unlisted) == (5, 0)
    flags = {name: state[0] for name, state in states.items()}
    assert flags == {
        "rec0.flac": DONE,
        "rec1.wav": DONE,
        "rec2.flac": DONE,
        "rec3.wav": 0,
        "rec4.flac": 0,
    }
    # Unreviewed recordings have annotations, too.
    assert {state[1] for state in states.values()} == {3}
    errors = next(finished_project.glob("runs/*/errors.csv")).read_text().splitlines()[1:]
    for name, state in states.items():
        assert state[2] == sum(line.startswith(f"{name.partition('.')[0]},") for line in errors)


def test_a_file_that_goes_is_missing(finished_project):
    (finished_project.parent / "audio" / "rec1.wav").unlink()
    _, states = _survey(finished_project)
    assert states["rec1.wav"][0] == DONE | MISSING
    assert not states["rec0.flac"][0] & MISSING


def test_what_was_left_out_has_its_reason(project_folder):
    from core.pipeline import run_stage

    (project_folder.parent / "audio" / "rec1.wav").write_bytes(b"no audio at all")
    run_stage(project_folder, "transcode")
    _, states = _survey(project_folder)
    flags, _, _, reason = states["rec1.wav"]
    assert flags == SELECTED | REVIEWED | LEFT_OUT
    assert reason
    assert states["rec0.flac"][0] == SELECTED | REVIEWED | TRANSCODED


def test_rows_without_a_path_are_marked(project_folder):
    with closing(sqlite3.connect(project_folder.parent / "loudsense.db")) as connection:
        connection.execute("INSERT INTO recording VALUES (9, NULL, 1)")
        connection.commit()
    _, states = _survey(project_folder)
    assert states["None"][0] == NO_PATH | REVIEWED
    assert "no usable path" in states["None"][3]


def test_what_the_list_lacks_is_counted(project_folder):
    query = "SELECT path FROM recording UNION SELECT 'zzz.wav'"
    survey, _ = _survey(project_folder, query=query)
    assert survey.n_unlisted == 1


def test_a_broken_table_of_annotations_is_told_and_no_end(project_folder):
    (project_folder.parent / "annotations.csv").write_text("nothing\n")
    survey, states = _survey(project_folder)
    (problem,) = survey.problems
    assert "has no column" in problem
    assert states["rec1.wav"] == (SELECTED | REVIEWED, 0, 0, "")


def test_earlier_states_go_but_for_the_last(project_folder):
    project = open_project(project_folder)
    listing = list_recordings(project.settings.library, [project_folder], listing_name(1))
    for number in (1, 2, 3):
        survey_recordings(project_folder, listing.folder, f"states-{number}")
    assert sorted(p.name for p in listing.folder.glob("states*")) == ["states-2", "states-3"]


def test_no_states_are_an_error(tmp_path):
    with pytest.raises(StorageError, match="cannot be read"):
        StatesReader(tmp_path)


def test_reviewed_is_whatever_is_true(tmp_path):
    values = [1, 0, None, "1", "0", "", " yes ", "No", "false", 2.5, 0.0, "done"]
    rows = [(f"{k}.wav", value) for k, value in enumerate(values)]
    folder = make_listing(tmp_path / "list", rows, columns=("Reviewed",))
    with ListingReader(folder) as reader:
        found = [value for value, is_so in zip(values, reviewed_rows(reader), strict=True) if is_so]
    assert found == [1, "1", " yes ", 2.5, "done"]
    folder = make_listing(tmp_path / "other", rows, columns=("seen",))
    with ListingReader(folder) as reader:
        assert not reviewed_rows(reader).any()
