"""The command that runs a whole project."""

from __future__ import annotations

import json

import pytest

from core.cli import program as cli
from core.project import Project, ProjectSettings, save_project
from core.project_annotations import ProjectAnnotations
from core.settings import AnnotationConfig, LibraryConfig, TranscodeConfig
from core.words import in_words
from tests.made_label_error import WRONG, make_spoilt_project
from tests.made_library import make_library
from tests.other_window import other_window


@pytest.fixture
def project(tmp_path):
    library = make_library(tmp_path / "library", n_recordings=4, seconds=7.0)
    settings = ProjectSettings(
        library=LibraryConfig(str(library.database), query="SELECT path FROM recording"),
        transcode=TranscodeConfig(sample_rate=8000),
        annotations=AnnotationConfig(str(library.annotations)),
    )
    project = Project(tmp_path / "project", settings)
    save_project(project)
    return project


def stored(project, stem):
    """Edges of what the project has of a recording."""
    annotations = ProjectAnnotations(project)
    names = [name for name in annotations.names() if stem in name]
    return [(a.start_s, a.end_s) for a, _ in annotations.of(names)]


def test_stages_run_in_order_until_one_and_then_are_fresh(project, capsys):
    assert cli.run(["run", str(project.folder), "--until=dataset"]) == 0
    shown = capsys.readouterr().out
    stages = [line.split(":")[0] for line in shown.splitlines() if ": done in" in line]
    assert stages == ["transcode", "extract", "dataset"]
    assert cli.run(["run", str(project.folder), "--until=dataset"]) == 0
    assert capsys.readouterr().out.count("fresh, nothing to do") == 3


def test_what_is_left_out_is_listed_again_when_nothing_is_done(project, capsys):
    (project.folder.parent / "library" / "audio" / "rec1.wav").unlink()
    for skipped in (False, True):
        assert cli.run(["run", str(project.folder), "--until=transcode", "--json"]) == 3
        out, err = capsys.readouterr()
        outcome = json.loads(out)["transcode"]
        assert outcome["skipped"] is skipped
        assert [item["name"] for item in outcome["left_out"]] == ["audio/rec1.wav"]
        assert err.startswith("left out: audio/rec1.wav: There is no file")


def test_a_project_that_is_being_written_is_left_alone(project, capsys):
    with project.writing():
        assert cli.run(["run", str(project.folder)]) == 2
    assert "Another program is writing" in capsys.readouterr().err
    assert not project.transcoded.exists()


@pytest.mark.parametrize(
    "command", [("run",), ("annotations", "import"), ("annotations", "export")], ids=" ".join
)
def test_beside_a_window_nothing_is_written_and_it_is_said_who_has_it(project, capsys, command):
    with other_window(project.folder) as other:
        assert cli.run([*command, str(project.folder)]) == 2
    shown = capsys.readouterr().err
    assert f"process {other.pid} on " in shown
    assert "Nothing was changed. Close it there" in shown
    assert not project.transcoded.exists()
    assert not project.store.exists()
    assert cli.run(["run", str(project.folder), "--until=transcode"]) == 0


def test_shifted_annotations_are_told_with_an_exit_code_of_their_own(project, capsys):
    assert cli.run(["run", str(project.folder), "--until=transcode"]) == 0
    capsys.readouterr()
    assert cli.run(["align", str(project.folder), "--workers=1"]) == 0
    assert "suspicious" not in capsys.readouterr().out
    table = project.folder.parent / "library" / "annotations.csv"
    header, *rows = table.read_text().splitlines()
    moved = [row.split(",") for row in rows]
    lines = [f"{f},{float(s) + 0.4},{float(e) + 0.4},{c}" for f, s, e, c in moved]
    table.write_text("\n".join([header, *lines]) + "\n")
    assert cli.run(["align", str(project.folder), "--workers=1", "--json"]) == 3
    check = json.loads(capsys.readouterr().out)
    verdicts = {r["alignment"]["verdict"] for r in check["recordings"]}
    assert verdicts == {"suspicious"}
    assert check["typical_shift_s"] == pytest.approx(-0.4, abs=0.03)


def test_annotations_are_shifted_by_given_numbers(project, capsys):
    folder = str(project.folder)
    assert cli.run(["run", folder, "--until=transcode"]) == 0
    shift = ["align", folder, "--apply", "--recording=rec1.wav"]
    assert cli.run(shift) == 2
    assert "--offset_s=SECONDS" in capsys.readouterr().err
    assert cli.run(["align", folder, "--offset_s=1"]) == 2
    assert "Add --apply" in capsys.readouterr().err
    before = stored(project, "rec1")
    with other_window(project.folder):
        assert cli.run([*shift, "--offset_s=0.25"]) == 2
    assert cli.run([*shift[:-1], "--recording=none.wav", "--offset_s=0.25"]) == 2
    assert "is called none.wav" in capsys.readouterr().err
    assert stored(project, "rec1") == before
    assert cli.run([*shift, "--offset_s=0.25", "--stretch=0.5"]) == 0
    assert "shifted by +0.250 s, stretched by 0.5" in capsys.readouterr().out
    assert stored(project, "rec1") == [
        pytest.approx((0.25 + 0.5 * a, 0.25 + 0.5 * b)) for a, b in before
    ]


def test_there_is_no_alignment_before_anything_is_transcoded(project, capsys):
    assert cli.run(["align", str(project.folder)]) == 2
    assert "No transcoded recording has annotations" in capsys.readouterr().err


def test_probable_label_errors_are_listed_and_written_as_a_table(tmp_path, capsys):
    folder = make_spoilt_project(tmp_path / "library")
    table = tmp_path / "list.csv"
    assert cli.run(["label_errors", str(folder), "--json", f"--out={table}"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["n_folds"] == 2
    assert found["spans"][0]["path"] == f"audio/{WRONG}"
    assert len(table.read_text().splitlines()) == 1 + len(found["spans"])
    lines = in_words("label_errors", found)
    assert lines[1].split()[:5] == [f"audio/{WRONG}", "2.000", "2.000", "inaudible", "audible"]
    assert "balanced accuracy" in lines[-1]


def test_label_errors_of_one_recording_are_refused_in_a_sentence(project, capsys):
    table = project.folder.parent / "library" / "annotations.csv"
    header, *rows = table.read_text().splitlines(keepends=True)
    table.write_text("".join([header, *(row for row in rows if row.startswith("rec0"))]))
    assert cli.run(["label_errors", str(project.folder)]) == 2
    err = capsys.readouterr().err
    assert "Label errors cannot be told from one recording" in err
    assert "Annotate more recordings." in err
    assert not project.label_errors.exists()
