"""The page on tests as a person uses it: nothing yet, a plan, groups, a verdict, and what is to be repaired."""

import html
import re
import shutil
from pathlib import Path

import pytest

from campanile import experiments
from campanile.flows.sampletest import NAME, SampleTestSpec, sample_test
from campanile.web.pages import experiments as page_of
from campanile.web.pages.experiments_analyse import spec_of as looked
from campanile.web.pages.experiments_design import spec_of as planned
from campanile.web.pages.experiments_shown import shown
from campanile.web.visit import Visit, visiting
from campanile.workspace import Workspace
from campanile.workspace.accounts import RIGHTS, Visitor


@pytest.fixture(scope="module")
def _tested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tested") / "workspace"
    workspace = Workspace.open(folder)
    sample_test(workspace, SampleTestSpec(users=9000, months=3))
    workspace.close()
    return folder


@pytest.fixture
def tested(_tested, tmp_path):
    """A workspace with the sample test, looked at in each of its three months."""
    shutil.copytree(_tested, tmp_path / "tested")
    workspace = Workspace.open(tmp_path / "tested")
    yield workspace
    workspace.close()


@pytest.fixture
def expect():
    api = pytest.importorskip("playwright.sync_api")
    api.expect.set_options(timeout=45_000)
    return api.expect


def told(workspace, role="analyst", **asked):
    """Return the page as a text, told to somebody of a role."""
    here = Visit(workspace, Visitor("ann", role, "session", RIGHTS[role]), "en", "light")
    with visiting(here):
        return re.sub(r"</?[a-z]+>", "", html.unescape(str(page_of.layout(here, asked))))


def test_an_empty_page_says_what_to_bring_and_offers_the_sample(workspace):
    said = told(workspace)
    assert "No test is kept here yet." in said
    assert "experiments-sample" in said


def test_nobody_who_may_only_read_is_offered_work(tested, workspace):
    for place in (tested, workspace):
        said = told(place, "viewer")
        assert "experiments-sample'" not in said
        assert "experiments-assign" not in said


def test_the_answer_is_the_verdict_with_its_interval_and_names_what_it_speaks_of(tested):
    said = told(tested)
    assert str(experiments.ledger(tested, NAME)[-1].number) == "3"
    assert "more of every 1,000 customers" in said
    assert "look 3 on" in said
    assert "All 18 checks passed" in said
    assert f"{NAME}_assignments v3" in said


def test_another_metric_gets_its_own_answer_and_an_earlier_look_is_as_it_was(tested):
    assert "'hours'" in str(shown(tested, {"metric": "hours"}).analysis.words)
    first = shown(tested, {"name": NAME, "look": "1"})
    assert (first.analysis.look, first.state["look"], first.newest) == (1, 1, False)
    assert shown(tested, {"metric": "nothing"}).metric is None


def test_a_blocked_test_says_what_to_repair_and_shows_no_effect(tested):
    experiments.analyse(tested, experiments.AnalyseSpec(name=NAME, least=100_000))
    said = told(tested)
    assert "No verdict:" in said
    assert "What to repair" in said
    assert "1 of 18 checks did not pass" in said
    assert "Graph(" not in said
    assert "it worked" not in said.lower()


def test_a_test_that_is_only_planned_or_only_filled_says_what_comes_next(tested):
    asked = {"name": "next", "metrics": ("bought",), "baseline": 0.1, "lift": 0.2, "monthly": 500}
    experiments.design(tested, experiments.DesignSpec(**asked))
    assert "nobody was put into a group" in told(tested)
    experiments.assign(tested, experiments.AssignSpec(name="next", users=NAME, month="2026-05"))
    said = told(tested, name="next")
    assert "nobody has looked at what became of the 9,000 users" in said
    assert "Who is in which group" in said


def test_a_name_that_is_not_there_is_said_and_nothing_falls(tested):
    assert "There is no test 'nothing' yet." in told(tested, name="nothing")


def test_what_the_fields_say_in_percent_is_asked_for_in_shares():
    filled = {"name": "t", "metric": "bought", "baseline": 10, "lift": 30, "monthly": 500, "months": 6, "table": None,
              "spread": "", "share": 50, "window": 0, "power": 80}  # fmt: skip
    spec = planned(filled)
    assert (spec["baseline"], spec["lift"], spec["power"], spec["share"]) == (0.1, 0.3, 0.8, 50)
    assert planned({**filled, "baseline": 12.5, "spread": 3})["baseline"] == 12.5


def test_guardrails_are_metrics_that_must_not_get_worse():
    spec = looked({"name": "t", "metrics": ["bought"], "guardrails": ["late=complaints", "a=b=c"]})
    assert spec["metrics"] == ["bought", {"name": "late", "column": "complaints", "guardrail": True}, "a=b=c"]
    assert "guardrails" not in spec


@pytest.mark.slow
def test_the_sample_is_opened_from_the_empty_page(workspace, staffed, page, expect):
    page.goto(staffed(workspace) + "/experiments")
    page.get_by_role("button", name="Open the sample test").click()
    expect(page.locator(".answer")).to_contain_text("It worked", timeout=90_000)
    expect(page.locator(".plot svg").first).to_be_visible()
    page.get_by_label("Metric").first.click()
    page.get_by_role("option", name="hours").click()
    expect(page.locator(".answer")).to_contain_text("No difference seen in 'hours'")
    assert "metric=hours" in page.url
    page.reload()
    expect(page.locator(".answer")).to_contain_text("'hours'")


@pytest.mark.slow
def test_a_test_is_planned_filled_and_looked_at_from_the_page(sample, staffed, page, expect):
    page.goto(staffed(sample) + "/experiments")
    form = page.locator("details", has=page.locator("#experiments-design")).last
    form.get_by_label("Name of the test").fill("spring")
    form.get_by_label("Metric").fill("bought=response")
    form.get_by_role("button", name="Plan the test").click()
    expect(form).to_contain_text("Say what 'bought' is today", timeout=60_000)
    form.get_by_label("What it is today", exact=True).fill("15")
    form.get_by_label("New users a month").fill("200")
    form.get_by_role("button", name="Plan the test").click()
    expect(page.locator(".answer")).to_contain_text("nobody was put into a group", timeout=60_000)
    assert "name=spring" in page.url
    page.locator("#experiments-assign-users").click()
    page.get_by_role("option", name="customers", exact=True).click()
    page.locator("#experiments-assign").click()
    expect(page.locator(".answer")).to_contain_text("nobody has looked", timeout=60_000)
    page.locator("#experiments-analyse").click()
    expect(page.locator(".answer")).to_contain_text("bought", timeout=60_000)
    assert [one.number for one in experiments.ledger(sample, "spring")] == [1]


@pytest.mark.parametrize(("language", "said"), [("pl", "Czy zadziałało?"), ("es", "¿Funcionó?")])
def test_a_verdict_fits_a_phone_in_another_language(tested, serve, page, expect, language, said):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{serve(tested)}/experiments?lang={language}")
    expect(page.locator("h1")).to_have_text(said)
    expect(page.locator(".plot svg").first).to_be_visible()
    page.evaluate("document.querySelectorAll('#page details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
