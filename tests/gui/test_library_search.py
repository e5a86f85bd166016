"""Wishes of one who types: the last is answered, and a list that has gone is no error."""

from __future__ import annotations

from core.listing_search import Wanted
from gui.library_search import LibrarySearch
from tests.core.made_listing import make_listing


def test_of_many_wishes_the_last_is_answered(session, qtbot, tmp_path):
    folder = make_listing(tmp_path / "list", [(f"{k}.wav", 1, "") for k in range(20)])
    search = LibrarySearch(session)
    answers = []
    search.found.connect(lambda listing, rows: answers.append((listing, rows.tolist())))
    for words in ("1", "12", "13"):
        search.ask(folder, None, Wanted(words))
    assert search.is_busy
    qtbot.waitUntil(lambda: bool(answers) and not session.finding.is_busy)
    assert answers == [(folder, [13])]
    assert not search.is_busy


def test_a_wish_that_is_dropped_is_not_answered(session, qtbot, tmp_path):
    folder = make_listing(tmp_path / "list", [("a.wav", 1, "")])
    search = LibrarySearch(session)
    answers = []
    search.found.connect(lambda *answer: answers.append(answer))
    search.ask(folder, None, Wanted("a"))
    search.drop()
    qtbot.waitUntil(lambda: not session.finding.is_busy)
    assert answers == []


def test_a_list_that_has_gone_is_no_error(session, qtbot, tmp_path):
    search = LibrarySearch(session)
    with qtbot.assertNotEmitted(session.errors.shown):
        search.ask(tmp_path / "gone", None, Wanted("a"))
        qtbot.waitUntil(lambda: not session.finding.is_busy)
    assert not search.is_busy


def test_what_is_cancelled_can_be_asked_again(session, qtbot, tmp_path):
    folder = make_listing(tmp_path / "list", [("a.wav", 1, "")])
    search = LibrarySearch(session)
    search.ask(folder, None, Wanted("a"))
    session.finding.cancel_all()
    qtbot.waitUntil(lambda: not session.finding.is_busy)
    with qtbot.waitSignal(search.found):
        search.ask(folder, None, Wanted("a"))
