"""The project keeps its own rules: directions, light imports, one test file for each module."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
HEAVY = (
    "av cleanlab essentia h5py keras matplotlib pandas pyarrow scipy sklearn soundfile soxr"
    " tensorflow"
)
WINDOW = "PySide6 pyqtgraph sounddevice"
MOST_LINES = 400
PACKAGES = ("core", "gui")
NO_TEST_OF_THEIR_OWN = {
    "core/__main__.py": "calls core.cli; the tests of the command line start it",
    "core/decoding/ffmpeg_frames.py": "half of what test_ffmpeg_decoder.py tests",
    "core/peak_writer.py": "one half of the pyramid; test_peaks.py tests both",
}


def _modules():
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.name != "__init__.py":
                yield path.relative_to(ROOT)


def _test_of(module):
    return Path("tests", module.parent, f"test_{module.stem.strip('_')}.py")


def _lint_imports(folder):
    # As the command `lint-imports`, which looks for the packages in the folder it runs in.
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_rooms_keep_their_directions():
    done = _lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("core/timebase.py", "import gui", "The window calls the core"),
        ("core/mono.py", "import sounddevice", "The window calls the core"),
        ("gui/__main__.py", "import sqlite3", "The window computes nothing itself"),
        ("core/timebase.py", "import core.settings", "Each room of the core"),
        ("core/features/spec.py", "import core.annotations.csv", "Each room of the core"),
        ("core/mono.py", "import essentia", "Essentia is the features' own affair"),
    ],
)
def test_a_wrong_direction_is_noticed(tmp_path, module, line, contract):
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    done = _lint_imports(tmp_path)
    assert done.returncode == 1
    assert re.search(rf"^{contract}.* BROKEN", done.stdout, re.MULTILINE), done.stdout


@pytest.mark.parametrize(
    ("imports", "forbidden"),
    [
        ("core, core.cli, core.cli.commands", f"{HEAVY} {WINDOW}"),
        ("core.child, core.isolation, core.executor", f"{HEAVY} {WINDOW}"),
        ("gui.__main__", HEAVY),
    ],
)
def test_a_start_loads_nothing_heavy(imports, forbidden):
    program = f"import sys, {imports}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) & set(forbidden.split()) == set()


def test_each_module_has_a_test_file():
    missing = [
        f"{module} has no {_test_of(module)}"
        for module in _modules()
        if module.as_posix() not in NO_TEST_OF_THEIR_OWN and not (ROOT / _test_of(module)).exists()
    ]
    assert missing == []


def test_each_test_file_has_a_module():
    expected = {_test_of(module) for module in _modules()}
    found = {
        path.relative_to(ROOT)
        for package in PACKAGES
        for path in (ROOT / "tests" / package).rglob("test_*.py")
    }
    # A module's tests may take several files: test_library.py, test_library_files.py.
    strangers = [p for p in found if not any(_is_of(p, module_test) for module_test in expected)]
    assert strangers == []


def _is_of(path, module_test):
    same_folder = path.parent == module_test.parent
    return same_folder and f"{path.stem}_".startswith(f"{module_test.stem}_")


def test_files_are_short():
    long = {
        str(path.relative_to(ROOT)): n_lines
        for folder in (*PACKAGES, "resources", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if (n_lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_every_requirement_is_pinned_within_its_range():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    pinned = {canonicalize_name(name): version for name, version in pins.items()}
    for text in project["dependencies"] + project["optional-dependencies"]["dev"]:
        requirement = Requirement(text)
        version = pinned.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not in constraints.txt"
        assert requirement.specifier.contains(version, prereleases=True), text
