"""The page Audience as a marketer uses it: the cut by keyboard and by hand, the list as a file, a link to the same."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from campanile.audience import CutSpec, hold, recut
from campanile.words import speaking
from campanile.workspace import Workspace


@pytest.fixture
def opened(sample: Workspace, serve: Callable[[Workspace], str], page: Any) -> Any:
    page.goto(f"{serve(sample)}/audience")
    page.wait_for_selector("#audience-list h2")
    return page


def answer(workspace: Workspace, **cut: Any) -> str:
    """Return what the page must say at a cut."""
    held = hold(workspace, workspace.artifact("audience"))
    return str(recut(held, CutSpec(**held.asked.model_dump(exclude={"customers"}) | cut)).words)


def says(page: Any, text: str) -> None:
    page.locator("#audience-answer", has_text=text).wait_for()


def leads_to(page: Any, told: str) -> None:
    page.wait_for_url(re.compile(rf"[?&]{told}(&|$)"), wait_until="commit")


def customers(page: Any) -> int:
    return int(page.get_attribute("#audience-slider [role=slider]", "aria-valuenow"))


def test_the_cut_is_moved_by_the_keyboard_and_the_address_reopens_it(opened: Any, sample: Workspace) -> None:
    says(opened, answer(sample))
    first = customers(opened)
    opened.focus("#audience-slider [role=slider]")
    for _ in range(3):
        opened.keyboard.press("ArrowRight")
    leads_to(opened, f"customers={first + 3}")
    says(opened, answer(sample, customers=first + 3))
    assert opened.input_value("#audience-customers") == str(first + 3)
    opened.goto(opened.url)
    says(opened, answer(sample, customers=first + 3))
    assert customers(opened) == first + 3
    opened.click("#audience-best")
    says(opened, answer(sample))


def test_the_line_on_the_curve_is_dragged_sideways_only(opened: Any, sample: Workspace) -> None:
    before = customers(opened)
    line = opened.locator("#audience-curve .shapelayer path").last
    line.scroll_into_view_if_needed()
    box = line.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.4
    opened.mouse.move(x, y)
    opened.mouse.down()
    opened.mouse.move(x + 90, y - 40, steps=4)
    opened.mouse.up()
    opened.wait_for_url(re.compile("customers="), wait_until="commit")
    moved = int(re.search(r"customers=(\d+)", opened.url)[1])  # type: ignore[index]
    assert moved > before
    says(opened, answer(sample, customers=moved))
    assert customers(opened) == moved
    after = opened.locator("#audience-curve .shapelayer path").last.bounding_box()
    assert after["x"] > box["x"]
    assert after["y"] == pytest.approx(box["y"], abs=1)


def test_a_budget_bounds_the_cut_and_costs_change_the_profit(opened: Any, sample: Workspace) -> None:
    opened.fill("#audience-budget", "150")
    leads_to(opened, "budget=150")
    says(opened, answer(sample, budget=150.0))
    assert customers(opened) == 50
    opened.fill("#audience-contact_cost", "5")
    leads_to(opened, "contact_cost=5")
    says(opened, answer(sample, budget=150.0, contact_cost=5.0))
    opened.fill("#audience-contact_cost", "")
    opened.locator("#audience-trouble", has_text="A budget needs the cost of one contact").wait_for()


def test_the_list_is_downloaded_down_to_the_cut(opened: Any) -> None:
    opened.fill("#audience-customers", "37")
    leads_to(opened, "customers=37")
    with opened.expect_download() as download:
        opened.click("#audience-csv")
    assert re.fullmatch(r"customers-response-\w+-37-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)
    rows = list(csv.DictReader(Path(download.value.path()).read_text(encoding="utf-8").splitlines()))
    assert [row["rank"] for row in rows] == [str(rank) for rank in range(1, 38)]


def test_tiles_tell_each_campaign_and_mark_the_one_that_is_analysed(opened: Any, sample: Workspace) -> None:
    told = hold(sample, sample.artifact("audience")).audience.campaigns
    tiles = opened.locator("#audience-campaigns .tile")
    assert tiles.count() == len(told)
    for at, one in enumerate(told):
        text = tiles.nth(at).inner_text()
        assert str(one.label) in text
        assert f"{one.responders} of {one.customers} customers" in text
        assert ("THIS CAMPAIGN" in text.upper()) == one.analysed


def test_segments_tell_how_many_of_them_are_on_the_list(opened: Any) -> None:
    opened.fill("#audience-customers", "0")
    leads_to(opened, "customers=0")
    opened.locator("#audience-segments dd", has_text=re.compile("^0$")).first.wait_for()
    cards = opened.locator("#audience-segments .card")
    listed = [cards.nth(at).locator("dd").nth(1).inner_text() for at in range(cards.count())]
    assert listed == ["0"] * cards.count()


@pytest.mark.parametrize("language", ["pl", "es"])
def test_on_a_phone_in_another_language_nothing_scrolls_sideways(
    sample: Workspace, serve: Callable[[Workspace], str], page: Any, language: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{serve(sample)}/audience?lang={language}&customers=60")
    page.wait_for_selector("#audience-list h2")
    with speaking(language):
        says(page, answer(sample, customers=60))
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_model_without_a_list_offers_to_select_one(
    sample: Workspace, serve: Callable[[Workspace], str], page: Any
) -> None:
    page.goto(f"{serve(sample)}/audience?model=response-baseline&version=1")
    page.wait_for_selector("#audience-select")
    assert page.input_value("#audience-new-contact_cost") == "3"
    page.click("#audience-select")
    page.wait_for_selector(".job")
    job = sample.jobs.jobs(verb="audience")[0]
    assert (job.spec["model"], job.spec["contact_cost"], job.spec["budget"]) == ("response-baseline", 3.0, None)
