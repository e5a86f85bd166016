from __future__ import annotations

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject, QTimerEvent

from gui.garbage import SETTLED_AFTER_LOOKS, GarbageCollector, collect_if_due


class Cycle:
    """Garbage that only a collector can find."""

    def __init__(self):
        self.itself = self


@pytest.fixture(autouse=True)
def _as_before(application):
    yield
    gc.set_threshold(700, 10, 10)


def _make_garbage(n_cycles=2000):
    first = weakref.ref(Cycle())
    for _ in range(n_cycles):
        Cycle()
    return first


def test_no_other_thread_collects(application):
    assert application.findChild(GarbageCollector) is not None
    found = []
    thread = threading.Thread(target=lambda: found.append(_make_garbage()))
    thread.start()
    thread.join()
    assert found[0]() is not None
    collect_if_due()
    assert found[0]() is None


def test_it_collects_by_itself_while_the_application_waits(application, qtbot):
    # What earlier tests have made and Qt lets go only now counts against it.
    first = _make_garbage(20_000)
    qtbot.waitUntil(lambda: first() is None, timeout=5000)


def test_nothing_is_collected_before_it_is_due():
    gc.collect()
    assert collect_if_due() is None


def test_the_oldest_generation_that_is_due_is_collected():
    gc.collect()
    gc.set_threshold(1, 0, 0)
    keep = [Cycle() for _ in range(10)]
    assert collect_if_due() == 0
    gc.set_threshold(100_000, 0, 10)
    for _ in range(12):
        gc.collect(1)
    assert collect_if_due() == 2
    assert len(keep) == 10


def test_what_is_there_when_all_has_settled_is_not_gone_through_again(application):
    gc.unfreeze()
    collector = GarbageCollector(application)
    try:
        for n_looks in range(1, SETTLED_AFTER_LOOKS + 1):
            assert gc.get_freeze_count() == 0
            collector.timerEvent(QTimerEvent(n_looks))
        assert gc.get_freeze_count() > 10_000
        first = _make_garbage()
        gc.collect()
        assert first() is None
    finally:
        gc.unfreeze()
        collector.setParent(None)
        collector.deleteLater()


def test_only_one_takes_over(application):
    from gui.application import make_application

    make_application()
    assert len(application.findChildren(GarbageCollector)) == 1
    assert not gc.isenabled()
    assert isinstance(application.findChild(GarbageCollector), QObject)
