from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.timeout(180)
def test_without_a_screen_pictures_are_drawn_and_it_says_where(finished_project):
    environment = {k: v for k, v in os.environ.items() if not k.endswith("DISPLAY")}
    environment.pop("QT_QPA_PLATFORM", None)
    done = subprocess.run(
        [sys.executable, "-m", "gui.tour", str(finished_project)],
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
        env=environment,
    )
    assert (done.returncode, done.stderr) == (0, "")
    pictures = finished_project.parent / "screenshots"
    assert str(pictures) in done.stdout
    assert (pictures / "welcome_light_1920x1080.png").exists()
