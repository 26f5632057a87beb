"""A kept list cut elsewhere: the same figures as a new run would give, without one."""

import numpy as np
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.audience import AudienceSpec, CutSpec, customers, hold, recut, sections, select
from campanile.audience.export import shortlist
from campanile.audience.held import columns_of, on_list
from campanile.workspace.errors import SpecError


@pytest.fixture(scope="module")
def held(kept):
    workspace, audience = kept
    return hold(workspace, workspace.artifact("audience", audience.model, audience.version))


def close(one, other):
    return [one.estimate, one.low, one.high] == pytest.approx([other.estimate, other.low, other.high])


def test_cut_where_it_was_kept_nothing_changes(held, kept):
    again = recut(held, held.asked)
    assert str(again.words) == str(kept[1].words)
    assert close(again.cut.profit, kept[1].cut.profit)
    assert [str(note) for note in again.notes] == [str(note) for note in kept[1].notes]
    assert [one.contacted for one in again.segments] == [one.contacted for one in kept[1].segments]


@pytest.mark.parametrize("table", ["customers", "prospects"])
def test_other_costs_and_limits_give_what_a_new_run_gives(kept, table):
    workspace, audience = kept
    about = {"model": audience.model, "table": table, "resamples": 50}
    first = select(workspace, AudienceSpec(**about))
    asked = {"contact_cost": 2.0, "sale_value": 30.0, "budget": 50.0, "capacity": 40}
    anew = select(workspace, AudienceSpec(**about, **asked))
    cut = recut(hold(workspace, workspace.artifact("audience", first.model, first.version)), CutSpec(**asked))
    assert str(cut.words) == str(anew.words)
    assert str(cut.cut.words) == str(anew.cut.words)
    for one, other in zip(cut.curve + cut.plan, anew.curve + anew.plan, strict=True):
        assert close(one.profit, other.profit)
    assert [one.contacted for one in cut.segments] == [one.contacted for one in anew.segments]
    assert close(cut.judged.profit_out_of_fold, anew.judged.profit_out_of_fold)
    assert [str(note) for note in cut.notes] == [str(note) for note in anew.notes]


@settings(max_examples=25, deadline=None)
@given(asked=st.integers(0, 500), budget=st.integers(0, 600), capacity=st.integers(0, 500))
def test_a_cut_by_hand_keeps_within_what_may_be_spent(held, asked, budget, capacity):
    spec = CutSpec(customers=asked, contact_cost=3, sale_value=11, budget=budget, capacity=capacity)
    cut = recut(held, spec).cut
    assert cut.customers == min(asked, budget // 3, capacity, held.audience.rows)
    assert cut.cost == 3 * cut.customers


def test_a_cut_by_hand_beyond_where_it_pays_says_so(held):
    worth = recut(held, held.asked).cut.worth
    told = recut(held, held.asked.model_copy(update={"customers": worth + 5}))
    assert str(told.words).startswith(f"Contacting the likeliest {worth + 5} of these 400 customers: expected profit ")
    assert "5 of them are expected to cost more than they bring." in str(told.cut.words)


def test_without_money_a_cut_still_tells_whom_it_catches(held):
    told = recut(held, CutSpec(customers=40))
    assert told.economics is None
    assert all(depth.profit is None for depth in told.curve)
    assert "40 of these 400 customers" in str(told.words)
    assert sections(told)


def test_a_budget_without_a_cost_is_refused(held):
    with pytest.raises(SpecError, match="contact_cost"):
        recut(held, CutSpec(budget=10.0))


def test_who_is_on_the_list_is_counted_on_the_very_customers_of_it(held, kept):
    workspace, audience = kept
    columns, place = columns_of(workspace, audience)
    told = on_list(held, 60, columns, place)
    rows = workspace.read("customers")
    first = customers(workspace, audience).slice(0, 60)
    there = rows.filter(pc.is_in(rows["customer_id"], value_set=first["customer_id"].combine_chunks()))
    responded = there["response"].to_numpy(zero_copy_only=False)
    assert told.observed.estimate == pytest.approx(responded.mean())
    assert told.everybody.estimate == pytest.approx(rows["response"].to_numpy(zero_copy_only=False).mean())
    meat = next(trait for trait in told.traits if trait.column == "spent_on_meat")
    assert meat.here == pytest.approx(np.median(there["spent_on_meat"].to_numpy()))


def test_a_kept_answer_tells_who_is_on_its_list(held, kept):
    workspace, audience = kept
    columns, place = columns_of(workspace, audience)
    assert on_list(held, audience.cut.customers, columns, place) == audience.chosen
    assert "list" in [one.anchor for one in sections(audience)]


def test_the_short_list_ends_at_the_cut_and_earns_at_its_costs(held, kept):
    workspace, audience = kept
    cut = recut(held, CutSpec(customers=25, contact_cost=1, sale_value=100))
    told = shortlist(customers(workspace, audience), cut)
    assert told.num_rows == 25
    assert "contact" not in told.column_names
    assert told["expected_profit"][0].as_py() == pytest.approx(100 * told["probability"][0].as_py() - 1)
