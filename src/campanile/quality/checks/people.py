"""Identifiers and personal data: what never becomes a feature, and what looks like it but is not marked."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from campanile.quality.datetexts import precisions
from campanile.quality.look import Look
from campanile.quality.marks import marked_unknown
from campanile.quality.result import Finding
from campanile.tables.dictionary import Column, Semantic
from campanile.words import Sentence, plural, say

MARKED_SHARE = 0.5
OWN_SHARE = 0.98
FEWEST_ROWS = 50
TRIED_ROWS = 20_000

_KINDS: dict[str, Sentence] = {
    r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$": say("e-mail addresses"),
    r"^\+?[0-9][0-9 ()\-]{7,}[0-9]$": say("telephone numbers"),
    r"^[0-9]{1,3}(\.[0-9]{1,3}){3}$": say("network addresses"),
}


def personal_data(look: Look) -> tuple[Finding, ...]:
    """Name identifiers and personal columns; find columns that hold such data unmarked."""
    found = [*_marked(look), *_unmarked(look), *_own_values(look), *_markers(look)]
    return tuple(found) or (Finding("personal", None, True, "info", 0, say("No column names or describes a person.")),)


def _marked(look: Look) -> Iterator[Finding]:
    for column in look.dictionary.of(Semantic.IDENTIFIER):
        words = say("{column} names rows: kept out of the features.", column=column.named())
        yield Finding("personal", column.name, False, "info", look.facts[column.name].present, words)
    for column in look.dictionary.of(Semantic.PERSONAL):
        words = say(
            "{column} is personal data: kept out of features, pictures and examples. Keep it only if you need it.",
            column=column.named(),
        )
        yield Finding("personal", column.name, False, "warning", look.facts[column.name].present, words)


def _unmarked(look: Look) -> Iterator[Finding]:
    """Compare text with the forms of personal data: categories by their levels, text by rows evenly taken.

    A date of digits and hyphens has the form of a telephone number, and is none.
    """
    for column in look.dictionary.of(Semantic.CATEGORY, Semantic.TEXT):
        values = _texts(look, column)
        for form, kind in _KINDS.items():
            if _of_form(values, form):
                words = say(
                    "{column} looks like {kind} but is not marked as personal data: mark it, so that it is kept out of"
                    " features and pictures.",
                    column=column.named(),
                    kind=kind,
                )
                yield Finding("personal", column.name, False, "serious", look.facts[column.name].present, words)
                break


def _of_form(values: pa.Array, form: str) -> bool:
    fits = pc.sum(pc.match_substring_regex(values, form)).as_py() or 0
    return bool(len(values) and fits >= MARKED_SHARE * len(values) and precisions(values) is None)


def _texts(look: Look, column: Column) -> pa.Array:
    if column.name in look.levels:
        return pa.array(look.levels[column.name].names, pa.string())
    values = look.rows.column(column.name)
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return pa.array([], pa.string())
    return values.take(pa.array(range(0, len(values), max(1, len(values) // TRIED_ROWS)))).drop_null()


def _own_values(look: Look) -> Iterator[Finding]:
    """A category of which nearly every row has its own names rows."""
    for column in look.dictionary.of(Semantic.CATEGORY):
        fact = look.facts[column.name]
        if fact.present >= FEWEST_ROWS and fact.distinct >= OWN_SHARE * fact.present:
            words = say(
                "{column}: nearly every row has its own value, like an identifier; as a category it teaches nothing.",
                column=column.named(),
            )
            yield Finding("personal", column.name, False, "warning", fact.distinct, words)


def _markers(look: Look) -> Iterator[Finding]:
    """An identifier of -1 among others stands for an unknown one."""
    for column in look.dictionary.of(Semantic.IDENTIFIER):
        rows = marked_unknown(look, column.name)
        if len(rows):
            words = plural(
                "{column}: {n:number} row has the id {mark}, which stands for an unknown one.",
                "{column}: {n:number} rows have an id such as {mark}, which stands for an unknown one.",
                n=len(rows),
                column=column.named(),
                mark=str(look.shown(column.name, int(rows[0]))),
            )
            repair = "unknown_ids_to_missing" if column.name != look.dictionary.key else None
            yield Finding("personal", column.name, False, "serious", len(rows), words, None, repair)
