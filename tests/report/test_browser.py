"""The page in a real browser; left out where there is no Chromium."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

DRAWN = "document.querySelectorAll('.plot .main-svg').length >= 3"
TICK = ".plot .xtick text"
SCROLL_DOWN = """async () => {
  for (const plot of document.querySelectorAll(".plot")) {
    plot.scrollIntoView();
    await new Promise((go) => setTimeout(go, 80));
  }
}"""


@pytest.fixture(scope="session")
def files(html: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("pages")
    for language, page in html.items():
        (folder / f"{language}.html").write_text(page, encoding="utf-8")
    return {language: (folder / f"{language}.html").as_uri() for language in html}


@pytest.fixture(scope="module")
def visit(browser: Any, files: dict[str, str]) -> Callable[..., "Visit"]:
    """Open a page, once for each language, width and scheme: reading the chart library takes a second."""
    return cache(lambda language, width, scheme="light": Visit(browser, files[language], width, scheme))


class Visit:
    """A page that is open, with all it asked for and complained about."""

    def __init__(self, browser: Any, address: str, width: int, scheme: str = "light") -> None:
        self.asked: list[str] = []
        self.complaints: list[str] = []
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.page = context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)
        self.page.wait_for_selector(".plot .main-svg")
        self.page.evaluate(SCROLL_DOWN)

    def ink(self) -> str:
        return str(self.page.evaluate(f"getComputedStyle(document.querySelector('{TICK}')).fill"))


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("pl", 390), ("es", 390)])
def test_the_page_draws_all_its_figures_asks_for_nothing_and_fits(
    language: str, width: int, visit: Callable[..., Visit], files: dict[str, str]
) -> None:
    seen = visit(language, width)
    seen.page.wait_for_function(DRAWN)
    assert seen.asked == [files[language]]
    assert seen.complaints == []
    seen.page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert seen.page.evaluate("document.documentElement.scrollWidth") == width


def test_months_and_numbers_are_told_in_the_readers_language(visit: Callable[..., Visit]) -> None:
    page = visit("pl", 390).page
    page.wait_for_function(DRAWN)
    assert "sty 2014" in page.text_content("#audience .plot")
    assert "0,2" in page.text_content("#audience .block:nth-child(2) .plot")


def test_figures_turn_light_and_dark_again(visit: Callable[..., Visit]) -> None:
    seen = visit("en", 1440, "dark")
    told = []
    for _ in range(3):
        before = seen.ink()
        told.append((before, seen.page.evaluate("getComputedStyle(document.body).color")))
        seen.page.click("#theme")
        seen.page.wait_for_function(f"getComputedStyle(document.querySelector('{TICK}')).fill !== '{before}'")
    dark, light = ("rgb(169, 163, 155)", "rgb(236, 234, 230)"), ("rgb(107, 114, 128)", "rgb(31, 41, 51)")
    assert told == [dark, light, dark]


def test_paper_is_light_and_shows_what_is_folded(visit: Callable[..., Visit]) -> None:
    page = visit("en", 1440, "dark").page
    page.evaluate("document.documentElement.dataset.theme = 'dark'; dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("[...document.querySelectorAll('details')].every(part => part.open)")
    assert page.evaluate("[...document.querySelectorAll('.main-svg')].every(svg => svg.getAttribute('width') <= 680)")
    assert visit("en", 1440, "dark").ink() == "rgb(107, 114, 128)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not page.evaluate("document.querySelector('details').open")


def test_a_table_is_downloaded(visit: Callable[..., Visit]) -> None:
    page = visit("en", 1440).page
    page.evaluate("document.querySelector('details').open = true")
    with page.expect_download() as download:
        page.click("details a[download]")
    assert Path(download.value.path()).read_text(encoding="utf-8-sig").startswith("Month,Profit")


def test_a_term_is_explained_by_the_keyboard_alone(visit: Callable[..., Visit]) -> None:
    page = visit("en", 1440).page
    page.set_viewport_size({"width": 390, "height": 900})
    page.focus("#explain .term")
    assert page.is_visible("#explain-lift")
    box = page.query_selector("#explain-lift").bounding_box()
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 390
    page.set_viewport_size({"width": 1440, "height": 900})
