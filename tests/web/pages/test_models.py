"""Models: trained from the page, chosen on it, and judged at a threshold that moves."""

import re
from urllib.parse import parse_qs, urlparse

import pytest

from campanile.models import ranking

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect

expect.set_options(timeout=20_000)


def state(page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlparse(page.url).query).items()}


def context(page):
    return page.locator("header .context")


def test_a_training_is_asked_for_and_its_leaderboard_appears(sample, staffed, page):
    page.goto(staffed(sample) + "/models")
    page.get_by_text("Train again", exact=True).click()
    page.get_by_label("Minutes for the search of better settings").fill("0")
    page.locator("#models-methods").click()
    page.get_by_role("option", name="Logistic regression", exact=True).click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator(".job")).to_contain_text("Train models")
    expect(page.locator("#models-training")).to_be_visible(timeout=120_000)
    expect(context(page)).to_contain_text("Model response-logistic v2")
    expect(page.get_by_role("link", name="Logistic regression", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Gradient boosting", exact=True)).to_have_count(0)


def test_what_cannot_be_asked_for_is_told_beside_the_form(sample, serve, page):
    page.goto(serve(sample) + "/models")
    page.get_by_text("Train again", exact=True).click()
    page.get_by_label("What one contact costs").fill("")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator("#models-trouble")).to_contain_text("Give the cost of a contact and the value of a sale")
    assert not sample.jobs.jobs()


def test_choosing_another_classifier_changes_what_the_page_speaks_of(sample, serve, page):
    page.goto(serve(sample) + "/models")
    expect(context(page)).to_contain_text("rests on the best of the newest training")
    page.get_by_role("button", name="Build on it: Logistic regression").click()
    expect(context(page)).to_contain_text("Model response-logistic v1")
    expect(context(page)).to_contain_text("the analysis rests on it")
    assert sample.catalog.roles("model") == {("response-logistic", 1): "chosen"}
    page.get_by_role("link", name="Gradient boosting", exact=True).click()
    expect(context(page)).to_contain_text("Model response-boosting v1")
    expect(context(page)).to_contain_text("the analysis rests on response-logistic v1")
    assert state(page)["model"] == "boosting"


def test_the_threshold_changes_who_is_contacted_and_the_address(sample, serve, page):
    base = serve(sample)
    page.goto(base + "/models")
    ranks = ranking(sample)
    paying = round(100 * ranks.paying.threshold)
    slider = page.get_by_role("slider", name="Probability from which on to contact")
    expect(slider).to_have_attribute("aria-valuenow", str(paying))
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    at = ranks.at((paying + 10) / 100)
    confusion = page.locator("#models-confusion")
    expect(confusion).to_contain_text(f"Responded{at.responders_called}{at.responders_left}")
    page.wait_for_url(re.compile(rf"cut={paying + 10}"))
    page.goto(page.url)
    expect(slider).to_have_attribute("aria-valuenow", str(paying + 10))
    expect(confusion).to_contain_text(f"Responded{at.responders_called}{at.responders_left}")


def test_two_models_are_compared_on_the_same_customers(sample, serve, page):
    base = serve(sample)
    page.goto(base + "/models?first=response-baseline+v1&second=response-stack+v1")
    page.get_by_text("Compare two models").click()
    expect(page.locator("#models-beside")).to_contain_text(
        "response-stack v1 predicts better than response-baseline v1 on the same 400 customers"
    )


def test_a_workspace_without_models_offers_to_train_or_to_bring_a_file(sample, served, serve, page):
    page.goto(served + "/models")
    expect(page.get_by_role("button", name="Bring a file")).to_be_visible()


def test_a_target_of_three_classes_is_shown_as_far_as_it_applies(workspace, serve, page):
    import numpy as np

    from campanile.models import TrainSpec, train
    from tests.models.conftest import Campaign, campaign, keep

    made = campaign(300, seed=2)
    bands = np.digitize(made.truth, np.quantile(made.truth, [0.6, 0.85]))
    place = made.rows.column_names.index("Response")
    rows = made.rows.set_column(place, "Response", [[("low", "medium", "high")[band] for band in bands]])
    keep(workspace, Campaign(rows, made.dictionary, made.truth))
    train(workspace, TrainSpec(table="customers", target="Response", quick=True, methods=("logistic",), resamples=50))
    page.goto(serve(workspace) + "/models")
    expect(page.locator("#models-confusion")).to_contain_text("Another class")
    expect(page.locator(".plot .main-svg").first).to_be_visible()


def test_the_list_of_a_model_of_three_classes_is_shown_and_says_what_a_response_is(workspace, serve, page):
    import pyarrow as pa

    from campanile.audience import AudienceSpec, select
    from campanile.models import TrainSpec, train
    from tests.models.conftest import Campaign, campaign, keep

    made = campaign(300, seed=2)
    place = made.rows.column_names.index("Response")
    bands = pa.array([("low", "medium", "high")[int(p > 0.1) + int(p > 0.3)] for p in made.truth])
    keep(workspace, Campaign(made.rows.set_column(place, "Response", bands), made.dictionary, made.truth))
    train(workspace, TrainSpec(table="customers", target="Response", quick=True, methods=("logistic",), resamples=50))
    select(workspace, AudienceSpec(model="response-logistic", resamples=50))
    page.goto(serve(workspace) + "/audience")
    expect(page.locator("#audience-answer")).to_contain_text("A response here means that")
