"""The document and the page that shows it."""

from __future__ import annotations

from urllib.parse import urlsplit


def test_the_document_is_open_to_nobody_too_and_names_each_way_to_come_in(api):
    document = api.client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert set(document["components"]["securitySchemes"]) == {"key", "session"}
    assert document["components"]["schemas"]["Problem"]["properties"]["faults"]


def test_long_answers_are_packed_and_downloads_come_beside(campaign):
    packed = campaign.client.get("/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    made = campaign.get("/audiences").json()["items"][0]
    address = f"/audiences/{made['name']}/{made['version']}/list"
    plain = campaign.get(address, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert campaign.get(address, headers={"Accept-Encoding": "gzip"}).content == plain.content


def test_the_page_shows_the_document_and_asks_no_other_host(served, page):
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(urlsplit(request.url)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(served + "/api/docs")
    page.locator("#operations-models-train_api_v1_trainings_post .opblock-summary-control").click()
    page.locator("#operations-models-train_api_v1_trainings_post .responses-table").wait_for()
    hosts = {one.hostname for one in asked if one.scheme.startswith("http")}
    assert hosts == {"127.0.0.1"}
    assert complaints == []
