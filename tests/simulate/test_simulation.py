"""The search finds what is known to be best, keeps its promises, and says how sure it is."""

from dataclasses import replace
from itertools import pairwise, product
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campanile.simulate.bench import bench_of
from campanile.simulate.checking import bound
from campanile.simulate.choosing import first, unbeaten
from campanile.simulate.expecting import Expecting, estimate
from campanile.simulate.simulation import simulated
from tests.simulate import conftest as made


def exhausted(rows, budget, **said):
    """Return the best response that any change allowed has for ``budget``, by trying every one."""
    model, spec = made.Known(rows, shifts=(0.0, 0.0)), made.spec_of(**said)
    levers = bound(spec.levers, model.plan, "buys", made.DICTIONARY, rows)
    bench = bench_of(model, made.everybody(model, rows), rows, levers, spec, model.refits)
    steps = np.array(list(product(*(range(one.least, one.most + 1) for one in levers))))
    worth = bench.judged(steps)
    allowed = (worth.outside <= 0.05) & (worth.cost <= budget / rows.num_rows)
    return float(worth.response[allowed].max())


def test_what_is_found_is_within_two_percent_of_the_known_optimum():
    rows = made.world(150)
    for budget in (600.0, 3_000.0):
        levers = {
            "popular": {"low": 25, "high": 66, "step": 3, "cost": 1, "direction": "up"},
            "favourite": {"step": 2, "cost": 3, "direction": "up"},
            "advertisements": {"step": 2, "cost": 2, "direction": "down"},
        }  # fmt: skip
        found = made.ask(rows, made.Known(rows, shifts=(0.0, 0.0)), levers=levers, budget=budget)
        best = exhausted(rows, budget, levers=levers)
        assert found.answers[0].after.estimate >= found.before.estimate + 0.98 * (best - found.before.estimate)
        assert found.answers[0].cost <= budget * (1 + 1e-9)


def test_each_generation_asks_the_model_once(rows):
    model = made.Known(rows)
    first = made.ask(rows, model, generations=12)
    assert first.calls <= 12
    sample = first.looked_at
    searching = [asked for asked in model.pipeline.asked if asked > 2 * sample]
    assert len(searching) <= 12
    assert max(searching) == 40 * sample  # the whole population of the first generation, for all customers


def test_the_same_seed_gives_the_same_answer_and_another_may_not(rows, found):
    assert made.ask(rows) == found
    assert made.ask(rows, seed=1).tried != 0


def test_of_the_front_none_is_beaten(found):
    assert all(one.cost < other.cost and one.response < other.response for one, other in pairwise(found.front))
    for answer in found.answers:
        assert not any(one.cost < answer.cost and one.response >= answer.after.estimate for one in found.front)


def test_answers_differ_and_each_helps(found):
    assert len(found.answers) == 4
    assert len({tuple((one.name, one.by) for one in answer.changes) for answer in found.answers}) == 4
    assert all(answer.gain.estimate > 0 for answer in found.answers)


LEVER = st.fixed_dictionaries({
    "step": st.sampled_from([1, 2, 5]), "cost": st.floats(0, 10), "direction": st.sampled_from(["up", "down", "both"]),
})  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(made.LEVERS), LEVER, min_size=1), st.floats(0, 2_000), st.integers(0, 5))
def test_every_answer_keeps_to_budget_bounds_direction_and_what_was_observed(rows, levers, budget, seed):
    found = made.ask(rows, levers=levers, budget=budget, seed=seed, population=16, generations=4, sample=60)
    for answer in found.answers:
        assert answer.cost <= budget * (1 + 1e-9)
        assert answer.outside <= 0.05 + 1e-9
        for change in answer.changes:
            lever = next(one for one in found.levers if one.name == change.name)
            assert lever.observed_low <= change.after <= lever.observed_high
            assert (change.by / lever.step) == pytest.approx(round(change.by / lever.step))
            assert change.by > 0 or lever.direction != "up"
            assert change.by < 0 or lever.direction != "down"
    assert all(point.cost <= budget * (1 + 1e-9) for point in found.front)


def test_nobody_is_taken_beyond_the_bounds_nor_brought_back_from_beyond(rows):
    model, spec = made.Known(rows), made.spec_of(levers={"popular": {"low": 40, "high": 50, "direction": "both"}})
    levers = bound(spec.levers, model.plan, "buys", made.DICTIONARY, rows)
    bench = bench_of(model, made.everybody(model, rows), rows, levers, spec, model.refits)
    own = bench.ground.own["popular"]
    up, down = bench.ground.moved(np.array([[7], [-7]])).values["popular"]
    assert (up >= own).all()
    assert (down <= own).all()
    assert (up[own > 50] == own[own > 50]).all()
    assert (down[own < 40] == own[own < 40]).all()
    assert up[own <= 50].max() <= 50


def test_a_tighter_limit_of_distance_never_allows_more(rows):
    loose, tight = (made.ask(rows, near=near, budget=8_000) for near in (0.95, 0.99))
    assert tight.answers[0].outside <= 0.01 + 1e-9
    assert loose.answers[0].after.estimate >= tight.answers[0].after.estimate - 0.02


def test_what_is_worth_most_is_first_where_a_value_is_given(rows):
    found = made.ask(rows, value=200)
    net = [200 * one.gain.estimate * rows.num_rows - one.cost for one in found.answers]
    assert net[0] == max(net)
    poor = made.ask(rows, value=0.01)
    assert "no change of these levers is expected to earn what it costs, at €0.01" in str(poor.headline)
    assert "expected to earn" not in str(made.ask(rows, value=5_000).headline)


def test_nothing_changed_is_no_answer_however_sums_are_rounded():
    cost, response = np.array([0.0, 1.0, 2.0]), np.array([0.3 + 1e-16, 0.3 + 2e-16, 0.31])
    for money in ({"value": 1e-9}, {"budget": 1.0}, {}):
        said = {"reach": None, "value": None, "budget": None, **money}
        assert first(cost, response, 0.3, **said) == 2
    assert first(cost[:2], response[:2], 0.3, reach=None, value=None, budget=None) is None


def test_the_cheapest_that_reaches_a_share_is_first(rows, found):
    goal = found.before.estimate + 0.01
    reached = made.ask(rows, reach=goal)
    enough = [one for one in reached.front if one.response >= goal]
    assert reached.answers[0].cost == pytest.approx(min(one.cost for one in enough))
    beyond = made.ask(rows, reach=0.99)
    assert "No change within what has been observed lets 99%" in str(beyond.cautions[0])


def test_where_no_lever_helps_it_says_so():
    rows = made.world(300)
    found = made.ask(rows, levers={"advertisements": {"direction": "up", "step": 1}})
    assert found.answers == ()
    assert found.draft is None
    assert "no more responses" in str(found.headline)


def test_a_lever_that_the_answers_do_not_move_with_is_told(rows):
    model = made.Known(rows)
    still = replace(model.pipeline)
    still.predict_proba = lambda X: np.tile([0.8, 0.2], (len(X), 1))
    model.pipeline = still
    found = made.ask(rows, model)
    assert not any(one.moves_answers for one in found.levers)
    assert len([one for one in found.cautions if "do not move with" in str(one)]) == 3


def test_models_that_disagree_widen_the_interval(rows):
    near, far = (made.ask(rows, made.Known(rows, shifts)) for shifts in ((-0.01, 0.0, 0.01), (-0.3, 0.0, 0.3)))
    assert far.before.high - far.before.low > near.before.high - near.before.low


class Mean:
    """A model that expects of everybody what it saw on average, and of each a little more or less."""

    def __init__(self, mean):
        self.mean = mean

    def predict_proba(self, X):
        return np.column_stack([1 - self.mean - X[:, 0], self.mean + X[:, 0]])


def test_the_interval_over_models_of_resampled_customers_is_as_wide_as_a_mean_is_uncertain():
    """Each model is the mean of the customers that it drew: what it says of those not drawn must hold the truth."""
    draw, inside, rounds, customers = np.random.default_rng(0), 0, 300, 60
    for _ in range(rounds):
        values = draw.normal(0.4, 0.2, customers)
        times = draw.multinomial(customers, np.full(customers, 1 / customers), size=20)
        others = tuple(Mean(weights @ values / customers) for weights in times)
        expecting = Expecting(SimpleNamespace(positive=1), np.full(customers, -1), others, times > 0)
        # Customers differ among themselves, and each model is asked about others of them: that must not count.
        apart = expecting.apart(draw.normal(0, 1, (1, customers, 1)))[:, 0]
        told = estimate(np.array([values.mean()]), apart, 0.95)
        inside += told.low <= 0.4 <= told.high
    assert 0.92 <= inside / rounds <= 0.98


def test_where_all_models_had_seen_the_customer_all_are_asked():
    others = tuple(Mean(mean) for mean in (0.2, 0.3, 0.4))
    expecting = Expecting(SimpleNamespace(positive=1), np.array([-1]), others, np.ones((3, 1), dtype=bool))
    assert expecting.apart(np.zeros((1, 1, 1)))[:, 0] == pytest.approx([-0.1, 0.0, 0.1])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from([0.0, 0.2])), min_size=1, max_size=30))
def test_unbeaten_are_all_that_are_allowed_and_not_beaten(told):
    from campanile.simulate.search import Worth

    cost, response, outside = (np.array(column, dtype=float) for column in zip(*told, strict=True))
    kept = unbeaten(Worth(cost, response, outside), tolerated=0.05)
    allowed = [place for place in range(len(told)) if outside[place] <= 0.05]
    for place in allowed:
        beaten = any(
            cost[one] <= cost[place] and response[one] >= response[place]
            and (cost[one], response[one]) != (cost[place], response[place]) for one in allowed
        )  # fmt: skip
        alike = any((cost[one], response[one]) == (cost[place], response[place]) for one in kept)
        assert alike != beaten
    assert set(kept.tolist()) <= set(allowed)


def test_the_words_claim_no_cause(found):
    told = " ".join(str(one) for one in found.words()).lower()
    assert not any(word in told for word in ("cause", "because", "drives", "leads to"))
    assert "guess until an experiment confirms it" in told


def test_the_draft_is_ready_to_be_designed(found):
    draft = found.draft
    assert draft.baseline == found.answers[0].before.estimate
    assert draft.lift == pytest.approx(found.answers[0].gain.estimate / draft.baseline)
    assert draft.asked() == {
        "name": "buys-everybody", "metrics": ["buys"], "baseline": draft.baseline, "lift": draft.lift_low,
        "share": 50.0,
    }  # fmt: skip


def test_a_page_shows_the_front_the_levers_and_the_caution(found):
    from campanile.report import Picture
    from campanile.simulate.section import sections

    (section,) = sections(replace(found, cautions=(found.headline,)))
    assert section.blocks[0].kind == "caution"
    pictures = [block for block in section.blocks if isinstance(block, Picture)]
    assert len(pictures[0].table.rows) == len(found.front)
    assert list(pictures[0].figure.data[1].text) == ["1", "2", "3", "4"]


def test_one_customer_has_a_chance_and_no_share(rows):
    model = made.Known(rows)
    one = replace(made.everybody(model, rows), places=np.array([7]))
    for value, said in ((None, "expects a chance to respond of"), (1e-6, "is expected to earn what it costs")):
        found = simulated(model, one, rows, model.refits, made.spec_of(value=value))
        assert said in str(found.headline)
        assert "a chance to respond of" in str(found.answers[0].words)
