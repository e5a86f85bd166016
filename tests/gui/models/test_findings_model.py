from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from core.annotations.findings import Finding, Kind
from core.annotations.stored import Edit
from core.project_lint import LintResult
from gui.models.findings_model import Column, FindingsModel

A, B = "/audio/a.wav", "/audio/B.wav"
FINDINGS = (
    Finding(Kind.UNREADABLE, "Line 3 names no file"),
    Finding(Kind.CONFLICT, "Two overlap", B, "B", 2.5, 3.0, (4, 5)),
    Finding(Kind.OVERLAP, "Two overlap", A, "a", 1.0, 2.0, (1, 2)),
    Finding(Kind.NO_ANNOTATION, "None", A, "a.wav"),
)
EDIT = Edit("fix of 2 annotations", (), ())
RESULT = LintResult(FINDINGS, {}, 9, 2, 0, (None, EDIT, None, None))


@pytest.fixture
def model(application):
    model = FindingsModel()
    model.show(RESULT)
    return model


def column(model, which):
    return [model.index(row, which).data() for row in range(model.rowCount())]


def test_is_a_proper_model(model, qtmodeltester):
    qtmodeltester.check(model)
    model.sort(Column.START)
    model.show_only({A})
    qtmodeltester.check(model)


def test_a_finding_has_a_sign_a_time_and_a_name(model):
    assert column(model, Column.KIND) == [
        "\N{BALLOT X} Unreadable row",
        "! Conflict",
        "Overlap",
        "No annotation",
    ]
    assert column(model, Column.START) == ["", "2.500", "1.000", ""]
    assert column(model, Column.RECORDING) == ["", "B.wav", "a.wav", "a.wav"]
    assert model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole) == "Two overlap"
    assert model.headerData(1, Qt.Orientation.Horizontal) == "At s"


def test_one_recording_or_all(model):
    model.show_only({A, "a.wav"})
    assert [model.finding(row) for row in range(model.rowCount())] == list(FINDINGS[2:])
    model.show_only(set())
    assert not model.rowCount()
    model.show_only(None)
    assert model.rowCount() == 4


def test_edits_go_along_when_it_is_sorted(model):
    model.sort(Column.RECORDING, Qt.SortOrder.DescendingOrder)
    assert column(model, Column.RECORDING) == ["B.wav", "a.wav", "a.wav", ""]
    assert [model.edit(row) for row in range(4)] == [EDIT, None, None, None]
    model.sort(Column.KIND, Qt.SortOrder.DescendingOrder)
    assert model.finding(0).kind == Kind.NO_ANNOTATION
    model.sort(Column.START)
    assert column(model, Column.START) == ["", "", "1.000", "2.500"]
    model.sort(-1)
    assert model.finding(0).kind == Kind.UNREADABLE


def test_the_same_finding_is_found_again(model):
    moved = Finding(Kind.OVERLAP, "Two overlap, less", A, "a", 1.5, 2.0, (1, 2))
    assert model.row_of(moved) == 2
    assert model.row_of(Finding(Kind.SHORT_GAP, "x", A, "a", 1.5, 2.0, (1, 2))) == -1


def test_a_name_of_any_bytes_is_shown(model):
    name = b"/caf\xe9.wav".decode("utf-8", "surrogateescape")
    finding = Finding(Kind.UNKNOWN_FILE, f"no {name}", "", name)
    model.show(LintResult((finding,), {}, 1, 1, 0))
    assert model.index(0, Column.RECORDING).data() == "/caf\\udce9.wav"
    assert model.edit(0) is None
