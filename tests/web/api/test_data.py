"""Files brought, looked at and imported; tables read; versions and the way back."""

from __future__ import annotations

import re

import anyio
import pytest

CSV = b"Client;E-mail;Spent;Answered\n1;ann@example.org;12,50;yes\n2;bob@example.org;8,00;no\n3;eve@example.org;;no\n"


def test_a_file_is_brought_looked_at_and_imported_under_the_name_that_people_know(api):
    upload = api.bring(CSV, "Clients 2024.csv")
    known = api.get(f"/uploads/{upload}").json()
    assert (known["name"], known["bytes"]) == ("Clients 2024.csv", len(CSV))

    look = api.ask("/inspections", {"upload": upload})["data"]
    assert look["dialect"]["separator"] == ";"
    assert look["dialect"]["decimal"] == ","
    assert "Client" in look["keys"]
    assert [column["name"] for column in look["columns"]] == ["Client", "E-mail", "Spent", "Answered"]
    assert look["personal"] == ["E-mail"]
    assert all(row["E-mail"] is None for row in look["preview"])
    assert [row["Spent"] for row in look["preview"]] == [12.5, 8.0, None]

    loaded = api.ask("/tables", {"upload": upload, "key": "Client", "types": {"Spent": "money"}})
    assert loaded["state"] == "done", loaded
    assert loaded["data"]["table"] == "Clients_2024"
    assert loaded["data"]["rows"] == 3

    table = api.get("/tables/Clients_2024").json()
    assert table["source"] == "Clients 2024.csv"
    assert {one["name"]: one["semantic"] for one in table["dictionary"]}["Spent"] == "money"
    lineage = api.get(f"/lineage/{table['id']}").json()
    assert [parent["name"] for parent in lineage["parents"]] == ["Clients 2024.csv"]


def test_nothing_that_is_told_names_a_place_on_the_server(api):
    upload = api.bring(CSV)
    looked = api.post("/inspections", json={"upload": upload}).text
    api.ask("/tables", {"upload": upload, "table": "customers"})
    broken = api.ask("/tables", {"upload": api.bring(b"PK\x03\x04 no table", "a.zip"), "table": "zip"})
    assert broken["state"] == "failed"
    assert "a.zip" in broken["error"]["detail"]
    lineage = api.get(f"/lineage/{api.get('/tables/customers').json()['id']}").text
    for told in (looked, api.get("/jobs").text, str(broken), lineage):
        assert str(api.workspace.path) not in told


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\boot.ini", "/abs/olute.csv", "a\x00b.csv", "…/ü.csv"])
def test_a_name_never_becomes_a_path(api, name):
    upload = api.bring(CSV, name)
    shown = api.get(f"/uploads/{upload}").json()["name"]
    assert not re.search(r"[/\\\x00]", shown)
    inside = [path for path in (api.workspace.path / "uploads").rglob("*") if path.is_file()]
    assert {path.parent.name for path in inside} == {upload}
    assert {path.name for path in inside} <= {"content", "content.csv", "upload.json"}


def test_a_path_cannot_be_asked_for(api):
    upload = api.bring(CSV)
    for path, body in (
        ("/tables", {"path": "/etc/passwd"}),
        ("/tables", {"upload": upload, "path": "/etc/passwd"}),
        ("/inspections", {"upload": upload, "path": "/etc/passwd"}),
        ("/tables", {"upload": "../../catalog.db"}),
    ):
        assert api.post(path, json=body).status_code in (404, 422)


def test_a_cut_upload_leaves_nothing(api):
    there = []
    arriving = iter([{"type": "http.request", "body": CSV, "more_body": True}, {"type": "http.disconnect"}])

    async def receive():
        there.append(sorted(path.name for path in (api.workspace.path / "uploads").rglob("content*")))
        return next(arriving)

    async def send(message):
        pass

    headers = [(b"host", b"127.0.0.1"), (b"content-length", b"100000")]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/api/v1/uploads", "raw_path": b"/api/v1/uploads", "query_string": b"name=half.csv", "root_path": "",
        "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    anyio.run(api.client.app, scope, receive, send)
    assert there == [["content.part"], ["content.part"]]
    assert not [path for path in (api.workspace.path / "uploads").rglob("*") if path.is_file()]


def test_a_file_beyond_the_limit_is_refused_announced_or_not(api, monkeypatch):
    monkeypatch.setenv("CAMPANILE_UPLOAD_LIMIT", "100")
    for content in (b"x" * 101, iter([b"x" * 60, b"x" * 60])):
        refused = api.post("/uploads", params={"name": "large.csv"}, content=content)
        assert refused.status_code == 413
        assert refused.json()["type"] == "/problems/too-large"
    assert not [path for path in (api.workspace.path / "uploads").rglob("*") if path.is_file()]
    assert api.bring(b"a\n1\n")


def test_an_upload_is_removed_and_then_unknown(api):
    upload = api.bring(CSV)
    assert api.delete(f"/uploads/{upload}").status_code == 204
    assert api.get(f"/uploads/{upload}").status_code == 404
    assert api.post("/tables", json={"upload": upload}).status_code == 404


def test_a_form_is_not_taken_for_a_file(api):
    refused = api.post("/uploads", params={"name": "a.csv"}, files={"file": ("a.csv", CSV)})
    assert refused.status_code == 415


def test_rows_come_in_pages_without_personal_columns(api):
    lines = "".join(f"{n};p{n}@example.org;{n / 2}\n" for n in range(250))
    api.ask("/tables", {"upload": api.bring(f"id;mail;spent\n{lines}".encode()), "table": "t", "key": "id"})
    seen, cursor = [], None
    while True:
        answer = api.get("/tables/t/rows", params={"limit": 100, **({"cursor": cursor} if cursor else {})}).json()
        seen += answer["items"]
        cursor = answer["next"]
        if cursor is None:
            break
    assert [row["id"] for row in seen] == list(range(250))
    assert set(seen[0]) == {"id", "spent"}
    one = api.get("/tables/t/rows", params={"columns": ["spent"], "limit": 1}).json()
    assert one["items"] == [{"spent": 0.0}]
    assert api.get("/tables/t/rows", params={"columns": ["mail"]}).status_code == 422
    assert api.get("/tables/t/rows", params={"columns": ["speld"]}).status_code == 404
    assert api.get("/tables/t/rows", params={"cursor": "bm9uZQ"}).status_code == 422


def test_versions_are_appended_compared_and_restored(api):
    api.ask("/tables", {"upload": api.bring(b"id,spent\n1,5\n2,6\n"), "table": "t", "key": "id"})
    more = api.ask("/tables", {"upload": api.bring(b"id,spent\n3,7\n"), "table": "t", "append": True})
    assert (more["data"]["version"], more["data"]["rows"]) == (2, 3)
    differs = api.ask("/differences", {"table": "t", "before": 1, "after": 2})
    assert differs["state"] == "done", differs
    back = api.ask("/tables/t/versions/1/restore")
    assert back["data"]["version"] == 3
    assert [one["rows"] for one in api.get("/tables/t/versions").json()["items"]] == [2, 3, 2]
    assert api.post("/tables/t/versions/9/restore").status_code == 404


def test_what_never_changes_is_told_once(api):
    api.ask("/tables", {"upload": api.bring(CSV), "table": "t"})
    first = api.get("/tables/t/versions/1")
    again = api.get("/tables/t/versions/1", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = api.get("/tables/t/versions/1", params={"lang": "pl"}, headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_refused_rows_are_told_with_reasons_but_not_with_their_text(api):
    content = "id,mail,spent\n" + "".join(f"{n},p{n}@example.org,{n}\n" for n in range(60)) + "61,x@example.org\n"
    upload = api.bring(content.encode())
    look = api.ask("/inspections", {"upload": upload})["data"]
    assert look["refused"] == 1
    assert look["refusals"][0]["line"] == 62
    assert "cells" in look["refusals"][0]["words"]
    loaded = api.ask("/tables", {"upload": upload, "table": "t"})
    assert loaded["data"]["refused"] == 1
    assert "x@example.org" not in str(look) + str(loaded)


def test_a_table_is_checked_and_mended(api):
    lines = "".join(f"{n},{'PL' if n % 2 else 'pl'},{n}\n" for n in range(80)) + "80,PL ,1\n"
    api.ask("/tables", {"upload": api.bring(f"id,country,spent\n{lines}".encode()), "table": "t", "key": "id"})
    assert api.get("/tables/t/quality").status_code == 404
    assert api.ask("/quality", {"table": "t"})["state"] == "done"
    found = api.get("/tables/t/quality").json()
    assert "spellings" in {one["check"] for one in found["found"]}
    preview = api.ask("/repairs", {"table": "t", "repairs": ["join_spellings"], "dry_run": True})
    assert preview["data"]["version"] is None
    assert api.get("/tables/t").json()["version"] == 1
    mended = api.ask("/repairs", {"table": "t", "repairs": ["join_spellings"]})
    assert mended["data"]["version"] == 2 == api.get("/tables/t").json()["version"]


@pytest.mark.real
def test_the_real_campaign_is_imported(api, real_data):
    path = real_data / "ifood" / "marketing_campaign.csv"
    loaded = api.ask("/tables", {"upload": api.bring(path.read_bytes(), path.name), "table": "customers", "key": "ID"})
    assert loaded["data"]["rows"] == 2240
    rows = api.get("/tables/customers/rows", params={"limit": 1}).json()
    assert "Income" in rows["columns"]
    assert len(rows["items"]) == 1


def test_the_list_of_tables_is_empty_before_the_first(api):
    assert api.get("/tables").json() == {"items": [], "next": None}
