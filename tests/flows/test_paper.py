"""A report puts first what must be known first: of a model that claims nothing, that it does."""

import re

import numpy as np
import pyarrow as pa
import pytest

from campanile import audience, models
from campanile.experiments.uplift import UpliftSpec, measure
from campanile.flows.paper import WriteReportSpec, keep_report
from campanile.tables import Column, Dictionary, Semantic
from campanile.workspace.errors import NotFound


def reported(workspace, responders, told, **panel):
    """Return the report's page of 120 customers of whom so many responded, ``told`` of them as a column says."""
    draw = np.random.default_rng(0)
    did = np.arange(120) < responders
    rows = pa.table({"id": np.arange(120), "spent": draw.normal(0, 1, 120) + told * did, "did": did})
    dictionary = Dictionary((
        Column("id", Semantic.IDENTIFIER, "int64"), Column("spent", Semantic.NUMBER, "double"),
        Column("did", Semantic.FLAG, "bool"),
    ), key="id")  # fmt: skip
    with workspace.run("load", {}) as run:
        run.save_table("people", rows, key="id", meta={"dictionary": dictionary.to_dict()})
    models.train(workspace, models.TrainSpec(table="people", target="did", methods=("logistic",), minutes=0, quick=True,
                                             jobs=1, folds=3, resamples=50))  # fmt: skip
    audience.select(workspace, audience.AudienceSpec(model="did-logistic", resamples=50))
    report = keep_report(workspace, WriteReportSpec(model="did-logistic"))
    return workspace.file(report.artifact, "report.html").decode()


@pytest.mark.parametrize(("responders", "told", "first"), [(6, 2, "models"), (50, 0, "models"), (50, 3, "audience")])
def test_too_few_responders_and_no_better_than_the_base_rate_come_before_advice(workspace, responders, told, first):
    page = reported(workspace, responders, told)
    assert re.search(r'<section[^>]* id="(\w+)"', page)[1] == first
    assert "120 customers" in page
    verdict = workspace.result(workspace.artifact("training"), models.Training).verdict
    assert (audience.read(workspace).notes[-1] == verdict) == (first == "models")


def test_a_report_tells_whom_a_contact_persuades_and_whether_the_trial_can_be_trusted(workspace):
    page = reported(workspace, 50, 3)
    assert "Whom does it persuade?" not in page
    measured(workspace)
    report = keep_report(workspace, WriteReportSpec(uplift="trial", sections=("models",), language="es"))
    page = workspace.file(report.artifact, "report.html").decode()
    assert re.findall(r'<section[^>]* id="(\w+)"', page)[-2:] == ["uplift", "trial"]
    assert "¿A quién persuade?" in page
    assert workspace.artifact("uplift", "trial") in workspace.catalog.parents(report.artifact.run_id)
    with pytest.raises(NotFound, match="no measured uplift 'trail'"):
        keep_report(workspace, WriteReportSpec(uplift="trail"))


def measured(workspace):
    """Measure whom a contact moves in a made-up trial: it moves those with x."""
    draw = np.random.default_rng(1)
    x, got = draw.random(1500) < 0.5, np.where(draw.random(1500) < 0.5, "mail", "nothing")
    visit = draw.random(1500) < 0.2 + 0.3 * x * (got == "mail")
    rows = pa.table({"x": x, "noise": draw.normal(0, 1, 1500), "got": got, "visit": visit})
    dictionary = Dictionary((
        Column("x", Semantic.FLAG, "bool"), Column("noise", Semantic.NUMBER, "double"),
        Column("got", Semantic.CATEGORY, "string"), Column("visit", Semantic.FLAG, "bool"),
    ))  # fmt: skip
    with workspace.run("load", {}) as run:
        run.save_table("trial", rows, key=None, meta={"dictionary": dictionary.to_dict()})
    measure(workspace, UpliftSpec(source="trial", treatment="got", control="nothing", outcome="visit",
                                  learner="two_model", resamples=50))  # fmt: skip
