# ruff: noqa: S608  queries are put together from constants

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from core.project_checks import AnnotationsCheck
from core.settings import AnnotationConfig, LibraryConfig
from gui.project_looks import AnnotationsLook, FolderLook, LibraryLook
from gui.sentence import Sentence, Tone
from tests.core.made_database import COUNTING, ROWS, make
from tests.made_library import make_library

ENDLESS_QUERY = f"{COUNTING} SELECT 'a.wav' AS path FROM r"


@pytest.fixture
def library(tmp_path):
    return make_library(tmp_path / "library", seconds=0.1)


@pytest.fixture
def look_of(session, qtbot):
    looks = []

    def make_look(kind):
        look = kind(session, None)
        qtbot.addWidget(look)
        looks.append(look)
        return look

    yield make_look
    for look in looks:
        look.stop()


def _ask(qtbot, look, *args):
    with qtbot.waitSignal(look.answered, timeout=20_000):
        look.ask(*args)


def _words(look):
    main, more = look.findChildren(Sentence)
    return main.tone, main.sentence, more.sentence


def test_a_query_is_counted(look_of, library, qtbot):
    look = look_of(LibraryLook)
    look.ask(LibraryConfig(str(library.database)))
    assert (look.is_right, _words(look)[0]) == (None, Tone.BUSY)
    qtbot.waitSignal(look.answered, timeout=20_000).wait()
    tone, sentence, odd = _words(look)
    assert (look.is_right, tone, odd) == (True, Tone.GOOD, "")
    assert sentence.startswith("8 recordings: rec0.flac, rec1.wav")
    query = "SELECT path FROM recording WHERE id = 0"
    _ask(qtbot, look, LibraryConfig(str(library.database), query))
    assert _words(look)[1] == "1 recording: rec0.flac"


def test_missing_files_are_said(look_of, tmp_path, qtbot):
    look = look_of(LibraryLook)
    make(tmp_path / "x.db", [*ROWS, (None, 1, "")])
    _ask(qtbot, look, LibraryConfig(str(tmp_path / "x.db")))
    assert look.is_right
    odd = _words(look)[2]
    assert "1 row has no usable path" in odd
    assert "0 of 2 files are there" in odd
    assert "Is the root folder right?" in odd


def test_a_wrong_query_is_a_sentence_and_no_box(look_of, session, tmp_path, qtbot):
    look = look_of(LibraryLook)
    make(tmp_path / "x.db", ROWS)
    for query, words in {
        "DROP TABLE recording": "does more than read",
        "SELECT site FROM recording": "no column named path",
        "SELECT": "is wrong",
    }.items():
        _ask(qtbot, look, LibraryConfig(str(tmp_path / "x.db"), query))
        tone, sentence, _ = _words(look)
        assert (look.is_right, tone) == (False, Tone.WRONG)
        assert words in sentence
    assert session.errors.boxes == ()


def test_a_query_that_selects_nothing_can_be_worked_with_but_is_odd(look_of, tmp_path, qtbot):
    look = look_of(LibraryLook)
    make(tmp_path / "x.db", [])
    _ask(qtbot, look, LibraryConfig(str(tmp_path / "x.db")))
    assert (look.is_right, _words(look)[0]) == (True, Tone.ODD)


def test_only_the_last_question_is_answered(look_of, session, library, tmp_path, qtbot):
    look = look_of(LibraryLook)
    make(tmp_path / "x.db", ROWS)
    answers = []
    look.answered.connect(lambda: answers.append(_words(look)[1]))
    # The first one would take seconds, and is running when the second one comes.
    look.ask(LibraryConfig(str(tmp_path / "x.db"), ENDLESS_QUERY))
    qtbot.waitUntil(lambda: session.listing.is_busy)
    look.ask(LibraryConfig(str(library.database)))
    qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    assert len(answers) == 1
    assert answers[0].startswith("8 recordings")


def test_the_same_question_is_asked_once(look_of, session, library, qtbot):
    look = look_of(LibraryLook)
    _ask(qtbot, look, LibraryConfig(str(library.database)))
    with qtbot.assertNotEmitted(look.answered):
        look.ask(LibraryConfig(str(library.database)))
    assert look.is_right
    assert not session.listing.is_busy


def test_stopping_ends_what_runs(look_of, session, tmp_path, qtbot):
    look = look_of(LibraryLook)
    make(tmp_path / "x.db", ROWS)
    look.ask(LibraryConfig(str(tmp_path / "x.db"), ENDLESS_QUERY))
    qtbot.waitUntil(lambda: session.listing.is_busy)
    with qtbot.assertNotEmitted(look.answered):
        look.stop()
        qtbot.waitUntil(lambda: not session.listing.is_busy)


def test_annotations_are_counted_and_matched(look_of, library, qtbot):
    look = look_of(AnnotationsLook)
    _ask(
        qtbot,
        look,
        AnnotationConfig(str(library.annotations)),
        LibraryConfig(str(library.database), "SELECT path FROM recording"),
    )
    words = "30 annotations, all of them of recordings of the query (10 recordings)"
    assert _words(look) == (Tone.GOOD, words, "")
    _ask(
        qtbot,
        look,
        AnnotationConfig(str(library.annotations)),
        LibraryConfig(str(library.database)),
    )
    odd = _words(look)[2]
    assert odd.startswith("24 of 30 are of the recordings")
    assert "rec8.flac, rec9.wav" in odd


def test_recordings_that_were_not_looked_through_are_not_called_absent(look_of):
    look = look_of(AnnotationsLook)
    more = {"is_matched": True, "n_unmatched_files": 1, "unmatched": (("far.wav", 2),)}
    look._show(AnnotationsCheck(n_usable=5, n_matched=3, all_recordings_known=False, **more))
    odd = "3 of 5 are of the recordings that were looked through, which are not all."
    assert _words(look)[2] == odd


def test_wrong_rows_and_wrong_tables_are_said(look_of, tmp_path, qtbot):
    look = look_of(AnnotationsLook)
    table = tmp_path / "a.csv"
    table.write_text("file_name,start,end,class\na.wav,0,1,audible\na.wav,2,1,audible\n")
    _ask(qtbot, look, AnnotationConfig(str(table)), None)
    assert look.is_right
    assert "1 row is no annotation, such as line 3: it starts at 2 s" in _words(look)[2]
    (tmp_path / "b.csv").write_text("nothing\n")
    _ask(qtbot, look, AnnotationConfig(str(tmp_path / "b.csv")), LibraryConfig())
    assert (look.is_right, _words(look)[0]) == (False, Tone.WRONG)
    _ask(qtbot, look, AnnotationConfig(str(tmp_path / "none.csv")), None)
    assert "cannot be read" in _words(look)[1]


def test_annotations_can_come_later_but_a_database_and_a_folder_cannot(look_of):
    looks = [look_of(kind) for kind in (LibraryLook, AnnotationsLook, FolderLook)]
    looks[0].ask(LibraryConfig())
    looks[1].ask(AnnotationConfig(), None)
    looks[2].ask("")
    assert [look.is_right for look in looks] == [False, True, False]
    assert all(_words(look)[0] is Tone.HELP for look in looks)


def test_folders_are_looked_at(look_of, tmp_path, qtbot):
    look = look_of(FolderLook)
    _ask(qtbot, look, str(tmp_path / "new"))
    assert (look.is_right, _words(look)[0]) == (True, Tone.GOOD)
    (tmp_path / "project.toml").touch()
    _ask(qtbot, look, str(tmp_path))
    assert (look.is_right, look.result.is_project) == (False, True)


def test_looks_again_when_the_user_comes_back(look_of, application, tmp_path, qtbot):
    look = look_of(AnnotationsLook)
    look.show()
    table = tmp_path / "a.csv"
    table.write_text("nothing\n")
    _ask(qtbot, look, AnnotationConfig(str(table)), None)
    assert not look.is_right
    table.write_text("file_name,start,end,class\na.wav,0,1,audible\n")
    with qtbot.waitSignal(look.answered, timeout=20_000):
        application.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert look.is_right
