"""Uplift by the API: measured by a job, listed, read again, and a list cut by its scores."""

import csv
import io

import pytest

from tests.web.conftest import bring_trial

ASKED = {"source": "trial", "treatment": "got", "control": "nothing", "outcome": "visit", "learner": "two_model"}


@pytest.fixture
def trial(api, tmp_path):
    """The API of a workspace with a made-up trial."""
    bring_trial(api.workspace, tmp_path)
    return api


def test_it_is_measured_listed_and_shown_and_a_list_is_cut(trial):
    job = trial.ask("/uplifts", ASKED)
    assert (job["state"], job["verb"]) == ("done", "uplift")
    assert job["data"]["targetable"] is True
    assert {(one["kind"], one["name"]) for one in job["made"]} == {("uplift", "trial"), ("table", "trial_uplift")}
    (line,) = trial.get("/uplifts", params={"table": "trial"}).json()["items"]
    shown = trial.get("/uplifts/trial/1")
    assert shown.json()["words"] == job["words"][0]
    assert (shown.json()["id"], shown.json()["scores_version"]) == (line["id"], 1)
    again = trial.get("/uplifts/trial/1", headers={"If-None-Match": shown.headers["etag"]})
    assert again.status_code == 304
    job = trial.ask("/uplift-lists", {"scores": "trial_uplift", "capacity": 300})
    assert job["data"]["customers"] == 300
    told = trial.get("/uplift-lists/trial_uplift/1/list", params={"customers": 10})
    rows = list(csv.DictReader(io.StringIO(told.text)))
    assert [row["contact"] for row in rows] == ["true"] * 10
    effects = [float(row["uplift"]) for row in rows]
    assert effects == sorted(effects, reverse=True)


def test_the_same_request_under_one_key_is_one_job(trial):
    asked = [trial.post("/uplifts", json=ASKED, headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert asked[0].json()["id"] == asked[1].json()["id"]
    assert asked[1].headers["Idempotent-Replay"] == "true"


def test_it_is_told_how_far_the_work_is(trial):
    from campanile.flows.work import perform, submit

    notes = []
    job = submit(trial.workspace, "uplift", ASKED, who="somebody")
    perform(trial.workspace, job, lambda share, doing, *_: notes.append((share, str(doing))))
    shares = [share for share, _ in notes]
    assert shares == sorted(shares)
    assert notes[-1] == (1.0, "Learning the effect without each part of the customers")


@pytest.mark.parametrize(("path", "body", "status", "said"), [
    ("/uplifts", {**ASKED, "source": "/etc/passwd.csv"}, 404, "no table"),
    ("/uplifts", {**ASKED, "outcome": "got"}, 422, "one column"),
    ("/uplifts", {"source": "trial"}, 422, "treatment"),
    ("/uplift-lists", {"scores": "nothing"}, 404, "no table"),
])  # fmt: skip
def test_what_cannot_be_is_a_problem_in_words_and_no_job(trial, path, body, status, said):
    answer = trial.post(path, json=body)
    assert (answer.status_code, said in answer.text) == (status, True)
    assert not trial.workspace.jobs.jobs()


def test_a_file_of_the_server_is_not_read_by_a_job_either(trial, tmp_path):
    from campanile.flows.work import perform, submit
    from campanile.workspace.errors import NotFound

    assert (tmp_path / "trial.csv").exists()
    job = submit(trial.workspace, "uplift", {**ASKED, "source": str(tmp_path / "trial.csv")}, who="somebody")
    with pytest.raises(NotFound):
        perform(trial.workspace, job, lambda *_: None)


def test_without_control_the_job_names_the_values(trial):
    job = trial.ask("/uplifts", {name: value for name, value in ASKED.items() if name != "control"})
    assert job["state"] == "failed"
    assert "'mail' and 'nothing'" in job["error"]["detail"]


def test_what_is_not_kept_is_not_found(trial):
    assert trial.get("/uplifts/trial/1").status_code == 404
    assert trial.get("/uplift-lists/trial_uplift/1/list").status_code == 404
