"""What a trial measured, found by how high a prediction is."""

import json

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from campanile.tables import Semantic
from campanile.tables.uplift import Measured, described

scores = st.floats(-1, 1)


@given(st.lists(scores, min_size=1, max_size=20), scores, scores)
def test_a_lower_prediction_reaches_no_less_deep_and_never_deeper_than_everybody(lowest, one, other):
    measured = Measured(tuple(sorted(lowest, reverse=True)), tuple((x, x - 1, x + 1) for x in lowest))
    high, low = max(one, other), min(one, other)
    assert 1 / len(lowest) <= measured.down_to(high)[0] <= measured.down_to(low)[0] <= 1
    assert measured.down_to(-2)[1] == measured.effect[-1]
    assert Measured.from_dict(json.loads(json.dumps(measured.to_dict()))) == measured


def test_scores_are_described_and_their_key_is_no_number():
    schema = pa.schema([("customer", pa.string()), ("uplift", pa.float64()), ("fold", pa.int64())])
    told = described(schema, "customer")
    assert told.key == "customer"
    assert told["customer"].semantic is Semantic.IDENTIFIER
    assert told["uplift"].semantic is Semantic.NUMBER
    assert str(told["uplift"].named()) == "Predicted effect"
    assert described(pa.schema([("row", pa.int64())]), None)["row"].semantic is Semantic.IDENTIFIER
