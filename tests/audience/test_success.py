"""Earlier campaigns: which columns they are, and how they succeeded."""

import numpy as np
import pyarrow as pa

from campanile.audience.success import answers, campaign, earlier
from campanile.tables import Column, Dictionary, Semantic
from campanile.words import say

ROWS = pa.table({
    "ID": [1, 2, 3, 4],
    "AcceptedCmp3": [True, False, False, None],
    "AcceptedCmp1": [False, False, True, True],
    "AcceptedCmp10": [False, False, False, True],
    "Response": [True, False, True, False],
    "accepted_campaign_1": [1, 0, 1, 0],
    "accepted_campaign_2": [1, 0, 0, 0],
    "Question1": [True, False, True, False],
    "Question2": [True, False, True, False],
    "offer_1": [3, 2, 1, 0],
    "offer_2": [3, 2, 1, 0],
    "Complain": [False, False, False, True],
})  # fmt: skip
DICTIONARY = Dictionary(tuple(Column(name, Semantic.FLAG) for name in ROWS.column_names), key="ID")


def test_flags_with_one_stem_and_a_number_are_earlier_campaigns_in_order_of_number():
    assert earlier(DICTIONARY, ROWS) == (
        ("accepted_campaign_1", 1), ("accepted_campaign_2", 2),
        ("AcceptedCmp1", 1), ("AcceptedCmp3", 3), ("AcceptedCmp10", 10),
    )  # fmt: skip


def test_a_column_alone_is_no_family_of_campaigns():
    assert earlier(DICTIONARY, ROWS.select(["AcceptedCmp1", "Response"])) == ()
    assert earlier(DICTIONARY, ROWS, exclude=("accepted_campaign_1",))[0][0] == "AcceptedCmp1"


def test_unknown_answers_do_not_count():
    told = campaign("AcceptedCmp3", say("Campaign"), answers(ROWS, "AcceptedCmp3"), 3)
    assert (told.customers, told.responders) == (3, 1)
    assert told.rate.low < 1 / 3 < told.rate.high


def test_a_group_that_nobody_asked_has_an_interval_from_nothing_to_all():
    told = campaign("AcceptedCmp3", say("Campaign"), answers(ROWS, "AcceptedCmp3"), 3, np.array([False] * 3 + [True]))
    assert (told.customers, told.rate.low, told.rate.high) == (0, 0.0, 1.0)
