from __future__ import annotations

from gui.preferences import preferences
from gui.views.track_list import BY_KEY, DEFAULT, KEY, TRACKS, load_chosen, save_chosen
from tests.gui.views.made_media import SPEC


def test_every_feature_can_be_seen_by_itself_and_keys_are_unique():
    assert len(BY_KEY) == len(TRACKS)
    alone = {track.columns[0] for track in TRACKS if not track.is_banded}
    assert alone == set(SPEC.columns)


def test_what_was_chosen_comes_back_in_its_order(application):
    assert [track.key for track in load_chosen()] == list(DEFAULT)
    chosen = (BY_KEY["onset_flux"], BY_KEY["mfcc"], BY_KEY["hpcp_3"])
    save_chosen(chosen)
    assert load_chosen() == chosen
    save_chosen(())
    assert load_chosen() == ()


def test_names_that_mean_nothing_are_left_out(application):
    preferences().setValue(KEY, "mfcc,pitch,mfcc,loudness")
    assert [track.key for track in load_chosen()] == ["mfcc", "loudness"]
