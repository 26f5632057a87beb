"""Studies of events by the API: new events are brought, everybody who is still open is scored."""

from __future__ import annotations

import shutil

import pytest

from campanile.workspace import Workspace
from tests.flows.eventworlds import trained_shop
from tests.web.api.conftest import program

MORE = b"who,when,spent,page\n2,2024-01-07T10:00:00,40,cart\n"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    from campanile.flows import read_study, run_events

    folder = tmp_path_factory.mktemp("trained")
    workspace = Workspace.open(folder / "workspace")
    run_events(workspace, read_study(trained_shop(folder / "shop"), quick=True), until="train")
    workspace.close()
    return folder / "workspace"


@pytest.fixture
def api(trained, tmp_path):
    """The API of a workspace in which the shop's study was run."""
    shutil.copytree(trained, tmp_path / "workspace")
    workspace = Workspace.open(tmp_path / "workspace")
    made = program(workspace)
    with made.client:
        yield made
    workspace.close()


def test_the_studies_that_were_run_are_listed(api):
    assert [one["name"] for one in api.get("/studies").json()["items"]] == ["shop"]


def test_events_are_brought_and_scores_read(api):
    upload = api.bring(MORE, "more.csv")
    job = api.ask("/scorings", {"study": "shop", "events": [{"table": "visits", "upload": upload}]})
    assert job["state"] == "done", job["error"]
    assert job["data"]["delivered"] == [
        {"table": "visits", "file": "more.csv", "rows": 1, "refused": 0, "known": False}
    ]
    assert {one["kind"] for one in job["made"]} >= {"arrival", "table"}
    assert str(api.workspace.path) not in str(job)
    rows = api.get("/tables/shop_scores/rows").json()["items"]
    assert len(rows) == job["data"]["rows"] == 15
    assert rows[0]["cutoff"] == "2024-01-08"
    again = api.ask("/scorings", {"study": "shop", "events": [{"table": "visits", "upload": upload}]})
    assert again["data"]["delivered"][0]["known"]
    assert api.get("/tables/shop_scores/rows").json()["items"] == rows
    assert api.get("/tables/shop_scores").json()["version"] == 2


def test_the_server_names_where_scores_are_written_back(api, monkeypatch, tmp_path):
    monkeypatch.setenv("CAMPANILE_CRM_URL", f"sqlite:///{tmp_path / 'crm.db'}")
    job = api.ask("/scorings", {"study": "shop", "to": "${CAMPANILE_CRM_URL}", "into": "loyalty"})
    assert job["data"]["to"] == "${CAMPANILE_CRM_URL}#loyalty"
    assert (tmp_path / "crm.db").exists()
    assert str(tmp_path) not in str(job)


@pytest.mark.parametrize(
    "to", ["/etc/scores.csv", "scores.csv", "postgresql://ann:pw@host/crm", "${HOME}", "${PATH}/x.csv"]
)
def test_nobody_writes_where_they_like_on_the_server(api, to):
    answer = api.post("/scorings", json={"study": "shop", "to": to})
    assert answer.status_code == 422
    assert answer.json()["faults"]
    assert "pw@" not in answer.text


def test_what_is_not_there_is_said_before_a_job_is_made(api):
    upload = {"table": "visits", "upload": "0" * 32}
    for body in ({"study": "shopp"}, {"study": "shop", "events": [upload]}, {"study": "shop", "model": "none"}):
        answer = api.post("/scorings", json=body)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("application/problem+json")
    assert api.get("/jobs").json()["items"] == []


def test_events_that_do_not_fit_end_the_job_in_words_and_nothing_is_kept(api):
    upload = api.bring(b"whom,page\n2,cart\n", "more.csv")
    job = api.ask("/scorings", {"study": "shop", "events": [{"table": "visits", "upload": upload}]})
    assert job["state"] == "failed"
    assert "lacks columns of 'visits' that the study needs: 'who'" in job["error"]["detail"]
    assert not job["error"]["ours"]
    assert api.get("/tables/shop_scores").status_code == 404
