"""Customers as JSON are answered as the rows of a table are, alone and together, by several versions at once."""

import json
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from campanile.models import TrainSpec, load, predict, promote, retire, train
from campanile.models.serving import Serving
from campanile.tables import Column, Dictionary, Semantic
from campanile.words import speaking
from campanile.workspace.errors import NotFound, SpecError
from tests.models.conftest import campaign, keep

ASKED = {"table": "customers", "target": "Response", "minutes": 0, "folds": 3, "resamples": 100, "jobs": 1}


@pytest.fixture(scope="module")
def customers(made):
    return json.loads(json.dumps([{**row, "Response": None} for row in made.rows.to_pylist()]))


def probabilities(served, customers):
    asked = served.read(customers)
    return served.answer(asked, served.score(asked.matrix)).probabilities


@pytest.mark.parametrize("method", ["boosting", "logistic", "stack", "forest", "baseline"])
def test_one_by_one_and_together_they_are_answered_as_the_table_is(home, training, made, customers, method):
    served = Serving(home).load(Serving(home).find(training[method].name))
    table = predict(load(home, training[method].name), made.rows)["probability"].to_numpy()
    together = probabilities(served, customers)[:, served.model.positive]
    alone = np.concatenate([probabilities(served, [one]) for one in customers[:40]])[:, served.model.positive]
    assert np.abs(together - table).max() <= 1e-12
    assert np.abs(alone - table[:40]).max() <= 1e-12


def test_versions_are_served_side_by_side(workspace):
    keep(workspace, campaign(300))
    first = train(workspace, TrainSpec(**ASKED, methods=("logistic",)))
    keep(workspace, campaign(300, seed=5, strength=3.0))
    train(workspace, TrainSpec(**ASKED, methods=("logistic",)))
    serving, name = Serving(workspace), first["logistic"].name
    one, two = (serving.load(serving.find(name, version)) for version in (1, 2))
    customer = [{"spend": 100, "recency": 3, "kids": 1, "city": "Cusco", "income": None}]
    assert (one.model.version, two.model.version) == (1, 2)
    assert probabilities(one, customer)[0, 1] != probabilities(two, customer)[0, 1]
    for served in (one, two):
        rows = pa.table({name: [value] for name, value in customer[0].items()})
        rows = rows.set_column(4, "income", pa.array([None], pa.float64()))
        assert probabilities(served, customer) == pytest.approx(served.model.predict(rows), abs=1e-12)


def test_a_change_of_roles_is_seen_at_once(workspace):
    keep(workspace, campaign(300))
    name = train(workspace, TrainSpec(**ASKED, methods=("logistic",)))["logistic"].name
    train(workspace, TrainSpec(**ASKED, methods=("logistic",)))
    serving = Serving(workspace)
    assert serving.find(name).version == 2
    retire(workspace, name, 2)
    assert serving.find(name).version == 1
    promote(workspace, name, 2)
    assert serving.find().version == 2


def test_only_so_many_models_stay_in_memory(home, training):
    serving = Serving(home, most=2)
    kept = [serving.find(training[method].name) for method in ("baseline", "logistic", "boosting")]
    for artifact in kept:
        serving.load(artifact)
    assert [serving.ready(artifact) is not None for artifact in kept] == [False, True, True]


def test_an_unknown_model_is_not_found(home, training):
    with pytest.raises(NotFound, match="Did you mean"):
        Serving(home).find("Response-logistik")


def test_what_was_sent_beyond_need_is_ignored_and_said(home, training, customers):
    served = Serving(home).load(Serving(home).find(training["logistic"].name))
    asked = served.read([{**customers[0], "city": "Arequipa"}])
    assert asked.keys == (customers[0]["ID"],)
    assert [str(note) for note in asked.notes] == [
        "The model does not use these columns, and they were ignored: 'Response'.",
        "1 customer has a 'city' that the model has not seen: it counts as missing.",
    ]


GOOD = {"spend": 1.5, "recency": 3, "kids": 1, "city": "Lima", "income": None}


@pytest.mark.parametrize(("customers", "said"), [
    ([{**GOOD, "spend": "a lot"}], "customers[0]: 'spend' must be a number or null, not \"a lot\"."),
    ([GOOD, {**GOOD, "spend": True}], "customers[1]: 'spend' must be a number or null, not true."),
    ([{**GOOD, "spend": 10**400}], "'spend' must be a number or null"),
    ([{**GOOD, "city": 3}], "customers[0]: 'city' must be a text or null, not 3."),
    ([{**GOOD, "ID": [1]}], "customers[0]: 'ID' must be a number or a text or null, not [1]."),
    ([GOOD, "Lima"], "customers[1] must be an object of columns and their values."),
    ([GOOD, {**GOOD, "spent": 1}], "The training table has no column 'spent'. Did you mean 'spend'?"),
    ([{k: v for k, v in GOOD.items() if k != "city"}], "No customer has the column 'city', which the model needs."),
    ([GOOD, {}], "customers[1] has no 'city': write null where it is not known."),
])  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_place(home, training, customers, said):
    served = Serving(home).load(Serving(home).find(training["logistic"].name))
    with pytest.raises(SpecError) as refused:
        served.read(customers)
    assert any(said in str(fault) for fault in refused.value.faults)
    assert len(refused.value.places) == len(refused.value.faults)


def test_all_faults_are_told_at_once_but_no_more_than_twenty(home, training):
    served = Serving(home).load(Serving(home).find(training["logistic"].name))
    with pytest.raises(SpecError) as refused:
        served.read([{**GOOD, "spend": "x", "city": 1}, {**GOOD, "kids": []}])
    assert [place[1:] for place in refused.value.places] == [(0, "spend"), (0, "city"), (1, "kids")]
    with pytest.raises(SpecError) as refused:
        served.read([{**GOOD, "spend": "x"}] * 10_000)
    assert len(refused.value.faults) == 20


@pytest.mark.parametrize(("language", "said"), [
    ("en", "must be a number or null"), ("pl", "oczekiwano: liczba albo null"), ("es", "debe ser un número o null"),
])  # fmt: skip
def test_faults_are_told_in_three_languages(home, training, language, said):
    served = Serving(home).load(Serving(home).find(training["logistic"].name))
    with speaking(language), pytest.raises(SpecError) as refused:
        served.read([{**GOOD, "spend": "x"}])
    with speaking(language):
        assert said in str(refused.value)


def test_dates_flags_and_numbered_categories_are_read_as_the_table_was(workspace):
    made = campaign(300)
    days = [date(2024, 1, 1 + at % 28) for at in range(300)]
    rows = made.rows.append_column("joined", pa.array(days))
    rows = rows.append_column("shop", pa.array([at % 3 for at in range(300)]))
    rows = rows.append_column("member", pa.array([at % 2 == 0 for at in range(300)]))
    dictionary = Dictionary((
        *made.dictionary, Column("joined", Semantic.DATE, "date32[day]"), Column("shop", Semantic.CATEGORY, "int64"),
        Column("member", Semantic.FLAG, "bool"),
    ), key="ID")  # fmt: skip
    with workspace.run("load", {}) as run:
        run.save_table("customers", rows, key="ID", meta={"dictionary": dictionary.to_dict()})
    name = train(workspace, TrainSpec(**ASKED, methods=("boosting",)))["boosting"].name
    served = Serving(workspace).load(Serving(workspace).find(name))
    sent = json.loads(json.dumps(rows.to_pylist(), default=str))
    assert np.array_equal(served.read(sent).matrix, served.model.matrix(served.model.features(rows)), equal_nan=True)
    as_digits = [{**one, "member": int(one["member"])} for one in sent]
    assert np.array_equal(served.read(as_digits).matrix, served.read(sent).matrix, equal_nan=True)
    for wrong in ({"joined": "03/01/2024"}, {"joined": "2024-W01-1"}, {"member": 2}, {"shop": 1.5}):
        with pytest.raises(SpecError, match=next(iter(wrong))):
            served.read([{**sent[0], **wrong}])
