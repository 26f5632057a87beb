"""Tests by the API: planned, filled and looked at by jobs, and read again."""

import pytest

OFFER = {"name": "offer", "users": "customers", "month": "2026-01", "share": 50}
LOOK = {"name": "offer", "outcomes": "customers", "metrics": [{"name": "bought", "column": "response"}], "least": 50}


@pytest.fixture
def assigned(campaign):
    """The sample whose customers are in the groups of a test."""
    job = campaign.ask("/assignments", OFFER)
    assert job["state"] == "done", job
    return campaign


def test_a_test_is_planned_filled_looked_at_and_shown(campaign):
    job = campaign.ask("/designs", {"name": "offer", "metrics": [{"name": "bought", "column": "response"}],
                                    "baseline": 0.15, "lift": 0.5, "monthly": 200})  # fmt: skip
    assert job["data"]["users_sequential"] > job["data"]["users_fixed"]
    job = campaign.ask("/assignments", OFFER)
    assert dict(job["data"]["new"]).keys() == {"treatment", "control"}
    shown = campaign.get("/experiments/offer").json()
    assert (shown["ledger"], shown["analysis"], shown["looks"]) == ([], None, 0)
    job = campaign.ask("/analyses", LOOK)
    assert job["state"] == "done", job
    shown = campaign.get("/experiments/offer").json()
    assert shown["analysis"]["words"] == job["words"][0]
    assert set(shown["analysis"]["gates"][0]) >= {"gate", "passed", "words"}
    assert [one["number"] for one in shown["ledger"]] == [1]
    assert shown["metrics"] == [{"name": "bought", "column": "response"}]
    assert [one["month"] for one in shown["cohorts"]] == ["2026-01"]
    assert [one["name"] for one in campaign.get("/experiments").json()["items"]] == ["offer"]


def test_an_earlier_look_is_shown_as_it_was(assigned):
    for least in (50, 10_000):
        assigned.ask("/analyses", {**LOOK, "least": least})
    assert assigned.get("/experiments/offer").json()["analysis"]["verdict"] is None
    first = assigned.get("/experiments/offer", params={"look": 1}).json()
    assert (first["analysis"]["look"], first["analysis"]["verdict"]["metric"]) == (1, "bought")
    assert assigned.get("/experiments/offer", params={"look": 7}).status_code == 404


def test_a_metric_may_be_written_as_on_the_command_line(assigned):
    assert assigned.ask("/analyses", {**LOOK, "metrics": ["bought=response"]})["state"] == "done"


def test_the_method_is_tried_by_a_job(campaign):
    job = campaign.ask("/aa-tests", {"table": "customers", "looks": 5, "repetitions": 100,
                                     "metrics": [{"name": "response"}]})  # fmt: skip
    assert len(job["data"]["by_look"]) == 5


@pytest.mark.parametrize(("path", "body", "status", "said"), [
    ("/assignments", {**OFFER, "users": "/etc/passwd.csv"}, 404, "no table"),
    ("/assignments", {**OFFER, "share": 120}, 422, "share"),
    ("/assignments", {**OFFER, "name": "a b"}, 422, "cannot name an experiment"),
    ("/designs", {"name": "offer"}, 422, "one metric"),
    ("/analyses", {**LOOK, "name": "other"}, 404, "no experiment"),
    ("/analyses", {**LOOK, "outcomes": "nothing"}, 404, "no table"),
    ("/analyses", {**LOOK, "metrics": ["a=b=c"]}, 422, "is no metric"),
])  # fmt: skip
def test_what_cannot_be_is_a_problem_in_words_and_no_job(campaign, path, body, status, said):
    answer = campaign.post(path, json=body)
    assert answer.status_code == status
    assert said in answer.text
    assert not [job for job in campaign.workspace.jobs.jobs() if job.verb in ("assign", "design", "analyse")]


def test_a_file_of_the_server_is_not_read_by_a_job_either(campaign, tmp_path):
    from campanile.flows.work import perform, submit
    from campanile.workspace.errors import NotFound

    secret = tmp_path / "secret.csv"
    secret.write_text("user_id\n1\n2\n")
    job = submit(campaign.workspace, "assign", {**OFFER, "users": str(secret)}, who="somebody")
    with pytest.raises(NotFound):
        perform(campaign.workspace, job, lambda *_: None)


def test_a_search_drafts_the_plan_and_what_is_given_comes_first(campaign):
    from campanile.simulate import SimulateSpec, simulate

    levers = {"days_since_last_purchase": {"direction": "down", "step": 5, "cost": 0.5}}
    quick = {"sample": 100, "population": 16, "generations": 4}
    found = simulate(campaign.workspace, SimulateSpec(levers=levers, **quick))
    job = campaign.ask("/designs", {"simulation": found.model})
    assert job["state"] == "done", job
    assert job["data"]["name"] == found.draft.name
    assert job["data"]["lift"] == pytest.approx(found.draft.worth_finding)
    assert job["words"][1] == str(found.draft.hypothesis)
    told = {"simulation": found.model, "simulation_version": found.version, "name": "mine", "lift": 0.5}
    job = campaign.ask("/designs", told)
    assert (job["data"]["name"], job["data"]["lift"], job["data"]["metric"]) == ("mine", 0.5, "response")
    plan = campaign.workspace.artifact("design", "mine")
    kept = campaign.workspace.artifact("simulation", found.model, found.version)
    assert kept in campaign.workspace.catalog.parents(plan.run_id)


@pytest.mark.parametrize(("body", "status", "said"), [
    ({"simulation": "nobody"}, 404, "nobody"),
    ({"simulation": "nobody", "simulation_version": 3}, 404, "nobody"),
    ({"simulation_version": 3, "name": "a", "metrics": ["b"], "baseline": 0.1}, 422, "Name the model"),
    ({"metrics": ["b"], "baseline": 0.1}, 422, "cannot name an experiment"),
    ({"simulation": 3}, 422, "simulation"),
])  # fmt: skip
def test_a_search_that_is_not_there_drafts_nothing(campaign, body, status, said):
    answer = campaign.post("/designs", json=body)
    assert (answer.status_code, said in answer.text) == (status, True)
