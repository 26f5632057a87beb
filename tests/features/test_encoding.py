"""The encoder learns from the rows it is fitted on and takes any others as they come."""

import json

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from campanile.features import Design

LEVELS = [0, 0, 3]


def rows(n=200, seed=0):
    draw = np.random.default_rng(seed)
    return np.column_stack([draw.lognormal(3, 1, n), draw.normal(size=n), draw.integers(0, 3, n).astype(float)])


def test_numbers_are_brought_to_one_scale_and_skewed_amounts_logged():
    design = Design(LEVELS).fit(rows())
    encoded = design.transform(rows())
    assert design.log_.tolist() == [True, False]
    assert np.abs(encoded[:, :2].mean(axis=0)).max() < 0.1
    assert design.origin.tolist() == [0, 1, 2, 2, 2]


def test_levels_that_are_rare_missing_or_new_have_no_column_of_their_own():
    X = rows()
    X[:5, 2], X[5:, 2] = 1, 0
    design = Design(LEVELS, least=20).fit(X)
    assert design.level_.tolist() == [0.0]
    strange = design.transform(np.array([[1.0, 0.0, 1.0], [1.0, 0.0, np.nan], [1.0, 0.0, 7.0]]))
    assert len(np.unique(strange[:, 2])) == 1


def test_a_feature_that_never_varies_or_is_always_missing_is_dropped():
    X = rows()
    X[:, 0], X[:, 1] = 5.0, np.nan
    assert Design(LEVELS).fit(X).transform(X).shape[1] == 3


@settings(deadline=None, max_examples=50)
@given(arrays(np.float64, (8, 3), elements=st.floats(allow_nan=True, allow_infinity=True)))
def test_any_row_at_prediction_gives_finite_columns(strange):
    assert np.isfinite(Design(LEVELS).fit(rows()).transform(strange)).all()


def test_a_row_is_encoded_the_same_alone_and_among_others():
    design, X = Design(LEVELS).fit(rows()), rows(seed=1)
    assert np.array_equal(design.transform(X)[3], design.transform(X[3:4])[0])


@given(st.integers(0, 500), st.integers(30, 200))
def test_what_was_learned_is_written_as_json_and_read_back_to_the_last_bit(seed, n):
    X = rows(n, seed)
    X[:3, 0] = np.nan
    design = Design(LEVELS, least=5).fit(X)
    again = Design.from_dict(json.loads(json.dumps(design.to_dict())))
    fresh = rows(50, seed + 1)
    assert (again.transform(fresh) == design.transform(fresh)).all()
    assert again.origin.tolist() == design.origin.tolist()
