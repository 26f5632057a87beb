"""Columns with one value, or none: nothing to learn from, though perhaps the economics of a contact."""

from __future__ import annotations

from campanile.quality.look import Look
from campanile.quality.result import Finding, Severity
from campanile.tables.dictionary import Semantic
from campanile.words import Value, plural, say


def constant_columns(look: Look) -> tuple[Finding, ...]:
    """Find columns that never vary. A table of one row has none."""
    found = []
    for name, fact in look.facts.items():
        # An identifier that is filled here and there is told by the check ``stray``.
        sparse = look.dictionary[name].semantic is Semantic.IDENTIFIER and 0 < fact.present < fact.rows
        if fact.rows > 1 and fact.distinct <= 1 and not sparse:
            found.append(_empty(look, name) if fact.present == 0 else _constant(look, name))
    return tuple(found) or (Finding("constant", None, True, "info", 0, say("Every column varies.")),)


def _empty(look: Look, name: str) -> Finding:
    words = say("{column} is empty in every row.", column=look.dictionary[name].named())
    return Finding("constant", name, False, "warning", look.rows.num_rows, words)


def _constant(look: Look, name: str) -> Finding:
    column, fact = look.dictionary[name], look.facts[name]
    if column.semantic is Semantic.PERSONAL:
        words = say("{column} has the same value in every row.", column=column.named())
        return Finding("constant", name, False, "info", fact.present, words)
    row = next(i for i, valid in enumerate(look.rows.column(name).is_valid()) if valid.as_py())
    if column.semantic is Semantic.FLAG and fact.missing:
        return _one_sided(look, name, row)
    values: dict[str, Value] = {"column": column.named(), "value": str(look.shown(name, row))}
    if fact.missing:
        words = say("{column} is {value:quoted} wherever it is known: only its absence says anything.", **values)
    elif name in {measured.name for measured in look.measured} or column.semantic is Semantic.CONSTANT:
        words = say(
            "{column} is {value} in every row. Nothing can be learned from it about who responds; if it is the cost or"
            " worth of a contact, it belongs to the profit.",
            **values,
        )
    else:
        words = say("{column} is {value:quoted} in every row: nothing can be learned from it.", **values)
    severity: Severity = "warning" if name == look.spec.target else "info"
    return Finding("constant", name, False, severity, fact.present, words)


def _one_sided(look: Look, name: str, row: int) -> Finding:
    """A flag that says yes or nothing: whether nothing means no, the data cannot tell."""
    fact = look.facts[name]
    said, never = (say("yes"), say("no")) if look.rows.column(name)[row].as_py() in (True, "true") else (
        say("no"), say("yes")
    )  # fmt: skip
    words = plural(
        "{column} is never {never}: {n:number} row says {said}, and {missing:number} are empty. As it is, it says"
        " nothing; ask whether empty means {never}.",
        "{column} is never {never}: {n:number} rows say {said}, and {missing:number} are empty. As it is, it says"
        " nothing; ask whether empty means {never}.",
        n=fact.present, missing=fact.missing, column=look.dictionary[name].named(), said=said, never=never,
    )  # fmt: skip
    return Finding("constant", name, False, "warning", fact.present, words)
