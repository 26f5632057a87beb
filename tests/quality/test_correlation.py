"""What moves together: Spearman's correlation as scipy has it, and no claim that chance would make as well."""

import time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.quality.correlation import CorrelationSpec, sections
from campanile.quality.correlation.answer import correlated
from campanile.quality.correlation.chance import draws, interval, no_accident, p_value
from campanile.quality.correlation.matrix import spearman
from campanile.quality.correlation.result import Correlated
from campanile.tables import Column, Dictionary, Semantic
from campanile.words import speaking
from campanile.workspace.errors import NotFound

COLUMN = st.lists(st.integers(0, 5) | st.none(), min_size=12, max_size=12)


def table(columns, target, entity=None, labels=None):
    """Return rows with numeric columns, a target of yes and no, and their dictionary."""
    labels = labels or {}
    whole = {name: pa.array(np.asarray(values, dtype=float), from_pandas=True) for name, values in columns.items()}
    whole["bought"] = pa.array(target)
    meaning = [Column(name, Semantic.NUMBER, "double", label=labels.get(name, {})) for name in columns]
    meaning.append(Column("bought", Semantic.FLAG, "bool", known="after"))
    if entity is not None:
        whole["who"] = pa.array(entity)
        meaning.append(Column("who", Semantic.IDENTIFIER, "int64"))
    return pa.table(whole), Dictionary(tuple(meaning))


def asked(**said):
    return CorrelationSpec(table="t", targets=("bought",), **said)


@settings(max_examples=60, deadline=None)
@given(st.lists(COLUMN, min_size=2, max_size=5))
def test_each_pair_is_spearmans_correlation_over_the_rows_that_both_have(columns):
    from scipy.stats import spearmanr

    values = np.array([[np.nan if value is None else value for value in column] for column in columns], dtype=float).T
    found = spearman(values)
    for one in range(len(columns)):
        for other in range(len(columns)):
            both = np.isfinite(values[:, one]) & np.isfinite(values[:, other])
            left, right = values[both, one], values[both, other]
            if both.sum() < 3 or np.ptp(left) == 0 or np.ptp(right) == 0:
                assert np.isnan(found[one, other])
            else:
                assert found[one, other] == pytest.approx(spearmanr(left, right).statistic, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(30)))
def test_the_order_of_rows_changes_nothing(order):
    values = np.random.default_rng(0).normal(size=(30, 4))
    values[values > 1.2] = np.nan
    assert spearman(values[order]) == pytest.approx(spearman(values), nan_ok=True)


def test_with_each_row_a_customer_the_p_value_is_at_least_scipys():
    from scipy.stats import rankdata, spearmanr

    rng = np.random.default_rng(1)
    one = rng.normal(size=200)
    other = one + rng.normal(scale=4, size=200)
    p = p_value(rankdata(one) - 100.5, rankdata(other) - 100.5, np.arange(200))
    assert spearmanr(one, other).pvalue <= p < 0.05


def test_a_resample_counts_rows_as_if_they_stood_there_so_often():
    from scipy.stats import spearmanr

    rng = np.random.default_rng(2)
    one, other = rng.integers(0, 6, 40).astype(float), rng.integers(0, 4, 40).astype(float)
    weights = draws(np.arange(40), 60, 0)
    by_hand = [spearmanr(np.repeat(one, n), np.repeat(other, n)).statistic
               for n in np.concatenate(weights).astype(int)]  # fmt: skip
    rho = float(spearman(np.column_stack([one, other]))[0, 1])
    found = interval(rho, one, other, weights)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(by_hand, [0.025, 0.975])))


def test_rows_of_one_customer_that_are_alike_make_nothing_surer():
    rng = np.random.default_rng(3)
    one, target = rng.normal(size=60), rng.random(60) < 0.5
    once = correlated(*table({"x": one}, target), asked()).targets[0].ties[0]
    again = table({"x": np.repeat(one, 30)}, np.repeat(target, 30), np.repeat(np.arange(60), 30))
    often = correlated(*again, asked(entity="who")).targets[0].ties[0]
    assert often.rho.estimate == pytest.approx(once.rho.estimate)
    assert often.p == pytest.approx(once.p, abs=0.1)
    assert often.rho.high - often.rho.low == pytest.approx(once.rho.high - once.rho.low, rel=0.3)
    anybody = table({"x": np.repeat(one, 30)}, np.repeat(target, 30))
    assert correlated(*anybody, asked()).targets[0].ties[0].p < often.p / 10


def test_as_many_are_called_as_benjamini_and_hochberg_call():
    from scipy.stats import false_discovery_control

    p = np.random.default_rng(4).random(50) ** 3
    assert no_accident(p, 0.05).tolist() == (false_discovery_control(p) <= 0.05).tolist()
    assert no_accident(np.empty(0), 0.05).tolist() == []


def test_where_there_is_nothing_something_is_called_in_at_most_one_world_of_twenty():
    called = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        columns = {f"x{at}": rng.normal(size=54) for at in range(25)}
        target = np.zeros(54, dtype=bool)
        target[rng.choice(54, 6, replace=False)] = True
        outcome = target - target.mean()
        p = np.array([p_value(one.argsort().argsort() - 26.5, outcome, np.arange(54)) for one in columns.values()])
        called += bool(no_accident(p, 0.05).any())
    # 5 in 100 of 200 are 10; more than 18 come in one of 200 such tests.
    assert called <= 18


def test_what_moves_with_the_target_is_found_and_told_by_its_label():
    rng = np.random.default_rng(5)
    columns = {f"x{at}": rng.normal(size=400) for at in range(20)}
    target = columns["x7"] + rng.normal(size=400) > 1
    rows, dictionary = table(columns, target, labels={"x7": {"en": "Tracks played"}})
    found = correlated(rows, dictionary, asked())
    assert [tie.column for tie in found.targets[0].sure] == ["x7"]
    assert found.targets[0].ties[0].rho.excludes(0)
    with speaking("en"):
        assert "1 of 20 columns moves with Bought beyond chance; most does Tracks played" in str(found.answer)


def test_with_few_outcomes_it_says_that_none_can_be_told_from_nothing():
    rng = np.random.default_rng(6)
    target = np.arange(54) < 5
    found = correlated(*table({f"x{at}": rng.normal(size=54) for at in range(25)}, target), asked())
    assert not found.targets[0].sure
    with speaking("en"):
        assert "With 5 such outcomes none of 25 columns can be told from nothing" in str(found.answer)


def test_targets_stand_first_and_columns_beside_those_they_move_with():
    rng = np.random.default_rng(7)
    one, other = rng.normal(size=300), rng.normal(size=300)
    columns = {"a": one, "b": other, "c": one + 0.01 * rng.normal(size=300), "d": -other + 0.5 * rng.normal(size=300)}
    found = correlated(*table(columns, one > 0), asked())
    assert found.columns[0] == "bought"
    shown = "".join(found.columns[1:])
    assert "ac" in shown or "ca" in shown
    assert "bd" in shown or "db" in shown
    assert [pair[:2] for pair in found.alike] in ([("a", "c")], [("c", "a")])


def test_a_target_and_what_is_known_after_are_no_columns_that_tell():
    rows, dictionary = table({"x": np.arange(20.0)}, np.arange(20) > 9)
    rows = rows.append_column("later", pa.array(np.arange(20.0)))
    dictionary = Dictionary((*dictionary.columns, Column("later", Semantic.NUMBER, "double", known="after")))
    assert [tie.column for tie in correlated(rows, dictionary, asked()).targets[0].ties] == ["x"]


def test_of_too_many_columns_those_are_shown_that_have_most_to_do_with_the_target():
    rng = np.random.default_rng(8)
    columns = {f"x{at}": rng.normal(size=100) for at in range(12)}
    found = correlated(*table(columns, columns["x3"] > 0), asked(columns=6))
    assert len(found.columns) == 6
    assert "x3" in found.columns
    assert found.left_out == 7
    assert len(found.targets[0].ties) == 12


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_hardly_any_rows_are_no_fault(rows):
    found = correlated(*table({"x": np.arange(rows), "y": np.arange(rows)}, np.arange(rows) > 0), asked())
    assert found.targets[0].ties == ()
    with speaking("en"):
        assert "Nothing could be compared" in str(found.answer)
        assert sections(found)[0].answer == found.answer


def test_the_section_draws_labels_that_do_not_fall_together_and_scrolls_on_a_phone():
    rng = np.random.default_rng(9)
    long = "Average popularity of all tracks that were played "
    labels = {f"x{at}": {"en": f"{long}{at}"} for at in range(27)}
    found = correlated(*table({name: rng.normal(size=50) for name in labels}, rng.random(50) < 0.5, labels=labels),
                       asked())  # fmt: skip
    with speaking("en"):
        (section,) = sections(found)
    (square,) = [block for block in section.blocks if getattr(block, "least_width", 0)]
    (drawn,) = square.figure.data
    assert len(set(drawn.x)) == len(drawn.x) == 28
    assert square.least_width > 390


def test_an_answer_is_kept_and_read_back(tmp_path):
    from campanile.quality.correlation import correlate
    from campanile.workspace import Workspace

    workspace = Workspace.open(tmp_path)
    rows, dictionary = table({"x": np.arange(30.0), "y": np.ones(30)}, np.arange(30) > 14, np.arange(30))
    with workspace.run("load", {}) as run:
        run.save_table("t", rows, key=None, meta={"dictionary": dictionary.to_dict()})
    found = correlate(workspace, asked(entity="who"))
    (kept,) = workspace.artifacts("correlation")
    assert workspace.result(kept, Correlated) == found
    assert found.customers == 30
    with pytest.raises(NotFound):
        correlate(workspace, CorrelationSpec(table="t", targets=("bougth",)))
    workspace.close()


@pytest.mark.slow
def test_a_hundred_thousand_rows_of_a_hundred_columns_take_seconds():
    rng = np.random.default_rng(10)
    values = np.round(rng.normal(size=(100_000, 100)), 2)
    values[rng.random(100_000) < 0.1, 20:60] = np.nan
    begun = time.process_time()
    spearman(values)
    assert time.process_time() - begun < 15
