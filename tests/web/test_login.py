"""Signing in and out, as a browser does it."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from starlette.testclient import TestClient

from campanile.web.login import safe
from campanile.web.sessions import COOKIE
from campanile.workspace import Workspace
from campanile.workspace.audit import Actor, note

PASSWORD = "correct horse battery"  # noqa: S105
EVERYWHERE = "0.0.0.0"  # noqa: S104
OURS = {"Sec-Fetch-Site": "same-origin"}
TEAM = (EVERYWHERE, "https://team.example", "192.0.2.8")

Door = Callable[..., TestClient]


@pytest.fixture
def anna(workspace: Workspace) -> Any:
    return workspace.accounts.add("anna", "analyst", PASSWORD)


def enter(client: TestClient, password: str = PASSWORD, name: str = "anna", **more: str) -> Any:
    return client.post("/login", data={"name": name, "password": password, **more}, headers=OURS)


def flags(answer: Any) -> tuple[str, set[str]]:
    """Return the value and the attributes of the session's cookie that an answer sets last."""
    cookie = [line for line in answer.headers.get_list("set-cookie") if line.startswith(COOKIE + "=")][-1]
    value, *attributes = cookie.split("; ")
    return value.partition("=")[2], set(attributes)


def fault(answer: Any) -> str:
    found = re.search(r'role="alert" id="fault">([^<]*)<', answer.text)
    assert found, answer.text
    return found[1]


def old_cookie(workspace: Workspace, signed: timedelta, begun: timedelta) -> str:
    """Return a cookie as it was signed some time ago, in a session that began some time ago."""

    class Earlier(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(time.time() - signed.total_seconds())

    accounts = workspace.accounts
    signer = URLSafeTimedSerializer(
        accounts.secret, salt="campanile session", signer=Earlier,
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )  # fmt: skip
    return signer.dumps(["id", "anna", accounts.user("anna").stamp, (datetime.now(UTC) - begun).isoformat()])


def test_the_link_lets_in_once_and_leads_to_the_first_page(workspace: Workspace, door: Door) -> None:
    client, token = door(), workspace.accounts.link()
    answer = client.get(f"/login?token={token}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert flags(answer)[1] == {"Path=/", "Max-Age=43200", "HttpOnly", "SameSite=Lax"}
    assert client.get("/").status_code == 200
    assert client.get("/api/v1/me").json()["role"] == "admin"
    assert client.get(f"/login?token={token}").headers["location"] == "/", "who is in already stays in"
    stranger = door()
    again = stranger.get(f"/login?token={token}")
    assert again.status_code == 401
    assert "used before" in fault(again)
    assert stranger.get("/api/v1/me").status_code == 401


def test_a_browser_that_looks_ahead_does_not_use_the_link_up(workspace: Workspace, door: Door) -> None:
    client, token = door(), workspace.accounts.link()
    for headers in ({"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}):
        answer = client.get(f"/login?token={token}", headers=headers)
        assert (answer.status_code, COOKIE in answer.headers.get("set-cookie", "")) == (204, False)
    assert client.head(f"/login?token={token}").status_code == 405
    assert client.get(f"/login?token={token}&next=/why%3Fx=1").headers["location"] == "/why?x=1"


def test_name_and_password_lead_to_the_page_that_was_asked_for(anna: Any, door: Door) -> None:
    client = door()
    answer = enter(client, next="/why?features=5")
    assert (answer.status_code, answer.headers["location"]) == (303, "/why?features=5")
    assert client.get("/api/v1/me").json()["name"] == "anna"
    assert client.get("/login?next=/models").headers["location"] == "/models"


def test_over_https_the_cookie_is_for_https_only(anna: Any, door: Door) -> None:
    assert "Secure" in flags(enter(door(*TEAM)))[1]


def test_the_next_page_is_one_of_ours(anna: Any, door: Door) -> None:
    for target in (
        "", "why", "//evil.example", "///evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example",
        "javascript:alert(1)", "/a\r\nSet-Cookie: x=1", "/\tevil", " //evil.example", "/login?next=/", "/logout",
        "//evil.example/%2f..", "http:evil.example", "/" + "x" * 3000, "http://[bad", "//[bad",
    ):  # fmt: skip
        assert safe(target) == "/", target
    for target in ("/", "/why?features=5&model=response-logistic#zone", "/audience?segment=%C5%82", "/a//b"):
        assert safe(target) == target
    assert enter(door(), next="//evil.example").headers["location"] == "/"


def test_a_wrong_name_is_told_like_a_wrong_password(anna: Any, door: Door) -> None:
    client = door()
    answers = [
        enter(client, "wrong horse battery"),
        enter(client, name="nosuch"),
        enter(client, "", ""),
        enter(client, "\x00"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert {fault(answer) for answer in answers} == {"Name or password is wrong."}
    assert all(COOKIE not in answer.headers.get("set-cookie", "") for answer in answers)


def test_what_was_typed_is_shown_again_as_text(anna: Any, door: Door) -> None:
    script = '"><script>alert(1)</script>'
    answer = enter(door(), name=script, next="/x?" + script)
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_too_many_wrong_passwords_are_told_when_to_come_back(workspace: Workspace, anna: Any, door: Door) -> None:
    other = Workspace.open(workspace.path)
    with other.catalog.writing() as connection:
        for _ in range(5):
            note(connection, Actor("nobody", "password", "198.51.100.1"), "login", "anna", "refused")
    other.close()
    answer = enter(door())
    assert answer.status_code == 429
    assert 880 <= int(answer.headers["retry-after"]) <= 900
    assert fault(answer) == "Too many wrong passwords. Try again in 15 minutes."


def test_failures_are_counted_for_the_address_they_come_from(workspace: Workspace, anna: Any, door: Door) -> None:
    assert enter(door(*TEAM), "wrong horse battery").status_code == 401
    entry = workspace.accounts.audit.entries(limit=1)[0]
    assert (entry.action, entry.subject, entry.outcome, entry.address) == ("login", "anna", "refused", "192.0.2.8")


def test_a_form_that_is_none_is_refused(anna: Any, door: Door) -> None:
    client = door()
    assert client.post("/login", content=b"x" * 9000, headers=OURS).status_code == 413
    for body in (b"\xff\xfe=1", b'{"name": "anna"}', b"&".join([b"a=1"] * 20)):
        assert client.post("/login", content=body, headers=OURS).status_code == 401


def test_signing_out_ends_the_session_also_where_its_cookie_was_copied(anna: Any, door: Door) -> None:
    client = door()
    copied, _ = flags(enter(client))
    answer = client.post("/logout", headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert flags(answer) == ("", {"Path=/", "Max-Age=0", "HttpOnly", "SameSite=Lax"})
    assert client.get("/api/v1/me").status_code == 401
    assert client.get("/api/v1/me", headers={"Cookie": f"{COOKIE}={copied}"}).status_code == 401
    enter(client)
    assert client.get("/api/v1/me").status_code == 200


def test_a_session_in_use_goes_on_and_an_unused_one_ends(workspace: Workspace, anna: Any, door: Door) -> None:
    client, minute, hour, day = door(), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

    def ask(signed: timedelta, begun: timedelta) -> Any:
        return client.get("/api/v1/me", headers={"Cookie": f"{COOKIE}={old_cookie(workspace, signed, begun)}"})

    assert "set-cookie" not in ask(minute, minute).headers
    renewed = ask(11 * hour, 6 * day)
    assert renewed.status_code == 200
    value, _ = flags(renewed)
    assert client.get("/api/v1/me", headers={"Cookie": f"{COOKIE}={value}"}).status_code == 200
    assert ask(13 * hour, 13 * hour).status_code == 401
    assert ask(minute, 8 * day).status_code == 401


def test_a_cookie_that_was_changed_is_worth_nothing(anna: Any, door: Door) -> None:
    client = door()
    value, _ = flags(enter(client))
    client.cookies.clear()
    for wrong in (value[:-2], value[1:], value.replace(".", ""), "", "a.b.c", "é", value + "A" * 5000):
        answer = client.get("/api/v1/me", headers={"Cookie": f"{COOKIE}={wrong}".encode()})
        assert answer.status_code == 401, wrong
    assert client.get("/api/v1/me", headers={"Cookie": f"{COOKIE}={value}"}).status_code == 200


def test_the_page_offers_what_lets_in_here(workspace: Workspace, door: Door) -> None:
    here, there = door(), door(*TEAM)

    def offered(client: TestClient) -> tuple[bool, bool]:
        text = client.get("/login").text
        return "campanile users link" in text, 'type="password"' in text

    assert (offered(here), offered(there)) == ((True, False), (False, True))
    workspace.accounts.add("anna", "viewer", PASSWORD)
    assert (offered(here), offered(there)) == ((True, True), (False, True))


def test_the_page_speaks_three_languages_and_keeps_where_to_go(door: Door) -> None:
    client = door(*TEAM)
    for language, title in (("en", "Sign in"), ("pl", "Zaloguj się"), ("es", "Iniciar sesión")):
        text = client.get(f"/login?lang={language}&next=/why%3Fx=1").text
        assert f'<html lang="{language}"' in text
        assert f"<h1>{title}</h1>" in text
        assert 'name="next" value="/why?x=1"' in text
        assert "/login?lang=es&amp;next=%2Fwhy%3Fx%3D1" in text
    client.cookies.set("campanile_theme", "dark")
    assert 'data-mantine-color-scheme="dark"' in client.get("/login").text
