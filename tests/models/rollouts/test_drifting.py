"""What moved is found, and what did not is not; of a handful of answers nothing is concluded."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from campanile.models import load
from campanile.models.rollouts import Drift, DriftSpec, drift
from campanile.models.rollouts.drifting import shift, state
from campanile.models.rollouts.files import append
from campanile.models.rollouts.log import noted, table
from campanile.words import say
from campanile.workspace.errors import DataError
from tests.models.conftest import campaign
from tests.models.rollouts.conftest import DAY, MODEL, declared

SPEC = DriftSpec(rollout="spring", until=DAY.date())
MICROS = int(DAY.timestamp() * 1e6)


def answered(home, rollout, rows, micros=MICROS, first=1):
    model = load(home, MODEL, 1)
    matrix = model.numbers(rows)
    keys = list(range(first, first + rows.num_rows))
    append(home, rollout.name, (MODEL, 1), table([
        noted(rollout, rollout.arms[0], model, keys, model.pipeline.predict_proba(matrix), matrix, micros)
    ]))  # fmt: skip


def states(done):
    return {one.name: one.state for one in done.versions[0].features}


def test_customers_as_those_of_the_training_have_moved_in_nothing(home):
    answered(home, declared(home), campaign(4000, seed=77).rows)
    done = drift(home, SPEC)
    assert not done.versions[0].moved
    assert str(done.verdict) == "Features and scores lie where they lay in training."
    assert home.result(home.artifact("drift", "spring"), Drift) == done


def test_a_feature_that_was_shifted_is_found_and_comes_first(home):
    rows = campaign(4000, seed=77).rows
    shifted = rows.set_column(rows.column_names.index("recency"), "recency", pc.add(rows["recency"], 60))
    answered(home, declared(home), shifted)
    done = drift(home, SPEC)
    first = done.versions[0].features[0]
    assert (first.name, first.state) == ("recency", "serious")
    assert states(done)["spend"] == "steady"
    assert "Recency" in str(done.verdict)


def test_values_that_went_missing_and_a_category_that_took_over_are_found(home):
    rows = campaign(4000, seed=77).rows
    names = rows.column_names
    gone = rows.set_column(names.index("spend"), "spend", pc.if_else(pc.less(rows["recency"], 40), None, rows["spend"]))
    gone = gone.set_column(names.index("city"), "city", pa.array(["Łódź"] * 4000))
    answered(home, declared(home), gone)
    found = states(drift(home, SPEC))
    assert found["spend"] == found["city"] == "serious"


def test_of_a_few_answers_it_is_said_that_they_are_too_few(home):
    answered(home, declared(home), campaign(40, seed=77).rows)
    done = drift(home, SPEC)
    assert set(states(done).values()) == {"few"}
    assert "Too few customers" in str(done.verdict)


def test_each_customer_counts_once_by_its_last_answer(home):
    rollout, rows = declared(home), campaign(1000, seed=77).rows
    answered(home, rollout, rows.set_column(1, "spend", pa.array([9e6] * 1000)), micros=MICROS - 3_600_000_000)
    answered(home, rollout, rows)
    done = drift(home, SPEC)
    assert done.versions[0].customers == 1000
    assert states(done)["spend"] == "steady"


def test_only_the_days_that_were_asked_for_are_looked_at(home):
    rollout, rows = declared(home), campaign(200, seed=77).rows
    for days in (0, 1, 20):
        answered(home, rollout, rows, MICROS - days * 86_400_000_000, first=1 + 1000 * days)
    done = drift(home, DriftSpec(rollout="spring", days=7, until=DAY.date()))
    assert [(one.day, one.customers) for one in done.versions[0].days] == [
        ((DAY - timedelta(days=1)).date(), 200), (DAY.date(), 200),
    ]  # fmt: skip
    with pytest.raises(DataError, match="answered nobody"):
        drift(home, DriftSpec(rollout="spring", days=7), now=datetime(2027, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(("answers", "most"), [(50, 5), (300, 5), (3000, 5)])
def test_what_did_not_move_is_said_to_have_moved_less_than_once_in_two_hundred_times(answers, most):
    draw = np.random.default_rng(answers)
    trained = draw.normal(size=2000)
    found = [shift("x", say("x"), draw.normal(size=answers), trained).state for _ in range(1000)]
    assert sum(one in ("moderate", "serious") for one in found) <= most


def test_a_shift_of_half_a_standard_deviation_is_found_in_a_thousand_answers():
    draw = np.random.default_rng(0)
    found = [shift("x", say("x"), draw.normal(0.5, 1, 1000), draw.normal(size=2000)).state for _ in range(200)]
    assert np.mean([one in ("moderate", "serious") for one in found]) > 0.99


def test_the_fields_limits_hold_where_chance_is_small_and_chance_where_it_is_large():
    assert [state(index, 0.02) for index in (0.05, 0.15, 0.3)] == ["steady", "moderate", "serious"]
    assert [state(index, 0.4) for index in (0.05, 0.3, 0.5)] == ["few", "few", "serious"]
