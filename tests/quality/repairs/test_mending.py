"""Repairs change what they say and nothing else, once, and can be undone."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.quality import QualitySpec, Repaired, RepairSpec, check, repair, revert
from campanile.quality.inspection import findings_of
from campanile.quality.mending import mend
from campanile.quality.repairs import REPAIRS
from campanile.workspace.errors import NotFound, SpecError
from quality.made import CUSTOMERS, TODAY, changed, customers, kept, look, of

CLEAN = customers(300)
SPEC = RepairSpec(table="customers", target="response", as_of=TODAY)
EVERY = RepairSpec(table="customers", target="response", as_of=TODAY, repairs=tuple(REPAIRS))


def faulty(rows=(3, 40, 77)):
    table = changed(CLEAN, "birth_year", {rows[0]: 1893})
    table = changed(table, "income", {rows[1]: 6.6e9, rows[2]: -5.0})
    table = changed(table, "city", {rows[0]: "kraków ", rows[1]: "LODZ"})
    return pa.concat_tables([table, table.slice(0, 2)])


def test_clean_rows_stay_as_they_are():
    mended = mend(CLEAN, CUSTOMERS, SPEC)
    assert mended.rows.equals(CLEAN)
    assert (mended.steps, mended.changes.num_rows) == ((), 0)


@settings(max_examples=3, deadline=None)
@given(rows=st.permutations(range(5, 300)).map(lambda rows: tuple(rows[:3])))
def test_what_was_planted_is_mended_and_nothing_else(rows):
    mended = mend(faulty(rows), CUSTOMERS, SPEC)
    assert mended.rows.num_rows == 300
    expected = changed(CLEAN, "birth_year", {rows[0]: None})
    expected = changed(expected, "income", {rows[1]: None, rows[2]: None})
    expected = changed(expected, "city", {rows[0]: "Kraków", rows[1]: "Łódź"})
    assert mended.rows.sort_by("id").equals(expected)
    assert of(findings_of(look(mended.rows)), check="impossible") == []


@settings(max_examples=3, deadline=None)
@given(rows=st.permutations(range(5, 300)).map(lambda rows: tuple(rows[:3])), seed=st.integers(0, 99))
def test_a_second_repair_finds_nothing_and_row_order_does_not_matter(rows, seed):
    table = faulty(rows)
    once = mend(table, CUSTOMERS, EVERY)
    assert mend(once.rows, CUSTOMERS, EVERY).steps == ()
    mixed = table.take(pa.array(np.random.default_rng(seed).permutation(table.num_rows)))
    assert mend(mixed, CUSTOMERS, EVERY).rows.sort_by("id").equals(once.rows.sort_by("id"))


def test_the_changes_lead_back_to_what_was_before():
    table = faulty().slice(0, 300)
    mended = mend(table, CUSTOMERS, SPEC)
    back = mended.rows
    for line in mended.changes.to_pylist():
        kind = back.schema.field(line["column"]).type
        value = None if line["before"] is None else pc.cast(pa.array([line["before"]]), kind)[0].as_py()
        back = changed(back, line["column"], {line["row"] - 1: value})
    assert back.equals(table)


def test_twins_and_rare_categories_are_joined_only_when_asked():
    twins = CLEAN.slice(0, 30).set_column(0, "id", pa.array(np.arange(30) + 9000))
    table = changed(pa.concat_tables([CLEAN, twins]), "city", {100: "YOLO", 101: "Absurd"})
    assert mend(table, CUSTOMERS, SPEC).steps == ()
    mended = mend(table, CUSTOMERS, EVERY)
    assert mended.rows.num_rows == 300
    assert mended.rows["city"].to_pylist().count("Other") == 2
    assert pc.max(mended.rows["id"]).as_py() < 9000


def test_missing_values_are_never_filled():
    table = changed(CLEAN, "income", dict.fromkeys(range(50)))
    assert mend(table, CUSTOMERS, EVERY).rows["income"].null_count == 50


def test_a_repair_writes_a_version_with_lineage_and_its_changes(workspace):
    first = kept(workspace, faulty())
    answer = repair(workspace, SPEC)
    assert (answer.before, answer.version, answer.rows_before, answer.rows) == (1, 2, 302, 300)
    now = workspace.table("customers")
    assert (now.version, now.meta["repaired_from"]) == (2, 1)
    assert [link.artifact.id for link in workspace.lineage(now).parents] == [first.id]
    record = workspace.artifact("repair", "customers")
    assert workspace.result(record, Repaired) == answer
    changes = workspace.frame(record, "changes").to_pylist()
    assert sum(step.values + step.dropped for step in answer.steps) == len(changes) == 7
    assert {
        "repair": "impossible_to_missing",
        "key": "1003",
        "column": "birth_year",
        "before": "1893",
        "after": None,
    }.items() <= next(line for line in changes if line["column"] == "birth_year").items()
    assert repair(workspace, SPEC).version is None
    assert workspace.table("customers").version == 2


def test_a_dry_run_tells_and_writes_nothing(workspace):
    kept(workspace, faulty())
    preview = repair(workspace, SPEC.model_copy(update={"dry_run": True}))
    assert preview.version is None
    assert preview.steps
    assert "would change" in str(preview.answer)
    assert workspace.table("customers").version == 1
    assert repair(workspace, SPEC).steps == preview.steps


def test_undoing_brings_the_earlier_content_back_as_the_newest_version(workspace):
    first = kept(workspace, faulty())
    repair(workspace, SPEC)
    answer = revert(workspace, "customers", 1)
    assert (answer.version, answer.to, answer.rows) == (3, 1, 302)
    back = workspace.table("customers")
    assert (back.version, back.hash, back.meta["reverted_to"]) == (3, first.hash, 1)
    assert workspace.table("customers", 2).hash != first.hash
    with pytest.raises(NotFound):
        revert(workspace, "customers", 9)


def test_a_check_is_kept_and_compares_with_the_version_before(workspace):
    kept(workspace, CLEAN)
    kept(workspace, CLEAN.set_column(3, "visits", pa.array(np.array(CLEAN["visits"].to_pylist()) + 3)))
    answer = check(workspace, QualitySpec(table="customers", target="response", as_of=TODAY))
    assert (answer.version, answer.compared_with) == (2, 1)
    assert [f.column for f in of(answer.findings, check="drift")] == ["visits"]
    assert workspace.result(workspace.artifact("quality", "customers"), type(answer)) == answer


def test_unknown_repairs_checks_and_columns_are_named(workspace):
    with pytest.raises(SpecError, match="drop_everything"):
        RepairSpec(table="customers", repairs=("drop_everything",))
    with pytest.raises(SpecError, match="luck"):
        QualitySpec(table="customers", checks=("luck",))
    kept(workspace, CLEAN)
    with pytest.raises(NotFound, match="Did you mean 'income'"):
        repair(workspace, RepairSpec(table="customers", columns=("incom",)))
