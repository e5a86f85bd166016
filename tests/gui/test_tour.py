from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import sys
from gui import screenshots, tour
# One view in one look and size: where they are drawn, not how many.
screenshots.SIZES_PX, screenshots.SCHEMES = screenshots.SIZES_PX[-1:], screenshots.SCHEMES[:1]
screenshots.WITH_PROJECT = screenshots.WITH_PROJECT[:1]
sys.exit(tour.main(sys.argv[1:]))
"""


def test_without_a_screen_pictures_are_drawn_and_it_says_where(finished_project):
    environment = {k: v for k, v in os.environ.items() if not k.endswith("DISPLAY")}
    environment.pop("QT_QPA_PLATFORM", None)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(finished_project)],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
        env=environment,
    )
    assert (done.returncode, done.stderr) == (0, "")
    pictures = finished_project.parent / "screenshots"
    assert str(pictures) in done.stdout
    assert (pictures / "welcome_light_1920x1080.png").exists()
