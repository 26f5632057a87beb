"""Categories that differ only in case, spaces or accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import pyarrow as pa

from campanile.quality.look import Look
from campanile.quality.result import Examples, Finding
from campanile.tables.dictionary import Column, Semantic
from campanile.words import plural, say

_BARS = str.maketrans("łŁøØđĐ", "lLoOdD")
"""Letters whose bar Unicode does not take apart."""


def spellings(look: Look) -> tuple[Finding, ...]:
    """Find columns where one category is written in several ways."""
    found = []
    for column in look.dictionary.of(Semantic.CATEGORY):
        joined = joined_spellings(look, column.name)
        if joined:
            found.append(_finding(look, column, joined))
    return tuple(found) or (Finding("spellings", None, True, "info", 0, say("Every category is written in one way.")),)


def joined_spellings(look: Look, column: str) -> Mapping[str, str]:
    """Return for each spelling the most frequent one of the same category; those that stay are left out."""
    if not _is_text(look.rows.schema.field(column).type):
        return {}
    usual: dict[str, str] = {}
    joined = {}
    for name in look.levels[column].names:  # the most frequent first
        form = plain(name)
        if form and form in usual:
            joined[name] = usual[form]
        else:
            usual[form] = name
    return joined


def plain(text: str) -> str:
    """Return ``text`` without case, accents, and the difference between spaces, hyphens and underscores."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[\s_\-]+", " ", letters.translate(_BARS).casefold()).strip()


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _finding(look: Look, column: Column, joined: Mapping[str, str]) -> Finding:
    levels = look.levels[column.name]
    counts = dict(zip(levels.names, levels.rows.astype(int).tolist(), strict=True))
    count = sum(counts[name] for name in joined)
    first, usual = next(iter(joined.items()))
    words = plural(
        "{column}: {n:number} value is another spelling of a category, such as {one:quoted} beside {usual:quoted}.",
        "{column}: {n:number} values are other spellings of a category, such as {one:quoted} beside {usual:quoted}.",
        n=count,
        column=column.named(),
        one=first,
        usual=usual,
    )
    shown = tuple((name, counts[name], usual, counts[usual]) for name, usual in list(joined.items())[:20])
    headings = (say("Spelling"), say("Rows"), say("Usual spelling"), say("Rows"))
    return Finding(
        "spellings", column.name, False, "warning", count, words, Examples(headings, shown), "join_spellings"
    )
