import base64
import csv
import hashlib
import io
import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import plotly.graph_objects as go
import pytest

from campanile.report import Grid, Heading, Page, Picture, Prose, Section, render
from campanile.words import LANGUAGES, Sentence, palette, speaking, texts

FETCHING = {"src", "srcset", "href", "xlink:href", "action", "formaction", "data", "poster", "background", "ping"}


class Reading(HTMLParser):
    """What a browser would be asked to fetch, the outline, and the text outside scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.headings: list[int] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self.styles: list[str] = []
        self.scripts: list[str] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in FETCHING]
        self.styles += [value or "" for name, value in attrs if name == "style"]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_data(self, data: str) -> None:
        last = self.inside[-1] if self.inside else ""
        {"style": self.styles, "script": self.scripts}.get(last, self.text).append(data)

    def handle_endtag(self, tag: str) -> None:
        self.inside.pop()


@pytest.fixture(scope="session")
def read(html: dict[str, str]) -> dict[str, Reading]:
    return {language: Reading(page) for language, page in html.items()}


def one(figure: go.Figure, grid: Grid | None = None) -> Page:
    word = texts({"en": "Word"})
    return Page(word, (), (Section("a", word, word, (Picture(word, figure, grid or Grid((), ())),)),))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_asks_nothing_of_the_network(language: str, read: dict[str, Reading]) -> None:
    reading = read[language]
    assert {re.match("#|data:image/svg|data:text/csv", value) is not None for value in reading.fetched} == {True}
    assert not re.search(r"@import|url\(|@font-face|image-set", " ".join(reading.styles))
    assert not {"iframe", "object", "embed", "img", "base", "form"} & {tag for tag, _ in reading.tags}
    assert "http" not in "".join(reading.text)


def test_the_policy_forbids_the_network_and_names_the_scripts(html: dict[str, str], read: dict[str, Reading]) -> None:
    policy = next(attrs["content"] for tag, attrs in read["en"].tags if attrs.get("http-equiv")) or ""
    assert policy.startswith("default-src 'none'; ")
    assert "http" not in policy
    library, script = re.findall("<script>(.*?)</script>", html["en"], flags=re.DOTALL)
    for text in (library, script):
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert "unsafe-eval" not in policy


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_small_enough_to_send(language: str, html: dict[str, str]) -> None:
    assert len(html[language].encode()) < 6_000_000
    assert html[language].count("Copyright 2012-2026, Plotly") <= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_are_in_order_and_every_id_is_there_once(language: str, read: dict[str, Reading]) -> None:
    reading = read[language]
    assert reading.headings[0] == 1
    assert all(after <= before + 1 for before, after in zip(reading.headings, reading.headings[1:], strict=False))
    ids = [attrs["id"] for _, attrs in reading.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    referred = [
        attrs[name] for _, attrs in reading.tags for name in ("aria-labelledby", "aria-describedby") if name in attrs
    ]
    assert set(referred) <= set(ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_its_language_and_has_no_english_left(language: str, read: dict[str, Reading]) -> None:
    assert next(attrs["lang"] for tag, attrs in read[language].tags if tag == "html") == language
    english = {"How was this computed?", "The exact figures", "Download as CSV"}
    assert english & set(read[language].text) == (english if language == "en" else set())


def test_every_figure_is_a_table_too(read: dict[str, Reading]) -> None:
    tags = [tag for tag, _ in read["en"].tags]
    assert tags.count("figure") == 3
    assert tags.count("table") == tags.count("caption") == 4
    assert sum(attrs.get("download") is not None for _, attrs in read["en"].tags) == 4


def test_the_table_for_download_holds_the_numbers_in_full(read: dict[str, Reading]) -> None:
    link = next(value for value in read["pl"].fetched if value.startswith("data:text/csv") and "EUR" not in value)
    rows = list(csv.reader(io.StringIO(unquote(link.partition(",")[2]).removeprefix("\ufeff"))))
    assert rows[0] == ["Miesiąc", "Zysk"]
    assert rows[1] == ["2014-01-01", "1000"]


def test_terms_are_explained_where_they_first_stand_in_a_section(html: dict[str, str]) -> None:
    assert html["en"].count('aria-describedby="audience-lift"') == 1
    assert html["en"].count('aria-describedby="explain-lift"') == 1
    assert "<dt>calibration</dt>" in html["en"]
    assert 'aria-describedby="audience-shapley-values"' in html["pl"]


def test_words_from_the_data_stay_words(html: dict[str, str]) -> None:
    assert "<b>" not in html["en"].replace("innerHTML", "").split("</main>")[0].split("<main")[1]
    figure = go.Figure(go.Bar(x=["</script><script>alert(1)</script>"], y=[1]))
    assert "</script><script>alert" not in render(one(figure), "en")


def test_a_page_without_pictures_carries_no_library() -> None:
    word = texts({"en": "Word"})
    told = render(Page(word, (), (Section("a", word, word, (Prose((word,)),)),)), "en")
    assert len(told) < 20_000


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_can_be_fixed(theme: str) -> None:
    word = texts({"en": "Word"})
    page = Page(word, (), (Section("a", word, word, ()),))
    assert f'data-theme="{theme}"' in render(page, "en", theme)  # type: ignore[arg-type]
    assert "data-theme=" not in render(page, "en").split("</style>")[1]


def test_cells_are_told_by_their_headings_form() -> None:
    word = texts({"en": "Word"})
    headings = (Heading(word), Heading(word, "money", "EUR"), Heading(word, "percent"), Heading(word, "exact"))
    page = one(go.Figure(), Grid(headings, (("a", 3.5, 0.5, 1234.5678), ("b", None, None, None))))
    cells = re.findall('<t[dh](?: scope="row"| class="figure")?>(.*?)</t[dh]>', render(page, "en").split("<tbody>")[1])
    assert cells == ["a", "€3.50", "50%", "1,234.57", "b", "–", "–", "–"]


def test_the_figures_theme_and_title_are_the_pages(html: dict[str, str]) -> None:
    shapes = re.findall('<script type="application/json">(.*?)</script>', html["es"])
    for shape in map(json.loads, shapes):
        assert {"template", "title", "width"} & set(shape["layout"]) == set()
        assert shape["layout"]["separators"] == ",."
    assert palette.DARK[palette.ACCENT] not in "".join(shapes)


def test_rendering_leaves_the_language_as_it_was() -> None:
    word = Sentence("Try again when it has finished.")
    with speaking("es"):
        render(Page(word, (), ()), "pl")
        assert str(word).startswith("Vuelva")
