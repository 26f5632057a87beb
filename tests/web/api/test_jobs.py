"""Jobs as a program sees them, and writing that may be repeated."""

from __future__ import annotations

import threading

import pytest

from tests.web.api.conftest import do_jobs

BODY = {"table": "t", "before": 1, "after": 1}


@pytest.fixture
def table(api):
    api.ask("/tables", {"upload": api.bring(b"id,spent\n1,5\n2,6\n"), "table": "t", "key": "id"})
    return api


def test_work_is_accepted_with_the_place_where_it_is_seen(table):
    answer = table.post("/differences", json=BODY)
    assert answer.status_code == 202
    assert answer.json()["state"] == "queued"
    assert answer.headers["Location"] == f"/api/v1/jobs/{answer.json()['id']}"
    do_jobs(table.workspace)
    done = table.client.get(answer.headers["Location"]).json()
    assert done["state"] == "done"
    assert done["data"]
    assert done["share"] == 1
    assert table.get("/jobs").json()["items"][0]["data"] is None


def test_whoever_waits_is_told_when_it_has_ended(table):
    waiting = table.post("/differences", json=BODY).json()["id"]
    worker = threading.Thread(target=do_jobs, args=(table.workspace,))
    worker.start()
    assert table.get(f"/jobs/{waiting}", params={"wait": 20}).json()["state"] == "done"
    worker.join()


def test_a_waiting_job_is_stopped_and_asked_for_again(table):
    job = table.post("/differences", json=BODY).json()["id"]
    assert table.post(f"/jobs/{job}/retry").status_code == 409
    assert table.post(f"/jobs/{job}/stop").json()["state"] == "stopped"
    again = table.ask(f"/jobs/{job}/retry")
    assert again["state"] == "done"
    assert again["id"] != job
    assert [one["id"] for one in table.get("/jobs", params={"state": "stopped"}).json()["items"]] == [job]


def test_what_is_not_there_is_said_before_a_job_is_made(api):
    for path, body in (
        ("/quality", {"table": "none"}), ("/trainings", {"table": "none", "target": "x"}), ("/explanations", {}),
        ("/audiences", {"model": "none"}), ("/repairs", {"table": "none"}),
    ):  # fmt: skip
        assert api.post(path, json=body).status_code == 404
    assert api.get("/jobs").json()["items"] == []


def test_the_same_request_under_one_key_is_done_once(table):
    asked = {"json": BODY, "headers": {"Idempotency-Key": "k-1"}}
    first, second = table.post("/differences", **asked), table.post("/differences", **asked)
    assert first.json() == second.json()
    assert second.status_code == 202
    assert second.headers["Location"] == first.headers["Location"]
    assert "Idempotent-Replay" not in first.headers
    assert second.headers["Idempotent-Replay"] == "true"
    assert len(table.get("/jobs", params={"verb": "difference"}).json()["items"]) == 1


def test_another_request_under_the_same_key_is_refused(table):
    table.post("/differences", json=BODY, headers={"Idempotency-Key": "k-1"})
    for path, body in (("/differences", {**BODY, "before": 2}), ("/quality", {"table": "t"})):
        other = table.post(path, json=body, headers={"Idempotency-Key": "k-1"})
        assert other.status_code == 422
        assert "k-1" in other.json()["detail"]


def test_a_request_that_is_still_being_answered_is_not_done_beside(table):
    from campanile.web.api.route import fingerprint_of

    asked = fingerprint_of("POST", "/api/v1/jobs/x/stop", "", "0", b"")
    table.workspace.once.claim("session:local", "k-1", asked)
    assert table.post("/jobs/x/stop", headers={"Idempotency-Key": "k-1"}).status_code == 409


def test_a_refused_request_may_be_mended_under_its_key(table):
    headers = {"Idempotency-Key": "k-1"}
    assert (
        table.post("/differences", json={"table": "none", "before": 1, "after": 1}, headers=headers).status_code == 404
    )
    assert table.post("/differences", json=BODY, headers=headers).status_code == 202


def test_a_secret_is_not_kept_for_repeats(api):
    body = {"owner": "local", "scopes": ["read"]}
    one, two = (api.post("/keys", json=body, headers={"Idempotency-Key": "k"}).json() for _ in range(2))
    assert one["text"] != two["text"]
    assert one["text"].encode() not in (api.workspace.path / "catalog.db").read_bytes()
