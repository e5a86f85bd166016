"""What the README tells to type exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from core.cli.commands import loudness
from core.project import open_project

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def _commands(program):
    lines = "".join(_blocks("sh")).replace("\\\n", " ").splitlines()
    return [line for line in lines if re.match(rf"{program}\b(?!-)", line)]


@pytest.mark.parametrize("line", _commands("loudness"))
def test_a_command_and_its_options_exist(line):
    _, name, *arguments = shlex.split(line, comments=True)
    command = loudness.commands[name]
    if hasattr(command, "commands"):
        command = command.commands[arguments.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}
    given = {a.partition("=")[0] for a in arguments if a.startswith("--")}
    assert given <= known


def test_every_command_is_shown():
    assert {shlex.split(line)[1] for line in _commands("loudness")} == set(loudness.commands)


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"(?:^ {4}|`)make ([a-z]+)", README, re.MULTILINE)))
)
def test_a_make_target_exists(target):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_project_file_is_one_that_can_be_opened(tmp_path):
    (example,) = _blocks("toml")
    (tmp_path / "project.toml").write_text(example, encoding="utf-8")
    settings = open_project(tmp_path).settings
    assert settings.annotations.annotations.endswith(".csv")


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)#]+)", README))
def test_a_link_leads_somewhere(link):
    assert (ROOT / link).exists()
