"""The media of the open recording: real children, real files."""

from __future__ import annotations

import os
import shutil
import signal

import numpy as np
import pytest
import soundfile

from core.library import Recording
from core.pipeline import run_stage
from core.settings import AnnotationConfig, FeatureConfig
from gui.media import Media
from tests.core.test_prediction_rows import write_predictions
from tests.core.test_recording_details import make_run
from tests.windows import make_project

SECONDS = 6.5
RATE_HZ = 16_000
LONG_S = 600


@pytest.fixture(scope="module")
def _library(tmp_path_factory):
    """Transcoded and extracted, with predictions of a run; long recordings beside it."""
    folder = tmp_path_factory.mktemp("media") / "library"
    project = make_project(folder, n_recordings=4, seconds=SECONDS)
    for stage in ("transcode", "extract"):
        run_stage(project, stage)
    run = make_run(project)
    write_predictions(
        run / "predictions.parquet", {"rec0": [*range(10, 50), 60], "rec1": [1]}, hop_size=200
    )
    noise = 0.1 * np.random.default_rng(0).standard_normal((LONG_S * RATE_HZ, 2))
    soundfile.write(folder.parent / "long0.flac", noise, RATE_HZ, subtype="PCM_24")
    (folder.parent / "long1.flac").hardlink_to(folder.parent / "long0.flac")
    return folder


@pytest.fixture
def library(_library, tmp_path):
    shutil.copytree(_library, tmp_path / "library", copy_function=shutil.copy2)
    return tmp_path / "library"


@pytest.fixture
def find(_library, library):
    """Where a recording lies; the long ones are shared by all tests."""

    def find(name):
        folder = _library.parent if name.startswith("long") else library / "audio"
        return Recording(f"audio/{name}", folder / name)

    return find


@pytest.fixture
def media(session, library):
    media = Media(session)
    session.open_project(library / "project")
    yield media
    media.close()


@pytest.fixture
def show(session, media, find, qtbot):
    """Shows a recording and waits until all of it is there."""

    def show(name):
        session.show_recording(find(name))
        wait(qtbot, media)

    return show


@pytest.fixture
def asked(session, monkeypatch):
    """Originals whose decoding was begun or put in line."""
    asked = []
    submit = session.audio.submit
    monkeypatch.setattr(
        session.audio, "submit", lambda *args, **kw: asked.append(args[1]) or submit(*args, **kw)
    )
    return asked


def wait(qtbot, media):
    qtbot.waitUntil(lambda: not media.is_busy, timeout=20_000)


def listen(media):
    """The names of the signals, as they come."""
    seen = []
    media.details_changed.connect(lambda _: seen.append("details"))
    media.audio_changed.connect(lambda: seen.append("audio"))
    media.tracks_changed.connect(lambda: seen.append("tracks"))
    return seen


def test_a_recording_comes_with_all_that_was_made_of_it(media, show, session, library):
    show("rec0.flac")
    details = media.details
    assert details.stem == "rec0"
    assert len(details.annotations) == 3
    original, _ = soundfile.read(library / "audio" / "rec0.flac", dtype="float32", always_2d=True)
    np.testing.assert_array_equal(media.original.samples(0, 10**6), original)
    assert media.transcoded.meta.sample_rate == 8000
    assert media.transcoded.n_samples == details.transcoded_samples == SECONDS * 8000
    assert media.features.n_samples == details.n_frames == 260
    assert media.features.meta.n_channels == len(details.spec.columns)
    assert media.probabilities.n_samples == 260
    predicted = media.predicted
    assert predicted.dtype == np.int64
    assert predicted[0, 0] == 10
    assert predicted[-1].tolist()[:2] == [60, 61]
    chances = media.probabilities.samples(0, 260)
    assert (chances[:10] == 0).all()
    for first, stop, target in predicted.tolist():
        assert (chances[first:stop].argmax(axis=1) == target).all()
    assert media.audio_share == 1.0
    problems = (media.original_problem, media.transcoded_problem, media.features_problem)
    assert not any((*problems, media.predictions_problem))
    assert session.time.duration_s == SECONDS
    assert (session.time.start_s, session.time.end_s) == (0.0, SECONDS)


def test_it_is_drawn_from_the_cache_the_next_time(media, show, library):
    show("rec0.flac")
    drawings = sorted((library / "project" / "cache" / "drawings").iterdir())
    times = {p: p.stat().st_mtime_ns for d in drawings for p in d.iterdir()}
    show("rec1.wav")
    show("rec0.flac")
    assert times == {p: p.stat().st_mtime_ns for p in times}
    assert media.original.is_complete
    assert media.predicted[0, 0] == 10


def test_the_picture_grows_while_it_is_decoded(media, session, qtbot, find):
    session.show_recording(find("long0.flac"))
    seen = []

    def look():
        if media.original is not None:
            seen.append((media.original.n_samples, media.audio_share, media.original.is_complete))

    media.audio_changed.connect(look)
    wait(qtbot, media)
    grown = [n for n, _, is_complete in seen if not is_complete]
    assert len(grown) >= 2
    assert sorted(grown) == grown
    assert 0 < seen[0][1] < 0.7
    assert seen[-1] == (LONG_S * RATE_HZ, 1.0, True)
    assert session.time.duration_s == LONG_S


def test_while_recordings_rush_by_nothing_is_begun_in_vain(media, session, qtbot, asked, find):
    """As with Ctrl+Down held; afterwards the last one is there, and nothing of the others."""
    names = [f"long{k % 2}.flac" for k in range(49)] + ["rec1.wav"]
    rows = iter(names)
    qtbot.waitUntil(lambda: show_next(session, find, rows))
    wait(qtbot, media)
    assert asked[-1].name == "rec1.wav"
    assert len(asked) <= 3
    assert media.original.n_samples == SECONDS * RATE_HZ
    assert media.details.stem == "rec1"
    kept = [d.name for d in (session.project.folder / "cache" / "drawings").iterdir()]
    assert sorted(name.partition("-")[0] for name in kept) == [
        *("audio", "audio", "features", "predictions"),
    ]


def show_next(session, find, rows):
    """One more recording at each look, some milliseconds apart."""
    name = next(rows, None)
    if name:
        session.show_recording(find(name))
    return name is None


def test_the_next_recording_need_not_wait_for_the_one_before(media, session, qtbot, find):
    session.show_recording(find("long0.flac"))
    qtbot.waitUntil(lambda: media.original is not None)
    old = media.original
    session.show_recording(find("rec0.flac"))
    assert media.original is None
    assert old.n_samples == 0
    qtbot.waitUntil(lambda: media.original is not None, timeout=2000)
    assert media.original.meta.n_channels == 1
    wait(qtbot, media)


def test_without_a_recording_nothing_is_left(media, show, session, qtbot):
    show("rec0.flac")
    seen = listen(media)
    session.show_recording(None)
    assert seen == ["details", "audio", "tracks"]
    assert media.details is media.original is media.transcoded is media.features is None
    assert media.probabilities is None
    assert media.predicted.shape == (0, 3)
    assert not media.is_busy


def test_closing_the_project_ends_what_is_decoded(media, session, library, qtbot, find):
    session.show_recording(find("long0.flac"))
    qtbot.waitUntil(lambda: media.original is not None)
    session.close_project()
    qtbot.waitUntil(lambda: not any(lane.is_busy for lane in session.lanes))
    assert media.original is None
    assert list((library / "project" / "cache" / "drawings").iterdir()) == []


def test_an_original_that_is_missing_is_told_and_the_rest_is_there(media, show, session, library):
    (library / "audio" / "rec0.flac").rename(library / "gone.flac")
    show("rec0.flac")
    assert media.original is None
    assert media.original_problem.startswith("There is no file")
    assert media.details.problem == media.original_problem
    assert len(media.details.annotations) == 3
    # Once it is back, and something asks anew, it is drawn.
    (library / "gone.flac").rename(library / "audio" / "rec0.flac")


def test_what_is_transcoded_tells_the_length_where_the_original_is_gone(
    media, session, library, qtbot
):
    run_stage(library / "project", "transcode")
    path = library / "audio" / "rec0.flac"
    path.unlink()
    session.show_recording(Recording("audio/rec0.flac", path))
    wait(qtbot, media)
    assert media.transcoded.is_complete
    assert media.audio_share == 1.0
    assert (session.time.end_s, session.time.duration_s) == (SECONDS, SECONDS)


def test_an_original_that_is_deleted_stays_on_the_screen(media, show, session, library, qtbot):
    show("rec0.flac")
    (library / "audio" / "rec0.flac").unlink()
    seen = listen(media)
    session.products_changed.emit()
    wait(qtbot, media)
    assert media.original.n_samples == SECONDS * RATE_HZ
    assert media.details.problem.startswith("There is no file")
    assert seen == ["details"]


def test_an_original_that_was_replaced_is_drawn_anew(media, show, session, library, qtbot):
    show("rec1.wav")
    soundfile.write(library / "audio" / "rec1.wav", np.zeros(3 * RATE_HZ), RATE_HZ)
    session.products_changed.emit()
    wait(qtbot, media)
    assert media.original.n_samples == 3 * RATE_HZ
    assert session.time.duration_s == 3


def test_what_cannot_be_decoded_is_tried_again_when_something_changed(
    media, show, session, library, qtbot
):
    path = library / "audio" / "rec1.wav"
    whole = path.read_bytes()
    path.write_bytes(b"no audio")
    show("rec1.wav")
    assert "cannot be read as audio" in media.original_problem
    path.write_bytes(whole)
    session.products_changed.emit()
    wait(qtbot, media)
    assert media.original_problem == ""
    assert media.original.is_complete


def test_a_broken_table_of_annotations_is_told_and_the_recording_is_there(
    media, show, session, library, qtbot
):
    path = library / "annotations.csv"
    text = path.read_text()
    path.write_text("nothing,that,fits\n1,2,3\n")
    show("rec0.flac")
    assert "has no column" in media.details.annotations_problem
    assert media.original.is_complete
    assert session.errors.boxes == ()
    path.write_text(text)
    seen = listen(media)
    session.settings_changed.emit(session.project)
    wait(qtbot, media)
    assert len(media.details.annotations) == 3
    # Nothing else is made again, or even flickers.
    assert seen == ["details"]


def test_when_nothing_changed_nothing_is_told(media, show, session, qtbot):
    show("rec0.flac")
    readers = (media.original, media.transcoded, media.features, media.probabilities)
    seen = listen(media)
    session.products_changed.emit()
    session.products_changed.emit()
    wait(qtbot, media)
    assert seen == []
    assert readers == (media.original, media.transcoded, media.features, media.probabilities)


def test_a_stage_that_ended_brings_what_it_made(media, show, session, library, qtbot):
    show("rec0.flac")
    original, features = media.original, media.features
    session.change_settings(features=FeatureConfig(frame_size=400))
    run_stage(library / "project", "transcode")
    run_stage(library / "project", "extract")
    session.products_changed.emit()
    wait(qtbot, media)
    assert media.original is original
    assert media.features is not features
    assert media.features.n_samples == media.details.n_frames == 130
    # The run's frames are others now.
    assert media.probabilities is None
    assert "of other frames" in media.predictions_problem


def test_other_classes_bring_other_channels(media, show, session, qtbot, library):
    show("rec0.flac")
    before = media.probabilities.samples(0, 260)
    table = str(library / "annotations.csv")
    classes = ("audible", "barely", "inaudible")
    session.change_settings(annotations=AnnotationConfig(annotations=table, classes=classes))
    wait(qtbot, media)
    np.testing.assert_array_equal(media.probabilities.samples(0, 260), before[:, ::-1])


def test_a_project_that_is_gone_is_one_message(media, session, library, qtbot, find):
    shutil.rmtree(library / "project")
    with qtbot.waitSignal(session.errors.shown):
        session.show_recording(find("rec0.flac"))
    wait(qtbot, media)
    for box in session.errors.boxes:
        box.close()


def test_a_project_that_cannot_be_written_is_drawn_all_the_same(media, show, library):
    (library / "project" / "cache").write_text("a file is in the way")
    show("rec0.flac")
    assert media.original.is_complete
    assert media.features.is_complete


def test_a_child_that_is_killed_is_told_and_the_next_recording_works(
    media, session, show, qtbot, find
):
    session.show_recording(find("long0.flac"))
    qtbot.waitUntil(lambda: media.original is not None)
    os.kill(session.audio._runner._child.pid, signal.SIGKILL)
    wait(qtbot, media)
    assert "SIGKILL" in media.original_problem
    # The file is the same; what failed by chance is tried again when something has changed.
    session.products_changed.emit()
    wait(qtbot, media)
    assert media.original_problem == ""
    assert media.original.is_complete
    show("rec0.flac")
    assert media.original.is_complete


def test_the_range_that_somebody_set_stays(media, session, qtbot, find):
    """Such as one of an earlier day, brought back once the length is known."""
    session.time.duration_changed.connect(lambda _: session.time.set_range(1.0, 2.0))
    session.show_recording(find("rec0.flac"))
    wait(qtbot, media)
    assert (session.time.start_s, session.time.end_s) == (1.0, 2.0)


def test_a_length_that_the_header_told_wrong_is_corrected(media, session, library, qtbot):
    """Cut off in the middle: the header still tells the whole."""
    path = library / "audio" / "rec0.flac"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    durations = []
    session.time.duration_changed.connect(durations.append)
    session.show_recording(Recording("audio/rec0.flac", path))
    wait(qtbot, media)
    there_s = media.original.n_samples / RATE_HZ
    assert 1 < there_s < SECONDS - 1
    assert session.time.duration_s == there_s
    # All of it is in view still.
    assert (session.time.start_s, session.time.end_s) == (0.0, there_s)


def test_what_was_found_out_before_it_was_left_is_not_shown(media, show, find, monkeypatch, qtbot):
    """It may be from before an edit that has been stored since."""
    show("rec0.flac")
    session, found = media._session, []
    monkeypatch.setattr(media, "_on_described", lambda _recording, details: found.append(details))
    media.look_again()
    qtbot.waitUntil(lambda: bool(found), timeout=20_000)
    monkeypatch.undo()
    session.show_recording(find("rec1.wav"))
    session.show_recording(find("rec0.flac"))
    media._on_described(find("rec0.flac"), found[0])
    assert media.details is None
    show("rec0.flac")
    assert media.details is not found[0]
    assert media.details.recording == find("rec0.flac")
