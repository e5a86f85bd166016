from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.demo.label_noise import DemoAnnotation, with_wrong_labels

LABELS = ("audible", "barely", "inaudible")
TABLES = st.lists(st.sampled_from(LABELS), max_size=60).map(
    lambda labels: [DemoAnnotation("a.wav", f"{k}", f"{k + 1}", n) for k, n in enumerate(labels)]
)


@given(table=TABLES, share=st.floats(0, 1), seed=st.integers(0, 2**31))
def test_just_so_many_labels_are_wrong_and_nothing_else_is(table, share, seed):
    spoilt = with_wrong_labels(table, share=share, seed=seed)
    assert [a[:3] for a in spoilt] == [a[:3] for a in table]
    assert {a.label for a in spoilt} <= set(LABELS)
    n_wrong = sum(a != b for a, b in zip(spoilt, table, strict=True))
    assert n_wrong == round(share * len(table))
    assert spoilt == with_wrong_labels(table, share=share, seed=seed)
