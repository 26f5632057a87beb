"""On the real campaign the checks find what analysts found by hand."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import csv

from campanile.quality import QualitySpec
from campanile.quality.inspection import examine
from campanile.tables import Column, Dictionary, Semantic
from quality.made import of

FLAGS = ("AcceptedCmp1", "AcceptedCmp2", "AcceptedCmp3", "AcceptedCmp4", "AcceptedCmp5", "Complain", "Response")


@pytest.fixture(scope="module")
def answer(real_data):
    file = real_data / "ifood" / "marketing_campaign.csv"
    rows = csv.read_csv(file, parse_options=csv.ParseOptions(delimiter=";"))
    for name in FLAGS:
        rows = rows.set_column(rows.column_names.index(name), name, pc.equal(rows[name], 1))
    said = Dictionary(tuple(Column(field.name, meaning(field), str(field.type)) for field in rows.schema), key="ID")
    return examine(rows, said, QualitySpec(table="customers", target="Response"))


def meaning(field):
    if field.name == "ID":
        return Semantic.IDENTIFIER
    if field.name in ("Education", "Marital_Status"):
        return Semantic.CATEGORY
    if pa.types.is_boolean(field.type):
        return Semantic.FLAG
    if pa.types.is_date(field.type):
        return Semantic.DATE
    return Semantic.MONEY if field.name.startswith("Mnt") or field.name == "Income" else Semantic.NUMBER


@pytest.mark.real
def test_the_known_quirks_are_found_with_their_counts(answer):
    found = {(f.check, f.column): f.count for f in of(answer.findings)}
    assert found == {
        ("missing", "Income"): 24,
        ("constant", "Z_CostContact"): 2240,
        ("constant", "Z_Revenue"): 2240,
        ("duplicates", None): 182,
        ("duplicates", "Response"): 201,
        ("impossible", "Year_Birth"): 3,
        ("far", "Income"): 1,
        ("rare", "Marital_Status"): 7,
        ("personal", "ID"): 2240,
    }


@pytest.mark.real
def test_the_response_rate_is_that_of_the_file(answer):
    assert answer.profile.response is not None
    assert answer.profile.response.estimate == pytest.approx(334 / 2240)
