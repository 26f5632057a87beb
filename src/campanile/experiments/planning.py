"""How many users does it take, how many months, and what can be seen with the users that there are?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from campanile.experiments import drafted, looks
from campanile.experiments.counting import centres, count, form
from campanile.experiments.declaration import declared, find, fresh, joined, keep, with_metrics
from campanile.experiments.measuring import measured
from campanile.experiments.moments import level_and_variance
from campanile.experiments.people import Sources, check, people, rows_of
from campanile.experiments.result import Arm, Design
from campanile.experiments.sequences import inflation, lasting
from campanile.experiments.spec import DesignSpec, Kind, Metric
from campanile.tables.draft import Draft
from campanile.words import Sentence, plural, say
from campanile.workspace.engines import open_engine
from campanile.workspace.errors import DataError, SpecError

if TYPE_CHECKING:
    from campanile.workspace import Run, Workspace

_ROUNDS = 30


@dataclass(frozen=True)
class _Known:
    """A metric as it is today: its value, the variance of a user's part in it, and what of that CUPED leaves."""

    kind: Kind
    baseline: float
    variance: float
    kept: float


def design(workspace: Workspace, spec: DesignSpec, draft: Draft | None = None) -> Design:
    """Plan a test, and keep the plan: the metric counts as declared, and intervals are narrowest at its end.

    ``draft`` is what the plan was made from; the plan then says whose expectation it is. Raises SpecError where the
    baseline is neither given nor found in a table.
    """
    with workspace.run("design", spec, seed=spec.seed) as run:
        before = find(workspace, spec.name)
        experiment = before or fresh(spec.name)
        metric = joined(declared(experiment), spec.metrics)
        asked = next(one for one in metric if one.name == spec.metrics[0].name)
        known = _today(workspace, run, spec, asked)
        planned = plan(spec, asked, known.kind, known.baseline, known.variance, known.kept)
        if draft is not None:
            planned = _from(workspace, run, planned, draft)
        experiment = with_metrics(experiment, metric, len(workspace.artifacts(looks.KIND, spec.name)))
        if not experiment.cohorts:
            arms = (Arm("treatment", spec.share), Arm("control", 100 - spec.share))
            experiment = replace(
                experiment, arms=arms, planned_users=planned.users_sequential, window_days=spec.window_days
            )
        keep(run, experiment, before)
        run.save_result("design", spec.name, planned)
    return planned


def plan(spec: DesignSpec, metric: Metric, kind: Kind, baseline: float, variance: float, kept: float = 1.0) -> Design:
    """Plan a test of a metric that is ``baseline`` today, with ``variance`` between users once CUPED has left it."""
    fixed = users_for(spec, kind, baseline, variance)
    price = inflation(spec.level, spec.power, spec.months)
    sequential = math.ceil(fixed * price)
    expected = math.ceil(sequential * lasting(spec.level, spec.power, spec.months))
    there = spec.monthly * spec.months if spec.monthly else None
    months = [math.ceil(users / spec.monthly) if spec.monthly else None for users in (fixed, sequential)]
    smallest = [smallest_lift(spec, kind, baseline, variance, there / by) if there else None for by in (1, price)]
    words = _words(spec, metric.name, kind, baseline, fixed, sequential, months)
    return Design(
        words, spec.name, metric.name, kind, baseline, math.sqrt(variance), spec.lift, spec.power, spec.level,
        spec.share, fixed, sequential, price, kept, spec.monthly, spec.months, months[0], months[1], smallest[0],
        smallest[1], _notes(spec, price, kept, smallest[1], there, expected), expected,
    )  # fmt: skip


def _from(workspace: Workspace, run: Run, planned: Design, draft: Draft) -> Design:
    """Say what the plan was drafted by, and rest it on that answer where it is kept here."""
    source = drafted.origin(workspace, draft)
    if source is not None:
        run.read(source)
    return replace(planned, notes=(*drafted.notes(draft, planned.users_sequential), *planned.notes))


def users_for(spec: DesignSpec, kind: Kind, baseline: float, variance: float) -> int:
    """Return how many users find the lift at one look that was planned."""
    asked = _library(spec, rel_effect_size=spec.lift)
    shown = _aggregates(baseline, _both(spec, kind, baseline, variance, spec.lift))
    return int(asked.solve_power_from_aggregates(shown, "n_obs")[0].n_obs)


def smallest_lift(spec: DesignSpec, kind: Kind, baseline: float, variance: float, users: float) -> float:
    """Return the smallest lift that so many users find; a share's variance moves with it, so it is sought in rounds."""
    lift = 0.0
    for _ in range(_ROUNDS):
        asked = _library(spec, n_obs=max(int(users), 4))
        shown = _aggregates(baseline, _both(spec, kind, baseline, variance, lift))
        found = abs(float(asked.solve_power_from_aggregates(shown, "rel_effect_size")[0].rel_effect_size))
        if abs(found - lift) < 1e-6 * max(found, 1e-12):
            break
        lift = found
    return found


def _library(spec: DesignSpec, *, rel_effect_size: float | None = None, n_obs: int | None = None):  # type: ignore[no-untyped-def]
    from tea_tasting.metrics import Mean

    # By the normal distribution: with Student's the library stops at groups of different sizes, which it begins with 3.
    return Mean(
        "value", alpha=spec.level, power=spec.power, ratio=spec.share / (100 - spec.share),
        rel_effect_size=rel_effect_size, n_obs=n_obs, use_t=False,
    )  # fmt: skip


def _aggregates(baseline: float, variance: float):  # type: ignore[no-untyped-def]
    from tea_tasting.aggr import Aggregates

    return Aggregates(count_=2, mean_={"value": baseline}, var_={"value": variance}, cov_={})


def _both(spec: DesignSpec, kind: Kind, baseline: float, variance: float, lift: float) -> float:
    """Return the one variance that stands for both groups': a share's is another one once it is lifted."""
    if kind != "proportion":
        return variance
    lifted = min(max(baseline * (1 + lift), 0.0), 1.0)
    ratio = spec.share / (100 - spec.share)
    own = baseline * (1 - baseline)
    return variance * (1 + lifted * (1 - lifted) / own / ratio) / (1 + 1 / ratio)


def _today(workspace: Workspace, run: Run, spec: DesignSpec, metric: Metric) -> _Known:
    if spec.table is not None:
        return _in_table(workspace, run, spec, metric)
    baseline = spec.baseline
    if baseline is None:
        raise SpecError([say("Say what {metric:quoted} is today with --baseline, or name a table with --table.",
                             metric=metric.name)])  # fmt: skip
    kind: Kind = metric.kind or ("mean" if spec.spread is not None else "proportion")
    if kind == "proportion":
        if not 0 < baseline < 1 or not 0 < baseline * (1 + spec.lift) < 1:
            raise SpecError([say("A share must lie between 0 and 1, before and after the lift: {baseline:exact} and "
                                 "{lifted:exact}. For another kind of metric give --spread.",
                                 baseline=baseline, lifted=baseline * (1 + spec.lift))])  # fmt: skip
        return _Known(kind, baseline, baseline * (1 - baseline), 1.0)
    if spec.spread is None:
        raise SpecError([say("Say how much {metric:quoted} differs between users (standard deviation) with --spread, "
                             "or name a table with --table.", metric=metric.name)])  # fmt: skip
    return _Known(kind, baseline, spec.spread**2, 1.0)


def _in_table(workspace: Workspace, run: Run, spec: DesignSpec, metric: Metric) -> _Known:
    table = run.read(workspace.table(str(spec.table)))
    sources = Sources(table, None, None, table.meta["key"], single=True, group=None)
    with open_engine("duckdb") as engine:
        measures = measured(engine, workspace, sources, (metric,))
        check(sources, measures)
        rows = people(engine, workspace, sources, measures)
        counted = count(engine, rows, measures, centres(engine, rows_of(engine, workspace, table), measures))
    moments, shape = counted.moments[0].total(0).total(0), form(measures[0])
    value, variance = (float(one) for one in level_and_variance(moments, shape))
    raw = float(level_and_variance(moments, replace(shape, before=None, before_per=None))[1])
    if not np.isfinite(variance) or variance <= 0 or value == 0:
        raise DataError(say("{metric:quoted} is the same for everybody in {table:quoted}: no test can be planned.",
                            metric=metric.name, table=table.name))  # fmt: skip
    return _Known(measures[0].kind, spec.baseline or value, variance, variance / raw)


def _words(
    spec: DesignSpec, metric: str, kind: Kind, baseline: float, fixed: int, sequential: int,
    months: Sequence[int | None],
) -> Sentence:  # fmt: skip
    form = {"baseline": baseline, "lifted": baseline * (1 + spec.lift)}
    change = (
        say("from {baseline:percent} to {lifted:percent}", **form)
        if kind == "proportion"
        else say("from {baseline:number} to {lifted:number}", **form)
    )
    words = say(
        "{users:number} users find a change of {metric:quoted} {change} in {power:percent} of such tests, looking "
        "every month; {fixed:number} would do if only the end were looked at.",
        users=sequential, metric=metric, change=change, power=spec.power, fixed=fixed,
    )  # fmt: skip
    if None in months:
        return words
    takes = plural("That takes {n:number} month, or {fixed:number} for one look at the end.",
                   "That takes {n:number} months, or {fixed:number} for one look at the end.",
                   n=months[1] or 0, fixed=months[0])  # fmt: skip
    return say("{words} {takes}", words=words, takes=takes)


def _notes(
    spec: DesignSpec, price: float, kept: float, smallest: float | None, there: int | None, expected: int
) -> tuple[Sentence, ...]:
    notes = [
        say("Intervals that hold at every look ({looks:number} here) cost up to {price:percent} more users than one "
            "look at the end. If the change is as planned, such a test ends after {users:number} users on average.",
            looks=spec.months, price=price - 1, users=expected),
    ]  # fmt: skip
    if kept < 1:
        notes.append(say("What is known from before takes out {out:percent} of the variance.", out=1 - kept))
    if smallest is not None and there is not None:
        notes.append(say("The {users:number} users of {months:number} months can show a lift of {lift:percent}.",
                         users=there, months=spec.months, lift=smallest))  # fmt: skip
    return tuple(notes)
