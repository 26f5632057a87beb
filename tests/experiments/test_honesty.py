"""The method is honest on real customers, and a method that is not is found out."""

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from campanile.experiments import AaSpec, Metric, sections, simulate_aa
from campanile.experiments.honesty import honesty
from campanile.experiments.result import Measure
from campanile.workspace.errors import DataError

MOST = stats.binom.ppf(0.999, 500, 0.05) / 500


def test_the_products_of_matrices_count_what_one_by_one_counts():
    random = np.random.default_rng(0)
    values = random.gamma(1, 2, (400, 1))
    spec = AaSpec(table="t", looks=4, repetitions=60, least=20, seed=3)
    told = honesty(spec, (Measure("m", "mean", "m"),), (values,)).metrics[0]
    drawn = np.random.default_rng(3).random((60, 400), dtype=np.float32) < 0.5
    once = ever = 0
    for groups in drawn:
        p = [stats.ttest_ind(values[:n][groups[:n]], values[:n][~groups[:n]], equal_var=False).pvalue[0] < 0.05
             for n in (100, 200, 300, 400)]  # fmt: skip
        once, ever = once + p[-1], ever + any(p)
    assert told.once.estimate == pytest.approx(once / 60)
    assert told.fixed.estimate == pytest.approx(ever / 60)


def test_peeking_is_wrong_more_and_more_often_and_the_method_is_not(workspace, keep):
    random = np.random.default_rng(0)
    keep("users", key="user_id", user_id=range(4000), bought=random.random(4000) < 0.1, spent=random.gamma(1, 5, 4000))
    told = simulate_aa(workspace, AaSpec(table="users", looks=50, repetitions=500))
    shares = [fixed for _, fixed, _ in told.by_look]
    assert shares == sorted(shares)
    assert {one.kind for one in told.metrics} == {"proportion", "mean"}
    for one in told.metrics:
        assert one.fixed.estimate > 0.15
        assert one.sequential.estimate <= MOST
    assert told.honest
    assert sections(told)[0].anchor == "honesty"


def test_small_groups_of_few_large_values_get_no_verdict_rather_than_a_wrong_one(workspace, keep):
    random = np.random.default_rng(0)
    spent = random.lognormal(3, 1, 8000) * (random.random(8000) < 0.006)
    keep("users", key="user_id", user_id=range(8000), spent=spent)
    told = simulate_aa(workspace, AaSpec(table="users", metrics=("spent:mean",), share=5, looks=50, repetitions=500))
    assert told.metrics[0].sequential.estimate <= MOST
    assert "too early" in str(told.notes[-1])


def test_rows_of_a_user_stay_together(workspace, keep):
    random = np.random.default_rng(0)
    who = np.repeat(np.arange(600), 5)
    keep("visits", key="visit_id", visit_id=range(3000), user_id=who, pages=random.normal(size=600)[who] + 10)
    told = simulate_aa(workspace, AaSpec(table="visits", repetitions=1000, looks=5, seed=1))
    assert told.units == 600
    assert {one.kind for one in told.metrics} == {"mean", "ratio"}
    for one in told.metrics:
        assert one.once.low <= 0.05


def test_too_few_users_are_refused(workspace, keep):
    keep("users", key="user_id", user_id=range(50), x=np.arange(50.0))
    with pytest.raises(DataError, match="not enough for a single look"):
        simulate_aa(workspace, AaSpec(table="users", metrics=("x",)))


@pytest.mark.real
@pytest.mark.parametrize("table", ["sessions", "control"])
def test_wrong_verdicts_on_real_customers_are_within_the_level_for_every_kind(workspace, real_data, table):
    from campanile import sources

    if table == "sessions":
        sources.load(workspace, sources.LoadSpec(path=real_data / "clickstream" / "session_train.csv", table=table))
        metrics = ("page_views:mean", Metric(name="long", column="session_duration", above=1800, kind="proportion"),
                   "views=page_views/rows", "time=session_duration:money",
                   "after=page_views~session_duration")  # fmt: skip
    else:
        file = next((real_data / "experiments").glob("*"))
        rows = sources.read(file)
        only = rows.table.filter(pa.compute.equal(rows.table["segment"], "No E-Mail"))
        with workspace.run("load", {}) as run:
            run.save_table(table, only, key=None, meta={"dictionary": rows.dictionary.to_dict()})
        metrics = ("visit:proportion", "conversion:proportion", "spend:money", "raw=spend:mean", "share=spend/history",
                   "after=visit~recency:proportion")  # fmt: skip
    told = simulate_aa(workspace, AaSpec(table=table, metrics=metrics, repetitions=500, looks=100))
    assert {one.kind for one in told.metrics} == {"mean", "proportion", "ratio", "money"}
    for one in told.metrics:
        assert one.sequential.estimate <= MOST, (one.metric, one.sequential)
        assert one.fixed.estimate > 2 * 0.05


def test_it_is_said_whose_rows_were_kept_together(workspace, keep):
    random = np.random.default_rng(0)
    keep("events", visitor_id=[f"v{n}" for n in range(500) for _ in range(3)], spent=random.gamma(2, 2, 1500))
    keep("rows", spent=random.gamma(2, 2, 500))
    grouped, alone = (
        simulate_aa(workspace, AaSpec(table=table, metrics=("spent:mean",), looks=5, repetitions=50))
        for table in ("events", "rows")
    )
    assert str(grouped.notes[0]) == "500 users were put into groups, told apart by 'visitor_id'."
    assert str(alone.notes[0]).startswith("Each of 500 rows was taken for a user")
