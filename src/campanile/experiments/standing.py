"""Who stands where, held against what was assigned: users in two groups, moved, repeated, or in a rival test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from campanile.experiments.assignment import table_of
from campanile.experiments.declaration import others
from campanile.experiments.grouping import by_hash
from campanile.experiments.people import Sources, exposures, rows_of
from campanile.experiments.result import Cohort, Experiment

if TYPE_CHECKING:
    import ibis
    from numpy.typing import NDArray

    from campanile.workspace import Artifact, Workspace
    from campanile.workspace.engines import Engine


def shares(experiment: Experiment, arms: tuple[str, ...], months: tuple[str, ...]) -> NDArray[np.float64]:
    """Return what each arm should have of each month's users (months, arms); 0 where a month had two."""
    meant = np.zeros((len(months), len(arms)))
    for at, month in enumerate(months):
        noted = [one for one in experiment.cohorts if one.month == month] or [Cohort(month, experiment.arms)]
        if len(noted) == 1:
            percent = {arm.name: arm.percent / 100 for arm in noted[0].arms}
            meant[at] = [percent.get(arm, 0.0) for arm in arms]
    return meant


def given(percents: dict[str, float] | None, arms: tuple[str, ...], months: tuple[str, ...]) -> NDArray[np.float64]:
    """Return the shares of groups that others assigned: as they say, else even."""
    said = np.array([(percents or dict.fromkeys(arms, 1.0)).get(arm, 0.0) for arm in arms])
    return np.tile(said / max(said.sum(), 1e-12), (len(months), 1))


def doubled(engine: Engine, table: ibis.Table, key: str, group: str) -> tuple[int, int]:
    """Return how many users are in several groups, and how many rows name a user again."""
    told = engine.to_arrow(table.agg(rows=table[key].count(), users=table[key].nunique())).to_pylist()[0]
    again = int(told["rows"] - told["users"])
    if not again:
        return 0, 0
    per_user = table.group_by(key).agg(groups=table[group].nunique()).filter(lambda t: t["groups"] > 1)
    return int(engine.to_arrow(per_user.agg(n=per_user.count())).to_pylist()[0]["n"]), again


def repeated(engine: Engine, workspace: Workspace, sources: Sources) -> int:
    """Return how many rows of the outcomes name a user again, where each should be there once."""
    if not sources.single or sources.key is None:
        return 0
    rows = rows_of(engine, workspace, sources.outcomes)
    told = engine.to_arrow(rows.agg(rows=rows[sources.key].count(), users=rows[sources.key].nunique())).to_pylist()[0]
    return int(told["rows"] - told["users"])


def strangers(engine: Engine, workspace: Workspace, sources: Sources) -> int:
    """Return how many were reached without ever being assigned: nobody compares them."""
    if sources.assignments is None or sources.exposures is None:
        return 0
    reached = exposures(engine, workspace, sources)
    assigned = rows_of(engine, workspace, sources.assignments)
    apart = reached.anti_join(assigned, reached["reached"] == assigned["key"].cast("string"))
    return int(engine.to_arrow(apart.agg(n=apart.count())).to_pylist()[0]["n"])


def moved(workspace: Workspace, experiment: Experiment, assignments: Artifact) -> int:
    """Return how many users are not in a group that the hash gave in their month."""
    rows = workspace.read(assignments, ["key", "group", "month"])
    wrong = 0
    for month in pc.unique(rows.column("month")).to_pylist():
        part = rows.filter(pc.equal(rows.column("month"), month))
        noted = [one.arms for one in experiment.cohorts if one.month == month] or [experiment.arms]
        right = pa.array(np.zeros(part.num_rows, dtype=bool))
        for arms in noted:
            right = pc.or_(right, pc.equal(by_hash(experiment, arms, part.column("key")), part.column("group")))
        wrong += int(part.num_rows - (pc.sum(right).as_py() or 0))
    return wrong


def crossed(workspace: Workspace, experiment: Experiment, assignments: Artifact) -> int:
    """Return how many users are in another test of the same layer too."""
    if experiment.layer is None:
        return 0
    own = workspace.read(assignments, ["key"]).column("key")
    found = 0
    for rival in others(workspace, experiment.name, experiment.layer):
        kept = workspace.artifacts("table", table_of(rival.name))
        if kept:
            there = workspace.read(kept[-1], ["key"]).column("key").combine_chunks()
            found += int(pc.sum(pc.is_in(own, value_set=there)).as_py() or 0)
    return found
