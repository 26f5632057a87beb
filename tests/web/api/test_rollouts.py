"""Rollouts over HTTP: declared, asked for predictions, compared and watched, each by its right."""

import json
import re

import pytest

from campanile.models import load
from campanile.models.rollouts import find
from campanile.models.rollouts.files import answers
from campanile.tables.export import plain_rows
from tests.processes import until

CHAMPION = {"model": "response-logistic", "version": 1}
CHALLENGER = {"model": "response-boosting", "version": 1, "share": 40}
SHADOW = {"model": "response-stack", "version": 1, "shadow": True}
COUNT = "SELECT count(*) AS n FROM answers"


@pytest.fixture
def rolled(campaign):
    body = {"champion": CHAMPION, "challengers": [CHALLENGER, SHADOW]}
    answer = campaign.put("/rollouts/spring", json=body)
    assert answer.status_code == 200, answer.text
    return campaign


@pytest.fixture
def customers(rolled):
    return json.loads(json.dumps(plain_rows(rolled.workspace.read("customers")), default=str))


def logged(workspace, named):
    found = answers(workspace, "spring", named, COUNT)
    return 0 if found is None else found["n"][0].as_py()


def test_a_rollout_is_declared_listed_and_shown(rolled):
    shown = rolled.get("/rollouts/spring").json()
    assert [(one["role"], one["share"]) for one in shown["versions"]] == [
        ("champion", 60), ("challenger", 40), ("shadow", 0),
    ]  # fmt: skip
    assert rolled.get("/rollouts").json()["items"] == [shown]
    assert shown["declaration"] == 1
    assert rolled.get("/rollouts/sprin").status_code == 404


def test_what_cannot_be_declared_is_a_problem_with_each_fault_and_its_place(rolled):
    body = {"champion": CHAMPION, "challengers": [{**CHALLENGER, "share": 70}, {**CHALLENGER, "share": 60}]}
    problem = rolled.put("/rollouts/spring", json=body)
    assert problem.status_code == 422
    assert len(problem.json()["faults"]) == 2
    assert rolled.get("/rollouts/spring").json()["declaration"] == 1


@pytest.mark.parametrize("n", [1, 20, 400])
def test_each_customer_is_answered_by_its_version_and_the_log_holds_it(rolled, customers, n):
    workspace = rolled.workspace
    answer = rolled.post("/predictions", json={"rollout": "spring", "customers": customers[:n]})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["rollout"], told["target"]) == ("spring", "response")
    rollout, rows = find(workspace, "spring"), workspace.read("customers").slice(0, n)
    scores = {arm.named: load(workspace, *arm.named).predict(rows)[:, 1] for arm in rollout.answering}
    for at, one in enumerate(told["predictions"]):
        named = rollout.arm(one["key"]).named
        assert (one["model"], one["version"]) == named
        assert one["key"] == customers[at]["customer_id"]
        assert one["probability"] == pytest.approx(scores[named][at], abs=1e-12)
    until(lambda: sum(logged(workspace, arm.named) for arm in rollout.answering) == n, 10)
    until(lambda: logged(workspace, ("response-stack", 1)) == n, 10)
    text = rolled.client.get("/metrics").text
    assert re.search(r'campanile_rollout_answers_total\{.*role="shadow",rollout="spring".*\} ' + f"{n}.0", text)


def test_what_is_waiting_is_written_when_the_application_ends(sample):
    from tests.web.api.conftest import program

    here = program(sample)
    with here.client:
        here.put("/rollouts/spring", json={"champion": CHAMPION})
        one = json.loads(json.dumps(plain_rows(sample.read("customers").slice(0, 1)), default=str))
        here.post("/predictions", json={"rollout": "spring", "customers": one})
    assert logged(sample, ("response-logistic", 1)) == 1


@pytest.mark.parametrize(("change", "status", "said"), [
    ({"rollout": "summer"}, 404, "There is no rollout"), ({"rollout": 3}, 422, "must be a name or null"),
    ({"model": "response-stack"}, 422, "not both"),
])  # fmt: skip
def test_what_cannot_be_asked_is_a_problem_in_words(rolled, customers, change, status, said):
    answer = rolled.post("/predictions", json={"rollout": "spring", "customers": customers[:1], **change})
    assert answer.status_code == status
    assert said in answer.text


def test_places_of_faults_are_those_of_the_request_whoever_would_have_answered(rolled, customers):
    asked = [dict(one) for one in customers[:20]]
    asked[13]["birth_year"] = "long ago"
    problem = rolled.post("/predictions", json={"rollout": "spring", "customers": asked}).json()
    assert "customers[13]" in problem["detail"]
    asked[4]["customer_id"] = None
    assert "customers[4] has no key" in rolled.post("/predictions", json={
        "rollout": "spring", "customers": asked}).json()["detail"]  # fmt: skip


def test_versions_are_compared_and_watched_by_jobs_whose_answers_stay(rolled, customers):
    workspace = rolled.workspace
    assert rolled.get("/rollouts/spring/comparison").status_code == 404
    rolled.post("/predictions", json={"rollout": "spring", "customers": customers})
    until(lambda: logged(workspace, ("response-stack", 1)) == len(customers), 10)
    until(
        lambda: sum(logged(workspace, arm.named) for arm in find(workspace, "spring").answering) == len(customers), 10
    )
    # The table was loaded before anybody was answered: what it tells is said to have happened later.
    body = {"rollout": "spring", "table": "customers", "outcome": "response", "until": "2099-12-31"}
    job = rolled.ask("/comparisons", body)
    assert job["state"] == "done", job
    kept = rolled.get("/rollouts/spring/comparison").json()
    assert sum(one["judged"] for one in kept["versions"] if one["role"] != "shadow") == len(customers)
    assert kept["words"] == job["words"]
    job = rolled.ask("/drifts", {"rollout": "spring"})
    assert job["state"] == "done", job
    kept = rolled.get("/rollouts/spring/drift").json()
    assert [one["version"] for one in kept["versions"]] == [1, 1, 1]
    assert not any(one["state"] in ("moderate", "serious") for one in kept["versions"][0]["features"])


def test_a_comparison_of_what_is_not_there_is_refused_before_a_job_is_made(rolled):
    body = {"rollout": "summer", "table": "customers", "outcome": "response"}
    assert rolled.post("/comparisons", json=body).status_code == 404
    assert rolled.post("/comparisons", json={**body, "rollout": "spring", "table": "none"}).status_code == 404
