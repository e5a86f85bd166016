from __future__ import annotations

import numpy as np
import pytest

from gui.views.track_list import BY_KEY
from gui.views.track_scale import in_unit, limit_texts, measure_scale
from tests.gui.views.made_media import SPEC


def _table(**columns):
    values = np.zeros((3000, len(SPEC.columns)), dtype=np.float32)
    for name, column in columns.items():
        values[:, SPEC.columns.index(name)] = column
    return values


def _measure(media, track, table):
    channels = [SPEC.columns.index(name) for name in track.columns]
    return measure_scale(media.reader(table, 40), track, channels)


def test_a_curve_reaches_from_its_smallest_to_its_largest(media):
    values = np.linspace(-2, 5, 3000)
    scale = _measure(media, BY_KEY["loudness"], _table(loudness=values))
    assert (scale.low[0], scale.high[0]) == (-2, 5)
    shares = scale.shares(np.array([[-2], [1.5], [5]], dtype=np.float32))
    assert shares[:, 0].tolist() == pytest.approx([0, 0.5, 1])


def test_one_lone_value_does_not_flatten_all_others(media):
    values = np.linspace(0, 1, 3000)
    values[0] = 1e6
    scale = _measure(media, BY_KEY["onset_complex"], _table(onset_complex=values))
    assert scale.high[0] < 1.1


def test_a_value_that_never_changes_is_in_the_middle(media):
    scale = _measure(media, BY_KEY["loudness"], _table(loudness=3.0))
    assert scale.shares(np.array([[3.0]], dtype=np.float32))[0, 0] == pytest.approx(0.5)


def test_rows_have_a_scale_of_their_own_or_one_together(media):
    rising = np.linspace(0, 1, 3000)
    mfcc = _measure(media, BY_KEY["mfcc"], _table(mfcc_0=-1000 * rising, mfcc_1=rising))
    assert (mfcc.low[0], mfcc.high[1]) == (-1000, 1)
    hpcp = _measure(media, BY_KEY["hpcp"], _table(hpcp_0=rising, hpcp_1=rising / 2))
    assert np.unique(hpcp.high).tolist() == [1]


@pytest.mark.parametrize(
    ("high", "low", "texts"),
    [
        (0.00653, 0.000152, ("0.00653", "0.000152")),
        (0.08113, 0.08111, ("0.08113", "0.08111")),
        (-41.00002, -41.00003, ("-41.00002", "-41.00003")),
        (1.0, 1.0, ("1", "1")),
    ],
)
def test_the_ends_of_a_scale_are_told_apart(high, low, texts):
    assert limit_texts(high, low) == texts


def test_energies_are_in_decibels():
    values = np.array([[1.0], [0.01], [0.0]], dtype=np.float32)
    assert in_unit(BY_KEY["melbands"], values)[:, 0].tolist() == pytest.approx([0, -20, -120])
    np.testing.assert_array_equal(in_unit(BY_KEY["loudness"], values), values)
