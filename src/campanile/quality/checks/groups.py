"""Missing values that other rows of the same group tell."""

from __future__ import annotations

from campanile.quality.groups import Dependency, dependencies
from campanile.quality.look import Look
from campanile.quality.result import Finding
from campanile.words import say


def told_by_group(look: Look) -> tuple[Finding, ...]:
    """Find columns whose missing values can be filled from the group."""
    found = tuple(_finding(look, one) for one in dependencies(look))
    words = say("No missing value can be told from other rows of its group.")
    return found or (Finding("groups", None, True, "info", 0, words),)


def _finding(look: Look, one: Dependency) -> Finding:
    words = say(
        "{column}: {n:number} of {missing:number} missing values can be told from other rows with the same {group}; of"
        " {tried:number} groups, {agree:number} hold one value only.",
        n=one.told, missing=look.facts[one.column].missing, tried=one.tried, agree=one.agree,
        column=look.dictionary[one.column].named(), group=look.dictionary[one.group].named(),
    )  # fmt: skip
    return Finding("groups", one.column, False, "info", one.told, words, None, "fill_from_group")
