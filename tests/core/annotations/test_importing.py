"""What an import changes, with the edits made since the last one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.annotations.importing import plan_import
from core.annotations.stored import StoredAnnotation
from core.annotations.table_text import read_table_text
from core.settings import AnnotationConfig

HEADER = "file_name,start,end,class\n"
BASE = ["a,1,2,x", "a,3,4,x", "b,1,2,y"]


def table(rows):
    text = HEADER + "".join(f"{row}\n" for row in rows)
    return read_table_text(text.encode(), AnnotationConfig(), path=Path("t.csv"))


def said(rows):
    return {line: p.content for line, p in table(rows).rows.items() if p.content}


def plan(rows, ours=None, base=BASE):
    known = said(base)
    return plan_import(
        table(rows),
        known,
        {i: StoredAnnotation(i, *c) for i, c in known.items()} if ours is None else ours,
    )


def ours(**changes):
    """The annotations as imported, some of them edited: by a number, the first being 2."""
    known = {i: StoredAnnotation(i, *c) for i, c in said(BASE).items()}
    for key, change in changes.items():
        i = int(key.removeprefix("n"))
        if change is None:
            del known[i]
        elif i in known:
            known[i] = replace(known[i], author="Ada", **change)
        else:
            known[i] = StoredAnnotation(i, author="Ada", **change)
    return known


def counts(p):
    return len(p.new), len(p.changed), len(p.gone), p.n_same


def test_the_first_import_is_all_new_and_has_its_lines_as_ids():
    p = plan(BASE, {}, [])
    assert counts(p) == (3, 0, 0, 0)
    assert [a.id for a in p.new] == [2, 3, 4]
    assert p.ids == {2: 2, 3: 3, 4: 4}


def test_the_same_table_changes_nothing_whatever_was_edited():
    edited = ours(n2={"end_s": 2.5}, n3=None, n99={"file_name": "a", "start_s": 8.0}
                  | {"end_s": 9.0, "label": "x"})  # fmt: skip
    p = plan(BASE, edited)
    assert counts(p) == (0, 0, 0, 3)
    assert (p.n_edited_here, p.n_overridden) == (3, 0)
    edit = p.edit("import")
    assert (edit.removed, edit.added) == ((), ())


def test_rows_in_another_order_are_the_same():
    p = plan(list(reversed(BASE)))
    assert counts(p) == (0, 0, 0, 3)
    assert p.ids == {4: 2, 3: 3, 2: 4}


def test_new_changed_and_gone_are_told_apart():
    p = plan(["a,1,2,z", "a,3.1,4.2,x", "c,1,2,y"])
    assert counts(p) == (1, 2, 1, 0)
    assert [(old.id, new.label, new.start_s) for old, new in p.changed] == [
        (2, "z", 1),
        (3, "x", 3.1),
    ]
    assert [a.file_name for a in p.new] == ["c"]
    assert [a.id for a in p.gone] == [4]
    assert p.new[0].id > 2**32
    assert set(p.ids.values()) == {2, 3, p.new[0].id}


def test_the_most_overlapping_is_the_changed_one():
    p = plan(["a,1.9,4.1,x", "a,1,1.8,x", "b,1,2,y"])
    assert {old.id: new.start_s for old, new in p.changed} == {3: 1.9, 2: 1}


def test_an_edit_of_what_the_table_changes_is_overridden_and_counted():
    p = plan(["a,1,2.25,x", "a,3,4,x"], ours(n2={"label": "y"}, n4={"label": "x"}))
    assert counts(p) == (0, 1, 1, 1)
    assert p.n_overridden == 2
    assert p.changed[0][1].content == ("a", 1, 2.25, "x")
    edit = p.edit("import")
    assert [a.id for a in edit.removed] == [2, 4]


def test_what_was_deleted_here_and_changed_there_comes_back():
    p = plan(["a,1,2.25,x", *BASE[1:]], ours(n2=None))
    assert p.changed == [(None, StoredAnnotation(2, "a", 1, 2.25, "x"))]
    assert p.n_overridden == 1


def test_what_both_did_alike_is_no_change():
    mine = ours(n2={"start_s": 7.0, "end_s": 8.0}, n3=None, n99={"file_name": "c"}
                | {"start_s": 1.0, "end_s": 2.0, "label": "x"})  # fmt: skip
    p = plan(["a,7,8,x", "b,1,2,y", "c,1,2,x"], mine)
    assert counts(p) == (0, 0, 0, 3)
    assert p.ids == {2: 2, 3: 4, 4: 99}
    assert (p.n_edited_here, p.n_overridden) == (0, 0)


def test_the_same_row_twice_is_two_annotations():
    p = plan([BASE[0], BASE[0]], base=[BASE[0]])
    assert counts(p) == (1, 0, 0, 1)
    p = plan([BASE[0]], base=[BASE[0], BASE[0]])
    assert counts(p) == (0, 0, 1, 1)
