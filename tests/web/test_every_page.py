"""What holds on every page: it can be used by all, asks nobody else, fits a phone, and speaks one language."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from campanile.tables import dictionary_of
from campanile.web.pages import PAGES
from campanile.words import speaking, templates
from campanile.words.language import catalogue
from campanile.workspace import Workspace

VIEWS = ("/experiments?part=uplift", "/audience?scores=trial_uplift")
"""What a page shows beside what it shows at first."""

PATHS = (*PAGES, *VIEWS)
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|was|were|with|for|this|that|from|what|which|who|how|not|rows|page|loading|search|select|close|"
    r"open|next|previous|first|last|between|than|more|filter|columns)\b",
    re.IGNORECASE,
)
"""Words of English that are none of Polish or Spanish."""

TEXTS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("[translate=no], script, style, noscript")) found.push(walker.currentNode.data.trim());
  }
  for (const part of document.body.querySelectorAll("[aria-label], [placeholder], [alt], [title]"))
    if (!part.closest("[translate=no]"))
      for (const name of ["aria-label", "placeholder", "alt", "title"])
        found.push((part.getAttribute(name) || "").trim());
  return [document.title.replace("Campanile", ""), ...found].filter(Boolean);
}"""


class Seen:
    """A page as it was met, with all it asked for and complained about."""

    def __init__(self, browser: Any, address: str, *, width: int, scheme: str) -> None:
        self.asked: list[str] = []
        self.complaints: list[str] = []
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en")
        context.set_default_timeout(20_000)
        self.page = context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda told: told.type == "error" and self.complaints.append(told.text))
        self.page.goto(address)
        self.page.wait_for_selector("#page h1")
        self.page.wait_for_load_state("networkidle")

    def keep(self, name: str) -> None:
        """Keep a picture where CI wants them."""
        folder = os.environ.get("CAMPANILE_PICTURES")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    def close(self) -> None:
        self.page.context.close()


@pytest.fixture(scope="module")
def app(_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Workspace]]:
    from campanile.audience.persuaded import persuade
    from campanile.audience.spec import PersuadeSpec
    from campanile.flows.sampletest import SampleTestSpec, sample_test
    from tests.web.conftest import ask_uplift, bring_trial, serving  # type: ignore[import-not-found]

    folder = tmp_path_factory.mktemp("every") / "workspace"
    shutil.copytree(_sample, folder)
    workspace = Workspace.open(folder)
    sample_test(workspace, SampleTestSpec(users=4000, months=2))
    bring_trial(workspace, folder.parent)
    ask_uplift(workspace, value=12, contact_cost=1)
    persuade(workspace, PersuadeSpec(scores="trial_uplift", contact_cost=1, sale_value=12))
    with serving(workspace) as address:
        yield address, workspace
    workspace.close()


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (1440, "light"),
        (390, "dark"),
        pytest.param(1440, "dark", marks=pytest.mark.slow),
        pytest.param(390, "light", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_asks_nobody_else_and_can_be_used_by_all(
    path: str, width: int, scheme: str, browser: Any, app: tuple[str, Workspace]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    address, _ = app
    seen = Seen(browser, address + path, width=width, scheme=scheme)
    try:
        seen.keep(f"{_told(path)}-{width}-{scheme}")
        assert {urlsplit(asked).netloc for asked in seen.asked if not asked.startswith(("data:", "blob:"))} == {
            urlsplit(address).netloc
        }
        assert seen.complaints == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.page.evaluate("document.documentElement.dataset.mantineColorScheme") == scheme
        found = Axe().run(seen.page).response["violations"]
        grave = [one for one in found if one["impact"] in ("serious", "critical")]
        assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in grave] == []
    finally:
        seen.close()


@pytest.mark.parametrize("language", ["pl", pytest.param("es", marks=pytest.mark.slow)])
@pytest.mark.parametrize("path", PATHS)
def test_no_english_is_left_in_another_language(
    path: str, language: str, browser: Any, app: tuple[str, Workspace]
) -> None:
    address, workspace = app
    seen = Seen(browser, f"{address}{path}{'&' if '?' in path else '?'}lang={language}", width=1440, scheme="light")
    try:
        assert seen.page.evaluate("document.documentElement.lang") == language
        names = _names(workspace, language)
        texts = [_without(names, text) for text in seen.page.evaluate(TEXTS)]
        told = _translations(language)
        left = [text for text in texts if _untranslated(language).fullmatch(text) or ENGLISH.search(text)]
        left = [text for text in left if text not in told]
        assert left == []
    finally:
        seen.close()


def _told(path: str) -> str:
    return re.sub(r"\W+", "-", path).strip("-") or "home"


def _names(workspace: Workspace, language: str) -> tuple[str, ...]:
    """Return what stands in the data: labels, column names and values, which nobody translates."""
    found: set[str] = set()
    with speaking(language):
        for table in workspace.artifacts("table"):
            for column in dictionary_of(table):
                found |= {column.name, str(column.named())}
    return tuple(sorted(found, key=len, reverse=True))


def _without(names: tuple[str, ...], text: str) -> str:
    for name in names:
        text = text.replace(name, "")
    return text.strip()


@cache
def _translations(language: str) -> frozenset[str]:
    """Return what is said in the language: some of its words are English words too."""
    return frozenset(str(text) for text in catalogue(language)._catalog.values())


@cache
def _untranslated(language: str) -> re.Pattern[str]:
    """Match the English text of any template whose translation is another."""
    told = catalogue(language)
    forms = set()
    for room in templates.rooms():
        for key in templates.templates(room):
            one = key if isinstance(key, str) else key[0]
            words = re.sub(r"\{[^}]*\}", "", one)
            if told.gettext(one) != one and len(re.findall(r"[A-Za-z]{3,}", words)) >= 1:
                forms.add(".+".join(re.escape(part) for part in re.split(r"\{[^}]*\}", one)))
    return re.compile("|".join(sorted(forms)))
