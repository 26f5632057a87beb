"""Columns that are parts of one whole are found by their names."""

from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.features.families import families, snake, tokens


def test_columns_with_a_common_stem_and_a_number_are_a_family():
    (family,) = families(["AcceptedCmp3", "Recency", "AcceptedCmp1", "AcceptedCmp2"])
    assert family.columns == ("AcceptedCmp3", "AcceptedCmp1", "AcceptedCmp2")
    assert family.stem == "accepted_cmp"


def test_most_names_with_most_shared_words_win():
    found = families(["NumDealsPurchases", "NumWebPurchases", "NumStorePurchases", "NumWebVisitsMonth"])
    assert found[0].columns == ("NumDealsPurchases", "NumWebPurchases", "NumStorePurchases")


def test_the_whole_spend_is_one_family_though_some_names_share_more():
    (family,) = families(["MntWines", "MntMeatProducts", "MntFishProducts", "MntGoldProds", "MntFruits"])
    assert len(family.columns) == 5


def test_names_without_common_words_are_no_family():
    assert families(["Income", "Recency", "Kidhome"]) == ()


def test_names_in_any_case_are_told_apart_into_words():
    assert tokens("MntMeatProducts") == tokens("mnt_meat_products") == ("mnt", "meat", "products")
    assert snake("AcceptedCmp1") == "accepted_cmp_1"


@settings(deadline=None)
@given(st.lists(st.text(alphabet="abAB_1", min_size=1, max_size=8), max_size=12, unique=True))
def test_each_name_is_in_one_family_at_most(names):
    columns = [column for family in families(names) for column in family.columns]
    assert len(columns) == len(set(columns))
    assert set(columns) <= set(names)
