from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QTableWidget

from core.overview import overview_project
from gui.panels.pipeline_results import ResultsPage


@pytest.fixture
def page(session, qtbot):
    page = ResultsPage(session)
    qtbot.addWidget(page)
    page.resize(1000, 165)
    page.show()
    return page


@pytest.fixture
def results(finished_project):
    return overview_project(finished_project).results


def value(page, key):
    return page.findChild(QLabel, f"metric_{key}")


def test_shows_what_the_file_has(page, results):
    page.show_results(results)
    assert not page.is_empty
    assert value(page, "accuracy").text() == f"{results.metrics['accuracy']:.3f}"
    table = page.findChild(QTableWidget, "classMetrics")
    assert [table.item(k, 0).text() for k in range(table.rowCount())] == list(results.classes)
    recall = results.metrics["per_class"]["audible"]["recall"]
    assert table.item(2, 2).text() == f"{recall:.3f}"
    assert page.confusion.matrix.counts == results.metrics["confusion"]


def test_says_on_what_it_was_measured(page, results):
    page.show_results(results)
    n = results.metrics["n_recordings"]
    assert f"measured on {n} recording" in page._what.text()
    assert "that it does not know" in page._what.text()
    assert page._note.sentence == ""


def test_says_that_it_is_flattered(page, results):
    page.show_results(replace(results, n_flattering=1))
    assert "trained on 1 of these" in page._note.sentence
    assert "does not know" not in page._what.text()


def test_says_that_it_is_old(page, results):
    page.show_results(replace(results, is_current=False))
    assert "train again" in page._note.sentence


def test_a_number_that_cannot_be_said_is_a_dash_with_its_reason(page, results):
    metrics = {**results.metrics, "auc_audible_over_inaudible": None}
    metrics["per_class"] = {
        "barely": {"n_frames": 0, "n_predicted": 3, "precision": None, "recall": None, "f1": None}
    }
    page.show_results(replace(results, metrics=metrics))
    label = value(page, "auc_audible_over_inaudible")
    assert label.text() == "\N{EN DASH}"
    assert "needs frames of the quietest and of the loudest class" in label.toolTip()
    item = page.findChild(QTableWidget, "classMetrics").item(0, 2)
    assert item.text() == "\N{EN DASH}"
    assert "No frame that was measured is annotated barely" in item.toolTip()


def test_a_cell_is_told_on_the_status_line(page, results, session, qtbot):
    page.show_results(results)
    with qtbot.waitSignal(session.said) as said:
        page.confusion.cell_clicked.emit("barely", "audible")
    assert "frames annotated barely were taken for audible" in said.args[0]


def test_goes_back_to_the_empty_page(page, results):
    page.show_results(results)
    page.show_results(None)
    assert page.is_empty
