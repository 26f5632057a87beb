"""Clean data raises no alarm, whatever its tails; the order of rows does not matter."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.quality.checks import CHECKS
from campanile.quality.checks.far import far_values
from campanile.quality.inspection import findings_of
from campanile.tables import Column, Dictionary, Semantic
from quality.made import CUSTOMERS, customers, look, of


@pytest.mark.parametrize("seed", range(5))
def test_clean_customers_pass_every_check_but_the_marks_of_id_and_personal_data(seed):
    findings = findings_of(look(customers(seed=seed)))
    assert {f.check for f in findings} == set(CHECKS)
    assert [(f.check, f.column) for f in of(findings)] == [("personal", "id"), ("personal", "email")]


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_that_finds_nothing_says_so(name):
    table = customers(80).select(["id", "visits", "member", "response"])
    dictionary = Dictionary(tuple(CUSTOMERS[name] for name in table.column_names), key="id")
    findings = CHECKS[name](look(table, dictionary))
    assert findings
    assert all(str(f.words) for f in findings)
    if name != "personal":
        assert all(f.passed for f in findings)


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_takes_tables_of_no_and_of_one_row_and_columns_without_values(name):
    CHECKS[name](look(customers(1)))
    CHECKS[name](look(customers(0), target=None))
    empty = pa.table({field.name: pa.nulls(9, field.type) for field in customers(1).schema})
    CHECKS[name](look(empty, target=None))


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_row_order_does_not_matter(seed):
    table = customers(120)
    table = table.set_column(2, "income", pa.array([1e9, None, *table["income"].to_pylist()[2:]]))
    mixed = table.take(pa.array(np.random.default_rng(seed).permutation(table.num_rows)))
    kept = [(f.check, f.column, f.passed, f.severity, f.count, str(f.words)) for f in findings_of(look(table))]
    assert kept == [
        (f.check, f.column, f.passed, f.severity, f.count, str(f.words)) for f in findings_of(look(mixed))
    ]  # fmt: skip


TAILS = {
    "normal": lambda draw, n: draw.normal(100, 10, n),
    "exponential": lambda draw, n: draw.exponential(5, n),
    "lognormal, wide": lambda draw, n: draw.lognormal(3, 2, n),
    "Pareto": lambda draw, n: draw.pareto(1.2, n) + 1,
    "uniform": lambda draw, n: draw.uniform(0, 1, n),
    "counts": lambda draw, n: draw.negative_binomial(1, 0.1, n).astype(float),
}


@pytest.mark.parametrize("tail", TAILS)
def test_ordinary_heavy_tails_hold_no_far_value_in_99_of_100_tables(tail):
    dictionary = Dictionary((Column("x", Semantic.NUMBER, "double"),))
    draw = np.random.default_rng(1)
    alarms = 0
    for _ in range(100):
        table = pa.table({"x": TAILS[tail](draw, 300)})
        alarms += not far_values(look(table, dictionary, target=None))[0].passed
    assert alarms <= 1
