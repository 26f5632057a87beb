"""Features are proposed from what columns mean; what must not be a feature is left out, with the reason."""

from datetime import date

import pyarrow as pa
import pytest

from campanile.features import FeaturePlan, build, propose
from campanile.tables import Column, Dictionary, Semantic
from campanile.workspace.errors import NotFound

N = 40
ROWS = pa.table({
    "ID": list(range(N)),
    "email": [f"a{i}@b.c" for i in range(N)],
    "Year_Birth": [1950 + i for i in range(N)],
    "Dt_Customer": [date(2014, 1, 1 + i % 28) for i in range(N)],
    "Income": [None if i < 12 else 1000.0 * i for i in range(N)],
    "MntWines": [float(i) for i in range(N)], "MntMeat": [1.0] * (N - 1) + [3.0], "MntFish": [2.0] * (N - 1) + [0.0],
    "AcceptedCmp1": [i % 2 == 0 for i in range(N)], "AcceptedCmp2": [i % 3 == 0 for i in range(N)],
    "Z_Cost": [3] * N, "note": [f"text {i}" for i in range(N)], "city": ["Lima", "Cusco"] * (N // 2),
    "refund": [1.0, 2.0] * (N // 2), "Response": [i % 4 == 0 for i in range(N)],
})  # fmt: skip
S = Semantic
DICTIONARY = Dictionary(
    (
        Column("ID", S.IDENTIFIER, "int64"), Column("email", S.PERSONAL), Column("Year_Birth", S.NUMBER, "int64"),
        Column("Dt_Customer", S.DATE, "date32"), Column("Income", S.MONEY, "double"),
        Column("MntWines", S.MONEY, "double"),
        Column("MntMeat", S.MONEY, "double"), Column("MntFish", S.MONEY, "double"),
        Column("AcceptedCmp1", S.FLAG, "bool"),
        Column("AcceptedCmp2", S.FLAG, "bool"), Column("Z_Cost", S.CONSTANT, "int64"), Column("note", S.TEXT),
        Column("city", S.CATEGORY), Column("refund", S.MONEY, "double", known="after"),
        Column("Response", S.FLAG, "bool"),
    ),
    key="ID",
)  # fmt: skip


@pytest.fixture
def plan() -> FeaturePlan:
    return propose(DICTIONARY, ROWS, "Response")


def test_identifiers_personal_data_texts_constants_and_what_is_known_later_are_left_out(plan):
    assert {one.column for one in plan.left_out} == {"ID", "email", "Z_Cost", "note", "refund"}
    assert not {"ID", "email", "Z_Cost", "note", "refund", "Response"} & set(plan.sources)


def test_dates_and_birth_years_become_days_and_age_on_the_last_date_of_the_table(plan):
    built = build(plan, ROWS).to_pydict()
    assert plan.as_of == date(2014, 1, 28)
    assert built["days_since_dt_customer"][:2] == [27.0, 26.0]
    assert built["age"][0] == 64.0


def test_totals_shares_and_counts_come_from_columns_with_one_stem(plan):
    built = build(plan, ROWS).to_pydict()
    assert built["total_mnt"][5] == 8.0
    assert built["share_mnt_wines"][5] == pytest.approx(5 / 8)
    assert built["count_accepted_cmp"][:4] == [2.0, 0.0, 1.0, 1.0]
    assert "Income" not in plan["total_mnt"].sources


def test_a_column_with_many_missing_values_gets_a_flag(plan):
    assert sum(build(plan, ROWS).to_pydict()["income_missing"]) == 12


def test_excluded_columns_are_left_out_and_unknown_ones_are_told_with_the_nearest(plan):
    assert "city" not in propose(DICTIONARY, ROWS, "Response", ("city",)).names
    with pytest.raises(NotFound, match="'Response'"):
        propose(DICTIONARY, ROWS, "Respons")


def test_a_plan_is_data_and_comes_back_from_json(plan):
    import json

    again = FeaturePlan.from_dict(json.loads(json.dumps(plan.to_dict())))
    assert again == plan
    assert build(again, ROWS).equals(build(plan, ROWS))


def test_features_have_labels_units_and_sources(plan):
    assert all(str(feature.label) and feature.sources for feature in plan)
    assert plan["age"].unit == "year"
    labelled = propose(DICTIONARY, ROWS, "Response", labels={"total_mnt": {"en": "All spending"}})
    assert str(labelled["total_mnt"].label) == "All spending"
    assert len(set(plan.names)) == len(plan)


def test_money_without_common_names_is_one_whole_without_the_income():
    rows = pa.table({
        "wine": [1.0, 2.0, 5.0], "meat": [2.0, 2.0, 1.0], "fish": [3.0, 1.0, 1.0], "salary": [90.0, 80.0, 70.0],
        "y": [True, False, True],
    })  # fmt: skip
    dictionary = Dictionary(
        (*(Column(name, S.MONEY, "double") for name in ("wine", "meat", "fish", "salary")), Column("y", S.FLAG))
    )
    assert propose(dictionary, rows, "y")["total_money"].sources == ("wine", "meat", "fish")


def test_the_total_of_other_columns_is_no_part_of_them():
    rows = pa.table(
        {"spend_wine": [1.0, 2.0, 5.0], "spend_meat": [2.0, 2.0, 1.0], "spend_total": [3.0, 4.0, 6.0], "y": [1, 0, 1]}
    )
    names = ("spend_wine", "spend_meat", "spend_total")
    dictionary = Dictionary((*(Column(name, S.MONEY, "double") for name in names), Column("y", S.FLAG)))
    assert propose(dictionary, rows, "y")["total_spend"].sources == ("spend_wine", "spend_meat")
