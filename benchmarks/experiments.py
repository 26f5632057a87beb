"""Tests of tests: wrong verdicts on real customers, power as promised, gates, and speed beside tea-tasting."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from bars import Bar, Finding, Row
from numpy.typing import NDArray
from running import folder, real
from scipy import stats

LEVEL, LOOKS = 0.05, 100
SESSIONS = (
    "page_views:mean", "views_per_session=page_views/rows", "seconds_per_view=session_duration/page_views",
    "duration=session_duration:money", "views_after=page_views~session_duration:mean",
)  # fmt: skip
CONTROL = (
    "visit:proportion", "conversion:proportion", "spend_mean=spend:mean", "spend:money",
    "spend_per_history=spend/history", "visit_after=visit~recency:proportion",
)  # fmt: skip


def measure(*, reduced: bool) -> Finding | None:
    if real("clickstream") is None:
        return None
    repetitions = 500 if reduced else 10_000
    rows = [
        *honest(repetitions), *power(2_000 if reduced else 10_000), *gates(20 if reduced else 1_000),
        *speed(500_000 if reduced else 10_000_000),
    ]  # fmt: skip
    return Finding(
        "Did it work? Tests of the method",
        tuple(rows),
        (
            f"Wrong verdicts: {repetitions:,} random splits into two halves, {LOOKS} looks each, of the users of real "
            "web sessions and of Hillstrom's control group; the level is 5 %. A look before groups are large enough "
            "gives no verdict. Peeking: a fixed test (Welch, 5 %) at each look.",
            "Power: tests made up as large as `design` says, with the effect asked for, a look each of 6 months.",
            "Speed: five means with CUPED, in memory, two threads; tea-tasting with the same five metrics on the same "
            "table in the same run, the fastest of three runs each. Gates: what they add to a comparison.",
        ),
    )


def honest(repetitions: int) -> Iterator[Row]:
    """Count wrong verdicts where there is nothing to find."""
    from campanile.experiments import AaSpec, Metric, simulate_aa

    long = Metric(name="long_visits", column="session_duration", above=1800, kind="proportion")
    with folder() as place, closing(_loaded(place)) as workspace:
        for table, metrics in (("sessions", (*SESSIONS, long)), ("control", CONTROL)):
            spec = AaSpec(table=table, metrics=metrics, looks=LOOKS, repetitions=repetitions, least=50)
            started = time.perf_counter()
            told = simulate_aa(workspace, spec)
            seconds = time.perf_counter() - started
            most = float(stats.binom.ppf(0.999, repetitions, LEVEL)) / repetitions if repetitions < 10_000 else LEVEL
            for one in told.metrics:
                what = f"{table}, {one.metric} ({one.kind}): wrong"
                peers = {"peeking at a fixed test": 100 * one.fixed.estimate, "one look": 100 * one.once.estimate}
                yield Row(what, 100 * one.sequential.estimate, "%", Bar(100 * most, must=True), peers)
            yield Row(f"{table}, {told.units:,} users: time for all", seconds, "s")


def _loaded(place: Path) -> Any:
    import campanile as cp
    from campanile import sources

    workspace = cp.Workspace.open(place / "workspace")
    sessions, mail = real("clickstream", "session_train.csv"), next(Path(str(real("experiments"))).glob("*.csv*"))
    sources.load(workspace, sources.LoadSpec(path=sessions, table="sessions"))
    sources.load(workspace, sources.LoadSpec(path=mail, table="mail"))
    table = workspace.table("mail")
    rows = workspace.read(table)
    with workspace.run("filter", {}) as run:
        rows = rows.filter(pc.equal(rows["segment"], "No E-Mail"))
        run.save_table("control", rows, key=None, meta={"dictionary": table.meta["dictionary"]})
    return workspace


def power(repetitions: int) -> Iterator[Row]:
    """Count how often an effect is found by tests as large as was said."""
    from campanile.experiments.planning import plan
    from campanile.experiments.spec import DesignSpec

    random = np.random.default_rng(1)
    for kind, baseline, spread, lift in (("proportion", 0.02, None, 0.2), ("mean", 5.0, 8.0, 0.1)):
        spec = DesignSpec(name="x", metrics=("m",), baseline=baseline, lift=lift, spread=spread)
        variance = baseline * (1 - baseline) if spread is None else spread**2
        planned = plan(spec, spec.metrics[0], kind, baseline, variance)  # type: ignore[arg-type]
        draw = _share if kind == "proportion" else _mean
        fixed = draw(random, planned.users_fixed, baseline, lift, variance, repetitions, 1)
        always = draw(random, planned.users_sequential, baseline, lift, variance, repetitions, spec.months)
        hits = (stats.norm.sf(np.abs(fixed[0])) * 2 < spec.level).mean()
        yield Row(f"{kind}: found at one look, promised 80", 100 * float(hits), "%")
        yield Row(f"{kind}: off the promise", 100 * abs(float(hits) - spec.power), "points", Bar(2, must=True))
        seen = _found(always, planned.users_sequential, spec.level)
        yield Row(f"{kind}: found at one of 6 looks, promised 80", 100 * seen, "%")
        yield Row(f"{kind}: off the promise, 6 looks", 100 * abs(seen - spec.power), "points", Bar(2, must=True))


def _found(z: NDArray[np.float64], users: int, level: float) -> float:
    from campanile.experiments.sequences import boundary

    looks = len(z)
    bounds = boundary(np.arange(1, looks + 1) / looks * users, users, level)
    return float((z > bounds[:, None]).any(axis=0).mean())


def _share(
    random: np.random.Generator, users: int, baseline: float, lift: float, variance: float, repetitions: int, looks: int
) -> NDArray[np.float64]:  # fmt: skip
    """Return the statistic at each look (looks, repetitions) of a share."""
    n = users // 2 // looks
    counts = [random.binomial(n, p, (looks, repetitions)).cumsum(axis=0) for p in (baseline, baseline * (1 + lift))]
    of = (n * np.arange(1, looks + 1))[:, None]
    control, treated = (one / of for one in counts)
    return np.asarray((treated - control) / np.sqrt((control * (1 - control) + treated * (1 - treated)) / of))


def _mean(
    random: np.random.Generator, users: int, baseline: float, lift: float, variance: float, repetitions: int, looks: int
) -> NDArray[np.float64]:  # fmt: skip
    """Return the statistic at each look (looks, repetitions) of a mean of skew values (gamma)."""
    shape, scale, n = baseline**2 / variance, variance / baseline, users // 2 // looks
    sums = [random.gamma(shape * n, scale, (looks, repetitions)).cumsum(axis=0) for _ in range(3)]
    of = (n * np.arange(1, looks + 1))[:, None]
    return np.asarray((sums[1] / of + baseline * lift - sums[0] / of) / np.sqrt(2 * variance / of))


def gates(tests: int) -> Iterator[Row]:
    """Count sound tests that are stopped, and kinds of broken ones that the right gate stops."""
    import campanile as cp
    from campanile.experiments import analyse

    faults = _faults()
    stopped, right = 0, 0
    with folder() as place:
        for seed in range(tests):
            with closing(cp.Workspace.open(place / f"sound-{seed}")) as workspace:
                stopped += analyse(workspace, faults.load(workspace, faults.sound(seed + 100))).verdict is None
        for at, (gate, broken) in enumerate(faults.FAULTS.values()):
            world = faults.sound(at)
            broken(world)
            with closing(cp.Workspace.open(place / f"broken-{at}")) as workspace:
                told = analyse(workspace, faults.load(workspace, world))
            right += gate in [one.gate for one in told.failed] and told.verdict is None
    most = float(stats.binom.ppf(0.999, tests, 0.005))
    yield Row(f"sound tests stopped, of {tests:,}", stopped, "", Bar(most, must=True))
    yield Row("kinds of broken tests", len(faults.FAULTS), "", Bar(40, at_least=True, must=True))
    yield Row("of these not stopped by the right gate", len(faults.FAULTS) - right, "", Bar(0, must=True))


def _faults() -> Any:
    path = Path(__file__).parents[1] / "tests" / "experiments" / "faults.py"
    spec = importlib.util.spec_from_file_location("experiment_faults", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    faults = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(faults)
    return faults


def speed(users: int) -> Iterator[Row]:
    """Analyse five metrics with CUPED of many users in memory, beside tea-tasting on the same table."""
    import ibis
    import tea_tasting as tt

    table = _crowd(users)
    backend = ibis.duckdb.connect(threads=2)
    backend.con.execute("SET TimeZone = 'UTC'")
    backend.con.register("brought", table)
    backend.con.execute("CREATE TABLE crowd AS SELECT * FROM brought")
    rows = backend.table("crowd")
    theirs = tt.Experiment({f"m{i}": tt.Mean(f"m{i}_0", f"m{i}_1") for i in range(5)})
    ours = [_ours(backend, rows) for _ in range(3)]
    other = [_timed(lambda: theirs.analyze(rows)) for _ in range(3)]
    mine, tea = min(one[0] for one in ours), min(one[0] for one in other)
    apart = max(
        abs(found.effect.estimate - other[0][1][found.metric].effect_size) / abs(other[0][1][found.metric].effect_size)
        for found in ours[0][1]
    )
    yield Row(f"rows analysed, {users:,} users, always-valid intervals included", users / mine / 1e6, "million/s",
              None, {"tea-tasting": users / tea / 1e6})  # fmt: skip
    yield Row("of tea-tasting's speed", tea / mine, "times", Bar(0.8, at_least=True))
    yield Row("largest relative difference of an effect", apart, "", Bar(1e-6, must=True))
    yield Row("gates, apart: what they add", min(_gated(backend, rows) for _ in range(3)), "s", Bar(5))


def _crowd(users: int) -> pa.Table:
    random = np.random.default_rng(0)
    level = random.gamma(2, 2, users)
    columns: dict[str, Any] = {"key": np.arange(users), "variant": random.integers(0, 2, users)}
    for i in range(5):
        columns[f"m{i}_0"] = level + random.normal(0, 1 + i, users)
        columns[f"m{i}_1"] = level + random.normal(0, 1, users)
    return pa.table(columns)


class _Backend:
    """The engine's face over a table that is in its memory already."""

    name = "duckdb"

    def __init__(self, backend: Any) -> None:
        self.backend = backend

    def to_arrow(self, expression: Any) -> pa.Table:
        return self.backend.to_pyarrow(expression)


def _frame(rows: Any) -> tuple[Any, tuple[Any, ...]]:
    from campanile.experiments.result import Measure

    measures = tuple(Measure(f"m{i}", "mean", f"m{i}_0", before=f"m{i}_1") for i in range(5))
    import ibis

    return rows.mutate(group=rows["variant"], month=ibis.literal("all")), measures


def _ours(backend: Any, rows: Any) -> tuple[float, Any]:
    from campanile.experiments.comparison import Terms, compare
    from campanile.experiments.counting import centres, count

    engine, (people, measures) = _Backend(backend), _frame(rows)

    def work() -> Any:
        counted = count(engine, people, measures, centres(engine, rows, measures))  # type: ignore[arg-type]
        return compare(counted.only(("0", "1")), Terms(("0", "1"), measures, 0.05, 10_000.0))

    return _timed(work)


def _gated(backend: Any, rows: Any) -> float:
    import datetime

    import ibis

    from campanile.experiments import standing
    from campanile.experiments.counting import centres, count
    from campanile.experiments.gates import examine
    from campanile.experiments.gates.evidence import Evidence

    engine, (people, measures) = _Backend(backend), _frame(rows)
    never = ibis.null("timestamp")
    people = people.mutate(assigned_at=never, exposed_at=never, outcome_at=never, found=ibis.literal(True))
    today = datetime.datetime.now(datetime.UTC)
    middle = centres(engine, rows, measures)  # type: ignore[arg-type]

    def work() -> Any:
        counted = count(engine, people, measures, middle, now=today)  # type: ignore[arg-type]
        twice, again = standing.doubled(engine, people, "key", "group")  # type: ignore[arg-type]
        shares = standing.given(None, ("0", "1"), counted.rows)
        return examine(
            Evidence(counted, ("0", "1"), shares, measures, 100, 0, today.date(), doubled=twice, repeated=again)
        )

    without = _timed(lambda: count(engine, people, measures, middle))[0]  # type: ignore[arg-type]
    return _timed(work)[0] - without


def _timed(work: Any) -> tuple[float, Any]:
    started = time.perf_counter()
    done = work()
    return time.perf_counter() - started, done
