"""A marketer's first day: from a file to a list, in three languages, and a link for a colleague."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

CAMPANILE = Path(sys.executable).with_name("campanile")
TRAINED_MS = 240_000


@pytest.fixture
def link(tmp_path: Path) -> Iterator[str]:
    """The one-time link of an application that is served as people serve it, with its worker."""
    command = [CAMPANILE, "serve", "--no-browser", "--port", "0", "--json", "--workspace", tmp_path / "workspace"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        yield json.loads(served.stdout.readline())["url"]
        served.terminate()


@pytest.mark.slow
@pytest.mark.real
def test_from_a_file_to_a_list_in_three_languages_and_a_link_for_a_colleague(
    link: str, page: Any, real_data: Path, tmp_path: Path
) -> None:
    address = f"http://{urlsplit(link).netloc}"
    page.set_default_timeout(30_000)
    page.goto(link)
    page.wait_for_selector("#home-sample")

    # Import the file.
    page.get_by_role("link", name="Data", exact=True).click()
    with page.expect_file_chooser() as chooser:
        page.click("#data-choose")
    chooser.value.set_files(next(real_data.glob("ifood/marketing_campaign*.csv")))
    page.wait_for_selector("#data-import")
    assert "29 columns" in page.inner_text("#page")
    page.fill("#data-name", "customers")
    page.click("#data-import")
    page.get_by_role("link", name="Train models").click()

    # Train.
    page.wait_for_selector("#models-train")
    page.click("#models-target")
    page.get_by_role("option", name="Response", exact=True).click()
    page.fill("#models-contact_cost", "3")
    page.fill("#models-sale_value", "11")
    page.locator("label", has_text="Quick").click()
    page.click("#models-train")
    page.wait_for_selector("#models-cut", timeout=TRAINED_MS)
    expect(page.locator("#page .context")).not_to_contain_text("response-logistic")

    # Choose another classifier.
    page.get_by_role("button", name="Build on it: Logistic regression").click()
    expect(page.locator("#page .context")).to_contain_text("response-logistic")

    # Why: the slider from 3 to 10, and a zone.
    page.get_by_role("link", name="Why", exact=True).click()
    page.get_by_role("button", name="Explain", exact=True).click()
    slider, cards = page.get_by_role("slider"), page.locator(".why-card:not(.beyond)")
    slider.wait_for(timeout=TRAINED_MS)
    page.goto(f"{address}/why?features=3")
    expect(cards).to_have_count(3)
    expect(cards.locator(".main-svg").first).to_be_visible()
    slider.focus()
    for _ in range(7):
        slider.press("ArrowRight")
    page.wait_for_url("**features=10**")
    expect(cards).to_have_count(10)
    expect(cards.locator(".zone").first).to_contain_text(re.compile(r"respond more often: \d"))

    # Whom: the cut, and the list.
    page.get_by_role("link", name="Audience", exact=True).click()
    page.click("#audience-select")
    page.wait_for_selector("#audience-list", timeout=TRAINED_MS)
    page.fill("#audience-customers", "300")
    page.press("#audience-customers", "Enter")
    page.wait_for_url("**customers=300**")
    with page.expect_download() as download:
        page.click("#audience-csv")
    download.value.save_as(tmp_path / "list.csv")
    with (tmp_path / "list.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 300
    chances = [float(row["probability"]) for row in rows]
    assert chances == sorted(chances, reverse=True)

    # The same in Polish and in Spanish.
    for language, menu in (("pl", "Odbiorcy"), ("es", "Audiencia")):
        page.locator("#language").get_by_text(language.upper(), exact=True).click()
        page.wait_for_url(f"**lang={language}**")
        page.get_by_role("link", name=menu, exact=True).wait_for()
        page.wait_for_selector("#audience-list")
        assert page.input_value("#audience-customers") == "300"
    answer = page.inner_text("#audience-answer")

    # A link for a colleague, who is in the same house: the same view.
    shared, colleague = page.url, page.context.new_page()
    colleague.goto(shared)
    colleague.wait_for_selector("#audience-list")
    assert colleague.input_value("#audience-customers") == "300"
    assert colleague.inner_text("#audience-answer") == answer
    assert colleague.evaluate("document.documentElement.lang") == "es"
