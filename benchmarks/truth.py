"""Is the truth of made-up campaigns recovered? Drivers, zones and the lift of the target group, over many seeds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bars import Bar, Finding, Row

ROWS, NEAR = 5_000, 0.10
PEOPLE = 200_000


def measure(*, reduced: bool) -> Finding:
    seeds = 6 if reduced else 100
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        worlds = list(pool.map(recovered, range(seeds)))
    ends = [near for world in worlds for near in world["ends"]]
    inside = [world["groups"][0] for world in worlds]
    every = [one for world in worlds for one in world["groups"]]
    bar = Bar(enough(seeds), at_least=True)
    return Finding(
        f"Truth recovered on {seeds} made-up campaigns of {ROWS:,} customers",
        (
            Row("all five drivers on top", sum(world["drivers"] for world in worlds) / seeds, "share of seeds", bar),
            Row("zone ends within 10 % of the range", sum(ends) / len(ends), "share of ends", Bar(0.9, at_least=True)),
            Row("… true zones with no zone found", sum(world["unfound"] for world in worlds) / seeds, "a seed"),
            Row("… zones on what plays no part", sum(world["idle"] for world in worlds) / seeds, "a seed"),
            Row("true lift of the first group in its interval", sum(inside) / seeds, "share of seeds", bar),
            Row("… of every group", sum(every) / len(every), "share of groups"),
        ),
        (
            "Fixed settings (--quick). A feature counts for a driver when it is made from the driver's columns; nothing"
            " else may stand above the last driver. The true lift is that among 200,000 customers of the same world.",
            *((f"Reduced: {seeds} seeds; bars are what 90 in 100 allows by chance in so few.",) if reduced else ()),
        ),
    )


def enough(seeds: int) -> float:
    """The least share of ``seeds`` that is no evidence (1 in 100) against 90 in 100."""
    from scipy.stats import binom

    return 0.9 if seeds >= 100 else float(binom.ppf(0.01, seeds, 0.9)) / seeds


def recovered(seed: int) -> dict[str, Any]:
    """Profile one made-up campaign in Python and compare with its truth."""
    import campanile as cp
    from campanile import explain, models
    from campanile.sources import LoadSpec, worlds

    world = worlds.campaign(ROWS, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        workspace = cp.Workspace.open(folder)
        file = worlds.write(world, Path(folder) / "campaign.csv")
        cp.sources.load(workspace, LoadSpec(path=file, table="customers", key=world.key))
        models.train(workspace, models.TrainSpec(table="customers", target=world.target, quick=True, seed=seed, jobs=1,
                                             exclude=("contact_cost_eur", "sale_value_eur")))  # fmt: skip
        model = models.load(workspace)
        why = explain.explain(workspace, explain.ExplainSpec(features=12, seed=seed))
        made_from = sources(why, model)
        ends = [near for driver in world.drivers for near in ends_of(driver, why.zones, made_from)]
        told = {
            "drivers": on_top(world, why, made_from),
            "ends": [near for near in ends if near is not None],
            "unfound": ends.count(None),
            "idle": sum(made_from[zone.name] <= set(world.noise) for zone in why.zones),
            "groups": lifts(why, model),
        }
        workspace.close()
    return told


def sources(why: Any, model: Any) -> dict[str, set[str]]:
    """Return the columns that each thing of the explanation is made from."""
    columns = {feature.name: set(feature.sources) for feature in model.plan.features}
    return {one.name: set().union(*(columns[name] for name in one.features)) for one in why.features}


def on_top(world: Any, why: Any, made_from: dict[str, set[str]]) -> bool:
    """Tell whether every driver is met before anything that has no part in the truth."""
    missing = {driver.name: set(driver.columns) for driver in world.drivers}
    known = set().union(*missing.values())
    for one in why.features:
        if not missing or not made_from[one.name] & known:
            break
        missing = {name: columns for name, columns in missing.items() if not columns & made_from[one.name]}
    return not missing


def ends_of(driver: Any, zones: Any, made_from: dict[str, set[str]]) -> Iterator[bool | None]:
    """Yield for each end of a driver's true zones whether the zone found ends nearby; None where none was found."""
    if driver.low is None:
        return
    width = driver.high - driver.low
    for true in driver.zones:
        spans = [(driver.low if one.low is None else one.low, driver.high if one.high is None else one.high)
                 for one in zones if one.level is None and made_from[one.name] <= set(driver.columns)]  # fmt: skip
        overlap = [(min(high, true.high) - max(low, true.low), low, high) for low, high in spans]
        if not overlap or max(overlap)[0] <= 0:
            yield None
            continue
        _, low, high = max(overlap)
        yield abs(low - true.low) <= NEAR * width
        yield abs(high - true.high) <= NEAR * width


def lifts(why: Any, model: Any) -> list[bool]:
    """Tell of each target group whether its true lift lies in the interval that was stated."""
    from campanile.sources import worlds

    people = worlds.campaign(PEOPLE, seed=987_654_321)
    features = model.features(people.table.drop_columns([people.target]))
    inside = []
    for group in why.target_groups:
        met = members(group, people.table, features)
        lift = people.probability[met].mean() / people.probability.mean()
        inside.append(bool(group.lift.low <= lift <= group.lift.high))
    return inside


def members(group: Any, rows: Any, features: Any) -> Any:
    """Return who meets the group's conditions: at least ``low``, below ``high``, or one of the levels."""
    import numpy as np

    from campanile.explain.subjects import amounts

    met = np.ones(rows.num_rows, dtype=bool)
    for one in group.conditions:
        column = rows[one.column] if one.column in rows.column_names else features[one.column]
        if one.levels:
            wanted = {level.lower() for level in one.levels}
            met &= np.array([str(value).lower() in wanted for value in column.to_pylist()])
        else:
            values = amounts(column)
            low = -np.inf if one.low is None else one.low
            met &= (values >= low) & (values < (np.inf if one.high is None else one.high))
    return met
