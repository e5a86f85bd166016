from __future__ import annotations

import pytest

from tests.e2e.window.annotating import open_annotator


@pytest.fixture
def annotator(open_window, project_folder, qtbot):
    """A window with a recording, and hands to annotate it."""
    return open_annotator(open_window, project_folder, qtbot)
