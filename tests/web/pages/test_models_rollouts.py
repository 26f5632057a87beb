"""Rollouts on the page Models: who answers whom, joined with what happened, and watched, in a browser."""

from datetime import UTC, datetime, timedelta

import pytest

from campanile.models import rollouts
from campanile.tables import dictionary_of

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect

expect.set_options(timeout=30_000)


@pytest.fixture
def rolled(sample):
    """The sample with a rollout that has answered everybody, and what happened to them later."""
    named = [("response-logistic", {}), ("response-boosting", {"share": 40}), ("response-stack", {"shadow": True})]
    champion, *beside = ({"model": name, "version": 1, **more} for name, more in named)
    made = rollouts.declare(sample, rollouts.RolloutSpec(name="spring", champion=champion, challengers=tuple(beside)))
    customers = sample.table("customers")
    rollouts.Scorer(sample, made).score(sample.read(customers))
    with sample.run("load", {}) as run:
        meta = {"dictionary": dictionary_of(customers).to_dict()}
        run.save_table("happened", sample.read(customers), key=customers.meta["key"], meta=meta)
    return sample


def test_without_a_rollout_nothing_is_said_of_one(sample, serve, page):
    page.goto(serve(sample) + "/models")
    expect(page.get_by_text("How was this computed?").first).to_be_visible()
    assert page.locator("#models-rollouts").count() == 0


def test_versions_are_shown_compared_and_watched_from_the_page(rolled, staffed, page):
    page.goto(staffed(rolled) + "/models")
    part = page.locator("#models-rollouts")
    expect(part).to_contain_text("Which version answers, and how does it do?")
    expect(part.locator("table").first).to_contain_text("shadow")
    part.get_by_text("Join what happened").click()
    part.get_by_role("button", name="Compare the versions").click()
    expect(part).to_contain_text("Choose a table and its column")
    part.get_by_label("Table that says what happened").click()
    page.get_by_role("option", name="happened").click()
    part.get_by_label("Its column").click()
    page.get_by_role("option", name="response", exact=True).click()
    part.get_by_role("button", name="Compare the versions").click()
    expect(part).to_contain_text("Responses expected", timeout=60_000)
    part.get_by_role("button", name="See what has moved").click()
    expect(part).to_contain_text("in training;", timeout=60_000)
    assert {job.verb for job in rolled.jobs.jobs()} >= {"compare", "drift"}


@pytest.mark.parametrize(("language", "told"), [("pl", "Która wersja odpowiada"), ("es", "¿Qué versión responde")])
def test_the_section_speaks_the_visitors_language_and_fits_a_phone(rolled, serve, page, language, told):
    day = datetime.now(UTC).date() + timedelta(days=1)
    asked = {"rollout": "spring", "table": "happened", "outcome": "response", "until": day}
    rollouts.compare(rolled, rollouts.CompareSpec(**asked))
    rollouts.drift(rolled, rollouts.DriftSpec(rollout="spring"))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{serve(rolled)}/models?lang={language}")
    expect(page.locator("#models-rollouts")).to_contain_text(told)
    expect(page.locator("#models-rollouts .plot svg").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
