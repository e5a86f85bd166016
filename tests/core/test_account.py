"""An account has a name, or else a number."""

from __future__ import annotations

import getpass
import os

import pytest

from core.account import account_name


def test_an_account_has_the_name_that_it_logs_in_with(monkeypatch):
    monkeypatch.setenv("LOGNAME", "ada")
    assert account_name() == "ada"


@pytest.mark.parametrize("error", [KeyError, OSError])
def test_an_account_without_a_name_is_its_number(monkeypatch, error):
    def fail():
        raise error

    monkeypatch.setattr(getpass, "getuser", fail)
    assert account_name() == f"user {os.getuid()}"
