"""Docstrings of the core say what the code takes and gives.

`numpydoc lint` reads source: it does not see a dataclass's fields, and takes a property for a
method. Here the objects themselves are asked, for these checks alone.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest
from numpydoc.validate import validate

import core
from core.settings import Config

CHECKS = {
    "PR01": "a parameter is not documented",
    "PR02": "a documented parameter does not exist",
    "PR03": "parameters stand in another order",
    "RT01": "what is returned is not documented",
}
COMMAND_LINE = (
    *("core.cli.commands", "core.cli.annotation_commands"),
    *("core.cli.project_commands", "core.cli.lint_command"),
)
"""Their docstrings are what ``loudness COMMAND --help`` shows."""

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(core.__path__, "core.")
    if not module.name.endswith("__main__") and module.name not in COMMAND_LINE
)


@pytest.mark.parametrize("module", MODULES)
def test_parameters_and_results_are_documented(module):
    wrong = [
        f"{name}: {code}, {text}" for name in _public(module) for code, text in _complaints(name)
    ]
    assert wrong == []


def _public(module_name):
    module = importlib.import_module(module_name)
    for name, member in vars(module).items():
        if name.startswith("_") or getattr(member, "__module__", None) != module_name:
            continue
        if inspect.isfunction(member):
            yield f"{module_name}.{name}"
        elif inspect.isclass(member):
            # A class that inherits how it is made is documented where it inherits from; a
            # configuration says in each declaration what it is for.
            made_here = getattr(vars(member).get("__init__"), "__module__", None) == module_name
            if made_here and not issubclass(member, Config):
                yield f"{module_name}.{name}"
            yield from (
                f"{module_name}.{name}.{attribute}"
                for attribute, value in vars(member).items()
                if not attribute.startswith("_")
                and isinstance(value, (property, classmethod, staticmethod))
                | inspect.isfunction(value)
            )


def _complaints(name):
    for code, text in validate(name)["errors"]:
        if code in CHECKS:
            yield code, text
