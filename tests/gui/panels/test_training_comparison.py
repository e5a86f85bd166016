from __future__ import annotations

from dataclasses import replace

import pytest

from core.run_summary import read_summary
from core.settings import TrainConfig
from gui.models.runs_model import NOTHING
from gui.panels.training_comparison import ComparisonPage
from tests.core.made_runs import FIRST, SECOND, make_run


@pytest.fixture
def page(application, qtbot):
    page = ComparisonPage()
    qtbot.addWidget(page)
    page.resize(560, 170)
    page.show()
    return page


@pytest.fixture
def two(tmp_path):
    first = make_run(tmp_path, FIRST, score=0.5)
    second = make_run(tmp_path, SECOND, score=0.75, config=TrainConfig(seed=3))
    return read_summary(first), read_summary(second)


def rows(page):
    table = page.table
    texts = [
        [table.item(row, column).text() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]
    return {title: rest for title, *rest in texts}


def is_bold(page, title, column):
    row = list(rows(page)).index(title)
    return page.table.item(row, column).font().bold()


def test_says_how_two_are_chosen_while_none_are(page, two):
    assert page._empty.isVisible()
    assert not page.table.isVisible()
    page.show_runs(two)
    assert not page._empty.isVisible()
    page.show_runs(None)
    assert page._empty.isVisible()
    assert page.table.rowCount() == 0


def test_what_differs_stands_first_and_is_marked(page, two):
    page.show_runs(two)
    found = rows(page)
    assert next(iter(found)) == "Seed"
    assert found["Seed"] == ["0", "3", "≠"]
    assert is_bold(page, "Seed", 1)
    assert found["Epochs"] == ["200", "200", ""]
    assert not is_bold(page, "Epochs", 1)
    assert list(found).index("Balanced accuracy") < list(found).index("Epochs")


def test_metrics_have_their_difference_and_the_higher_is_marked(page, two):
    page.show_runs(two)
    found = rows(page)
    assert found["Balanced accuracy"] == ["0.500", "0.750 ▲", "+0.250"]
    assert [is_bold(page, "Balanced accuracy", k) for k in range(4)] == [False, False, True, True]
    assert found["AUC, loudest over quietest"] == [NOTHING] * 3


def test_the_columns_are_named_after_the_runs(page, two):
    page.show_runs(two)
    heads = [page.table.horizontalHeaderItem(k) for k in (1, 2)]
    assert [head.text()[:2] for head in heads] == ["1:", "2:"]
    assert [head.toolTip() for head in heads] == [FIRST, SECOND]


def test_what_must_not_be_compared_is_said(page, two):
    page.show_runs(two)
    assert not page._caution.sentence
    page.show_runs((two[0], replace(two[1], measured_on="others")))
    assert "different recordings" in page._caution.sentence
