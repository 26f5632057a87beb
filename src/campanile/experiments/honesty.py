"""Is the method honest on these data? Random groups that are treated alike, looked at again and again.

Sums over users in random groups are products of matrices: users' values times who is in which group, look by look.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.estimates import wilson
from campanile.experiments.counting import form
from campanile.experiments.gates.enough import enough
from campanile.experiments.measuring import measured
from campanile.experiments.moments import Moments, difference
from campanile.experiments.people import ROWS, Sources, check, columns, part, people, rows_of
from campanile.experiments.result import Honest, Honesty, Measure
from campanile.experiments.sequences import boundary
from campanile.experiments.spec import AaSpec, Metric
from campanile.tables import Semantic, dictionary_of
from campanile.words import Sentence, say
from campanile.workspace.engines import open_engine
from campanile.workspace.errors import DataError

if TYPE_CHECKING:
    from campanile.workspace import Artifact, Workspace
    from campanile.workspace.engines import Engine

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
KIND = "honesty"
_BATCH_CELLS = 12_000_000
_PROPOSED = 5
_MOST = 200_000
"""Users that the method is tried on: of a larger table so many are drawn."""


def simulate_aa(workspace: Workspace, spec: AaSpec) -> Honesty:
    """Try the method where there is nothing to find, on the customers of ``spec.table``, and keep what came of it.

    Raises DataError where there are too few users for a single look, NotFound for an unknown table or column.
    """
    table = workspace.table(spec.table)
    with workspace.run("simulate-aa", spec, seed=spec.seed) as run, open_engine("duckdb") as engine:
        run.read(table)
        sources = Sources(table, None, None, _unit(engine, workspace, table, spec.unit), single=False)
        if sources.key in (table.meta["key"], None):
            sources = Sources(table, None, None, sources.key, single=True)
        metrics = spec.metrics or _proposed(table, sources)
        measures = tuple(one for one in measured(engine, workspace, sources, metrics) if one.raw_of is None)
        check(sources, measures)
        values = _drawn(_values(engine, workspace, sources, measures), spec.seed)
        told = honesty(spec, measures, values)
        told = replace(told, notes=(_who(sources.key, told.units), *told.notes))
        run.save_result(KIND, spec.table, told)
    return told


def honesty(spec: AaSpec, measures: tuple[Measure, ...], values: tuple[Floats, ...]) -> Honesty:
    """Try the method on users' ``values``, for each measure (users, parts), in the order in which users come."""
    users = len(values[0]) if values else 0
    if users < 2 * spec.least:
        raise DataError(
            say("Table {table:quoted} has {users:number} users: not enough for a single look.", table=spec.table,
                users=users),
            say("Bring more, or lower --least."),
        )  # fmt: skip
    wrong = _Wrong.none(len(measures), spec.looks)
    wide = _wide(values)
    for groups in _groups(spec, users):
        wrong = wrong.added(_judged(groups, wide, measures, spec))
    return _told(spec, measures, users, wrong)


@dataclass(frozen=True)
class _Wrong:
    """Repetitions with a wrong verdict so far, by measure and look (measures, looks); ``looks`` could be judged."""

    fixed: Floats
    sequential: Floats
    once: Floats
    looks: Floats

    @classmethod
    def none(cls, measures: int, looks: int) -> _Wrong:
        return cls(np.zeros((measures, looks)), np.zeros((measures, looks)), np.zeros(measures), np.zeros(measures))

    def added(self, other: _Wrong) -> _Wrong:
        return _Wrong(
            self.fixed + other.fixed, self.sequential + other.sequential, self.once + other.once,
            np.maximum(self.looks, other.looks),
        )  # fmt: skip


@dataclass(frozen=True)
class _Wide:
    """All that is summed, side by side (users, columns), and where each measure's part of it begins."""

    values: Floats
    starts: tuple[int, ...]
    parts: tuple[int, ...]
    centres: tuple[Floats, ...]


def _wide(values: tuple[Floats, ...]) -> _Wide:
    """Lay out presence, centred values and their products of each measure."""
    blocks: list[Floats] = []
    starts: list[int] = []
    centres: list[Floats] = []
    at = 0
    for one in values:
        centre = np.nan_to_num(np.nanmean(one, axis=0))
        here = np.asarray(np.isfinite(one).all(axis=1), dtype=bool)
        centred = np.where(here[:, None], one - centre, 0.0)
        k = one.shape[1]
        products = [centred[:, a] * centred[:, b] for a in range(k) for b in range(a, k)]
        blocks.append(np.column_stack([here.astype(np.float64), centred[:, 0] ** 3, centred, *products]))
        starts.append(at)
        centres.append(centre)
        at += blocks[-1].shape[1]
    return _Wide(np.hstack(blocks), tuple(starts), tuple(one.shape[1] for one in values), tuple(centres))


def _groups(spec: AaSpec, users: int) -> Iterator[Flags]:
    """Yield who is treated (repetitions, users), in batches that fit into memory."""
    random = np.random.default_rng(spec.seed)
    batch = max(1, min(500, _BATCH_CELLS // users))
    for start in range(0, spec.repetitions, batch):
        size = min(batch, spec.repetitions - start)
        yield np.less(random.random((size, users), dtype=np.float32), spec.share / 100)


def _judged(groups: Flags, wide: _Wide, measures: tuple[Measure, ...], spec: AaSpec) -> _Wrong:
    """Look at one batch of repetitions as often as asked, and count the wrong verdicts."""
    edges = np.linspace(0, groups.shape[1], spec.looks + 1).astype(int)
    pairs = [slice(low, high) for low, high in pairwise(edges)]
    everybody = np.stack([wide.values[one].sum(axis=0) for one in pairs]).cumsum(axis=0)
    treated = np.stack([groups[:, one].astype(np.float64) @ wide.values[one] for one in pairs], axis=1).cumsum(axis=1)
    found = [_wrong(everybody, treated, wide, at, measure, spec) for at, measure in enumerate(measures)]
    return _Wrong(*(np.stack([one[place] for one in found]) for place in range(4)))


def _wrong(
    everybody: Floats, treated: Floats, wide: _Wide, at: int, measure: Measure, spec: AaSpec
) -> tuple[Floats, Floats, Floats, Floats]:
    from scipy.special import stdtrit

    shape = form(measure)
    treatment = _moments(treated, wide, at)
    control = _moments(everybody, wide, at) - treatment
    ready = enough(_beside(control, treatment), shape, measure.kind, spec.least)
    found = difference(control, treatment, shape)
    ready &= np.isfinite(found.error) & (found.error > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        off = np.abs(found.effect) / found.error
        once = ready & (off > stdtrit(found.freedom, 1 - spec.level / 2))
        always = ready & (off > boundary(found.users, float(everybody[-1, wide.starts[at]]), spec.level))
    fixed, sequential = (np.maximum.accumulate(one, axis=1).sum(axis=0, dtype=np.float64) for one in (once, always))
    looks = ready.any(axis=0).sum(dtype=np.float64)
    return fixed, sequential, once[:, -1].sum(dtype=np.float64), looks


def _beside(control: Moments, treatment: Moments) -> Moments:
    """Return both groups with the groups as the last leading axis."""
    return Moments(
        np.stack([control.n, treatment.n], axis=-1), np.stack([control.sums, treatment.sums], axis=-2),
        np.stack([control.products, treatment.products], axis=-3), np.stack([control.cubes, treatment.cubes], axis=-1),
        control.centre,
    )  # fmt: skip


def _moments(sums: Floats, wide: _Wide, at: int) -> Moments:
    start, k = wide.starts[at], wide.parts[at]
    products = np.empty((*sums.shape[:-1], k, k))
    place = start + 2 + k
    for a in range(k):
        for b in range(a, k):
            products[..., a, b] = products[..., b, a] = sums[..., place]
            place += 1
    return Moments(
        sums[..., start], sums[..., start + 2 : start + 2 + k], products, sums[..., start + 1], wide.centres[at]
    )  # fmt: skip


def _told(spec: AaSpec, measures: tuple[Measure, ...], users: int, wrong: _Wrong) -> Honesty:
    told = tuple(_honest(spec, measure, wrong, at) for at, measure in enumerate(measures))
    worst = max(told, key=lambda one: one.sequential.estimate)
    peeking = max(told, key=lambda one: one.fixed.estimate)
    honest = all(one.kept_level for one in told)
    figures = {
        "looks": spec.looks, "sequential": worst.sequential.told("percent"), "fixed": peeking.fixed.told("percent"),
    }  # fmt: skip
    words = (
        say("The method is honest on these data: with {looks:number} looks at groups that are treated alike, at most "
            "{sequential} of verdicts are wrong; a test made for one look would be wrong in up to {fixed}.", **figures)
        if honest
        else say("The method is not honest on these data: with {looks:number} looks at groups that are treated alike, "
                 "{sequential} of verdicts are wrong.", **figures)
    )  # fmt: skip
    at = told.index(peeking)
    steps = tuple(
        (
            look + 1,
            float(wrong.fixed[at, look] / spec.repetitions),
            float(wrong.sequential[at, look] / spec.repetitions),
        )
        for look in range(spec.looks)
    )
    return Honesty(
        words, spec.table, users, spec.looks, spec.repetitions, spec.level, told, steps, honest, _notes(spec, told)
    )  # fmt: skip


def _honest(spec: AaSpec, measure: Measure, wrong: _Wrong, at: int) -> Honest:
    n = spec.repetitions
    once, fixed, sequential = (
        wilson(float(one), n) for one in (wrong.once[at], wrong.fixed[at, -1], wrong.sequential[at, -1])
    )
    words = say(
        "{metric}: wrong in {sequential}; looked at once {once}; looked at {looks:number} times with a test made for "
        "one look {fixed}.",
        metric=measure.name, sequential=sequential.told("percent"), once=once.told("percent"), looks=spec.looks,
        fixed=fixed.told("percent"),
    )  # fmt: skip
    return Honest(
        measure.name, measure.kind, once, fixed, sequential, int(wrong.looks[at]), sequential.low <= spec.level, words
    )  # fmt: skip


def _notes(spec: AaSpec, told: tuple[Honest, ...]) -> tuple[Sentence, ...]:
    early = tuple(one.metric for one in told if 0 < one.judged_looks < spec.looks)
    never = tuple(one.metric for one in told if not one.judged_looks)
    notes = []
    if early:
        notes.append(say("The first looks gave no verdict, being too early: {metrics:quoted}.", metrics=early))
    if never:
        notes.append(say("At every look it was too early for a verdict: {metrics:quoted}.", metrics=never))
    return tuple(notes)


def _who(unit: str | None, users: int) -> Sentence:
    """Say who was put into groups: what stands in several rows is one user."""
    if unit is None:
        return say("Each of {users:number} rows was taken for a user; --unit names the column that tells users apart.",
                   users=users)  # fmt: skip
    return say("{users:number} users were put into groups, told apart by {unit:quoted}.", users=users, unit=unit)


def _unit(engine: Engine, workspace: Workspace, table: Artifact, named: str | None) -> str | None:
    """Return the column of users: as named, else an identifier that names several rows, else the key."""
    dictionary = dictionary_of(table)
    if named is not None:
        dictionary[named]
        return named
    rows = rows_of(engine, workspace, table)
    for column in dictionary.of(Semantic.IDENTIFIER):
        if column.name == table.meta["key"]:
            continue
        asked = rows.agg(rows=rows[column.name].count(), users=rows[column.name].nunique())
        told = engine.to_arrow(asked).to_pylist()[0]
        if 1 < told["users"] < told["rows"]:
            return column.name
    return None if table.meta["key"] is None else str(table.meta["key"])


def _proposed(table: Artifact, sources: Sources) -> tuple[Metric, ...]:
    """Return metrics of each kind that the columns give."""
    dictionary = dictionary_of(table)
    yes = [one.name for one in dictionary if one.type == "bool"]
    money = [one.name for one in dictionary.of(Semantic.MONEY) if one.type in ("int64", "double")]
    numbers = [one.name for one in dictionary.of(Semantic.NUMBER) if one.type in ("int64", "double")]
    found = [Metric(name=name) for name in (*yes[:2], *numbers[:2], *money[:1])]
    if not sources.single:
        found += [Metric(name=f"{name}_per_row", column=name, per=ROWS) for name in numbers[:1]]
    if not found:
        raise DataError(
            say("Table {table:quoted} has no column that can be measured.", table=table.name),
            say("Name one with --metric."),
        )
    return tuple(found[:_PROPOSED])


def _values(
    engine: Engine, workspace: Workspace, sources: Sources, measures: tuple[Measure, ...]
) -> tuple[Floats, ...]:
    rows = people(engine, workspace, sources, measures)
    names = [[part(i, place) for place in range(len(columns(one)))] for i, one in enumerate(measures)]
    told = engine.to_arrow(rows.select("key", *(name for one in names for name in one)).order_by("key"))
    return tuple(
        np.column_stack([_column(told, name, known=at in (form(measure).before, form(measure).before_per))
                         for at, name in enumerate(one)])
        for measure, one in zip(measures, names, strict=True)
    )  # fmt: skip


def _drawn(values: tuple[Floats, ...], seed: int) -> tuple[Floats, ...]:
    """Return as many users as are tried on, drawn at random, in their order."""
    users = len(values[0]) if values else 0
    if users <= _MOST:
        return values
    chosen = np.sort(np.random.default_rng(seed).choice(users, _MOST, replace=False))
    return tuple(one[chosen] for one in values)


def _column(told: pa.Table, name: str, *, known: bool) -> Floats:
    """Return a part's values; what was before and is not known is the mean, as in a comparison."""
    values = np.asarray(told.column(name).to_numpy(zero_copy_only=False), dtype=np.float64)
    return np.where(np.isnan(values), np.nanmean(values), values) if known else values
