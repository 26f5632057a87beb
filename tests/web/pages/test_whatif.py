"""The page What if? as a marketer uses it: say what you control and what it costs, search, read the answer."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from campanile.simulate import SimulateSpec, simulate
from campanile.web.pages import experiments as page_of_tests
from campanile.web.pages import whatif
from campanile.web.visit import Visit, visiting
from campanile.workspace import Workspace
from campanile.workspace.accounts import RIGHTS, Visitor
from campanile.workspace.errors import NotFound

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


def test_the_test_that_would_confirm_it_is_planned_as_it_was_drafted(
    sample: Workspace, staffed: Callable[[Workspace], str], page: Any
) -> None:
    levers = {"days_since_last_purchase": {"direction": "down", "step": 5, "cost": 0.5}}
    found = simulate(sample, SimulateSpec(levers=levers, sample=100, population=16, generations=4))
    assert found.draft is not None
    page.goto(f"{staffed(sample)}/whatif")
    page.get_by_role("link", name="Plan the test").click()
    page.locator(".answer", has_text="Not tested yet. The model expects a lift of").wait_for()
    assert "simulation=" in page.url
    assert page.locator("#experiments-design-name").input_value() == found.draft.name
    assert float(page.locator("#experiments-design-baseline").input_value()) == round(100 * found.draft.baseline, 2)
    page.locator("#experiments-design-monthly").fill("100")
    page.locator("#experiments-design").click()
    page.locator(".answer", has_text="nobody was put into a group").wait_for(timeout=60_000)
    page.locator("#page", has_text=str(found.draft.hypothesis)).wait_for()
    plan = sample.artifacts("design", found.draft.name)[-1]
    assert sample.artifacts("simulation")[-1] in sample.catalog.parents(plan.run_id)
    assert sample.catalog.run(plan.run_id).spec["simulation_version"] == found.version
    # The page of the test knows whose draft it was: planned anew, it is still the same one.
    assert told(sample, "analyst", page_of_tests).count(f"'simulation_version': {found.version}") == 1


def test_where_nothing_helps_or_one_may_only_read_no_test_is_offered(sample: Workspace) -> None:
    simulate(sample, SimulateSpec(levers=LEVERS, sample=50, population=8, generations=2))
    assert "whatif-plan" not in told(sample, "viewer", whatif)


def test_who_may_only_read_sees_what_the_model_expects_of_a_test_and_no_form(sample: Workspace) -> None:
    levers = {"days_since_last_purchase": {"direction": "down", "step": 5, "cost": 0.5}}
    found = simulate(sample, SimulateSpec(levers=levers, sample=100, population=16, generations=4))
    said = told(sample, "viewer", page_of_tests, simulation=found.model)
    assert "Not tested yet. The model expects a" in said
    assert str(found.draft and found.draft.hypothesis)[:60] in said
    assert "experiments-design" not in said
    with pytest.raises(NotFound):
        told(sample, "viewer", page_of_tests, simulation=found.model, simulation_version="9")


def told(workspace: Workspace, role: Any, page: Any, **asked: str) -> str:
    """Return a page as a text, told to somebody of a role."""
    here = Visit(workspace, Visitor("ann", role, "session", RIGHTS[role]), "en", "light")
    with visiting(here):
        return re.sub(r"</?[a-z]+>", "", html.unescape(str(page.layout(here, asked))))


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
