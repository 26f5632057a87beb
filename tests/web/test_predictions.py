"""Predictions over HTTP: the model's own numbers, typed strictness, and errors as problems in three languages."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from campanile.models import TrainSpec, load, models, train


def post(address, body, **headers):
    """Return status, media type and the answer's JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **headers}
    answer = requests.post(f"{address}/api/v1/predictions", content, headers=headers, timeout=60)
    return answer.status_code, answer.headers["Content-Type"], answer.json()


@pytest.fixture
def customers(sample):
    return json.loads(json.dumps(sample.read("customers").to_pylist(), default=str))


def test_customers_are_answered_in_their_order_with_the_models_own_numbers(sample, serve, customers):
    address, model = serve(sample), load(sample)
    status, _, told = post(address, {"customers": customers})
    rows = sample.read("customers")
    assert (status, told["model"], told["version"], told["target"]) == (200, model.name, model.version, "response")
    expected = model.predict(rows)[:, model.positive]
    given = [one["probability"] for one in told["predictions"]]
    assert given == pytest.approx(expected.tolist(), abs=1e-12)
    assert [one["key"] for one in told["predictions"]] == rows["customer_id"].to_pylist()
    assert [one["prediction"] for one in told["predictions"]] == ["true" if p >= 0.5 else "false" for p in given]
    alone = post(address, {"model": model.name, "version": model.version, "customers": customers[7:8]})[2]
    assert alone["predictions"][0]["probability"] == pytest.approx(given[7], abs=1e-12)


def test_many_who_ask_at_once_each_get_their_own(sample, serve, customers):
    address = serve(sample)
    together = post(address, {"customers": customers[:60]})[2]["predictions"]
    with ThreadPoolExecutor(16) as askers:
        alone = list(askers.map(lambda one: post(address, {"customers": [one]})[2]["predictions"][0], customers[:60]))
    for one, other in zip(alone, together, strict=True):
        assert one["key"] == other["key"]
        assert one["probability"] == pytest.approx(other["probability"], abs=1e-12)


def test_versions_of_a_model_are_served_side_by_side(sample, serve, customers):
    kept = next(one for one in models(sample) if one.method == "logistic")
    asked = TrainSpec(table="customers", target="response", methods=("logistic",), minutes=0, folds=3, resamples=50,
                      jobs=1, exclude=("income_eur",))  # fmt: skip
    train(sample, asked)
    address, one = serve(sample), {"model": kept.name, "customers": customers[:1]}
    told = [post(address, {**one, "version": version})[2] for version in (1, 2)]
    assert [one["version"] for one in told] == [1, 2]
    assert told[0]["predictions"][0]["probability"] != told[1]["predictions"][0]["probability"]
    assert post(address, one)[2]["version"] == 2


@pytest.mark.parametrize(("language", "said"), [
    ("en", "must be a number or null, not"), ("pl", "oczekiwano: liczba albo null"),
    ("es", "debe ser un número o null"),
])  # fmt: skip
def test_a_wrong_value_is_a_problem_with_its_place_in_the_readers_language(sample, serve, customers, language, said):
    wrong = {**customers[0], "children": "two"}
    status, media, told = post(serve(sample), {"customers": [customers[1], wrong]}, **{"Accept-Language": language})
    assert (status, media) == (422, "application/problem+json")
    assert said in told["detail"]
    assert [fault["pointer"] for fault in told["faults"]] == ["#/customers/1/children"]


@pytest.mark.parametrize(("body", "status"), [
    (b"{", 400), (b'{"customers": [{"age": NaN}]}', 400), ([], 422), ({}, 422), ({"customers": []}, 422),
    ({"customers": [3]}, 422), ({"customers": [{}], "rows": 1}, 422), ({"customers": [{}], "version": 1}, 422),
    ({"customers": [{}], "model": 1}, 422), ({"customers": [{}], "model": "x", "version": 0}, 422),
    ({"customers": [{}] * 10_001}, 422), ({"customers": [{}], "model": "no such model"}, 404),
])  # fmt: skip
def test_what_cannot_be_answered_is_refused_in_words(sample, serve, body, status):
    found, media, told = post(serve(sample), body)
    assert (found, told["status"], media) == (status, status, "application/problem+json")
    assert told["detail"]


def test_a_body_that_is_not_called_json_is_refused(sample, serve):
    assert post(serve(sample), {"customers": [{}]}, **{"Content-Type": "text/csv"})[0] == 415


def test_a_workspace_without_a_model_says_so(served):
    status, _, told = post(served, {"customers": [{}]})
    assert (status, told["detail"]) == (404, "There is no model yet.")


def test_the_document_tells_what_to_send_and_what_comes_back(served):
    told = requests.get(f"{served}/openapi.json", timeout=60).json()["paths"]["/api/v1/predictions"]["post"]
    assert told["x-right"] == "predict"
    sent = told["requestBody"]["content"]["application/json"]["schema"]
    assert (sent["properties"]["customers"]["maxItems"], sent["required"]) == (10_000, ["customers"])
    assert told["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/Predictions")
