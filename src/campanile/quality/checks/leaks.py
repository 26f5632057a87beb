"""Columns too good to be true: they know the outcome, so a model that used them would be worth nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from campanile.quality.look import Look
from campanile.quality.naming import level_name
from campanile.quality.outcome import Outcome, classes, outcome_of
from campanile.quality.ranks import auc_of_flag, auc_of_levels, auc_of_ranks, rank_correlations, ranks
from campanile.quality.result import Finding
from campanile.tables.dictionary import Column, Semantic
from campanile.words import Sentence, say

FEWEST_OF_A_KIND = 10
MOST_CLASSES = 10
SURE = 0.99
CAUGHT = 0.05
USUAL = 0.5
CERTAIN_CORRELATION = 0.995


@dataclass(frozen=True)
class _Told:
    """How well one column tells the outcome, and how that was judged."""

    area: float
    how: Sentence


def leaks(look: Look) -> tuple[Finding, ...]:
    """Find columns that are known only after the outcome, or that tell it nearly without fault."""
    outcome = look.outcome
    if outcome is None:
        return (Finding("leaks", None, True, "info", 0, say("Leaks were not looked for: no target was named.")),)
    after = tuple(_declared_after(look, outcome))
    candidates = [column for column in look.dictionary if _candidate(look, column, outcome)]
    views = _one_class_each(look, outcome)
    found = [finding for column in candidates if (finding := _worst(views, column)) is not None]
    if after or found:
        return (*after, *found)
    if not any(_enough(view) for _, view in views):
        words = say("There are too few outcomes of {target} to tell leaks from chance.", target=_label(look, outcome))
    else:
        words = say(
            "No column tells {target} by itself: each of {count:number} was tried alone.",
            target=_label(look, outcome),
            count=len(candidates),
        )
    return (Finding("leaks", None, True, "info", 0, words),)


def _one_class_each(look: Look, outcome: Outcome) -> list[tuple[Look, Outcome]]:
    """Return the look, or for a target of several classes one that asks for each class in turn."""
    if outcome.positive is None or len(names := classes(look.rows, outcome.column)) <= 2:
        return [(look, outcome)]
    outcomes = [outcome_of(look.rows, outcome.column, name) for name in names[:MOST_CLASSES]]
    return [(replace(look, outcome=one), one) for one in outcomes]


def _worst(views: Sequence[tuple[Look, Outcome]], column: Column) -> Finding | None:
    found = [finding for look, outcome in views if (finding := _judge(look, column, outcome)) is not None]
    return min(found, key=lambda finding: finding.severity != "serious", default=None)


def _declared_after(look: Look, outcome: Outcome) -> Iterator[Finding]:
    for column in look.dictionary:
        if column.known == "after" and column.name != outcome.column:
            words = say(
                "{column} is known only after the outcome (declared): kept out of the features.", column=column.named()
            )
            yield Finding("leaks", column.name, False, "warning", look.facts[column.name].present, words)


def _candidate(look: Look, column: Column, outcome: Outcome) -> bool:
    kept_out = column.semantic in (Semantic.IDENTIFIER, Semantic.PERSONAL) or column.name == look.dictionary.key
    return not kept_out and column.known == "before" and column.name != outcome.column


def _judge(look: Look, column: Column, outcome: Outcome) -> Finding | None:
    if not _enough(outcome):
        return None
    if outcome.positive is None:
        return _copy(look, column, outcome)
    told = max(_tellings(look, column, outcome), key=lambda told: told.area, default=None)
    if told is not None and told.area >= look.spec.leak_auc:
        words = say(
            "{column} tells {target} too well to be true: alone it ranks {area:percent} of pairs rightly ({how})."
            " It is probably known only after the outcome; declare it so, or leave it out.",
            column=column.named(),
            target=_label(look, outcome),
            area=told.area,
            how=told.how,
        )
        return Finding("leaks", column.name, False, "serious", look.facts[column.name].present, words)
    return _one_sided(look, column, outcome)


def _tellings(look: Look, column: Column, outcome: Outcome) -> Iterator[_Told]:
    """Yield how well the column's order, its categories, and its being filled tell the outcome."""
    if column.name in look.measured_names or column.name in look.dated_names:
        area = auc_of_ranks(ranks(look.ordered(column.name), look.rows.num_rows), outcome.values)
        if area is not None:
            yield _Told(max(area, 1 - area), say("by the order of its values"))
    elif column.name in look.levels:
        area = auc_of_levels(look.levels[column.name])
        if area is not None:
            yield _Told(area, say("by the response of the other rows with the same value"))
    if look.facts[column.name].missing:
        area = auc_of_flag(look.rows.column(column.name).is_valid().to_numpy(), outcome.values)
        if area is not None:
            yield _Told(max(area, 1 - area), say("by whether it is filled at all"))


def _one_sided(look: Look, column: Column, outcome: Outcome) -> Finding | None:
    """Find a value that makes the response certain and holds a part of all responders."""
    if outcome.responses > USUAL * outcome.known:
        return None
    for level, judged, responses in _parts(look, column, outcome):
        if judged >= 2 * FEWEST_OF_A_KIND and responses >= max(SURE * judged, CAUGHT * outcome.responses):
            words = say(
                "{column}: of {rows:number} rows with {level:quoted}, {ones:number} have responded; a value that makes"
                " the outcome certain is often known only after it.",
                column=column.named(), rows=judged, level=str(level), ones=responses,
            )  # fmt: skip
            return Finding("leaks", column.name, False, "warning", judged, words)
    return None


def _parts(look: Look, column: Column, outcome: Outcome) -> Iterator[tuple[Sentence, int, int]]:
    """Yield categories, or for a number that is mostly nought the rest, with rows judged and responses."""
    if column.name in look.levels:
        levels = look.levels[column.name]
        for name, judged, responses in zip(levels.names, levels.judged, levels.responses, strict=True):
            yield level_name(column.semantic, name), int(judged), int(responses)
    elif column.name in look.measured_names:
        ordered = look.ordered(column.name)
        if np.count_nonzero(ordered.values == 0) >= USUAL * len(ordered.values):
            along = outcome.values[ordered.rows[ordered.values > 0]]
            yield say("more than 0"), int(np.count_nonzero(~np.isnan(along))), int(np.nansum(along))


def _copy(look: Look, column: Column, outcome: Outcome) -> Finding | None:
    """For a quantity: find a column that rises and falls with it nearly without exception."""
    if column.name not in look.measured_names:
        return None
    own = ranks(look.ordered(column.name), look.rows.num_rows)
    correlation = float(rank_correlations([own, ranks(look.ordered(outcome.column), look.rows.num_rows)])[0, 1])
    if not abs(correlation) >= CERTAIN_CORRELATION:
        return None
    words = say(
        "{column} moves with {target} nearly without exception (rank correlation {correlation:number}): it is probably"
        " known only after the outcome.",
        column=column.named(),
        target=_label(look, outcome),
        correlation=correlation,
    )
    return Finding("leaks", column.name, False, "serious", look.facts[column.name].present, words)


def _enough(outcome: Outcome) -> bool:
    if outcome.positive is None:
        return outcome.known >= 2 * FEWEST_OF_A_KIND
    return min(outcome.responses, outcome.known - outcome.responses) >= FEWEST_OF_A_KIND


def _label(look: Look, outcome: Outcome) -> Sentence:
    return look.dictionary[outcome.column].named()
