"""Choosing customers in a workspace, with models that were trained and kept there."""

import pytest

from campanile.audience import AudienceSpec, customers, read, select
from campanile.workspace.errors import NotFound


def test_an_answer_is_kept_with_its_list_and_its_lineage(kept):
    workspace, audience = kept
    assert audience.version == 1
    assert read(workspace, "response-logistic", 1) == audience
    assert customers(workspace, audience).num_rows == audience.rows == 400
    parents = workspace.lineage(workspace.artifact("audience", "response-logistic", 1)).parents
    assert {(one.artifact.kind, one.artifact.name) for one in parents} >= {
        ("model", "response-logistic"), ("table", "customers"),
    }  # fmt: skip


def test_the_costs_of_the_training_hold_until_others_are_given(kept):
    workspace, audience = kept
    assert (audience.economics.contact_cost, audience.economics.sale_value) == (3, 11)
    dearer = select(workspace, AudienceSpec(model="response-logistic", contact_cost=5, resamples=50, segments=1))
    assert (dearer.economics.contact_cost, dearer.economics.sale_value) == (5, 11)
    assert dearer.cut.customers < audience.cut.customers
    assert dearer.version > audience.version


def test_the_same_question_has_the_same_answer(kept):
    workspace, audience = kept
    again = select(workspace, AudienceSpec(model="response-logistic", resamples=50))
    assert again.segments == audience.segments
    assert again.curve == audience.curve


def test_another_table_is_scored_and_its_known_customers_are_counted(kept):
    workspace, _ = kept
    audience = select(workspace, AudienceSpec(model="response-logistic", table="prospects", resamples=50))
    assert (audience.table, audience.rows, audience.unseen) == ("prospects", 300, False)
    assert "300 of these customers" in str(audience.notes[1])


def test_a_model_without_exact_reasons_has_segments_from_a_sample(kept):
    workspace, _ = kept
    audience = select(workspace, AudienceSpec(model="response-neighbours", resamples=50))
    assert not audience.exact
    assert sum(one.customers for one in audience.segments) == 400


def test_an_unknown_table_is_refused_with_the_nearest_name(kept):
    with pytest.raises(NotFound, match="prospects"):
        select(kept[0], AudienceSpec(model="response-logistic", table="prospect"))
