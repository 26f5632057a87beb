"""What the engine counts in one pass: by month and group, the moments of each measure and what gates ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.experiments.moments import Form, Moments
from campanile.experiments.people import columns, part
from campanile.experiments.result import Measure

if TYPE_CHECKING:
    import ibis

    from campanile.workspace.engines import Engine

Floats = NDArray[np.float64]
_ZONES_HOURS = 14


@dataclass(frozen=True)
class Counted:
    """Counts by row (a month, or a segment) and group (rows, groups), and the moments of each measure.

    ``counts`` holds, by name: users, found, exposed, exposed_early, early_hours (of those, by less than a time zone),
    outcome_early, outcome_hours (of those, by less than a time zone), unripe, future; ``faults`` for each measure how
    many users have strange values or ones below 0, and the square of how far from the centre the farthest value is.
    """

    rows: tuple[str, ...]
    groups: tuple[str, ...]
    counts: dict[str, Floats]
    moments: tuple[Moments, ...]
    faults: tuple[dict[str, Floats], ...]

    @property
    def users(self) -> Floats:
        """The users (rows, groups)."""
        return self.counts["users"]

    def only(self, groups: Sequence[str]) -> Counted:
        """Return the same for these groups, in this order; one that is not there has nobody."""
        at = [self.groups.index(name) if name in self.groups else -1 for name in groups]

        def taken(values: Floats) -> Floats:
            empty = np.zeros((values.shape[0], 1, *values.shape[2:]))
            return np.asarray(np.concatenate([values, empty], axis=1)[:, at])

        return Counted(
            self.rows, tuple(groups), {name: taken(values) for name, values in self.counts.items()},
            tuple(
                Moments(taken(one.n), taken(one.sums), taken(one.products), taken(one.cubes), one.centre)
                for one in self.moments
            ),
            tuple({name: taken(values) for name, values in one.items()} for one in self.faults),
        )  # fmt: skip


def form(measure: Measure) -> Form:
    """Return which part of a measure is what."""
    return Form.of(
        per=measure.per is not None, before=measure.before is not None, before_per=measure.before_per is not None
    )


def centres(engine: Engine, outcomes: ibis.Table, measures: Sequence[Measure], rows: int = 5_000) -> list[Floats]:
    """Return a centre for each measure's parts: about their means, from the first rows; any would be right."""
    names = sorted({name for one in measures for name in columns(one) if name in outcomes.columns})
    some = outcomes.select(*names).limit(rows)
    asked = {f"a{at}": some[name].cast("float64").mean() for at, name in enumerate(names)}
    told = engine.to_arrow(some.agg(**asked)).to_pylist()[0] if asked else {}
    # Of few digits, so that sums of whole numbers stay exact.
    means = {name: float(f"{told[f'a{at}'] or 0.0:.2g}") for at, name in enumerate(names)}
    return [np.array([means.get(name, 1.0) for name in columns(one)]) for one in measures]


def count(
    engine: Engine, people: ibis.Table, measures: Sequence[Measure], centre: Sequence[Floats], *,
    by: str = "month", now: datetime | None = None, window_days: int = 0,
) -> Counted:  # fmt: skip
    """Count everything in one query over the users; ``by`` is the column of the rows.

    ``now`` None: only what comparisons need, not what gates ask for.
    """
    table, sums = _sums(people, measures, centre)
    counts: dict[str, Any] = {"users": table.count()}
    if now is not None:
        counts = _counts(table, now, window_days)
        sums |= _faults(table, measures)
    told = engine.to_arrow(table.group_by(by, "group").agg(**counts, **sums))
    return _laid(told, by, measures, centre, tuple(counts))


def _counts(people: ibis.Table, now: datetime, window_days: int) -> dict[str, Any]:
    import ibis

    since, exposed, outcome = people["assigned_at"], people["exposed_at"], people["outcome_at"]
    begun = ibis.coalesce(exposed, since)
    moment = ibis.literal(now, type="timestamp")
    early = exposed < since
    zone = ibis.interval(hours=_ZONES_HOURS)
    ripe = ibis.literal(now - timedelta(days=window_days), type="timestamp")
    return {
        "users": people.count(),
        "found": people.count(where=people["found"].notnull()),
        "exposed": people.count(where=exposed.notnull()),
        "exposed_early": people.count(where=early),
        "early_hours": people.count(where=early & (exposed + zone >= since)),
        "outcome_early": people.count(where=outcome < begun),
        "outcome_hours": people.count(where=(outcome < begun) & (outcome + zone >= begun)),
        "unripe": people.count(where=since > ripe),
        "future": people.count(where=(since > moment) | (exposed > moment) | (outcome > moment)),
    }


def _sums(
    people: ibis.Table, measures: Sequence[Measure], centre: Sequence[Floats]
) -> tuple[ibis.Table, dict[str, Any]]:
    """Return the users with centred parts, and the sums over them; a user with a missing value does not count."""
    import ibis

    centred: dict[str, Any] = {}
    for i, measure in enumerate(measures):
        shape = form(measure)
        known = [people[part(i, at)] for at in (0, shape.per) if at is not None]
        for place, middle in enumerate(centre[i]):
            value = people[part(i, place)]
            if place in (shape.before, shape.before_per):
                # What was before and is not known tells nothing: the middle stands in for it, in all groups alike.
                value = ibis.coalesce(value, ibis.literal(float(middle)))
            value = value - float(middle)
            # Adding nothing makes it missing where another part is: a good deal faster than asking.
            others = [one for at, one in zip((0, shape.per), known, strict=False) if at != place]
            centred[f"c{i}_{place}"] = sum((one - one for one in others), start=value)
    table = people.mutate(**centred)
    asked: dict[str, Any] = {}
    for i, measure in enumerate(measures):
        k = len(columns(measure))
        value = table[f"c{i}_0"]
        asked[f"n{i}"] = value.count()
        for a in range(k):
            one = table[f"c{i}_{a}"]
            asked[f"s{i}_{a}"] = one.sum()
            asked |= {f"q{i}_{a}_{b}": (one * table[f"c{i}_{b}"]).sum() for b in range(a, k)}
    return table, asked


def _faults(table: ibis.Table, measures: Sequence[Measure]) -> dict[str, Any]:
    """Return what gates ask of the values: cubes for how skew they are, the farthest one, and impossible ones."""
    asked: dict[str, Any] = {}
    for i, measure in enumerate(measures):
        value, centred = table[part(i, 0)], table[f"c{i}_0"]
        asked[f"t{i}"] = (centred * centred * centred).sum()
        if measure.kind in ("mean", "ratio"):
            asked[f"f{i}_far"] = (centred * centred).max()
        if measure.kind == "proportion":
            asked[f"f{i}_strange"] = table.count(where=(value != 0) & (value != 1))
        if measure.per is not None:
            asked[f"f{i}_below"] = table.count(where=table[part(i, 1)] < 0)
    return asked


def _laid(
    told: pa.Table, by: str, measures: Sequence[Measure], centre: Sequence[Floats], counts: Sequence[str]
) -> Counted:
    rows = tuple(sorted({str(one) for one in told.column(by).to_pylist()}))
    groups = tuple(sorted({str(one) for one in told.column("group").to_pylist()}))
    at = (
        np.array([rows.index(str(one)) for one in told.column(by).to_pylist()], dtype=np.int64),
        np.array([groups.index(str(one)) for one in told.column("group").to_pylist()], dtype=np.int64),
    )

    def grid(name: str) -> Floats:
        values = np.zeros((len(rows), len(groups)))
        read = np.asarray(told.column(name).to_numpy(zero_copy_only=False), dtype=np.float64)
        values[at] = np.nan_to_num(read, posinf=np.inf, neginf=-np.inf)
        return values

    found, faults = [], []
    for i, measure in enumerate(measures):
        k = len(columns(measure))
        sums = np.stack([grid(f"s{i}_{a}") for a in range(k)], axis=-1)
        products = np.empty((*sums.shape, k))
        for a in range(k):
            for b in range(a, k):
                products[..., a, b] = products[..., b, a] = grid(f"q{i}_{a}_{b}")
        cubes = grid(f"t{i}") if f"t{i}" in told.column_names else np.zeros(sums.shape[:-1])
        found.append(Moments(grid(f"n{i}"), sums, products, cubes, centre[i]))
        names = [name for name in told.column_names if name.startswith(f"f{i}_")]
        faults.append({name.removeprefix(f"f{i}_"): grid(name) for name in names})
    return Counted(rows, groups, {name: grid(name) for name in counts}, tuple(found), tuple(faults))
