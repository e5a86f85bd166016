from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.project import Project, ProjectSettings, open_project, save_project
from gui.recent_projects import LONGEST, RecentMenu, RecentProjects, is_there, title_of


@pytest.fixture
def recent(application):
    return RecentProjects()


def _projects(folder, n):
    made = [Project(folder / f"lib{k}" / "project", ProjectSettings()) for k in range(n)]
    for project in made:
        save_project(project)
    return made


def test_the_last_comes_first_and_once_and_they_are_remembered(recent, tmp_path):
    a, b = _projects(tmp_path, 2)
    for project in (a, b, a, None):
        recent.add(project)
    assert recent.folders == (a.folder, b.folder)
    assert RecentProjects().folders == (a.folder, b.folder)


def test_one_alone_and_none_at_all_are_remembered_too(recent, tmp_path):
    (project,) = _projects(tmp_path, 1)
    assert recent.folders == ()
    recent.add(project)
    assert RecentProjects().folders == (project.folder,)
    recent.remove(project.folder)
    assert RecentProjects().folders == ()


def test_no_more_than_ten_are_kept(recent, tmp_path):
    made = _projects(tmp_path, LONGEST + 2)
    for project in made:
        recent.add(project)
    assert recent.folders == tuple(p.folder for p in reversed(made[2:]))


def test_the_gone_are_kept_until_they_are_forgotten(recent, tmp_path):
    a, b = _projects(tmp_path, 2)
    recent.add(a)
    recent.add(b)
    shutil.rmtree(a.folder)
    assert [is_there(folder) for folder in recent.folders] == [True, False]
    recent.remove_gone()
    assert recent.folders == (b.folder,)


def test_the_menu_opens_what_is_there(recent, tmp_path, qtbot):
    a, b = _projects(tmp_path, 2)
    menu = RecentMenu(recent)
    qtbot.addWidget(menu)
    assert not menu.isEnabled()
    recent.add(a)
    recent.add(b)
    assert menu.isEnabled()
    shutil.rmtree(a.folder)
    menu.popup(menu.pos())
    first, second, *_ = menu.actions()
    assert first.text() == "&1  lib1/project"
    assert first.toolTip() == str(b.folder)
    assert (second.isEnabled(), second.text()) == (False, "&2  lib0/project (gone)")
    with qtbot.waitSignal(menu.chosen) as chosen:
        first.trigger()
    assert open_project(chosen.args[0]) == b
    menu.actions()[-1].trigger()
    assert recent.folders == (b.folder,)
    menu.close()


def test_names_are_told_apart_and_hide_no_letter(recent, tmp_path, qtbot):
    assert title_of(Path("/data/R&D/project")) == "R&D/project"
    assert title_of(Path("/project")) == "project"
    menu = RecentMenu(recent)
    qtbot.addWidget(menu)
    project = Project(tmp_path / "R&D" / "project", ProjectSettings())
    save_project(project)
    recent.add(project)
    menu.refresh()
    assert menu.actions()[0].text() == "&1  R&&D/project"
