"""Models, explanations, audiences and their downloads, as a program asks for them."""

from __future__ import annotations

import csv
import io
import json

import pyarrow.parquet as pq


def test_models_are_trained_listed_and_given_roles(campaign):
    job = campaign.ask(
        "/trainings",
        {"table": "customers", "target": "response", "methods": ["logistic"], "quick": True, "name": "new"},
    )
    assert job["state"] == "done", job
    made = {one["kind"]: one for one in job["made"]}
    training = campaign.get(f"/trainings/{made['training']['name']}/{made['training']['version']}").json()
    assert {one["method"] for one in training["models"]} == {"baseline", "logistic"}
    listed = campaign.get("/models").json()["items"]
    assert {(one["name"], one["version"]) for one in listed} >= {(one["name"], 1) for one in training["models"]}

    address = f"/models/{made['model']['name']}/versions/{made['model']['version']}"
    assert campaign.put(f"{address}/role", json={"role": "chosen"}).json()["role"] == "chosen"
    card = campaign.get(address).json()
    assert card["role"] == "chosen"
    assert card["metrics"]["roc_auc"]["low"] <= card["metrics"]["roc_auc"]["estimate"]
    assert campaign.put(f"{address}/role", json={"role": "retired"}).json()["role"] == "retired"
    assert campaign.put(f"{address}/role", json={"role": "king"}).status_code == 422


def test_what_was_explained_is_read_by_name_and_version(campaign):
    listed = campaign.get("/explanations").json()["items"]
    told = campaign.get(f"/explanations/{listed[0]['name']}/{listed[0]['version']}")
    assert told.json()["features"]
    assert told.json()["id"] == listed[0]["id"]
    polish = campaign.get(f"/explanations/{listed[0]['name']}/{listed[0]['version']}", params={"lang": "pl"})
    assert polish.json()["words"] != told.json()["words"]
    assert campaign.get("/explanations/nobody/1").status_code == 404


def test_one_customer_is_explained(campaign):
    key = campaign.get("/tables").json()["items"][0]
    rows = campaign.get(f"/tables/{key['name']}/rows", params={"limit": 1}).json()["items"]
    job = campaign.ask("/reasons", {"key": rows[0][key["key"]]})
    assert job["state"] == "done"
    assert len(job["data"]["reasons"]) == 5
    assert job["words"]
    assert campaign.post("/reasons", json={"key": 1, "model": "nobody"}).status_code == 404


def test_an_audience_is_selected_and_its_list_downloaded_in_each_form(campaign):
    job = campaign.ask("/audiences", {"contact_cost": 3, "sale_value": 11, "capacity": 40})
    made = next(one for one in job["made"] if one["kind"] == "audience")
    address = f"/audiences/{made['name']}/{made['version']}"
    assert campaign.get(address).json()["cut"]["customers"] <= 40

    text = campaign.get(f"{address}/list", params={"customers": 25})
    assert text.headers["content-disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(text.text)))
    assert len(rows) == 25
    as_json = campaign.get(f"{address}/list", params={"format": "json", "customers": 25}).json()
    assert [str(row["probability"])[:6] for row in as_json] == [row["probability"][:6] for row in rows]
    parquet = pq.read_table(io.BytesIO(campaign.get(f"{address}/list", params={"format": "parquet"}).content))
    assert parquet.num_rows == campaign.get(address).json()["rows"]
    chances = parquet["probability"].to_pylist()
    assert chances == sorted(chances, reverse=True)


def test_the_newest_check_of_the_sample_is_there(campaign):
    found = campaign.get("/tables/customers/quality").json()
    assert found["table"] == "customers"
    assert found["words"]


def test_a_number_is_traced_back_to_its_file(campaign):
    explanation = campaign.get("/explanations").json()["items"][0]
    kinds, links = set(), [campaign.get(f"/lineage/{explanation['id']}").json()]
    while links:
        link = links.pop()
        kinds.add(link["kind"])
        links += link["parents"]
    assert {"explanation", "model", "table", "file"} <= kinds
    assert campaign.get("/lineage/nothing").status_code == 404


def test_no_answer_holds_what_strict_json_cannot(campaign):
    def refuse(name):
        raise AssertionError(name)

    listed = campaign.get("/audiences").json()["items"][0]
    for path in ("/models", "/trainings", "/jobs", f"/audiences/{listed['name']}/{listed['version']}"):
        json.loads(campaign.get(path).text, parse_constant=refuse)


def test_long_lists_come_in_pages(campaign):
    whole = campaign.get("/models").json()["items"]
    seen, cursor = [], None
    for _ in whole:
        answer = campaign.get("/models", params={"limit": 1, **({"cursor": cursor} if cursor else {})}).json()
        seen += answer["items"]
        cursor = answer["next"]
    assert seen == whole
    assert cursor is None
