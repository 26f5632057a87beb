"""Who is in which group: by a hash, for life. Users who are new since the last time join; nobody else moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from campanile.experiments.declaration import OF, find, fresh, keep, others
from campanile.experiments.groupfile import as_csv, risks
from campanile.experiments.grouping import groups
from campanile.experiments.result import Arm, Assignment, Cohort, Experiment
from campanile.experiments.spec import OUTSIDE, AssignSpec
from campanile.tables import Column, Dictionary, Semantic, dictionary_of
from campanile.words import Sentence, plural, say
from campanile.workspace.engine import query
from campanile.workspace.errors import DataError, SourceError, SpecError
from campanile.workspace.store import writable, write_file

if TYPE_CHECKING:
    from campanile.workspace import Artifact, Run, Workspace

_DICTIONARY = Dictionary(
    (
        Column("key", Semantic.IDENTIFIER),
        Column("group", Semantic.CATEGORY),
        Column("month", Semantic.CATEGORY),
        Column("assigned_at", Semantic.DATE, "timestamp[us, tz=UTC]"),
    ),
    key="key",
)
_SHOWN = 5
_HEAD_BYTES = 65_536
_IN_NO_KEY = "\x1f"
_NOBODY = pa.table({
    "key": pa.array([], pa.string()), "group": pa.array([], pa.string()), "month": pa.array([], pa.string()),
    "assigned_at": pa.array([], pa.timestamp("us", "UTC")),
})  # fmt: skip
# A row for each user, in the users' order; who was put into a group before stays there.
_JOINED = """
    SELECT u.key, coalesce(b."group", u."group") AS "group", b.key IS NULL AS new, u.assigned_at
    FROM users u LEFT JOIN before b ON u.key = b.key ORDER BY u.row
"""


def assign(workspace: Workspace, spec: AssignSpec, out: Path | None = None) -> Assignment:
    """Put users into groups and keep who is where; with ``out`` write ``key,group`` in the users' order.

    Raises SpecError where a salt, layer or share contradicts what was kept, DataError for users without a key.
    """
    name = table_of(spec.name)
    if out is not None:
        writable(out)
    with workspace.lock_table(name), workspace.run("assign", spec) as run:
        before = find(workspace, spec.name)
        keys, joined, key, source = _users(workspace, run, spec, before)
        experiment = replace(_declared(workspace, spec, before), users=source, key=key)
        month = spec.month or (spec.now or datetime.now(UTC).date()).strftime("%Y-%m")
        kept = workspace.artifacts("table", name)
        earlier = workspace.read(kept[-1]) if kept else _NOBODY
        everybody = _grouped(experiment, keys, joined, month, earlier)
        added = _added(everybody, month)
        experiment = _with_cohort(experiment, month, len(added))
        keep(run, experiment, before)
        draft = run.save_table(
            name, added, key="key", meta={"dictionary": _DICTIONARY.to_dict(), "experiment": spec.name},
            append_to=kept[-1] if kept else None, whole=pa.concat_tables([earlier, added]) if kept else None,
        )  # fmt: skip
        if out is not None:
            write_file(out, as_csv(everybody))
    told = _told(experiment, month, everybody, name, run.artifact(draft).version)
    return replace(
        told, notes=(*told.notes, *_notes(experiment, before, month, spec), *(risks(everybody) if out else ()))
    )


def table_of(name: str) -> str:
    """Return the name of the table that holds who is in which group of an experiment."""
    return f"{name}_assignments"


def exposures_of(name: str) -> str:
    """Return the name of the table in which it is logged who was reached, and when."""
    return f"{name}_exposures"


def _users(
    workspace: Workspace, run: Run, spec: AssignSpec, before: Experiment | None
) -> tuple[pa.ChunkedArray, pa.ChunkedArray | None, str, str | None]:
    """Return the users' keys as text, since when each is one, the key's name, and the table they are in."""
    key = spec.key or (before.key if before else None)
    file = Path(spec.users)
    if (file.suffix or file.is_file()) and not workspace.artifacts("table", spec.users):
        rows, key = _file(run, file, key, spec.joined)
        source = before.users if before else None
    else:
        table = run.read(workspace.table(spec.users))
        key = key or table.meta["key"]
        rows, source = workspace.read(table, _columns(table, key, spec)), table.name
    if key is None:
        raise SpecError([say("Name the column that tells users apart, with --key.")])
    keys = rows.column(key).cast(pa.string())
    if keys.null_count:
        raise DataError(
            plural("{n:number} user has no {key:quoted}: without one nobody can be put into a group.",
                   "{n:number} users have no {key:quoted}: without one nobody can be put into a group.",
                   n=keys.null_count, key=key),
            say("Complete the column, or name another one with --key."),
        )  # fmt: skip
    return keys, _since(rows, spec.joined), key, source


def _since(rows: pa.Table, joined: str | None) -> pa.ChunkedArray | None:
    if joined is None:
        return None
    column = rows.column(joined)
    if not (pa.types.is_timestamp(column.type) or pa.types.is_date(column.type)):
        raise DataError(
            say("Column {column:quoted} holds no days or times.", column=joined),
            say("Name with --joined the column that tells since when each is a user, or leave it out."),
        )
    return column


def _columns(table: Artifact, key: str | None, spec: AssignSpec) -> list[str]:
    dictionary = dictionary_of(table)
    wanted = [name for name in (key, spec.joined) if name is not None]
    for name in wanted:
        if name not in dictionary:
            raise dictionary.no_column(name, table.name)
    return wanted


def _file(run: Run, path: Path, key: str | None, joined: str | None) -> tuple[pa.Table, str | None]:
    from campanile.sources import ReadSpec
    from campanile.sources import read as read_file

    # As text, so that a key is written as it was read: 007 stays 007. And nobody may be left out: what stands in other
    # columns does not matter, and a row that cannot be read stops the assignment.
    wanted = None if key is None else [name for name in (key, joined) if name is not None]
    asked = ReadSpec(types={key: "string"} if key else {}, refuse_share=1, **_dialect(path, key))
    found = read_file(path, asked, only=wanted)
    run.save_fingerprint(path)
    if found.refused.num_rows:
        lines = tuple(str(line) for line in found.refused.column("line").to_pylist()[:_SHOWN])
        raise DataError(
            plural("{n:number} row of {file:quoted} cannot be read, in line {lines:list}.",
                   "{n:number} rows of {file:quoted} cannot be read, the first in lines {lines:list}.",
                   n=found.refused.num_rows, file=path.name, lines=lines),
            say("Nobody may be left out of an assignment: mend the file."),
        )  # fmt: skip
    if joined is not None and joined not in found.dictionary:
        raise found.dictionary.no_column(joined, path.name)
    return found.table, key or found.dictionary.key


def _dialect(path: Path, key: str | None) -> dict[str, str]:
    """Return how to read a file that has nothing but keys: a blank or ";" in these separates no columns."""
    from campanile.sources import ReadSpec
    from campanile.sources import read as read_file

    alone = {"separator": _IN_NO_KEY, "quote": '"'}
    try:
        names = read_file(path, ReadSpec(refuse_share=1, **alone), head=_HEAD_BYTES).table.column_names
    except SourceError:
        return {}
    return alone if names == [key] else {}


def _declared(workspace: Workspace, spec: AssignSpec, before: Experiment | None) -> Experiment:
    """Return the experiment as it is from now on; what has been promised to users cannot change."""
    experiment = before or fresh(spec.name, spec.salt)
    faults = []
    if spec.salt is not None and spec.salt != experiment.salt:
        if experiment.cohorts:
            faults.append(say("Experiment {name:quoted} has another salt, for life. Leave --salt out, or name a new "
                              "experiment.", name=spec.name))  # fmt: skip
        experiment = replace(experiment, salt=spec.salt)
    if spec.layer is not None and experiment.cohorts and spec.layer != experiment.layer:
        faults.append(
            say("Experiment {name:quoted} cannot change its layer: users have been assigned.", name=spec.name)
        )
    if spec.shares is not None:
        faults += _left_out(experiment, spec.shares)
        experiment = replace(experiment, arms=_arms(spec.shares))
    if spec.holdout is not None:
        experiment = replace(experiment, holdout=spec.holdout)
    if spec.layer is not None and not faults:
        experiment, fault = _slot(workspace, experiment, spec.layer, spec.slot)
        faults += fault
    if faults:
        raise SpecError(faults, of="AssignSpec")
    return experiment


def _left_out(experiment: Experiment, shares: dict[str, float]) -> list[Sentence]:
    """Return the fault that groups which have users, for life, are named no more."""
    gone = {arm.name for cohort in experiment.cohorts for arm in cohort.arms} - {*shares, experiment.control}
    if not gone:
        return []
    return [say("There are users in {arms:quoted}, for life: name that group too, with 0 if nobody is to join it.",
                arms=tuple(sorted(gone)))]  # fmt: skip


def _arms(shares: dict[str, float]) -> tuple[Arm, ...]:
    arms = tuple(Arm(name, float(share)) for name, share in shares.items())
    return (*arms, Arm("control", 100.0 - sum(arm.percent for arm in arms)))


def _slot(
    workspace: Workspace, experiment: Experiment, layer: str, percent: float | None
) -> tuple[Experiment, list[Sentence]]:
    """Give the experiment its part of the layer, the next that is free; one that it has may grow upwards."""
    taken = sorted((one.low, one.high) for one in others(workspace, experiment.name, layer))
    had = experiment.layer == layer
    if had and percent is None:
        return experiment, []
    width = round(OF * (100 if percent is None else percent) / 100)
    low = experiment.low if had else max((high for _, high in taken), default=0)
    end = min((other for other, _ in taken if other >= low), default=OF) if had else OF
    if low + width > end:
        return experiment, [
            say("Layer {layer:quoted} has {free:number} % left there, not {asked:number} %.",
                layer=layer, free=100 * (end - low) / OF, asked=100 * width / OF)
        ]  # fmt: skip
    high = max(low + width, experiment.high) if had else low + width
    return replace(experiment, layer=layer, low=low, high=high), []


def _grouped(
    experiment: Experiment, keys: pa.ChunkedArray, joined: pa.ChunkedArray | None, month: str, earlier: pa.Table
) -> pa.Table:
    start = datetime.combine(date.fromisoformat(f"{month}-01"), datetime.min.time(), UTC)
    stamp = pa.timestamp("us", "UTC")
    since = (
        _from(joined.cast(stamp), pa.scalar(start, stamp))
        if joined is not None
        else pa.repeat(pa.scalar(start, stamp), len(keys))
    )
    users = pa.table({
        "row": np.arange(len(keys)), "key": keys, "group": groups(experiment, keys), "assigned_at": since,
    })  # fmt: skip
    return query(_JOINED, {"users": users, "before": earlier.select(["key", "group"])})


def _from(joined: pa.ChunkedArray, start: pa.Scalar) -> pa.ChunkedArray:
    """Return since when users are in the test: what was before it took them in cannot be its effect."""
    return pc.fill_null(pc.if_else(pc.less(joined, start), start, joined), start)


def _added(everybody: pa.Table, month: str) -> pa.Table:
    """Return the rows of users who are in a group since now, once each."""
    new = pc.and_(everybody.column("new"), pc.invert(pc.is_in(everybody.column("group"), pa.array(OUTSIDE))))
    rows = everybody.filter(new).group_by(["key", "group"]).aggregate([("assigned_at", "min")]).sort_by("key")
    return pa.table({
        "key": rows.column("key"), "group": rows.column("group"),
        "month": pa.array([month] * rows.num_rows, pa.string()),
        "assigned_at": rows.column("assigned_at_min"),
    })  # fmt: skip


def _with_cohort(experiment: Experiment, month: str, added: int) -> Experiment:
    """Note by which shares the month's users were assigned; those of a month are noted once for each change."""
    cohort = Cohort(month, experiment.arms)
    if not added and experiment.cohorts:
        return experiment
    return experiment if cohort in experiment.cohorts else replace(experiment, cohorts=(*experiment.cohorts, cohort))


def _notes(experiment: Experiment, before: Experiment | None, month: str, spec: AssignSpec) -> tuple[Sentence, ...]:
    """Say what may surprise: shares that are new, a group that cannot have anybody, a month that lies ahead."""
    notes = []
    if before is not None and before.cohorts and before.arms != experiment.arms:
        notes.append(say("The shares are new. They hold for users who join from now on; everybody else stays."))
    none = tuple(arm.name for arm in experiment.arms if not arm.percent)
    if none:
        notes.append(say("By these shares nobody joins {arms:quoted}, so there is nothing to compare.", arms=none))
    if month > f"{spec.now or datetime.now(UTC).date():%Y-%m}":
        notes.append(say("The month {month} lies ahead: until it begins there is no verdict.", month=month))
    return tuple(notes)


def _told(experiment: Experiment, month: str, everybody: pa.Table, table: str, version: int) -> Assignment:
    once = everybody.group_by(["key", "group", "new"]).aggregate([])
    counted = {arm.name: _count(once, arm.name) for arm in experiment.arms}
    left = {name: count for name in OUTSIDE if (count := _count(once, name))}
    new = {arm.name: _count(once.filter(once.column("new")), arm.name) for arm in experiment.arms}
    words = say(
        "{new:number} new users joined {name:quoted} in {month}; of {users:number} users, {groups}.",
        new=sum(new.values()), name=experiment.name, month=month, users=once.num_rows,
        groups=tuple(say("{n:number} in {group:quoted}", n=n, group=arm) for arm, n in (counted | left).items()),
    )  # fmt: skip
    doubled = everybody.num_rows - once.num_rows
    notes = () if not doubled else (
        plural("{n:number} row repeats a user and got that user's group.",
               "{n:number} rows repeat a user and got that user's group.", n=doubled),
    )  # fmt: skip
    return Assignment(
        words, experiment.name, month, experiment.salt, experiment.algorithm, tuple((counted | left).items()),
        tuple(new.items()), table, version, once.num_rows, notes,
    )  # fmt: skip


def _count(once: pa.Table, group: str) -> int:
    return int(pc.sum(pc.equal(once.column("group"), group)).as_py() or 0)
