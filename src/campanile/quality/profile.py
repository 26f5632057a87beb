"""What is in a table: each column's fullness and distribution, the response over it, and rank correlations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate
from campanile.estimates.proportions import wilson
from campanile.quality.bins import date_edges, number_edges, single_values
from campanile.quality.checks.missing import patterns
from campanile.quality.contents import Bin, ColumnProfile, Correlations, Numbers, Profile
from campanile.quality.look import Look
from campanile.quality.outcome import classes
from campanile.quality.ranks import rank_correlations, ranks
from campanile.tables.classes import response_of
from campanile.tables.dictionary import Column, Semantic
from campanile.words import Sentence

LISTED_LEVELS = 12
OWN_SHARE = 0.98
"""Share of different values from which a category names rows, and its values are not shown."""


def profile_of(look: Look) -> Profile:
    """Describe every column, and how the numeric ones move together."""
    outcome = look.outcome
    judged = outcome is not None and outcome.positive is not None
    return Profile(
        rows=look.rows.num_rows,
        columns=tuple(_column(look, column) for column in look.dictionary),
        correlations=correlations(look),
        empty=patterns(look),
        response=_share(outcome.responses, outcome.known) if outcome is not None and judged else None,
        target=look.dictionary[outcome.column].named() if outcome is not None else None,
        positive=outcome.positive if outcome is not None else None,
        meaning=_meaning(look),
    )


def _meaning(look: Look) -> Sentence | None:
    """Say which class counts as a response, where there are more than two."""
    outcome = look.outcome
    if outcome is None or outcome.positive is None:
        return None
    names = classes(look.rows, outcome.column)
    return response_of(look.dictionary[outcome.column], names, names.index(outcome.positive))


def correlations(look: Look) -> Correlations:
    """Correlate the ranks of numbers, dates and flags, at most ``correlated_columns``, the target among them."""
    target = look.spec.target
    flags = tuple(c for c in look.dictionary.of(Semantic.FLAG) if str(look.rows.schema.field(c.name).type) != "string")
    able = [c.name for c in (*look.measured, *look.dated, *flags) if c.name != look.dictionary.key and _open(c)]
    able = sorted((name for name in able if look.facts[name].distinct > 1), key=lambda name: name != target)
    columns = sorted(able[: look.spec.correlated_columns], key=look.dictionary.names.index)
    values = rank_correlations([ranks(look.ordered(name), look.rows.num_rows) for name in columns])
    return Correlations(
        tuple(columns),
        tuple(look.dictionary[name].named() for name in columns),
        tuple(tuple(None if np.isnan(value) else round(float(value), 4) for value in row) for row in values),
    )


def _column(look: Look, column: Column) -> ColumnProfile:
    fact = look.facts[column.name]
    numbers: Numbers | None = None
    bins: tuple[Bin, ...] = ()
    others = 0
    if fact.present and _open(column):
        if column.name in look.measured_names or column.name in look.dated_names:
            numbers, bins = _numeric(look, column)
        elif column.name in look.levels and (
            fact.distinct <= LISTED_LEVELS or fact.distinct < OWN_SHARE * fact.present
        ):
            bins = _categories(look, column)
            others = fact.present - sum(bin.rows for bin in bins)
    return ColumnProfile(
        column.name, column.named(), column.semantic.value, str(look.rows.schema.field(column.name).type), column.unit,
        fact.rows, fact.missing, fact.distinct, numbers, bins, others,
        _missing_response(look, column.name) if fact.missing else None,
    )  # fmt: skip


def _open(column: Column) -> bool:
    """Tell whether a column's values may be shown."""
    return column.semantic not in (Semantic.PERSONAL, Semantic.IDENTIFIER, Semantic.TEXT)


def _numeric(look: Look, column: Column) -> tuple[Numbers, tuple[Bin, ...]]:
    values = look.ordered(column.name).values
    low, quarter, median, three_quarters, high = (float(q) for q in np.quantile(values, [0, 0.25, 0.5, 0.75, 1]))
    numbers = Numbers(low, quarter, median, three_quarters, high, float(values.mean()))
    response = _responses_up_to(look, column.name)
    single = None if column.name in look.dated_names else single_values(values)
    if single is not None:
        starts = np.searchsorted(values, single, side="left")
        lows = highs = single
    else:
        whole = column.name in look.dated_names or bool(pa.types.is_integer(look.rows.schema.field(column.name).type))
        edges = date_edges(values) if column.name in look.dated_names else number_edges(values, whole=whole)
        edges = np.unique(np.ceil(edges) if whole else edges)
        edges = edges if len(edges) > 1 else np.repeat(edges, 2)
        starts = np.searchsorted(values, edges[:-1], side="left")
        lows, highs = edges[:-1], edges[1:] - np.append(np.full(len(edges) - 2, float(whole)), 0.0)
    ends = np.append(starts[1:], len(values))
    bins = tuple(
        Bin(int(end - start), float(at), float(to), response=response(int(start), int(end)))
        for start, end, at, to in zip(starts, ends, lows, highs, strict=True)
    )
    return numbers, bins


def _responses_up_to(look: Look, name: str) -> Callable[[int, int], Estimate | None]:
    """Return the response between two places of a column's order, from running sums."""
    outcome = look.outcome
    if outcome is None or outcome.positive is None or outcome.column == name:
        return lambda start, end: None
    along = outcome.values[look.ordered(name).rows]
    ones, known = _running(np.nan_to_num(along)), _running((~np.isnan(along)).astype(np.float64))
    return lambda start, end: _share(ones[end] - ones[start], known[end] - known[start])


def _running(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(values)])


def _categories(look: Look, column: Column) -> tuple[Bin, ...]:
    levels = look.levels[column.name]
    told = look.outcome is not None and look.outcome.positive is not None and look.outcome.column != column.name
    return tuple(
        Bin(int(rows), level=name, response=_share(ones, judged) if told else None)
        for name, rows, judged, ones in list(
            zip(levels.names, levels.rows, levels.judged, levels.responses, strict=True)
        )[:LISTED_LEVELS]
    )


def _missing_response(look: Look, name: str) -> Estimate | None:
    outcome = look.outcome
    if outcome is None or outcome.positive is None or outcome.column == name:
        return None
    among = outcome.values[look.rows.column(name).is_null().to_numpy()]
    among = among[~np.isnan(among)]
    return _share(among.sum(), len(among))


def _share(responses: float, judged: float) -> Estimate | None:
    """Return the share with its interval; None where nothing is known, so that a result holds no NaN."""
    return wilson(float(responses), float(judged)) if judged > 0 else None
