from __future__ import annotations

from core.editing_right import EditingRight
from gui.editing_right import EditingRightHolder


def test_it_goes_with_the_project(session, project_folder):
    EditingRightHolder(session)
    session.open_project(project_folder)
    assert session.read_only == ""
    with EditingRight(project_folder) as other:
        assert not other.is_held
    session.close_project()
    with EditingRight(project_folder) as other:
        assert other.is_held


def test_it_is_taken_once_it_is_free(session, project_folder, qtbot):
    holder, told = EditingRightHolder(session), []
    session.read_only_changed.connect(lambda: told.append(session.read_only))
    with EditingRight(project_folder):
        session.open_project(project_folder)
        holder.ask_again()
        assert "can only be looked at" in session.read_only
    with qtbot.waitSignal(session.products_changed):
        holder.ask_again()
    assert session.read_only == ""
    assert len(told) == 2
    holder.ask_again()
    assert len(told) == 2


def test_closing_gives_it_back(session, project_folder):
    EditingRightHolder(session)
    session.open_project(project_folder)
    session.close()
    with EditingRight(project_folder) as other:
        assert other.is_held
