"""Features of events for studies that name none: how many, how much, how lately, of which kind, with what trend."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from campanile.features.events.spec import FeatureSpec, PanelSpec
from campanile.features.families import snake
from campanile.tables import Column, Dictionary, Semantic
from campanile.tables.dictionary import readable
from campanile.words import LANGUAGES, Sentence, mark, say, speaking
from campanile.workspace.engine import quoted

MOST_LEVELS = 8
"""Levels of a category beyond the most frequent so many have no features of their own."""


@dataclass(frozen=True)
class Proposed:
    """Features by name, and the columns that none is made of, with the reason."""

    features: Mapping[str, FeatureSpec]
    left_out: tuple[tuple[str, Sentence], ...]


def propose_events(
    spec: PanelSpec, dictionaries: Mapping[str, Dictionary], levels: Mapping[str, Mapping[str, Sequence[str]]]
) -> Proposed:
    """Propose features of all tables of events in ``spec``, over its window.

    ``levels`` gives by table and column the levels of categories, the most frequent first. Identifiers, personal
    data and free text are left out, as are categories with more levels than any could speak for.
    """
    found: dict[str, FeatureSpec] = {}
    left_out: list[tuple[str, Sentence]] = []
    for table in spec.event_tables:
        used = (spec.tables[table].entity, spec.tables[table].time, spec.tables[table].arrived)
        # A column of plain dates has no time of day.
        hours = not dictionaries[table][str(spec.tables[table].time)].type.startswith("date")
        for name, feature in _of_table(spec, table, hours=hours):
            found[name] = feature
        for column in dictionaries[table]:
            if column.name in used:
                continue
            reason = _unfit(column, levels.get(table, {}).get(column.name, ()))
            if reason is not None:
                left_out.append((f"{table}.{column.name}", reason))
                continue
            for name, feature in _of_column(table, column, levels.get(table, {}).get(column.name, ())):
                found[name] = feature
    return Proposed(found, tuple(left_out))


def _unfit(column: Column, levels: Collection[str]) -> Sentence | None:
    reasons = {
        Semantic.IDENTIFIER: say("it tells rows apart"),
        Semantic.PERSONAL: say("it is personal data"),
        Semantic.TEXT: say("it is free text"),
        Semantic.CONSTANT: say("it has one value"),
        Semantic.DATE: say("it is a date beside the event's own time"),
    }
    if column.known == "after":
        return say("it is known only after the outcome")
    if column.semantic in reasons:
        return reasons[column.semantic]
    if column.semantic is Semantic.CATEGORY and not levels:
        return say("it has too many different values")
    return None


def _of_table(spec: PanelSpec, table: str, *, hours: bool) -> Iterator[tuple[str, FeatureSpec]]:
    time = quoted(str(spec.tables[table].time))
    whole = {"events": readable(table)}
    yield _made(f"{table}_count", table, "count(*)", mark("{events} (how many)"), "event", **whole)
    yield _made(f"{table}_active_days", table, f"count(DISTINCT cast({time} AS date))",
                mark("{events} (on how many days)"), "day", **whole)  # fmt: skip
    yield _made(f"{table}_days_since_last", table, f"days_between(max({time}), cutoff)",
                mark("{events} (days since the last)"), "day", **whole)  # fmt: skip
    yield _made(f"{table}_days_since_first", table, f"days_between(min({time}), cutoff)",
                mark("{events} (days since the first)"), "day", **whole)  # fmt: skip
    yield _made(f"{table}_spread_days", table, f"stddev(epoch_day({time}))",
                mark("{events} (how far apart in time)"), "day", **whole)  # fmt: skip
    yield _made(f"{table}_trend", table, _trend(time), mark("{events} (share in the later half of their time)"),
                "share", **whole)  # fmt: skip
    if hours:
        yield _made(f"{table}_hour", table, f"avg(hour({time}))", mark("{events} (hour of the day)"), "hour", **whole)
    yield _made(f"{table}_weekend_share", table, f"avg(CASE WHEN weekday({time}) >= 5 THEN 1 ELSE 0 END)",
                mark("{events} (share at weekends)"), "share", **whole)  # fmt: skip
    if hours:
        yield _made(f"{table}_night_share", table, f"avg(CASE WHEN hour({time}) < 6 THEN 1 ELSE 0 END)",
                    mark("{events} (share at night)"), "share", **whole)  # fmt: skip


def _trend(time: str) -> str:
    """Return where between the first and the last event the events lie on average: above a half, they get more."""
    first, last, mean = (f"{name}(epoch_day({time}))" for name in ("min", "max", "avg"))
    return f"({mean} - {first}) / nullif({last} - {first}, 0)"


def _of_column(table: str, column: Column, levels: Sequence[str]) -> Iterator[tuple[str, FeatureSpec]]:
    name, stem = quoted(column.name), f"{table}_{snake(column.name)}"
    label = {"column": column.named()}
    if column.semantic is Semantic.CATEGORY:
        yield _made(
            f"{stem}_different", table, f"count(DISTINCT {name})", mark("{column} (how many different)"), "", **label
        )
        for level in levels[:MOST_LEVELS]:
            share = f"avg(CASE WHEN {name} = {_literal(column, level)} THEN 1 ELSE 0 END)"
            yield _made(f"{stem}_{snake(level)}_share", table, share,
                        mark("{column} {level} (share)"), "share", level=level, **label)  # fmt: skip
        return
    if column.semantic is Semantic.FLAG:
        yield _made(f"{stem}_share", table, f"avg({name})", mark("{column} (share)"), "share", **label)
        return
    for function, words in _AGGREGATES.items():
        yield _made(
            f"{stem}_{function}", table, f"{_CALLS.get(function, function)}({name})", words, column.unit, **label
        )


def _literal(column: Column, level: str) -> str:
    """Write a level as SQL: codes that are stored as numbers are numbers."""
    text = level.replace("'", "''")
    return level if column.type.startswith(("int", "double")) else f"'{text}'"


_AGGREGATES = {
    "sum": mark("{column} (total)"), "avg": mark("{column} (average)"), "min": mark("{column} (lowest)"),
    "max": mark("{column} (highest)"), "spread": mark("{column} (spread)"),
}  # fmt: skip
_CALLS = {"spread": "stddev"}


def _made(
    name: str, table: str, expression: str, label: str, unit: str, **values: str | Sentence
) -> tuple[str, FeatureSpec]:
    labels = {}
    for language in LANGUAGES:
        with speaking(language):
            labels[language] = str(say(label, **values))
    return name, FeatureSpec(expression=expression, table=table, label=labels, unit=unit)
