"""Lists cut by uplift scores, whoever made them."""

import numpy as np
import pyarrow as pa
import pytest

from campanile.audience.persuaded import persuade
from campanile.audience.spec import PersuadeSpec
from campanile.workspace.errors import BadInput, DataError, NotFound, SpecError


@pytest.fixture
def scored(workspace):
    """A table of uplift scores: half of the customers gain .3, and those who respond anyhow are others."""
    random = np.random.default_rng(0)
    rows = 4000
    moved, anyhow = random.random(rows) < 0.5, random.random(rows) < 0.3
    treated = (random.random(rows) < 0.5).astype(np.int64)
    outcome = (random.random(rows) < 0.1 + 0.5 * anyhow + 0.3 * moved * treated) * 1.0
    table = pa.table({
        "customer_id": [f"c{n}" for n in range(rows)], "uplift": 0.3 * moved + 0.001 * random.random(rows),
        "response": 0.1 + 0.5 * anyhow + 0.3 * moved, "fold": np.arange(rows) % 5, "treated": treated,
        "outcome": outcome, "weight": np.full(rows, 2.0), "group": np.arange(rows),
    })  # fmt: skip
    meta = {"scores": "uplift", "arm": "mail", "control": "none", "target": "visit", "targetable": True,
            "proportion": True}  # fmt: skip
    with workspace.run("uplift", {}) as run:
        run.save_table("trial_uplift", table, key="customer_id", meta=meta)
    return "trial_uplift"


def test_those_are_contacted_whose_effect_pays(workspace, scored):
    told = persuade(workspace, PersuadeSpec(scores=scored, contact_cost=1, sale_value=5))
    assert 1850 < told.customers < 2150
    assert told.outcomes.low < 0.3 * told.customers < told.outcomes.high
    assert told.profit.estimate == pytest.approx(5 * told.outcomes.estimate - told.customers)


def test_it_brings_more_than_a_list_by_response_on_the_same_customers(workspace, scored):
    told = persuade(workspace, PersuadeSpec(scores=scored, capacity=1000))
    assert told.customers == 1000
    assert told.more.low > 0
    assert told.more.estimate == pytest.approx(told.outcomes.estimate - told.by_response.estimate)
    assert "a difference of" in str(told.words)


def test_the_list_holds_every_customer_once_and_is_written(workspace, scored, tmp_path):
    told = persuade(workspace, PersuadeSpec(scores=scored, capacity=10), tmp_path / "list.csv")
    listed = workspace.frame(workspace.artifact("persuaded", scored, told.version), "list")
    assert len(set(listed["customer_id"].to_pylist())) == 4000
    assert sum(listed["contact"].to_pylist()) == 10
    assert listed["uplift"].to_pylist() == sorted(listed["uplift"].to_pylist(), reverse=True)
    assert (tmp_path / "list.csv").read_text().splitlines()[0] == '"customer_id","uplift","response","rank","contact"'


def test_where_no_effect_pays_nobody_is_contacted(workspace, scored):
    told = persuade(workspace, PersuadeSpec(scores=scored, contact_cost=9, sale_value=5))
    assert told.customers == 0
    assert "Nobody is worth a contact" in str(told.words)


def test_lineage_goes_back_to_the_scores(workspace, scored):
    told = persuade(workspace, PersuadeSpec(scores=scored))
    link = workspace.lineage(workspace.artifact("persuaded", scored, told.version))
    assert link.parents[0].artifact.name == scored


def test_what_cannot_be_is_refused(workspace, scored, tmp_path):
    with workspace.run("load", {}) as run:
        run.save_table("customers", pa.table({"id": [1]}), key="id", meta={})
    with pytest.raises(DataError, match="no uplift scores"):
        persuade(workspace, PersuadeSpec(scores="customers"))
    with pytest.raises(NotFound, match="trial_uplift"):
        persuade(workspace, PersuadeSpec(scores="trial_uplit"))
    with pytest.raises(SpecError, match="contact_cost"):
        persuade(workspace, PersuadeSpec(scores=scored, budget=5))
    with pytest.raises(BadInput, match="written"):
        persuade(workspace, PersuadeSpec(scores=scored), tmp_path / "list.docx")
