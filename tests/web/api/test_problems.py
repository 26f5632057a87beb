"""What the API says when it cannot do what it was asked."""

from __future__ import annotations

import pytest

from campanile.web.problems import KINDS


def problem(answer, kind):
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["type"] == f"/problems/{kind}"
    assert told["status"] == answer.status_code == KINDS[kind].status
    assert told["detail"]
    assert told["title"]
    return told


def test_each_problem_is_told_as_one(api):
    problem(api.get("/tables/none"), "not-found")
    problem(api.get("/no/such/thing"), "not-found")
    problem(api.client.get("/api"), "not-found")
    problem(api.put("/tables"), "method-not-allowed")
    problem(api.post("/quality", content="a=1", headers={"Content-Type": "text/plain"}), "wrong-type")
    problem(api.post("/quality", content="{", headers={"Content-Type": "application/json"}), "invalid")
    problem(
        api.post("/quality", content=b'{"table": "\xff"}', headers={"Content-Type": "application/json"}), "unreadable"
    )
    problem(api.post("/quality", json={"table": "x" * 3_000_000}), "too-large")
    problem(api.get("/jobs", params={"limit": "many"}), "invalid")


def test_a_page_that_is_not_there_is_no_problem_of_the_api(api):
    assert api.client.get("/nowhere").headers["content-type"] != "application/problem+json"


def test_all_faults_of_a_request_are_told_at_once_with_their_places(api):
    told = problem(
        api.post("/trainings", json={"table": "t", "minutes": -1, "fold": 3, "methods": ["magic"]}), "invalid"
    )
    assert {fault["pointer"] for fault in told["faults"]} == {"#/target", "#/minutes", "#/fold", "#/methods"}
    assert "Did you mean 'folds'?" in told["detail"]
    params = problem(api.get("/jobs", params={"limit": 0, "state": "lost"}), "invalid")
    assert {fault["parameter"] for fault in params["faults"]} == {"limit", "state.0"}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_not_taken(api, number):
    content = f'{{"contact_cost": {number}}}'
    problem(api.post("/audiences", content=content, headers={"Content-Type": "application/json"}), "invalid")


def test_problems_speak_the_visitors_language(api):
    told = {
        language: problem(api.get("/tables/none", headers={"Accept-Language": language}), "not-found")
        for language in ("en", "pl", "es")
    }
    assert len({one["title"] for one in told.values()}) == 3
    assert len({one["detail"] for one in told.values()}) == 3
    assert told["en"] == problem(api.get("/tables/none", params={"lang": "en"}), "not-found")


def test_the_nearest_name_is_offered(api):
    api.ask("/tables", {"upload": api.bring(b"a,b\n1,2\n"), "table": "customers"})
    told = problem(api.get("/tables/custmers"), "not-found")
    assert "Did you mean 'customers'?" in told["remedy"]
    assert told["instance"] == "/api/v1/tables/custmers"


def test_a_fault_of_ours_tells_nothing_of_its_insides(api):
    api.ask("/tables", {"upload": api.bring(b"a,b\n1,2\n"), "table": "t"})
    with api.workspace.catalog.writing() as connection:
        connection.exec_driver_sql("UPDATE artifacts SET meta = '{}' WHERE kind = 'table'")
    told = api.get("/tables/t")
    assert "KeyError" not in told.text
    assert "rows" not in problem(told, "fault")["detail"]
    kept = list((api.workspace.path / "faults").iterdir())
    assert len(kept) == 1
    assert "KeyError: 'rows'" in kept[0].read_text()


def test_a_stored_file_that_was_changed_is_told_as_our_fault(campaign):
    explanation = campaign.workspace.artifacts("explanation")[-1]
    (campaign.workspace.path / explanation.location / "result.json").write_bytes(b"{}")
    told = campaign.get(f"/explanations/{explanation.name}/{explanation.version}")
    assert str(campaign.workspace.path) not in problem(told, "fault")["detail"]
