"""The page What if? as a marketer uses it: say what you control and what it costs, search, read the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from campanile.simulate import SimulateSpec, simulate
from campanile.workspace import Workspace

LEVERS = {"web_visits_month": {"direction": "up", "cost": 2, "follows": {"purchases_web": 0.5}}}


def test_without_a_search_it_asks_for_levers(sample: Workspace, serve: Callable[[Workspace], str], page: Any) -> None:
    page.goto(f"{serve(sample)}/whatif")
    page.locator("#page", has_text="Nothing has been searched for").wait_for()
    assert page.is_visible("#whatif-search")


def test_a_kept_search_is_shown_with_its_front_and_levers(
    sample: Workspace, serve: Callable[[Workspace], str], page: Any
) -> None:
    levers = {"days_since_last_purchase": {"direction": "down", "step": 5, "cost": 0.5}}
    found = simulate(sample, SimulateSpec(levers=levers, sample=100, population=16, generations=4))
    page.goto(f"{serve(sample)}/whatif")
    page.locator("#whatif-answer", has_text=str(found.headline)[:40]).wait_for()
    assert found.answers
    page.locator(".js-plotly-plot").nth(1).wait_for()


def test_a_search_is_asked_for_as_it_was_before_but_for_what_was_changed(
    sample: Workspace, serve: Callable[[Workspace], str], page: Any
) -> None:
    simulate(sample, SimulateSpec(levers=LEVERS, sample=50, population=8, generations=2))
    page.goto(f"{serve(sample)}/whatif")
    page.click("text=Change what is searched for")
    page.fill("#whatif-budget", "500")
    page.keyboard.press("Tab")
    page.wait_for_timeout(500)  # the field tells what stands in it after a moment
    page.click("#whatif-search")
    page.locator("#whatif-jobs .job").wait_for()
    (job,) = sample.jobs.jobs()
    assert job.verb == "simulate"
    assert job.spec["budget"] == 500
    assert job.spec["levers"]["web_visits_month"]["follows"]["purchases_web"]["amount"] == 0.5


def test_one_customer_is_asked_about_by_the_key(
    sample: Workspace, serve: Callable[[Workspace], str], page: Any
) -> None:
    simulate(sample, SimulateSpec(levers=LEVERS, sample=50, population=8, generations=2))
    page.goto(f"{serve(sample)}/whatif")
    page.click("text=Change what is searched for")
    page.fill("#whatif-customer", " 17 ")
    page.locator("#whatif-customer").blur()
    page.wait_for_timeout(500)  # the field tells what stands in it after a moment
    page.click("#whatif-search")
    page.locator("#whatif-jobs .job").wait_for()
    (job,) = sample.jobs.jobs()
    assert job.spec["whom"] == "customer:17"
