"""Who may come in, and what they may do: every address of the application."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from campanile.workspace import Workspace
from campanile.workspace.accounts import RIGHTS

PASSWORD = "correct horse battery"  # noqa: S105
EVERYWHERE = "0.0.0.0"  # noqa: S104
PUBLIC = {"/login", "/healthz", "/openapi.json", "/_favicon.ico"}
STATIC = ("/assets/", "/_dash-component-suites/")
OURS = {"Sec-Fetch-Site": "same-origin"}

Door = Callable[..., TestClient]


def routes(app: Any) -> Iterator[tuple[str, str]]:
    """Every method and path that the application answers."""
    for found in iter_route_contexts(app.routes):
        if isinstance(found.original_route, Mount):
            yield "GET", f"{found.path}/1"
        for method in found.methods or ():
            yield method, re.sub(r"\{[^}]*\}", "1", str(found.path))


def operations(app: Any) -> Iterator[tuple[str, str, str]]:
    """Every operation of the API with the right that it declares."""
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            if path.startswith("/api/"):
                yield method.upper(), re.sub(r"\{[^}]*\}", "1", path), operation["x-right"]


def key(workspace: Workspace, *scopes: str, owner: str = "local") -> dict[str, str]:
    return {"Authorization": "Bearer " + workspace.accounts.make_key(owner, scopes)[1]}


def enter(client: TestClient, workspace: Workspace, name: str, role: str = "viewer") -> TestClient:
    """Sign in with a new account."""
    workspace.accounts.add(name, role, PASSWORD)
    answer = client.post("/login", data={"name": name, "password": PASSWORD}, headers=OURS)
    assert answer.status_code == 303, answer.text
    return client


def test_nobody_reaches_what_is_public_and_nothing_else(door: Door) -> None:
    client = door()
    seen = set()
    for method, path in routes(client.app):
        answer = client.request(method, path)
        seen.add(path)
        public = path in PUBLIC or path.startswith(STATIC) or path == "/metrics"
        assert (answer.status_code != 401) == public, (method, path)
    assert PUBLIC | {"/", "/why", "/logout", "/_dash-update-component", "/_dash-layout", "/assets/1"} <= seen
    assert sum(path.startswith("/api/v1/") for path in seen) > 10


def test_what_only_looks_public_is_not(door: Door) -> None:
    client = door()
    for path in (
        "/login/", "/LOGIN", "/loginx", "/healthz/", "/openapi.json/", "/assets", "/Assets/bell.svg", "/x/assets/a.svg",
        "/_dash-component-suites", "/_favicon.icon", "/docs", "/redoc", "/nowhere", "/api/v1/tables?x=/assets/", "/%00",
    ):  # fmt: skip
        assert client.get(path).status_code == 401, path


def test_nothing_is_reached_by_way_of_the_static_files(door: Door) -> None:
    client = door()
    for path in ("/assets/%2e%2e/api/v1/tables", "/assets/..%2f..%2fguard.py", "/_dash-component-suites/../api/v1/me"):
        assert client.get(path).status_code in (401, 404), path


def test_a_browser_is_asked_to_sign_in_and_led_back(door: Door) -> None:
    answer = door().get("/why?features=5&x=%22%3E", headers={"Accept": "text/html,*/*"})
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("text/html")
    assert "next=%2Fwhy%3Ffeatures%3D5%26x%3D%2522%253E" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_programs_are_told_in_their_language_how_to_come_in(door: Door) -> None:
    answer = door().get("/api/v1/tables", headers={"Accept-Language": "pl"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    told = answer.json()
    assert (told["status"], told["instance"]) == (401, "/api/v1/tables")
    assert "Zaloguj" in told["remedy"]


def test_an_operation_needs_the_right_that_it_declares(workspace: Workspace, door: Door) -> None:
    client = door()
    for scopes in (("read",), ("predict",), ("read", "write")):
        headers, tried = key(workspace, *scopes), {True: 0, False: 0}
        for method, path, right in operations(client.app):
            answer = client.request(method, path, headers=headers, json={} if method in ("POST", "PUT") else None)
            assert (answer.status_code != 403) == (right in scopes), (scopes, method, path, answer.text)
            tried[right in scopes] += 1
        assert min(tried.values()) > 0


def test_a_viewer_reads_and_changes_nothing(workspace: Workspace, door: Door) -> None:
    client = enter(door(), workspace, "vera")
    assert client.get("/").status_code == 200
    assert client.get("/api/v1/me").json()["rights"] == ["read"]
    for method, path, right in operations(client.app):
        if right not in RIGHTS["viewer"]:
            answer = client.request(method, path, headers=OURS, json={} if method in ("POST", "PUT") else None)
            assert answer.status_code == 403, (method, path)


def test_pages_need_a_key_that_may_read(workspace: Workspace, door: Door) -> None:
    client = door()
    for path in ("/", "/_dash-layout", "/logout"):
        assert client.get(path, headers=key(workspace, "predict")).status_code == 403
    assert client.get("/", headers=key(workspace, "read")).status_code == 200


def test_closing_an_account_ends_its_session(workspace: Workspace, door: Door) -> None:
    client = enter(door(), workspace, "anna", "admin")
    assert client.get("/api/v1/me").status_code == 200
    workspace.accounts.give_role("anna", "analyst")
    assert client.get("/api/v1/me").status_code == 401
    client.post("/login", data={"name": "anna", "password": PASSWORD}, headers=OURS)
    assert client.get("/api/v1/me").json()["role"] == "analyst"
    workspace.accounts.close("anna")
    assert client.get("/api/v1/me").status_code == 401


def test_a_key_that_is_revoked_expired_or_wrong_opens_nothing_not_even_beside_a_session(
    workspace: Workspace, door: Door
) -> None:
    client = enter(door(), workspace, "anna", "admin")
    _, text = workspace.accounts.make_key("anna", {"read"}, days=1)
    headers = {"Authorization": f"Bearer {text}"}
    assert client.get("/api/v1/me", headers=headers).json()["via"] == "key"
    with workspace.catalog.writing() as connection:
        past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
        connection.execute(sa.text("UPDATE keys SET expires_at = :past"), {"past": past})
    for wrong in (text, text + "x", "", "cmp_a_b", "é"):
        answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {wrong}".encode()})
        assert answer.status_code == 401, wrong
    other, text = workspace.accounts.make_key("anna", {"read"})
    workspace.accounts.keys.revoke(other.id, by=_shell())
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {text}"}).status_code == 401
    # What a proxy asks for itself is none of our business.
    assert client.get("/api/v1/me", headers={"Authorization": "Basic YTpi"}).json()["via"] == "session"


def test_the_use_of_a_key_is_noted(workspace: Workspace, door: Door) -> None:
    made, text = workspace.accounts.make_key("local", {"read"})
    door().get("/api/v1/me", headers={"Authorization": f"bearer {text}"})
    assert workspace.accounts.keys.key(made.id).used_at is not None


HERE = "http://127.0.0.1:8700"


def test_what_other_sites_send_with_a_session_is_refused(workspace: Workspace, door: Door) -> None:
    client = enter(door(), workspace, "anna", "admin")
    foreign: list[dict[str, str]] = [
        {}, {"Sec-Fetch-Site": "cross-site", "Origin": HERE}, {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"}, {"Origin": "http://127.0.0.1:9000"}, {"Origin": f"{HERE}.evil.example"},
        {"Origin": "null"}, {"Origin": ""}, {"Origin": "http://[bad"},
    ]  # fmt: skip
    for headers in foreign:
        answer = client.post("/api/v1/keys", json={"owner": "anna", "scopes": ["read"]}, headers=headers)
        assert answer.status_code == 403, headers
        assert "Origin" in answer.json()["remedy"]
        assert client.post("/_dash-update-component", json={}, headers=headers).status_code == 403
        assert client.post("/logout", headers=headers).status_code == 403
        assert client.post("/login", data={"name": "anna", "password": PASSWORD}, headers=headers).status_code == 403
    assert workspace.accounts.keys.keys() == ()


def test_what_our_own_pages_send_with_a_session_arrives(workspace: Workspace, door: Door) -> None:
    client = enter(door(), workspace, "anna", "admin")
    for headers in ({"Sec-Fetch-Site": "none"}, {"Origin": HERE}, OURS):
        answer = client.post("/api/v1/keys", json={"owner": "anna", "scopes": ["read"]}, headers=headers)
        assert answer.status_code == 201, headers


def test_a_program_with_a_key_need_not_say_where_it_comes_from(workspace: Workspace, door: Door) -> None:
    wanted = {"owner": "local", "scopes": ["read"]}
    assert door().post("/api/v1/keys", json=wanted, headers=key(workspace, "admin")).status_code == 201


def test_on_this_machine_only_its_own_names_are_answered(workspace: Workspace, door: Door) -> None:
    client, headers = door(), key(workspace, "read")
    for name in ("evil.example", "evil.example:8700", "127.0.0.1.evil.example", "", "[bad", "192.0.2.1"):
        for path in ("/", "/healthz", "/metrics", "/login?token=x", "/api/v1/me", "/assets/bell.svg"):
            assert client.get(path, headers={**headers, "Host": name}).status_code == 403, (name, path)
    for name in ("127.0.0.1", "localhost:8700", "[::1]:8700", "127.0.0.2:1"):
        assert client.get("/api/v1/me", headers={**headers, "Host": name}).status_code == 200, name


def test_elsewhere_any_name_is_answered_but_it_takes_an_account(workspace: Workspace, door: Door) -> None:
    here = door()
    here.get(f"/login?token={workspace.accounts.link()}")
    assert here.get("/api/v1/me").json()["name"] == "local"
    there = door(EVERYWHERE, "http://team.example", "192.0.2.8")
    there.cookies.set("campanile_session", here.cookies["campanile_session"])
    assert there.get("/api/v1/me").status_code == 401
    assert there.get("/api/v1/me", headers=key(workspace, "read")).status_code == 401
    assert there.get(f"/login?token={workspace.accounts.link()}").status_code == 401
    assert enter(there, workspace, "anna").get("/api/v1/me").json()["name"] == "anna"


def test_metrics_are_open_to_this_machine_and_need_a_right_elsewhere(workspace: Workspace, door: Door) -> None:
    workspace.accounts.add("anna", "viewer", PASSWORD)
    assert door().get("/metrics").status_code == 200
    for client in (
        door(EVERYWHERE), door(EVERYWHERE, "http://team.example", "192.0.2.8"), door(address="192.0.2.8")
    ):  # fmt: skip
        assert client.get("/metrics").status_code == 401
        assert client.get("/metrics", headers=key(workspace, "read", owner="anna")).status_code == 200
    assert door().get("/metrics", headers={"X-Forwarded-For": "192.0.2.8"}).status_code == 401


def test_words_are_in_the_language_asked_for_then_chosen_then_preferred(door: Door) -> None:
    client = door()

    def told(path: str = "/login", **headers: str) -> str:
        found = re.search(r'<html lang="(\w+)"', client.get(path, headers=headers).text)
        assert found
        return found[1]

    assert told() == "en"
    assert told(**{"Accept-Language": "de, es-MX;q=0.8, pl;q=0.9, en;q=0.1"}) == "pl"
    assert told(**{"Accept-Language": "de;q=x, *, es;q=0, ,;;"}) == "en"
    assert told("/login?lang=es", **{"Accept-Language": "pl"}) == "es"
    assert told(**{"Accept-Language": "pl"}) == "es"
    assert told("/login?lang=xx") == "es"


def test_web_sockets_are_refused(door: Door) -> None:
    client = door()
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_dash-ws-callback"):
        pass


def _shell() -> Any:
    from campanile.workspace.audit import SHELL

    return SHELL
