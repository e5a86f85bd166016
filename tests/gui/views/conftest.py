from __future__ import annotations

import pytest


@pytest.fixture
def media(application, tmp_path):
    """What views show, made of arrays."""
    from tests.gui.views.made_media import MadeMedia

    media = MadeMedia(tmp_path / "made")
    yield media
    media.close()


@pytest.fixture
def show_pane(session, media, qtbot):
    """Shows a pane of a class; its colours follow the theme, as in the recording view."""

    def show_pane(kind, width=700, height=300):
        pane = kind(session, media)
        session.theme.changed.connect(pane.set_colors)
        qtbot.addWidget(pane)
        pane.resize(width, height)
        pane.show()
        with qtbot.waitExposed(pane):
            pass
        return pane

    return show_pane
