"""The same work for each recording: failures by name, the run goes on."""

from __future__ import annotations

import psutil
import pytest

from core.errors import StorageError
from core.executor import Execution, map_recordings
from core.isolation import ChildError
from core.progress import Cancelled, Progress, ignore
from tests.core import child_tasks


def treat(items, *, report=ignore, n_workers=1, cost_s=0.0, patience_s=60.0):
    outcomes = map_recordings(
        child_tasks.treat,
        items,
        name=str,
        stage="treat",
        cost_s=cost_s,
        execution=Execution(n_workers, patience_s),
        report=report,
    )
    return {o.item: o for o in outcomes}


def test_every_item_has_an_outcome():
    outcomes = treat(["a", "b", "c"])
    assert {k: o.result for k, o in outcomes.items()} == {"a": "A", "b": "B", "c": "C"}


def test_no_items_is_no_work():
    assert treat([]) == {}


def test_a_crash_fails_one_recording_by_name():
    outcomes = treat(["a", "crash", "b"])
    assert outcomes["crash"].result is None
    assert "crash crashed the process" in str(outcomes["crash"].error)
    assert "SIGSEGV" in str(outcomes["crash"].error)
    assert [outcomes[k].result for k in "ab"] == ["A", "B"]


def test_a_hang_fails_one_recording_by_name():
    outcomes = treat(["a", "hang", "b"], patience_s=1.0)
    assert "hang gave no sign of life" in str(outcomes["hang"].error)
    assert [outcomes[k].result for k in "ab"] == ["A", "B"]


def test_a_broken_recording_is_an_outcome():
    outcomes = treat(["broken", "a"])
    assert str(outcomes["broken"].error) == "broken is broken"
    assert outcomes["a"].result == "A"


@pytest.mark.parametrize(("item", "error"), [("full", StorageError), ("bug", ChildError)])
def test_a_full_disk_and_a_bug_are_no_recordings_fault(item, error):
    with pytest.raises(error):
        treat(["a", item, "b"])


def test_cancel_ends_all_workers():
    before = set(psutil.Process().children(recursive=True))

    def report(progress: Progress) -> None:
        if "hang" in progress.recording:
            raise Cancelled

    with pytest.raises(Cancelled):
        treat(["hang 1", "hang 2"], report=report, n_workers=2, cost_s=100)
    assert set(psutil.Process().children(recursive=True)) <= before


def test_two_workers_share_the_work():
    seen: list[Progress] = []
    outcomes = treat([str(k) for k in range(20)], report=seen.append, n_workers=2, cost_s=100)
    assert len(outcomes) == 20
    assert seen[-1] == Progress("treat", 20, 20, "recordings")


@pytest.mark.parametrize(
    ("n_items", "cost_s", "expected"), [(1, 1000, 1), (9, 0.1, 1), (9, 1000, 4), (3, 1000, 3)]
)
def test_workers_are_started_when_they_are_worth_it(n_items, cost_s, expected):
    assert Execution(4).workers_for(n_items, cost_s) == expected
