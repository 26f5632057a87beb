"""Columns too good to be true: they know the outcome, so a model that used them would be worth nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from campanile.quality.look import Look
from campanile.quality.outcome import Outcome
from campanile.quality.ranks import auc_of_flag, auc_of_levels, auc_of_ranks, rank_correlations, ranks
from campanile.quality.result import Finding
from campanile.tables.dictionary import Column, Semantic
from campanile.words import Sentence, say

FEWEST_OF_A_KIND = 10
SURE = 0.99
CAUGHT = 0.3
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
    found = [*after, *(finding for column in candidates if (finding := _judge(look, column, outcome)) is not None)]
    if found:
        return tuple(found)
    if not _enough(outcome):
        words = say("There are too few outcomes of {target} to tell leaks from chance.", target=_label(look, outcome))
    else:
        words = say(
            "No column tells {target} by itself: each of {count:number} was tried alone.",
            target=_label(look, outcome),
            count=len(candidates),
        )
    return (Finding("leaks", None, True, "info", 0, words),)


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
    if column in look.measured or column in look.dated:
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
    """Find a category that makes the response certain and holds a good part of all responders."""
    levels = look.levels.get(column.name)
    if levels is None or outcome.responses > USUAL * outcome.known:
        return None
    certain = (levels.responses >= SURE * levels.judged) & (levels.responses >= CAUGHT * outcome.responses)
    certain &= levels.judged >= 2 * FEWEST_OF_A_KIND
    if not certain.any():
        return None
    place = int(np.flatnonzero(certain)[0])
    words = say(
        "{column}: of {rows:number} rows with {level:quoted}, {ones:number} have responded; a value that makes the"
        " outcome certain is often known only after it.",
        column=column.named(),
        rows=int(levels.judged[place]),
        level=levels.names[place],
        ones=int(levels.responses[place]),
    )
    return Finding("leaks", column.name, False, "warning", int(levels.judged[place]), words)


def _copy(look: Look, column: Column, outcome: Outcome) -> Finding | None:
    """For a quantity: find a column that rises and falls with it nearly without exception."""
    if column not in look.measured:
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
