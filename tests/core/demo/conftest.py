"""One small demo for all its tests, as a folder and as sound."""

from __future__ import annotations

import pytest

from core.demo import make_demo
from core.demo.plan import plan_library
from core.demo.recording import make_parts
from tests.core.demo.listening import N_RECORDINGS, SEED


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "library"
    return make_demo(folder, n_recordings=N_RECORDINGS, seed=SEED)


@pytest.fixture(scope="session")
def recordings():
    return [(entry, make_parts(entry.plan)) for entry in plan_library(N_RECORDINGS, seed=SEED)]
