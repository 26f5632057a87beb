"""How bins and groups of columns are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from campanile.quality.contents import Bin, ColumnProfile
from campanile.words import Sentence, say

_YEAR = re.compile(r"year|yob|rok|año", re.IGNORECASE)

GROUPS: Mapping[str, Sentence] = {
    "money": say("Money"),
    "number": say("Numbers"),
    "date": say("Dates"),
    "category": say("Categories"),
    "flag": say("Yes or no"),
}
"""The semantic types whose values are drawn, in that order."""

OTHER_KINDS: Mapping[str, Sentence] = {
    "identifier": say("Identifier"),
    "personal": say("Personal data"),
    "text": say("Text"),
    "list": say("List"),
    "constant": say("Constant"),
}

CHECK_NAMES: Mapping[str, Sentence] = {
    "missing": say("Missing values"),
    "groups": say("Missing values that others tell"),
    "constant": say("Constant columns"),
    "stray": say("Columns left over"),
    "duplicates": say("Repeated rows"),
    "impossible": say("Impossible values"),
    "far": say("Values far from all others"),
    "placeholders": say("Placeholders"),
    "zeros": say("Noughts in several measures"),
    "future": say("Dates in the future"),
    "history": say("Length of the history"),
    "units": say("Mixed units"),
    "rare": say("Rare categories"),
    "spellings": say("Spellings"),
    "personal": say("Identifiers and personal data"),
    "references": say("References between tables"),
    "leaks": say("Leaks of the outcome"),
    "drift": say("Change against the version before"),
}

REPAIR_NAMES: Mapping[str, Sentence] = {
    "impossible_to_missing": say("Set impossible values to missing"),
    "zeros_to_missing": say("Set noughts that were not measured to missing"),
    "unknown_ids_to_missing": say("Set marks of unknown ids to missing"),
    "fill_from_group": say("Fill missing values that the rest of the group tells"),
    "join_spellings": say("Give each category one spelling"),
    "join_rare": say("Join rare categories into Other"),
    "drop_duplicates": say("Drop rows that repeat another wholly"),
    "drop_twins": say("Drop rows that repeat another but for the id"),
}

SEVERITY_NAMES: Mapping[str, Sentence] = {
    "serious": say("serious"), "warning": say("warning"), "info": say("remark"),
}  # fmt: skip


def day(days: float) -> date:
    """Return the date that lies ``days`` after 1 January 1970."""
    return date.fromordinal(date(1970, 1, 1).toordinal() + int(days))


def level_name(semantic: str, level: str) -> Sentence:
    """Say which category, or whether a flag is set."""
    if semantic == "flag" and level in ("true", "false"):
        return say("yes") if level == "true" else say("no")
    return say("{level}", level=level)


def is_year(column: ColumnProfile) -> bool:
    """Tell whether numbers are calendar years, which are written without separators."""
    found = column.numbers
    if found is None or not column.type.startswith("int"):
        return False
    return column.unit == "year" or bool(_YEAR.search(column.name) and found.low >= 1000 and found.high < 3000)


def bin_name(column: ColumnProfile, bin: Bin) -> Sentence:
    """Say which values a bin holds."""
    if bin.level is not None:
        return level_name(column.semantic, bin.level)
    low, high = bin.low or 0.0, bin.high or 0.0
    if column.semantic == "date" or column.type.startswith(("date", "timestamp")):
        return say("{low:date} to {high:date}", low=day(low), high=day(high))
    if is_year(column):
        return say("{low} to {high}", low=str(int(low)), high=str(int(high)))
    return say("{value:number}", value=low) if low == high else say("{low:number} to {high:number}", low=low, high=high)
