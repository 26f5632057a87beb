"""Customers outside the trial, scored by what it taught."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campanile.audience.persuaded import persuade
from campanile.audience.spec import PersuadeSpec
from campanile.experiments.uplift import PredictSpec, UpliftSpec, measure, predict
from campanile.experiments.uplift.formulas import Linear, Sum, Trees, of_plain, plain
from campanile.experiments.uplift.keeping import FILE, Scorer
from campanile.experiments.uplift.learning import learn
from campanile.workspace.errors import DataError, NotFound


def spec(path, **changes) -> UpliftSpec:
    asked = {"source": str(path), "treatment": "got", "control": "nothing", "outcome": "visit", "learner": "two_model"}
    return UpliftSpec(**(asked | changes))


def among_members(age, member):
    return np.where(member, 0.2, 0.0)


BEFORE = ["customer_id", "age", "income_eur", "town", "member"]


@pytest.fixture
def others(customers):
    """Customers of next month: no treatment, no outcome; other keys than the trial's."""
    table = customers(900, seed=50).select(BEFORE)
    return table.set_column(0, "customer_id", pa.array([f"n{n}" for n in range(900)]))


@pytest.fixture
def scorer(workspace, file, customers):
    """What a trial of all learners together left behind."""
    measure(workspace, spec(file(customers(1200, effect=among_members)), learner=None))
    return Scorer.from_bytes(workspace.file(workspace.artifact("uplift"), FILE))


def test_others_are_scored_and_a_list_is_cut_by_what_the_trial_measured(workspace, file, customers, others):
    trial = measure(workspace, spec(file(customers(4000, effect=among_members)), key="customer_id"))
    told = predict(workspace, PredictSpec(source=str(file(others, "next.csv")), uplift="trial"))
    assert told.rows == 900
    assert told.in_trial == 0
    assert told.scores == "next_uplift_scores"
    assert "an expectation" in " ".join(map(str, told.notes))
    rows = workspace.read(workspace.table(told.scores))
    assert rows.column_names == ["customer_id", "uplift", "response"]
    member = dict(zip(others["customer_id"].to_pylist(), others["member"].to_pylist(), strict=True))
    moved = np.array([member[key] for key in rows["customer_id"].to_pylist()])
    effect = rows["uplift"].to_numpy()
    assert effect[moved].min() > effect[~moved].max()
    assert effect.mean() == pytest.approx(trial.average_effect.estimate, abs=0.02)

    listed = persuade(workspace, PersuadeSpec(scores=told.scores, capacity=200))
    assert listed.customers == 200
    assert not listed.in_trial
    assert listed.by_response is None
    assert listed.expected == pytest.approx(np.sort(effect)[-200:].sum())
    assert 0 < listed.depth < 0.4
    assert listed.outcomes.low < 0.2 * 200 < listed.outcomes.high
    assert "is expected to add" in str(listed.words)
    assert "were not in the trial" in str(listed.notes[0])


def test_the_scores_of_a_customer_do_not_depend_on_the_others(scorer, others):
    told, response = scorer.scores(others)
    order = np.random.default_rng(3).permutation(900)
    again, other = scorer.scores(others.take(pa.array(order)))
    assert (again == told[order]).all()
    assert (other == response[order]).all()
    alone = np.concatenate([scorer.scores(others.slice(at, 1))[0] for at in range(5)])
    assert (alone == told[:5]).all()
    pieces = np.concatenate([scorer.scores(others.slice(at, 7))[0] for at in range(0, 70, 7)])
    assert (pieces == told[:70]).all()


def test_what_is_kept_scores_the_same_to_the_last_bit_when_it_is_read_back(scorer, others):
    again = Scorer.from_bytes(scorer.to_bytes())
    for one, other in zip(scorer.scores(others), again.scores(others), strict=True):
        assert (one == other).all()
    assert again.measured == scorer.measured
    assert again.to_bytes() == scorer.to_bytes()


def test_what_learners_predict_is_what_was_learned_before_it_was_kept(trial):
    made, fresh = trial(1500, slope=0.1), trial(400, seed=9).X
    learned = learn(made)
    kept = of_plain(plain(learned.of_effect))
    assert (kept(learned.design.transform(fresh)) == learned.effect(fresh)).all()
    assert learned.effect(made.X).std() > 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.floats(-5, 5), min_size=2, max_size=2), st.floats(-3, 3), st.floats(-2, 2), st.integers(1, 40))
def test_formulas_are_read_back_and_add_up(slopes, start, weight, rows):
    formula = Sum(((weight, Linear(start, tuple(slopes))), (1.0, Linear(start, tuple(slopes), chance=True))), start)
    Z = np.random.default_rng(rows).normal(size=(rows, 2))
    straight = start + Z @ np.array(slopes)
    assert formula(Z) == pytest.approx(start + weight * straight + 1 / (1 + np.exp(-straight)))
    assert of_plain(plain(formula)) == formula
    assert (formula(Z)[:1] == formula(Z[:1])).all()


def test_boosters_are_kept_in_their_own_format():
    from campanile.experiments.uplift.trees import boosted

    Z = np.random.default_rng(0).normal(size=(600, 3))
    fitted = boosted(Z, Z[:, 0] * 2, 0, rounds=10, depth=2, eta=0.3)
    kept = of_plain(plain(fitted))
    assert isinstance(kept, Trees)
    assert (kept(Z) == fitted(Z)).all()
    assert np.corrcoef(kept(Z), Z[:, 0])[0, 1] > 0.8


def test_values_that_the_trial_had_not_seen_count_as_unseen_and_missing_ones_as_missing(scorer, others):
    here = others.slice(0, 3)
    new = here.set_column(3, "town", pa.array(["Atlantis", "Atlantis", None]))
    none = here.set_column(3, "town", pa.array([None, None, None], pa.string()))
    assert (scorer.scores(new)[0] == scorer.scores(none)[0]).all()
    bare = here.set_column(1, "age", pa.array([None, None, None], pa.float64()))
    assert np.isfinite(scorer.scores(bare)[0]).all()


def test_many_values_that_the_trial_did_not_have_are_told(workspace, file, customers, others):
    measure(workspace, spec(file(customers(1000))))
    shouted = pa.array([town.upper() if at % 4 == 0 else town for at, town in enumerate(others["town"].to_pylist())])
    told = predict(
        workspace, PredictSpec(source=str(file(others.set_column(3, "town", shouted), "n.csv")), uplift="trial")
    )
    assert "In 'town' 25% of the customers have a value that the trial did not have" in " ".join(map(str, told.notes))
    quiet = predict(workspace, PredictSpec(source=str(file(others, "next.csv")), uplift="trial"))
    assert "did not have" not in " ".join(map(str, quiet.notes))


def test_columns_kept_out_are_not_needed_and_missing_ones_are_named(workspace, file, customers, others):
    measure(workspace, spec(file(customers(1000)), exclude=("income_eur",)))
    fewer = others.drop_columns(["income_eur", "customer_id"])
    told = predict(workspace, PredictSpec(source=str(file(fewer, "next.csv")), uplift="trial"))
    assert workspace.read(workspace.table(told.scores)).column_names == ["row", "uplift", "response"]
    with pytest.raises(DataError, match="'age'"):
        predict(workspace, PredictSpec(source=str(file(others.drop_columns(["age"]), "n.csv")), uplift="trial"))


def test_a_file_is_read_in_the_types_of_the_trial(workspace, file, customers, others):
    # Whole numbers that are all 0 or 1 would be flags, a town "1" a number, were the file read by itself.
    table = customers(1200)
    towns = pa.array([{"North": "1", "South": "2", "West": "x3"}[town] for town in table["town"].to_pylist()])
    measure(workspace, spec(file(table.set_column(3, "town", towns))))
    kept = Scorer.from_bytes(workspace.file(workspace.artifact("uplift"), FILE))
    numbered = others.slice(0, 40).set_column(3, "town", pa.array(["1", "2"] * 20))
    told = predict(workspace, PredictSpec(source=str(file(numbered, "next.csv")), uplift="trial"))
    scores = workspace.read(workspace.table(told.scores))
    by_hand = kept.scores(numbered)[0][np.argsort(numbered["customer_id"].to_pylist())]
    assert (scores["uplift"].to_numpy() == by_hand).all()


def test_customers_of_the_trial_break_nothing_and_are_told(workspace, file, customers, others):
    table = customers(1000)
    measure(workspace, spec(file(table), key="customer_id"))
    both = pa.concat_tables([table.select(BEFORE).slice(0, 25), others])
    told = predict(workspace, PredictSpec(source=str(file(both, "next.csv")), uplift="trial"))
    assert told.in_trial == 25
    assert "25 of them were in the trial" in " ".join(map(str, told.notes))


def test_where_nobody_is_more_persuadable_the_order_is_said_to_mean_nothing(workspace, file, customers, others):
    trial = measure(workspace, spec(file(customers(3000, seed=1))))
    assert not trial.targetable
    told = predict(workspace, PredictSpec(source=str(file(others, "next.csv")), uplift="trial"))
    assert "means nothing" in " ".join(map(str, told.notes))
    listed = persuade(workspace, PersuadeSpec(scores=told.scores, capacity=100))
    assert listed.outcomes.estimate == pytest.approx(100 * trial.average_effect.estimate)
    assert listed.depth == 1
    assert "the order means nothing" in str(listed.words)
    assert "at random" in str(listed.notes[0])


def test_a_kept_table_is_scored_and_lineage_goes_back_to_the_trial(workspace, file, customers, others):
    measure(workspace, spec(file(customers(1000))))
    from campanile.sources import LoadSpec, load

    load(workspace, LoadSpec(path=file(others, "next.csv"), table="customers", key="customer_id"))
    told = predict(workspace, PredictSpec(source="customers", uplift="trial", version=1, out="october"))
    made = workspace.table("october")
    assert {link.artifact.kind for link in workspace.lineage(made).parents} == {"table", "uplift"}
    assert made.meta["key"] == "customer_id"
    assert told.uplift_version == 1


def test_what_cannot_be_is_refused_in_words(workspace, file, customers, others):
    path = file(others, "next.csv")
    measure(workspace, spec(file(customers(300))))
    with pytest.raises(DataError, match="checks did not pass"):
        predict(workspace, PredictSpec(source=str(path), uplift="trial"))
    told = measure(workspace, spec(file(customers(1000))))
    with pytest.raises(NotFound, match="trial"):
        predict(workspace, PredictSpec(source=str(path), uplift="trail"))
    with pytest.raises(DataError, match="something else"):
        predict(workspace, PredictSpec(source=str(path), uplift="trial", out=told.scores))
    assert workspace.table(told.scores).version == told.scores_version


def test_a_causal_forest_says_that_it_is_not_kept(workspace, file, customers, others):
    pytest.importorskip("econml", reason="needs pip install 'campanile[uplift]'")
    told = measure(workspace, spec(file(customers(600)), learner="causal_forest"))
    assert "not kept" in " ".join(map(str, told.notes))
    with pytest.raises(DataError, match="causal forest"):
        predict(workspace, PredictSpec(source=str(file(others, "next.csv")), uplift="trial"))


def test_nothing_that_tells_of_single_customers_is_kept(workspace, file, customers):
    table = customers(800)
    measure(workspace, spec(file(table), key="customer_id"))
    content = workspace.file(workspace.artifact("uplift"), FILE).decode()
    assert not any(f'"{key}"' in content for key in table["customer_id"].to_pylist()[:50])
    assert "spend_eur" not in content


def test_the_depth_is_found_by_the_lowest_prediction_of_the_list(workspace, file, customers):
    trial = measure(workspace, spec(file(customers(4000, effect=among_members))))
    measured = Scorer.from_bytes(workspace.file(workspace.artifact("uplift"), FILE)).measured
    assert list(measured.lowest) == sorted(measured.lowest, reverse=True)
    assert measured.down_to(-9)[0] == 1
    assert measured.down_to(-9)[1][0] == pytest.approx(trial.average_effect.estimate)
    assert measured.down_to(9)[0] == 0.01
    share, (estimate, low, high) = measured.down_to(measured.lowest[29])
    assert share == pytest.approx(0.3, abs=0.011)
    assert low <= estimate <= high
    assert estimate == pytest.approx(trial.uplift_at_30.estimate, abs=0.02)
    assert pc.max(workspace.read(workspace.table(trial.scores))["uplift"]).as_py() >= measured.lowest[0]
