"""What tells a segment apart, its name, and what to write to it."""

import numpy as np
import pyarrow as pa
import pytest

from campanile.audience.angle import ANGLES, advise
from campanile.audience.result import Trait
from campanile.audience.traits import Known, describe, known, name, traits
from campanile.explain.subjects import Subject
from campanile.tables import Column, Dictionary, Semantic
from campanile.words import say, speaking, texts

RANDOM = np.random.default_rng(0)
MEMBERS = np.repeat([0, 1], [100, 300])


def column(named, values, kind="number", sources=None):
    return Known(Subject(named, texts({"en": named}), kind, (named,), named), values, sources or (named,))


def trait(named, direction, label=None, **facts):
    values = {"effect": 0.5, "here": 1.0, "others": 0.0, "here_told": say("1"), "others_told": say("0"), **facts}
    return Trait(named, texts({"en": label or named}), direction, **values)


def test_the_columns_that_tell_a_segment_apart_are_found_and_noise_is_not():
    columns = [
        column("noise", RANDOM.normal(size=400)),
        column("meat", np.where(MEMBERS == 0, RANDOM.normal(400, 50, 400), RANDOM.normal(40, 20, 400))),
        column("children", np.where(RANDOM.random(400) < 0.2, MEMBERS == 0, MEMBERS == 1).astype(float), "flag"),
        column("town", np.where(MEMBERS == 0, np.array(["Lima"] * 400, dtype=object), "Cusco"), "category"),
    ]
    first, second = traits(columns, MEMBERS, 2)
    assert {(one.column, one.direction) for one in first} == {("meat", "high"), ("children", "low"), ("town", "is")}
    assert {one.column for one in second} == {"meat", "children", "town"}
    meat = next(one for one in first if one.column == "meat")
    assert 350 < meat.here < 450
    assert 20 < meat.others < 60
    assert meat.effect > 0.95


def test_columns_that_say_the_same_are_named_once():
    meat = np.where(MEMBERS == 0, RANDOM.normal(400, 50, 400), RANDOM.normal(40, 20, 400))
    columns = [column("meat", meat), column("meat_eur", 4 * meat), column("total", meat + 1, sources=("meat", "fish"))]
    assert len(traits(columns, MEMBERS, 2)[0]) == 1


def test_unknown_values_are_left_out():
    values = np.where(MEMBERS == 0, 10.0, 1.0)
    values[::3] = np.nan
    assert traits([column("visits", values)], MEMBERS, 2)[0][0].here == 10.0
    assert traits([column("visits", np.full(400, np.nan))], MEMBERS, 2) == [(), ()]


def test_names_and_descriptions_are_told_in_three_languages():
    chosen = (trait("Meat", "high"), trait("Town", "is", category="Lima", share=True))
    assert str(name(chosen)) == "Meat: high · Town: Lima"
    assert str(describe(chosen)) == "Meat is typically 1 (others 0); Town is 'Lima' for 1 (others 0)."
    told = set()
    for language in ("en", "pl", "es"):
        with speaking(language):
            told.add(str(describe(chosen)))
    assert len(told) == 3
    assert str(name(())) == "Customers like all others"


def test_every_kind_of_column_has_its_message_and_an_unknown_one_a_neutral_one():
    assert "catalogue" in str(advise([trait("NumCatalogPurchases", "high")]))
    assert "Spent on wine" in str(advise([trait("MntWines", "high", "Spent on wine")]))
    assert "families" in str(advise([trait("Kidhome", "low")]))
    assert "answering before" in str(advise([trait("AcceptedCmp5", "high")]))
    assert "random halves" in str(advise([trait("zzz", "high")]))
    assert "random halves" in str(advise([]))


def test_a_late_date_is_a_short_time_ago_and_a_small_part_is_not_few():
    assert "welcome them" in str(advise([trait("customer_since", "high", kind="date")]))
    assert "loyalty" in str(advise([trait("customer_since", "low", kind="date")]))
    assert str(name([trait("Customer since", "high", kind="date")])) == "Customer since: late"
    assert "one click" in str(advise([trait("num_purchases", "low")]))
    assert "random halves" in str(advise([trait("num_purchases_share", "low", kind="share")]))


def test_a_label_in_another_language_is_understood():
    polish = Trait("k1", texts({"pl": "Dzieci w domu"}), "high", 0.5, 1, 0, say("1"), say("0"))
    assert "family" in str(advise([polish]))


def test_advice_is_a_suggestion_to_be_tested():
    for angle in ANGLES:
        assert str(angle.advice(say("meat")))
    assert str(advise([trait("MntWines", "high"), trait("Kidhome", "low")])).startswith("To be tested:")


def test_business_columns_stand_for_what_was_made_from_them():
    class Feature:
        def __init__(self, named, sources):
            self.name, self.sources, self.unit, self.label, self.kind = named, sources, "", named, "number"

    rows = pa.table({"income": [1.0, None, 3.0], "town": ["a", None, "b"], "meat": [1, 2, 3]})
    built = pa.table({"income": [1.0, 0.0, 3.0], "income_missing": [0.0, 1.0, 0.0], "total": [1.0, 2.0, 3.0]})
    dictionary = Dictionary((
        Column("income", Semantic.MONEY, "double"), Column("town", Semantic.CATEGORY),
        Column("meat", Semantic.NUMBER, "int64"),
    ))  # fmt: skip
    features = [
        Feature("income", ("income",)), Feature("income_missing", ("income",)), Feature("town", ("town",)),
        Feature("total", ("income", "meat")),
    ]  # fmt: skip
    found = known(features, dictionary, rows, built)
    assert [one.subject.name for one in found] == ["income", "town", "total"]
    assert np.isnan(found[0].values[1])
    assert found[1].values[1] is None


def test_when_and_by_what_customers_come_is_advice_of_its_own():
    assert "evening" in str(advise([trait("sessions_night_share", "high", kind="share")]))
    assert "weekend" in str(advise([trait("sessions_weekend_share", "high", kind="share")]))
    assert "phone" in str(advise([trait("sessions_device_type_mobile_share", "high", kind="share")]))
    assert "one line" in str(advise([trait("sessions_session_duration_avg", "low")]))
    assert "random halves" in str(advise([trait("average_duration_ms", "low", "Average length of a track")]))
    assert "win them back" in str(advise([trait("sessions_days_since_last", "high")]))
    assert "random halves" in str(advise([trait("release", "low", "Average release date, days since 1970")]))
    assert "remember" in str(advise([trait("sessions_days_since_last", "low")]))
    assert "loyalty" in str(advise([trait("sessions_days_since_first", "high")]))
    assert "one new advertisement" in str(advise([trait("number_of_advertisements", "high")]))
    assert "choose" in str(advise([trait("number_of_skips", "high")]))
    assert "shown to like" in str(advise([trait("number_of_likes", "high")]))


@pytest.mark.parametrize("label", ["Average release date", "Data wydania", "Liczba wydarzeń", "Wydawca"])
def test_what_only_sounds_like_spending_is_no_advice_on_spending(label):
    assert "trial" not in str(advise([trait("x", "low", label)]))


def test_rare_use_of_a_device_is_not_rare_visits_and_no_advice_says_the_opposite_of_another():
    assert "random halves" in str(advise([trait("sessions_browser_edge_share", "low", kind="share")]))
    assert "random halves" in str(advise([trait("sessions_spread_days", "high")]))
    both = str(advise([trait("visits", "high"), trait("sessions_count", "low")]))
    assert "already visit" in both
    assert "outside" not in both
