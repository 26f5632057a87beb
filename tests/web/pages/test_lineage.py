"""Lineage: from what a page tells back to the file."""

import pytest

from campanile.web import trail

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect

expect.set_options(timeout=20_000)


def test_from_the_model_of_the_page_back_to_the_file(sample, serve, page):
    page.goto(serve(sample) + "/models")
    page.get_by_role("link", name="Model response-stack v1").click()
    expect(page.locator(".answer")).to_contain_text("Model 'response-stack' v1 comes from the file 'campaign.csv'")
    steps = page.locator(".mantine-Timeline-item")
    expect(steps).to_have_count(3)
    expect(steps.nth(0)).to_contain_text("response-stack v1")
    expect(steps.nth(1)).to_contain_text("400 rows, key 'customer_id'")
    expect(steps.nth(2)).to_contain_text("campaign.csv v1")
    steps.nth(2).get_by_text("How it was made").click()
    expect(steps.nth(2)).to_contain_text(sample.artifact("file").hash)
    expect(steps.nth(2)).not_to_contain_text(str(sample.path))


def test_everything_that_is_kept_is_listed_by_kind(sample, serve, page):
    page.goto(serve(sample) + "/lineage")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(len(sample.artifacts()))
    page.get_by_role("link", name="Model", exact=True).click()
    expect(rows).to_have_count(len(sample.artifacts("model")))
    rows.first.get_by_role("link").click()
    expect(page.locator(".mantine-Timeline-item")).to_have_count(3)


def test_an_unknown_number_is_told(sample, serve, page):
    page.goto(serve(sample) + "/lineage?id=nothing")
    expect(page.get_by_role("alert")).to_contain_text("Nothing of that number is kept here.")


def test_the_way_back_names_each_thing_once_and_ends_at_the_file(sample):
    steps = trail.steps(sample, sample.artifact("report"))
    kinds = [step.artifact.kind for step in steps]
    assert len({step.artifact.id for step in steps}) == len(steps)
    assert kinds[0] == "report"
    assert kinds[-1] == "file"
    assert {"audience", "explanation", "training", "model", "quality", "table"} <= set(kinds)
