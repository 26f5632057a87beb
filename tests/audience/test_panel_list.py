"""A list of a table with a row for each entity and cut-off: those who are there now, each once."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from campanile.audience import AudienceSpec, CutSpec, MessagesSpec, customers, draft, hold, recut, select
from campanile.audience.held import columns_of, on_list
from campanile.audience.messages import written
from campanile.tables import Column, Dictionary, Semantic
from campanile.workspace import Workspace

DAYS = [date(2024, month, 1) for month in range(1, 6)]


def panel(entities=150, seed=0):
    """Return listeners at five cut-offs: who buys is gone afterwards, and what the last months bring is not known."""
    draw = np.random.default_rng(seed)
    rows, gone = [], set()
    for period, day in enumerate(DAYS):
        plays = draw.gamma(2, 10, entities)
        buys = draw.random(entities) < 1 / (1 + np.exp(3.0 - 0.08 * plays))
        for who in range(entities):
            if who not in gone:
                known = period < 4
                rows.append(
                    {"user": who, "cutoff": day, "plays": plays[who], "buys": bool(buys[who]) if known else None}
                )
                if known and buys[who]:
                    gone.add(who)
    dictionary = Dictionary((
        Column("user", Semantic.IDENTIFIER, "int64"), Column("cutoff", Semantic.DATE, "date32[day]"),
        Column("plays", Semantic.NUMBER, "double"), Column("buys", Semantic.FLAG, "bool", known="after"),
    ))  # fmt: skip
    return pa.Table.from_pylist(rows), dictionary, gone


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    from campanile.models import TrainSpec, train

    workspace = Workspace.open(tmp_path_factory.mktemp("panel") / "workspace")
    rows, dictionary, gone = panel()
    with workspace.run("load", {}) as run:
        run.save_table("months", rows, key=None, meta={"dictionary": dictionary.to_dict()})
    train(workspace, TrainSpec(table="months", target="buys", entity="user", time="cutoff", horizon_days=28, minutes=0,
                               methods=("logistic",), quick=True, jobs=1, folds=3, resamples=50))  # fmt: skip
    yield workspace, select(workspace, AudienceSpec(model="buys-logistic", resamples=50)), gone
    workspace.close()


def test_each_customer_of_the_last_cut_off_is_listed_once_and_buyers_are_not(listed):
    workspace, audience, gone = listed
    rows = customers(workspace, audience).to_pylist()
    assert sorted(row["user"] for row in rows) == sorted(set(range(150)) - gone)
    assert audience.rows == len(rows) == sum(segment.customers for segment in audience.segments)
    assert not audience.unseen


def test_such_a_list_can_be_cut_elsewhere_and_its_customers_described(listed):
    workspace, audience, _ = listed
    held = hold(workspace, workspace.artifact("audience", audience.model, audience.version))
    assert recut(held, CutSpec(customers=10)).cut.customers == 10
    told = on_list(held, 10, *columns_of(workspace, audience))
    assert told is not None
    assert told.customers == 10
    assert told.expected.estimate > audience.cut.responders.estimate / audience.rows


def test_its_messages_go_to_the_same_customers_and_its_segments_were_judged_on_those_of_the_test_period(
    listed, tmp_path
):
    from pyarrow import csv

    workspace, audience, gone = listed
    draft(workspace, MessagesSpec(model="buys-logistic"))
    rows = csv.read_csv(written(workspace, tmp_path / "m.csv", "buys-logistic")).to_pylist()
    assert sorted(row["user"] for row in rows) == sorted(set(range(150)) - gone)
    assert all(len(segment.mix) in (0, 2) for segment in audience.segments)
    assert any(segment.mix for segment in audience.segments)
