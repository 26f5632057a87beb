"""Planted faults are found, in their column and in their number."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.quality.checks import CHECKS
from campanile.tables import Column, Dictionary, Semantic
from campanile.workspace.errors import DataError, NotFound
from quality.made import CUSTOMERS, TODAY, changed, customers, look, of

CLEAN = customers(300)
ROWS = st.sets(st.integers(0, 299), min_size=1, max_size=60)


def only(check, table, column, **asked):
    found = of(CHECKS[check](look(table, **asked)), column)
    assert len(found) == 1, [str(f.words) for f in found]
    return found[0]


@settings(max_examples=8, deadline=None)
@given(rows=ROWS)
def test_missing_values_are_counted(rows):
    found = only("missing", changed(CLEAN, "income", dict.fromkeys(rows)), "income")
    assert found.count == len(rows)
    assert found.severity == ("warning" if len(rows) >= 15 else "info")


def test_columns_missing_in_the_same_rows_are_told_together():
    table = changed(changed(CLEAN, "income", {1: None, 2: None, 3: None}), "visits", {2: None, 3: None})
    found = [f for f in CHECKS["missing"](look(table)) if f.column is None]
    assert [(f.count, str(f.words)) for f in found] == [(2, "Income and Visits are missing together in 2 rows.")]


def test_constants_are_named_as_possible_costs_and_empty_columns_as_empty():
    table = CLEAN.set_column(3, "visits", pa.array([3] * 300)).set_column(4, "city", pa.nulls(300, pa.string()))
    found = of(CHECKS["constant"](look(table)))
    assert [(f.column, f.severity) for f in found] == [("visits", "info"), ("city", "warning")]
    assert "the cost or worth of a contact" in str(found[0].words)


@settings(max_examples=4, deadline=None)
@given(rows=ROWS)
def test_rows_equal_but_for_the_id_are_counted_and_whole_repeats_apart_from_them(rows):
    again = CLEAN.take(pa.array(sorted(rows)))
    twins = again.set_column(0, "id", pa.array(np.arange(len(rows)) + 9000))
    found = of(CHECKS["duplicates"](look(pa.concat_tables([CLEAN, twins]))))
    assert [(f.count, f.repair) for f in found] == [(len(rows), "drop_twins")]
    found = of(CHECKS["duplicates"](look(pa.concat_tables([CLEAN, again]))))
    assert [(f.column, f.count) for f in found] == [("id", len(rows)), (None, len(rows))]
    assert found[1].repair == "drop_duplicates"


def test_rows_alike_in_few_columns_are_no_fault():
    few = CLEAN.select(["id", "visits", "member", "response"])
    said = Dictionary(tuple(CUSTOMERS[name] for name in few.column_names), "id")
    assert of(CHECKS["duplicates"](look(few, said))) == []


def test_without_an_id_repeats_are_told_as_such():
    table = pa.concat_tables([CLEAN, CLEAN.slice(0, 3)]).drop_columns(["id"])
    found = of(CHECKS["duplicates"](look(table, Dictionary(CUSTOMERS.columns[1:]))))
    assert [f.count for f in found] == [3]
    assert "without an id" in str(found[0].words)


def test_twins_that_responded_differently_are_told():
    flipped = changed(CLEAN.slice(0, 20), "response", {0: not CLEAN["response"][0].as_py()})
    twins = flipped.set_column(0, "id", pa.array(np.arange(20) + 9000))
    found = of(CHECKS["duplicates"](look(pa.concat_tables([CLEAN, twins]))))
    assert [(f.column, f.count) for f in found] == [(None, 19), ("response", 20)]


@pytest.mark.parametrize("year", [1893, 1900, 2027])
def test_birth_years_that_nobody_can_have_are_impossible(year):
    found = only("impossible", changed(CLEAN, "birth_year", {5: year}), "birth_year")
    assert (found.count, found.repair) == (1, "impossible_to_missing")
    assert found.examples is not None
    assert found.examples.rows == (("1005", year),)


def test_a_few_negative_amounts_are_faults_and_many_are_a_balance():
    found = only("impossible", changed(CLEAN, "income", {1: -5.0, 2: -7.0}), "income")
    assert (found.count, found.severity) == (2, "warning")
    many = CLEAN.set_column(2, "income", pa.array(np.random.default_rng(0).normal(0, 100, 300)))
    found = only("impossible", many, "income")
    assert (found.severity, found.repair) == ("info", None)


@settings(max_examples=8, deadline=None)
@given(rows=ROWS, beyond=st.integers(1, 10**6))
def test_values_outside_the_declared_range_are_counted(rows, beyond):
    said = Dictionary(tuple(
        Column("visits", Semantic.NUMBER, "int64", low=0, high=50) if c.name == "visits" else c for c in CUSTOMERS
    ), "id")  # fmt: skip
    table = changed(CLEAN, "visits", {row: 50 + beyond if row % 2 else -beyond for row in rows})
    found = of(CHECKS["impossible"](look(table, said)), "visits")
    assert [f.count for f in found] == [len(rows)]


@pytest.mark.parametrize(("values", "count"), [({7: 66_666_666.0}, 1), ({7: 6.0e7, 8: 6.1e7}, 2), ({7: 0.001}, 1)])
def test_a_value_that_stands_alone_is_far(values, count):
    found = only("far", changed(CLEAN, "income", values), "income")
    assert found.count == count
    assert ("placeholder" in str(found.words)) == (66_666_666.0 in values.values())


@pytest.mark.parametrize("mark", [9999, -1, -999, 777])
def test_a_number_that_stands_for_unknown_in_many_rows_is_a_placeholder(mark):
    found = only("placeholders", changed(CLEAN, "visits", dict.fromkeys(range(12), mark)), "visits")
    assert (found.count, found.repair) == (12, "impossible_to_missing")
    assert f"12 rows hold {mark}," in str(found.words)


def test_the_first_day_of_1900_is_a_placeholder_among_later_dates():
    found = only("placeholders", changed(CLEAN, "joined", {3: date(1900, 1, 1), 9: date(1900, 1, 1)}), "joined")
    assert found.count == 2


def test_a_last_date_long_before_the_births_does_not_make_them_impossible():
    old = CLEAN.set_column(5, "joined", pa.array([date(1950, 1, 1 + row % 28) for row in range(300)]))
    assert of(CHECKS["impossible"](look(old))) == []


def test_dates_to_come_are_told():
    found = only("future", changed(CLEAN, "joined", {1: date(2027, 1, 1), 2: date(2026, 5, 4), 3: TODAY}), "joined")
    assert (found.count, found.severity) == (2, "warning")


def test_amounts_in_cents_among_amounts_are_two_units():
    draw = np.random.default_rng(0)
    income = draw.normal(50_000, 8_000, 300)
    income[:40] *= 100
    found = only("units", CLEAN.set_column(2, "income", pa.array(income)), "income")
    assert (found.count, found.severity) == (40, "serious")


def test_years_written_as_dates_are_two_precisions():
    joined = [date(2024, 1, 1) if row % 3 == 0 else date(2024, 1, 2 + row % 28) for row in range(300)]
    found = only("units", CLEAN.set_column(5, "joined", pa.array(joined)), "joined")
    assert found.count == 100


def test_rare_categories_are_counted_and_named():
    found = only("rare", changed(CLEAN, "city", {1: "YOLO", 2: "YOLO", 3: "Absurd"}), "city")
    assert (found.count, found.severity, found.repair) == (3, "info", "join_rare")
    assert "YOLO (2) and Absurd (1)" in str(found.words)


def test_a_rare_spelling_is_no_rare_category_and_many_rare_ones_are_told_as_such():
    assert of(CHECKS["rare"](look(changed(CLEAN, "city", {1: "kraków"})))) == []
    many = CLEAN.set_column(4, "city", pa.array([f"town {row // 2}" for row in range(300)]))
    assert "150 categories, of which 150 are rare" in str(only("rare", many, "city").words)


@pytest.mark.parametrize("other", ["kraków", " Kraków", "KRAKOW", "Krak\u006f\u0301w", "Kraków "])
def test_spellings_of_one_category_are_found(other):
    found = only("spellings", changed(CLEAN, "city", {1: other, 2: other}), "city")
    assert (found.count, found.repair) == (2, "join_spellings")


def test_personal_data_that_is_not_marked_is_serious_and_no_finding_shows_it():
    said = Dictionary(tuple(
        Column("email", Semantic.TEXT) if c.name == "email" else c for c in CUSTOMERS
    ), "id")  # fmt: skip
    found = of(CHECKS["personal"](look(CLEAN, said)), "email")
    assert [f.severity for f in found] == ["serious"]
    assert "person1@" not in str(found)


def test_an_unknown_id_written_as_minus_one_is_serious():
    found = of(CHECKS["personal"](look(changed(CLEAN, "id", {1: -1, 2: -1}))), "id")
    assert [(f.severity, f.count) for f in found] == [("info", 300), ("serious", 2)]


def test_a_personal_key_is_never_shown():
    said = Dictionary(tuple(
        Column("email", Semantic.PERSONAL) if c.name == "email" else c for c in CUSTOMERS
    ), "email")  # fmt: skip
    table = changed(changed(CLEAN, "birth_year", {5: 1893}), "email", {6: "person5@example.org"})
    for find in CHECKS.values():
        assert "@example" not in str(find(look(table, said)))


def leaking(values, semantic, kind):
    said = Dictionary((*CUSTOMERS.columns, Column("leak", semantic, kind)), "id")
    return CHECKS["leaks"](look(CLEAN.append_column("leak", pa.array(values)), said))


def test_columns_that_know_the_outcome_are_leaks():
    response = np.array(CLEAN["response"].to_pylist())
    draw = np.random.default_rng(0)
    assert [f.severity for f in of(leaking(response, Semantic.FLAG, "bool"), "leak")] == ["serious"]
    revenue = np.where(response, draw.normal(20, 1, 300), draw.normal(0, 1, 300))
    assert "by the order of its values" in str(of(leaking(-revenue, Semantic.MONEY, "double"), "leak")[0].words)
    letter = np.where(response, "sold", np.array(["lost", "open"])[draw.integers(0, 2, 300)])
    assert "with the same value" in str(of(leaking(letter, Semantic.CATEGORY, "string"), "leak")[0].words)
    delivered = [4 if yes else None for yes in response]
    assert "whether it is filled" in str(of(leaking(delivered, Semantic.NUMBER, "int64"), "leak")[0].words)


def test_a_value_that_makes_the_response_certain_is_worth_a_warning():
    response = np.array(CLEAN["response"].to_pylist())
    half = response & (np.cumsum(response) % 2 == 0)
    assert [f.severity for f in of(leaking(half, Semantic.FLAG, "bool"), "leak")] == ["warning"]


def test_an_amount_that_only_responders_have_is_worth_a_warning():
    response = np.array(CLEAN["response"].to_pylist())
    spent = np.where(response & (np.cumsum(response) % 3 == 0), 20.5, 0.0)
    found = of(leaking(spent, Semantic.MONEY, "double"), "leak")
    assert [f.severity for f in found] == ["warning"]
    assert "more than 0" in str(found[0].words)


def test_categories_of_one_row_each_do_not_foretell_themselves():
    names = [f"customer {row}" for row in range(300)]
    assert of(leaking(names, Semantic.CATEGORY, "string"), "leak") == []


def test_a_strong_but_honest_column_is_no_leak():
    response = np.array(CLEAN["response"].to_pylist())
    score = response + np.random.default_rng(0).normal(0, 1, 300)
    assert of(leaking(score, Semantic.NUMBER, "double"), "leak") == []


def test_a_column_that_knows_any_of_several_classes_is_a_leak():
    said = Dictionary((*CUSTOMERS.columns, Column("mood", Semantic.CATEGORY), Column("why", Semantic.CATEGORY)), "id")
    draw = np.random.default_rng(0)
    mood = np.array(["bad", "fair", "good"])[draw.choice(3, 300, p=[0.6, 0.25, 0.15])]
    why = [["late", "dear"][row % 2] if name == "bad" else None for row, name in enumerate(mood)]
    table = CLEAN.append_column("mood", pa.array(mood)).append_column("why", pa.array(why, pa.string()))
    found = of(CHECKS["leaks"](look(table, said, target="mood")))
    assert [(f.column, f.severity) for f in found] == [("why", "serious")]


def test_a_column_declared_as_known_after_is_named():
    said = Dictionary(tuple(
        Column("visits", Semantic.NUMBER, "int64", known="after") if c.name == "visits" else c for c in CUSTOMERS
    ), "id")  # fmt: skip
    assert [(f.column, f.severity) for f in of(CHECKS["leaks"](look(CLEAN, said)))] == [("visits", "warning")]


def test_two_draws_of_one_world_do_not_drift_and_a_moved_column_does():
    for seed in range(1, 6):
        assert of(CHECKS["drift"](look(customers(300, seed), before=CLEAN))) == []
    moved = CLEAN.set_column(3, "visits", pa.array(np.array(CLEAN["visits"].to_pylist()) + 3))
    assert [f.column for f in of(CHECKS["drift"](look(moved, before=CLEAN)))] == ["visits"]


def test_drift_tells_new_and_lost_categories_missing_values_and_columns():
    table = changed(
        CLEAN, "city", {row: "Berlin" for row, city in enumerate(CLEAN["city"].to_pylist()) if city == "Łódź"}
    )
    words = " ".join(str(f.words) for f in of(CHECKS["drift"](look(table, before=CLEAN)), "city"))
    assert "1 category is new: Berlin" in words
    assert "1 category is gone: Łódź" in words
    emptied = changed(CLEAN, "income", dict.fromkeys(range(150)))
    assert "50% of the values are missing, against 0%" in str(of(CHECKS["drift"](look(emptied, before=CLEAN)))[0].words)


def test_rows_added_to_a_table_are_compared_by_themselves():
    added = customers(100, 3).set_column(0, "id", pa.array(np.arange(100) + 9000))
    added = added.set_column(3, "visits", pa.array(np.array(added["visits"].to_pylist()) + 4))
    found = of(CHECKS["drift"](look(pa.concat_tables([CLEAN, added]), before=CLEAN)))
    assert [(f.column, f.count) for f in found] == [("visits", 100)]


def test_a_target_that_is_no_column_or_has_no_value_is_refused():
    with pytest.raises(NotFound, match="Did you mean 'response'"):
        look(CLEAN, target="respons")
    with pytest.raises(DataError, match="has no value"):
        look(CLEAN.set_column(8, "response", pa.nulls(300, pa.bool_())))
    with pytest.raises(NotFound, match="has no value 'maybe'"):
        look(CLEAN, positive="maybe")
