"""Metrics as they are measured: what kind each is, and where the largest amounts of money are cut."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from campanile.experiments.people import Sources, part, people, rows_of
from campanile.experiments.result import Measure
from campanile.experiments.spec import Kind, Metric
from campanile.tables import Dictionary, Semantic, dictionary_of
from campanile.words import say
from campanile.workspace.errors import NotFound, nearest

if TYPE_CHECKING:
    from campanile.workspace import Artifact, Workspace
    from campanile.workspace.engines import Engine


def measured(
    engine: Engine, workspace: Workspace, sources: Sources, metrics: tuple[Metric, ...], known: tuple[Measure, ...] = ()
) -> tuple[Measure, ...]:
    """Return the measures of metrics; money is followed by its raw sum. Cuts stay as they are in ``known``."""
    table = sources.outcomes
    kinds = {one.name: one.kind or _kind(engine, workspace, table, one) for one in metrics}
    plain = tuple(_measure(one, kinds[one.name]) for one in metrics)
    cuts = _cuts(engine, workspace, sources, metrics, plain, {one.name: one.cap for one in known if one.cap})
    told: list[Measure] = []
    for one in plain:
        told.append(replace(one, cap=cuts.get(one.name)))
        if one.name in cuts:
            told.append(replace(one, name=f"{one.name}_uncut", raw_of=one.name, value=None, guardrail=False))
    return tuple(told)


def _measure(metric: Metric, kind: Kind) -> Measure:
    return Measure(
        metric.name, kind, metric.source, metric.per, metric.before, metric.before_per, None, metric.above,
        metric.value, metric.better, metric.guardrail,
    )  # fmt: skip


def _kind(engine: Engine, workspace: Workspace, table: Artifact, metric: Metric) -> Kind:
    if metric.per is not None:
        return "ratio"
    if metric.above is not None:
        return "proportion"
    dictionary = dictionary_of(table)
    if metric.source not in dictionary:
        raise _unknown(metric, dictionary, table.name)
    column = dictionary[metric.source]
    if column.type == "bool" or _only_yes_and_no(engine, workspace, table, metric.source):
        return "proportion"
    return "money" if column.semantic is Semantic.MONEY else "mean"


def _unknown(metric: Metric, dictionary: Dictionary, table: str) -> NotFound:
    error = dictionary.no_column(metric.source, table)
    near = nearest(metric.source, dictionary.names) or "COLUMN"
    hint = say(
        "{remedy} Name the column: --metric {name}={near}", remedy=error.remedy or "", name=metric.name, near=near
    )
    return NotFound(error.what, hint)


def _only_yes_and_no(engine: Engine, workspace: Workspace, table: Artifact, column: str) -> bool:
    if dictionary_of(table)[column].type not in ("int64", "double"):
        return False
    rows = rows_of(engine, workspace, table)
    value = rows[column]
    asked = rows.agg(others=rows.count(where=(value != 0) & (value != 1)), known=value.count())
    told = engine.to_arrow(asked).to_pylist()[0]
    return bool(told["known"] and not told["others"])


def _cuts(
    engine: Engine, workspace: Workspace, sources: Sources, metrics: tuple[Metric, ...], plain: tuple[Measure, ...],
    known: dict[str, float],
) -> dict[str, float]:  # fmt: skip
    """Return where each metric of money is cut: as at the first look, else at the quantile of amounts above 0."""
    money = [at for at, one in enumerate(plain) if one.kind == "money" and one.name not in known]
    cuts = {one.name: known[one.name] for one in plain if one.kind == "money" and one.name in known}
    if not money:
        return cuts
    rows = people(engine, workspace, sources, plain)
    asked = {}
    for at in money:
        value = rows[part(at, 0)]
        asked[plain[at].name] = value.quantile(metrics[at].cap, where=value > 0)
    told = engine.to_arrow(rows.agg(**asked)).to_pylist()[0]
    return cuts | {name: float(value) for name, value in told.items() if value is not None}
