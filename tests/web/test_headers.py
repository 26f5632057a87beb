"""What each answer tells the browser, and that the pages work under it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.testclient import TestClient

from campanile.web.headers import Headers
from campanile.workspace import Workspace

PASSWORD = "correct horse battery"  # noqa: S105
VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


def answered(response: Response, path: str = "/x", base: str = "http://127.0.0.1") -> Any:
    return TestClient(Headers(response, lambda: ["'sha256-abc'"]), base_url=base).get(path).headers


def directives(policy: str) -> dict[str, str]:
    return {part.strip().partition(" ")[0]: part.strip().partition(" ")[2] for part in policy.split(";")}


def test_a_page_loads_what_is_ours_and_runs_no_script_that_we_did_not_write() -> None:
    headers = answered(HTMLResponse("x"))
    policy = directives(headers["content-security-policy"])
    assert policy["script-src"] == "'self' 'sha256-abc'"
    assert "unsafe-eval" not in headers["content-security-policy"]
    assert policy["default-src"] == policy["connect-src"] == policy["form-action"] == policy["frame-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert not any("http" in allowed or "*" in allowed for allowed in policy.values())


def test_every_answer_is_what_it_says_and_stays_here() -> None:
    for response in (HTMLResponse("x"), JSONResponse({}), PlainTextResponse("x", 404)):
        headers = answered(response)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert headers["cache-control"] == "no-store"
    assert directives(answered(JSONResponse({}))["content-security-policy"])["default-src"] == "'none'"


def test_what_an_answer_says_itself_stays() -> None:
    own = {"Content-Security-Policy": "sandbox", "Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer"}
    headers = answered(HTMLResponse("x", headers=own))
    assert {name: headers[name] for name in own} == own
    assert len(headers.get_list("content-security-policy")) == 1


def test_a_report_is_shown_by_our_pages_and_kept_apart_from_them() -> None:
    policy = directives(answered(HTMLResponse("x"), "/reports/1")["content-security-policy"])
    assert policy["frame-ancestors"] == "'self'"
    assert "allow-same-origin" not in policy["sandbox"]


def test_static_files_may_be_kept_by_the_browser() -> None:
    assert "cache-control" not in answered(Response("x"), "/assets/bell.svg")
    assert "cache-control" not in answered(Response("x"), "/_dash-component-suites/dash/x.js")


def test_browsers_are_bound_to_https_only_where_it_is_spoken() -> None:
    assert "strict-transport-security" not in answered(HTMLResponse("x"))
    assert "max-age" in answered(HTMLResponse("x"), base="https://team.example")["strict-transport-security"]


def test_refusals_and_pages_have_the_headers_too(door: Callable[..., TestClient]) -> None:
    client = door()
    for path in ("/", "/login", "/api/v1/tables", "/nowhere"):
        assert client.get(path).headers["x-content-type-options"] == "nosniff"
    policy = client.get("/login").headers["content-security-policy"]
    assert policy.count("'sha256-") >= 1


def sign_in(page: Any) -> None:
    page.fill("#name", "vera")
    page.fill("#password", PASSWORD)
    page.click("form button")


@pytest.mark.slow
def test_pages_work_in_a_browser_under_their_policy(sample: Workspace, guarded: str, browser: Any) -> None:
    context = browser.new_context()
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.add_init_script(VIOLATIONS)
    sample.accounts.add("vera", "viewer", PASSWORD)
    sample.accounts.add("anna", "admin", PASSWORD)
    page.goto(f"{guarded}/why")
    sign_in(page)
    page.wait_for_url("**/why")
    for path, drawn in (("/why", ".main-svg"), ("/models", ".main-svg"), ("/data", "h1"), ("/", "h1")):
        page.goto(guarded + path)
        page.wait_for_selector(f"#page {drawn}", state="attached")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.violations") == [], path
    page.evaluate("document.body.appendChild(document.createElement('script')).textContent = 'window.strange = 1'")
    assert page.evaluate("window.strange") is None
    page.wait_for_function("window.violations.length > 0")
    page.click("#account summary")
    page.click("#account button")
    page.wait_for_url("**/login")
    page.goto(f"{guarded}/why")
    sign_in(page)
    page.wait_for_selector("#page h1")
    page.wait_for_load_state("networkidle")
    sample.accounts.close("vera")
    # What any control does; a moment later, as the page may leave before the call returns.
    page.evaluate("() => { setTimeout(() => fetch('/_dash-layout'), 50) }")
    page.wait_for_selector("#password")
    assert page.input_value("[name=next]") == "/why"
    context.close()
