"""The whole answer on a made-up campaign: its sums, its honesty, its words, its pictures."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from campanile.audience import Audience, AudienceSpec, sections
from campanile.audience.judge import Unseen
from campanile.report import styled
from campanile.words import speaking
from campanile.workspace.errors import DataError, SpecError

SPEC = AudienceSpec(contact_cost=3, sale_value=11, resamples=100)


def test_the_answer_is_one_sentence_with_number_and_interval(answer):
    audience, _ = answer
    told = str(audience.words)
    assert told.startswith(f"{audience.cut.customers} of these 900 customers are worth a contact: expected profit ")
    assert str(audience.cut.profit.told("money")) in told


def test_segments_add_up_to_all_customers_and_to_the_list(answer):
    audience, listed = answer
    assert sum(one.customers for one in audience.segments) == audience.rows == listed.num_rows
    assert sum(one.contacted for one in audience.segments) == audience.cut.customers
    assert len({str(one.name) for one in audience.segments}) == len(audience.segments)
    sizes = np.bincount(listed["segment"].to_numpy())[1:]
    assert list(sizes) == [one.customers for one in audience.segments]


def test_every_customer_is_on_the_list_once(answer, campaign):
    _, listed = answer
    assert sorted(listed["customer_id"].to_pylist()) == campaign[0]["customer_id"].to_pylist()


def test_profit_is_counted_on_outcomes_that_the_models_had_not_seen(answer, campaign, fake):
    audience, _ = answer
    chosen = fake.oof["probability"].to_numpy() > 3 / 11
    responded = campaign[0]["response"].to_numpy(zero_copy_only=False)
    assert audience.profit_out_of_fold.estimate == pytest.approx(11 * (chosen & responded).sum() - 3 * chosen.sum())
    assert audience.profit_contact_all == pytest.approx(11 * responded.sum() - 3 * 900)
    assert audience.profit_perfect == pytest.approx(8 * responded.sum())
    assert audience.responders_actual == responded.sum()
    assert audience.responders_expected.low <= responded.sum() <= audience.responders_expected.high


def test_the_order_of_rows_changes_nothing(campaign, fake, ask):
    rows, _ = campaign
    order = np.random.default_rng(4).permutation(rows.num_rows)
    place = np.argsort(order)
    shuffled = replace_oof(fake, fake.oof.set_column(0, "row", pa.array(place)))
    one, _ = ask(rows, model=fake)
    other, _ = ask(rows.take(order), model=shuffled)
    assert [part.customers for part in one.segments] == [part.customers for part in other.segments]
    assert one.cut.profit.estimate == pytest.approx(other.cut.profit.estimate)
    assert [str(part.name) for part in one.segments] == [str(part.name) for part in other.segments]


def replace_oof(fake, oof):
    import copy

    twin = copy.copy(fake)
    twin.oof = oof
    return twin


@settings(max_examples=8, deadline=None)
@given(budget=st.integers(0, 3000), capacity=st.integers(0, 1000))
def test_budget_and_capacity_hold_in_the_list_too(ask, campaign, fake, budget, capacity):
    spec = SPEC.model_copy(update={"budget": float(budget), "capacity": capacity, "resamples": 50, "segments": 1})
    audience, listed = ask(campaign[0], spec, model=fake)
    contacts = sum(listed["contact"].to_pylist())
    assert contacts == audience.cut.customers <= min(capacity, audience.cut.worth)
    assert audience.cut.cost <= budget


def test_without_money_no_profit_is_told(ask, campaign, fake):
    audience, listed = ask(campaign[0], AudienceSpec(resamples=50), model=fake)
    assert audience.cut.rule == "above_average"
    assert audience.profit_out_of_fold is None
    assert "expected_profit" not in listed.column_names
    assert "times as many" in str(audience.words)
    assert all(one.profit is None for one in audience.segments)
    assert len(sections(audience)) == 4


def test_nobody_is_worth_a_contact_that_costs_too_much(ask, campaign, fake):
    audience, _ = ask(campaign[0], SPEC.model_copy(update={"contact_cost": 10.99}), model=fake)
    assert audience.cut.customers == 0
    assert str(audience.words).startswith("None of these 900 customers is worth a contact.")
    assert sections(audience)


def test_a_budget_without_the_cost_of_a_contact_is_refused(ask, campaign, fake):
    with pytest.raises(SpecError, match="contact_cost"):
        ask(campaign[0], AudienceSpec(budget=100), model=fake)


@pytest.mark.parametrize("rows", [1, 2, 7])
def test_a_handful_of_customers_is_one_segment_and_is_answered(ask, campaign, fake, artifact, rows):
    audience, listed = ask(campaign[0].slice(0, rows), SPEC, artifact("prospects"), fake)
    assert listed.num_rows == rows
    assert len(audience.segments) == 1
    assert sections(audience)


def test_a_segment_is_told_with_its_size_and_response(answer):
    first = answer[0].segments[0]
    assert str(first.words).startswith(f"{first.customers} customers, response ")


def test_an_empty_table_is_refused(ask, campaign, fake):
    with pytest.raises(DataError, match="no rows"):
        ask(campaign[0].slice(0, 0), SPEC, model=fake)


def test_other_customers_are_scored_by_the_final_model_and_it_says_so(ask, world, fake, artifact):
    rows, truth = world(500, seed=9)
    audience, listed = ask(rows.drop_columns(["response"]), SPEC, artifact("prospects"), fake, seen=3)
    assert not audience.unseen
    assert audience.segments[0].observed is None
    scored = dict(zip(listed["customer_id"].to_pylist(), listed["probability"].to_pylist(), strict=True))
    np.testing.assert_allclose([scored[key] for key in rows["customer_id"].to_pylist()], fake.predict(rows)[:, 1])
    assert "final model" in str(audience.notes[0])
    assert "3 of these customers" in str(audience.notes[1])
    chosen = np.array([scored[key] for key in rows["customer_id"].to_pylist()]) > 3 / 11
    earned = 11 * truth[chosen].sum() - 3 * chosen.sum()
    assert audience.cut.profit.low <= earned <= audience.cut.profit.high


def test_the_interval_of_new_customers_covers_what_the_list_truly_earns(ask, world, artifact, make_fake):
    covered = 0
    for seed in range(12):
        model = make_fake(world(500, seed=100 + seed)[0])
        rows, truth = world(500, seed=200 + seed)
        spec = SPEC.model_copy(update={"segments": 1, "seed": seed})
        audience, listed = ask(rows, spec, artifact("prospects"), model)
        contacted = dict(zip(listed["customer_id"].to_pylist(), listed["contact"].to_pylist(), strict=True))
        chosen = np.array([contacted[key] for key in rows["customer_id"].to_pylist()])
        earned = (11 * truth - 3)[chosen].sum()
        covered += audience.cut.profit.low <= earned <= audience.cut.profit.high
    assert covered >= 10


def test_a_binding_budget_is_told_in_the_answer(ask, campaign, fake):
    audience, _ = ask(campaign[0], SPEC.model_copy(update={"budget": 30.0}), model=fake)
    assert str(audience.words).startswith("10 of these 900 customers can be contacted: expected profit ")
    assert str(audience.cut.words).startswith("The budget of 30 pays for 10 contacts at 3 each.")


def test_of_several_classes_the_one_that_counts_as_a_response_is_judged():
    oof = pa.table({
        "row": [0, 1, 2], "fold": [0, 1, 0], "group": [0, 1, 2], "actual": [2, 0, 1], "probability": [0.7, 0.1, 0.2],
    })  # fmt: skip
    unseen = Unseen.of(oof, positive=2)
    assert list(unseen.responded) == [1, 0, 0]
    assert unseen.above(0.2) == 2


def test_customers_without_an_outcome_are_scored_too(ask, campaign, fake):
    known = replace_oof(fake, fake.oof.slice(0, 700))
    audience, listed = ask(campaign[0], SPEC, model=known)
    assert listed.num_rows == 900
    assert audience.judged.rows == 700
    assert audience.campaigns[-1].customers == 700
    assert not np.isnan(listed["probability"].to_numpy()).any()


def test_campaigns_are_told_overall_and_by_segment(answer, campaign):
    audience, _ = answer
    assert [one.column for one in audience.campaigns] == ["accepted_campaign_1", "accepted_campaign_2", "response"]
    first = sum(campaign[0]["accepted_campaign_1"].to_pylist())
    assert audience.campaigns[0].responders == first
    assert sum(one.campaigns[0].responders for one in audience.segments) == first


def test_a_kept_answer_reads_back_and_can_be_told_in_another_language(answer):
    audience, _ = answer
    shape = TypeAdapter(Audience)
    again = shape.validate_json(shape.dump_json(audience, warnings="error"))
    assert again == audience
    with speaking("pl"):
        assert "oczekiwany zysk" in str(again.words)
    told = json.loads(json.dumps(audience.to_dict()))
    assert told["cut"]["customers"] == audience.cut.customers
    assert isinstance(told["words"], str)


@pytest.mark.parametrize("language", ["en", "pl", "es"])
def test_sections_are_told_in_every_language_with_pictures_and_their_tables(answer, language):
    with speaking(language):
        told = sections(answer[0])
        assert [one.anchor for one in told] == ["audience", "list", "segments", "campaigns"]
        for section in told:
            assert str(section.answer)
            for block in section.blocks:
                if hasattr(block, "figure"):
                    assert styled(block.figure, "dark").data
                    assert block.table.rows
                    assert all(len(row) == len(block.table.headings) for row in block.table.rows)


def test_what_is_shown_never_speaks_of_causes(answer):
    said = json.dumps(answer[0].to_dict()).lower()
    for word in ("because", "cause", "drive", "due to"):
        assert word not in said


def test_a_model_that_tells_nobody_apart_is_no_reason_to_choose(answer):
    from campanile.audience.sentences import cautions

    judged = replace(answer[0].judged, profit_contact_all=5000.0)
    notes = cautions(judged, answer[0].economics, answer[0].deciles, own=True, seen=0)
    assert "not certain that choosing pays" in str(notes[-1])


def test_the_face_imports_nothing_heavy():
    code = "import sys, campanile.audience as a; dir(a); print(any(m in sys.modules for m in ('sklearn','plotly')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
