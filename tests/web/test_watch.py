"""Jobs on a page: their end is seen however slow the server is, and whatever happens at the same moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from campanile.flows.work import submit
from campanile.workspace import Workspace
from campanile.workspace.jobs import Jobs, Outcome

Serve = Callable[[Workspace], str]


@pytest.fixture
def job(workspace: Workspace) -> str:
    """A job that waits for nobody."""
    return submit(workspace, "quality", {"table": "customers"}, who="ann").id


def end(workspace: Workspace, job: str) -> None:
    with workspace.jobs.at_work(job):
        workspace.jobs.finish(job, Outcome({}))


def test_a_look_that_takes_longer_than_the_clock_is_still_answered(
    workspace: Workspace, job: str, serve: Serve, page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.goto(serve(workspace) + "/")
    page.locator(".job").wait_for()
    look = Jobs.job

    def slowly(self: Jobs, id: str) -> Any:
        time.sleep(0.8)
        return look(self, id)

    monkeypatch.setattr(Jobs, "job", slowly)
    end(workspace, job)
    page.locator(".job").wait_for(state="detached", timeout=15_000)


def test_a_look_whose_answer_was_lost_is_asked_again(workspace: Workspace, job: str, serve: Serve, page: Any) -> None:
    page.clock.install()
    page.goto(serve(workspace) + "/")
    page.locator(".job").wait_for()
    page.route("**/_dash-update-component*", lambda route: route.abort())
    page.clock.run_for(1000)
    page.unroute("**/_dash-update-component*")
    end(workspace, job)
    page.clock.run_for(40_000)
    page.locator(".job").wait_for(state="detached", timeout=15_000)


def test_a_page_that_did_not_come_when_the_job_ended_is_asked_for_again(
    workspace: Workspace, job: str, serve: Serve, page: Any
) -> None:
    page.clock.install()
    page.goto(serve(workspace) + "/")
    page.locator(".job").wait_for()
    lost = []

    def lose(route: Any) -> None:
        if "page.children" in route.request.post_data and not lost:
            lost.append(route.request.url)
            route.abort()
        else:
            route.fallback()

    page.route("**/_dash-update-component*", lose)
    end(workspace, job)
    page.clock.run_for(2000)
    page.locator(".job", has_text="done").wait_for()
    page.clock.run_for(20_000)
    page.locator(".job").wait_for(state="detached", timeout=15_000)
    assert lost


def test_an_end_that_is_told_together_with_an_address_that_the_page_wrote_still_brings_the_page_anew(
    workspace: Workspace, serve: Serve, page: Any
) -> None:
    page.goto(serve(workspace) + "/")
    page.locator("h1").wait_for()
    asked = """() => {
      const own = window.dash_clientside, state = { page: "/", seen: "1" };
      const asks = (...names) => {
        own.callback_context = { triggered: names.map((name) => ({ prop_id: name })) };
        return own.campanile.ask("/", own.campanile.address(state), "a job", state) !== own.no_update;
      };
      return [asks("address.search"), asks("address.search", "finished.data"), asks("finished.data"), asks()];
    }"""
    assert page.evaluate(asked) == [False, True, True, True]
