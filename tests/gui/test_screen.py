from __future__ import annotations

import pytest

from gui.screen import has_screen


@pytest.fixture(autouse=True)
def _no_wayland(monkeypatch):
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


def test_the_tests_own_server_is_a_screen():
    assert has_screen()


@pytest.mark.parametrize("display", ["", ":4711", "nowhere.invalid:0", "nonsense"])
def test_a_server_that_is_not_there_is_none(monkeypatch, display):
    monkeypatch.setenv("DISPLAY", display)
    assert not has_screen()


def test_a_wayland_socket_is_a_screen(monkeypatch, tmp_path):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert not has_screen()
    (tmp_path / "wayland-0").touch()
    assert has_screen()
