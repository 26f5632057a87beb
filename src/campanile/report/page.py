"""One answer after another as one HTML file that needs nothing from outside itself."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from campanile.report import style
from campanile.report.grid import table
from campanile.report.prose import Reader
from campanile.report.sections import Grid, Picture, Prose, Section
from campanile.words import Sentence, palette, say, speaking


@dataclass(frozen=True)
class Page:
    """A report: its title, which data, version and model it speaks of, and its answers."""

    title: Sentence
    context: tuple[Sentence, ...]
    sections: tuple[Section, ...]


def render(page: Page, language: str, theme: Literal["auto", "light", "dark"] = "auto") -> str:
    """Return the page as HTML in ``language``; "auto" follows the reader's device.

    Words within figures were told when the figures were made: make the sections while speaking
    ``language`` too.
    """
    with speaking(language):
        reader = Reader()
        sections = [_section(section, reader) for section in page.sections]
        drawn = any(block["kind"] == "picture" for section in sections for block in section["blocks"])
        scripts = {"library": _library() if drawn else Markup(), "script": _own("page.js")}
        return _environment().get_template("page.html").render(
            page=page, language=language, theme=theme, sections=sections, words=reader.used(), say=_WORDS,
            style=_own("page.css"), look=_json(_look(language)), policy=_policy(scripts), bell=_bell(), **scripts,
        )  # fmt: skip


_WORDS: Mapping[str, Sentence] = {
    "skip": say("Skip to the answers"),
    "questions": say("The questions, and the answers in short"),
    "theme": say("Light or dark"),
    "method": say("How was this computed?"),
    "figures": say("The exact figures"),
    "download": say("Download as CSV"),
    "words": say("Words used on this page"),
    "no_script": say("The pictures need JavaScript. The same figures stand in the tables."),
    "colophon": say("Made by Campanile. This page is one file: it asks nothing of the network and sends nothing."),
}


def _section(section: Section, reader: Reader) -> dict[str, Any]:
    reader.begin(section.anchor)
    return {
        "anchor": section.anchor,
        "question": str(section.question),
        "short": str(section.answer),
        "context": [str(line) for line in section.context],
        "answer": reader.read(section.answer),
        "blocks": [_block(block, f"{section.anchor}-{number}", reader) for number, block in enumerate(section.blocks)],
        "method": [reader.read(line) for line in section.method],
    }


def _block(block: Prose | Picture | Grid, name: str, reader: Reader) -> dict[str, Any]:
    if isinstance(block, Prose):
        return {"kind": block.kind, "wide": True, "sentences": [reader.read(line) for line in block.sentences]}
    if isinstance(block, Grid):
        title = block.title or (_WORDS["figures"] if block.folded else None)
        return {"kind": "grid", "wide": True, "folded": block.folded, "title": title, **table(block, name)}
    shape = style.shape(block.figure)
    return {
        "kind": "picture",
        "wide": block.wide,
        "name": name,
        "title": str(block.title),
        "note": reader.read(block.note) if block.note else None,
        "height": json.loads(shape)["layout"]["height"],
        "least_width": block.least_width,
        "figure": _safe(shape),
        "table": table(block.table, name),
    }


def _look(language: str) -> dict[str, Any]:
    """Return what the page's script needs to draw a figure on a light and on a dark page."""
    return {
        "templates": {theme: palette.template(theme) for theme in ("light", "dark")},
        "dark": palette.SWITCH,
        "colours": palette.PATTERN,
        "locale": {"moduleType": "locale", "name": language, "dictionary": {}, "format": palette.formats(language)},
    }


def _policy(scripts: Mapping[str, str]) -> str:
    """Return the content security policy: no network at all, and no script but those two."""
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts.values() if text)
    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes)
    # Plotly writes its style sheet while it draws, so styles cannot be named by their hash.
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _json(value: Any) -> Markup:
    return _safe(json.dumps(value, separators=(",", ":"), ensure_ascii=False))


def _safe(text: str) -> Markup:
    """Let JSON stand in a script element: it cannot end the element nor begin a comment."""
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704


@cache
def _library() -> Markup:
    file = resources.files("plotly") / "package_data" / "plotly.min.js"
    return Markup(file.read_text(encoding="utf-8"))  # noqa: S704


@cache
def _own(name: str) -> Markup:
    return Markup((resources.files("campanile.report") / "templates" / name).read_text(encoding="utf-8"))  # noqa: S704


def _bell() -> Markup:
    return _own("bell.svg")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("campanile.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
