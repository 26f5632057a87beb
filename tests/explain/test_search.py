import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.explain.conditions import Candidate
from campanile.explain.quality import quality
from campanile.explain.result import Condition
from campanile.explain.search import covering, search
from campanile.words import say


def candidates(seed: int, rows: int = 200, count: int = 12) -> list[Candidate]:
    random = np.random.default_rng(seed)
    return [
        Candidate(Condition(f"c{place // 2}", float(place), None, (), say("c")), ("low", "high")[place % 2],
                  random.random(rows) < random.uniform(0.1, 0.9))
        for place in range(count)
    ]  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), conditions=st.integers(1, 3), least=st.integers(1, 60))
def test_rules_have_support_few_conditions_and_falling_quality(seed: int, conditions: int, least: int) -> None:
    offered = candidates(seed)
    wanted = (np.random.default_rng(seed).random(200) < 0.3).astype(float)
    rules = search(offered, wanted, conditions=conditions, breadth=0.6, least=least)
    for rule in rules:
        assert 1 <= len(rule.parts) <= conditions
        assert np.logical_and.reduce([offered[part].met for part in rule.parts]).sum() >= least
        assert len({(offered[part].condition.column, offered[part].side) for part in rule.parts}) == len(rule.parts)
    assert [rule.quality for rule in rules] == sorted((rule.quality for rule in rules), reverse=True)


def test_the_planted_rule_is_found() -> None:
    offered = candidates(1, 2000)
    planted = offered[2].met & offered[7].met
    wanted = (np.random.default_rng(0).random(2000) < np.where(planted, 0.6, 0.05)).astype(float)
    assert search(offered, wanted, conditions=3, breadth=0.6, least=20)[0].parts == (2, 7)


@given(st.integers(10, 100), st.integers(0, 10))
def test_more_responders_are_better_and_few_customers_are_worse(count: int, hits: int) -> None:
    def worth(n: float, s: float) -> float:
        return float(quality(np.array([n]), np.array([s]), 1000, 50, 0.6)[0])

    assert worth(count, hits + 1 if hits < count else hits) >= worth(count, hits)
    assert quality(np.array([2.0]), np.array([2.0]), 1000, 500, 0.6)[0] < 0 < worth(count, count)


def test_nothing_to_search_among_finds_nothing() -> None:
    assert search([], np.ones(3), conditions=2, breadth=1, least=1) == []


def test_chosen_rules_differ_in_customers_and_columns() -> None:
    offered = candidates(4, 500)
    wanted = (np.random.default_rng(1).random(500) < np.where(offered[0].met | offered[5].met, 0.6, 0.1)).astype(float)
    asked = {"conditions": 2, "breadth": 0.6, "least": 10}
    chosen = covering(offered, wanted, 3, **asked)
    assert chosen[:1] == search(offered, wanted, **asked)[:1]
    met = [np.logical_and.reduce([offered[part].met for part in rule.parts]) for rule in chosen]
    for place, one in enumerate(met):
        for other in met[:place]:
            assert (one & other).sum() <= 0.5 * min(one.sum(), other.sum())


def test_counts_beyond_single_precision_are_not_needed() -> None:
    assert quality(np.array([1e6]), np.array([2e5]), 2_000_000, 2e5, 1.0)[0] == pytest.approx(0.05, abs=0.001)
