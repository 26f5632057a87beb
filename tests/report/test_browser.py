"""The page in a real browser; left out where there is no Chromium."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DRAWN = "document.querySelectorAll('.plot .main-svg').length >= 3"
SCROLL_DOWN = """async () => {
  for (const plot of document.querySelectorAll(".plot")) {
    plot.scrollIntoView();
    await new Promise((go) => setTimeout(go, 80));
  }
}"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists():
        pytest.skip(f"needs {CHROMIUM}: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def files(html: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("pages")
    for language, page in html.items():
        (folder / f"{language}.html").write_text(page, encoding="utf-8")
    return {language: (folder / f"{language}.html").as_uri() for language in html}


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
        return str(self.page.evaluate("getComputedStyle(document.querySelector('.plot .xtick text')).fill"))


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("pl", 390), ("es", 390)])
def test_the_page_draws_all_its_figures_asks_for_nothing_and_fits(
    language: str, width: int, browser: Any, files: dict[str, str]
) -> None:
    visit = Visit(browser, files[language], width)
    visit.page.wait_for_function(DRAWN)
    assert visit.asked == [files[language]]
    assert visit.complaints == []
    for part in visit.page.query_selector_all("details"):
        part.evaluate("part => part.open = true")
    assert visit.page.evaluate("document.documentElement.scrollWidth") == width
    visit.page.context.close()


def test_figures_turn_dark_and_light_again(browser: Any, files: dict[str, str]) -> None:
    visit = Visit(browser, files["en"], 1440, "dark")
    dark = visit.ink()
    visit.page.click("#theme")
    visit.page.wait_for_function(f"getComputedStyle(document.querySelector('.plot .xtick text')).fill !== '{dark}'")
    assert (dark, visit.ink()) == ("rgb(169, 163, 155)", "rgb(107, 114, 128)")
    assert visit.page.evaluate("getComputedStyle(document.body).color") == "rgb(31, 41, 51)"
    visit.page.context.close()


def test_months_are_told_in_the_readers_language(browser: Any, files: dict[str, str]) -> None:
    visit = Visit(browser, files["pl"], 1440)
    assert "sty 2014" in visit.page.text_content(".plot")
    visit.page.context.close()


def test_a_term_is_explained_by_the_keyboard_alone(browser: Any, files: dict[str, str]) -> None:
    visit = Visit(browser, files["en"], 390)
    visit.page.focus("#explain .term")
    assert visit.page.is_visible("#explain-lift")
    box = visit.page.query_selector("#explain-lift").bounding_box()
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 390
    visit.page.context.close()


def test_a_table_is_downloaded(browser: Any, files: dict[str, str]) -> None:
    visit = Visit(browser, files["en"], 1440)
    visit.page.evaluate("document.querySelector('details').open = true")
    with visit.page.expect_download() as download:
        visit.page.click("details a[download]")
    assert Path(download.value.path()).read_text(encoding="utf-8-sig").startswith("Month,Profit")
    visit.page.context.close()


def test_paper_shows_what_is_folded(browser: Any, files: dict[str, str]) -> None:
    visit = Visit(browser, files["en"], 1440, "dark")
    visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert visit.page.evaluate("[...document.querySelectorAll('details')].every(part => part.open)")
    assert visit.page.evaluate(
        "[...document.querySelectorAll('.main-svg')].every(svg => svg.getAttribute('width') <= 680)"
    )
    assert visit.ink() == "rgb(107, 114, 128)"
    visit.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not visit.page.evaluate("document.querySelector('details').open")
    visit.page.context.close()
