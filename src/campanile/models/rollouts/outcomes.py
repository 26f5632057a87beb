"""What happened to those who were answered: a table's outcomes, joined with the log of answers by the key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.models.rollouts.files import answers
from campanile.models.rollouts.rollout import Arm, Rollout
from campanile.models.rollouts.spec import CompareSpec
from campanile.models.target import classes_of
from campanile.tables import dictionary_of
from campanile.words import say
from campanile.workspace.catalog import Artifact
from campanile.workspace.engine import query, quoted
from campanile.workspace.errors import DataError
from campanile.workspace.place import Workspace

Floats = NDArray[np.float64]
_YES, _NO = {"true", "1"}, {"false", "0"}


@dataclass(frozen=True)
class Outcomes:
    """``rows`` have a key (text), whether it was a response, and, where ``timed``, when; ``end`` is the last moment.

    ``undated`` responses have no time: nothing is said of those customers.
    """

    rows: pa.Table
    timed: bool
    end: datetime
    undated: int


@dataclass(frozen=True)
class Joined:
    """Answers of one version whose outcome is known: customer, moment, probability, and whether a response came.

    ``answers``, ``customers`` and ``failed`` are of all that the log holds; ``matured`` of those long enough ago, with
    or without an outcome.
    """

    arm: Arm
    keys: NDArray[np.str_]
    micros: NDArray[np.int64]
    probability: Floats
    responded: NDArray[np.bool_]
    answers: int
    customers: int
    failed: int
    matured: int


def read(workspace: Workspace, rollout: Rollout, spec: CompareSpec, model: Artifact) -> Outcomes:
    """Return the outcomes that ``spec`` names. Raises NotFound for columns, DataError for values of another kind."""
    table = workspace.table(spec.table)
    dictionary = dictionary_of(table)
    for name in (rollout.key, spec.outcome, *((spec.time,) if spec.time else ())):
        if name not in dictionary:
            raise dictionary.no_column(name, spec.table)
    if spec.time is not None and not dictionary[spec.time].type.startswith(("date", "timestamp")):
        raise DataError(say("Column {name:quoted} of table {table:quoted} holds neither dates nor times.",
                            name=spec.time, table=spec.table))  # fmt: skip
    columns = list(dict.fromkeys([rollout.key, spec.outcome, *((spec.time,) if spec.time else ())]))
    rows = workspace.read(table, columns)
    responses = _responses(rows[spec.outcome], spec, model)
    # A day is over at its end: what happened on it happened after an answer of that day.
    at = "NULL" if spec.time is None else (
        f"CAST({quoted(spec.time)} AS TIMESTAMPTZ)"
        + (" + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND" if dictionary[spec.time].type.startswith("date") else "")
    )  # fmt: skip
    told = query(
        f"SELECT CAST({quoted(rollout.key)} AS VARCHAR) AS key, CAST({quoted(spec.outcome)} AS VARCHAR) IN"
        f" (SELECT unnest(?)) AS response, CAST({at} AS TIMESTAMPTZ) AS moment FROM rows"
        f" WHERE {quoted(rollout.key)} IS NOT NULL AND {quoted(spec.outcome)} IS NOT NULL",
        {"rows": rows}, [list(responses)],
    )  # fmt: skip
    return _bounded(told, spec, table)


def join(workspace: Workspace, rollout: Rollout, arm: Arm, spec: CompareSpec, known: Outcomes) -> Joined:
    """Return the matured answers of a version with their outcomes."""
    latest = known.end - timedelta(days=spec.within_days or 0)
    named = [rollout.declaration, arm.role]
    counted = answers(workspace, rollout.name, arm.named, _COUNT, [latest, *named])
    counts = counted.to_pylist()[0] if counted is not None else {}
    found = answers(workspace, rollout.name, arm.named, _FIRST if spec.answers == "first" else _ALL, [*named, latest])
    chosen = found if found is not None else _NONE
    sql, values = (_TIMED, [spec.within_days if spec.within_days is not None else 36_600]) if known.timed else (
        _PLAIN, []
    )  # fmt: skip
    rows = query(sql, {"chosen": chosen, "outcomes": known.rows}, values)
    return Joined(
        arm, np.asarray(rows["key"].to_numpy(zero_copy_only=False), dtype=str),
        rows["time"].cast(pa.int64()).to_numpy(), rows["probability"].to_numpy(),
        rows["responded"].to_numpy(zero_copy_only=False).astype(bool),
        int(counts.get("answers") or 0), int(counts.get("customers") or 0), int(counts.get("failed") or 0),
        int(counts.get("matured") or 0),
    )  # fmt: skip


def _responses(column: pa.ChunkedArray, spec: CompareSpec, model: Artifact) -> Sequence[str]:
    """Return the texts that count as a response: the model's class, however yes and no are written."""
    classes, positive = list(model.meta["classes"]), int(model.meta["positive"])
    wanted, there = classes[positive], classes_of(column)
    texts = {str(value).lower() for value in there}
    if set(there) <= set(classes):
        return [wanted, wanted.lower()]
    if len(classes) == 2 and wanted.lower() in _YES and texts <= _YES | _NO:
        return sorted(_YES)
    raise DataError(
        say("Column {name:quoted} of table {table:quoted} holds {values:quoted}; the models predict {classes:quoted}.",
            name=spec.outcome, table=spec.table, values=tuple(there[:6]), classes=tuple(classes)),
        say("Name the column that holds what was predicted."),
    )  # fmt: skip


def _bounded(rows: pa.Table, spec: CompareSpec, table: Artifact) -> Outcomes:
    facts = query("SELECT max(moment) AS last, count(*) FILTER (response AND moment IS NULL) AS undated FROM rows",
                  {"rows": rows}).to_pylist()[0]  # fmt: skip
    timed = spec.time is not None
    end = facts["last"] if timed and facts["last"] is not None else table.created_at
    if spec.until is not None:
        end = datetime(spec.until.year, spec.until.month, spec.until.day, tzinfo=UTC) + timedelta(days=1)
    return Outcomes(rows, timed, end, int(facts["undated"]) if timed else 0)


_COUNT = """
    SELECT count(probability) AS answers, count(DISTINCT key) AS customers,
        count(*) FILTER (probability IS NULL) AS failed,
        count(DISTINCT key) FILTER (time <= CAST(? AS TIMESTAMPTZ)) AS matured
    FROM answers WHERE declaration = ? AND role = ?"""
_KNOWN = """
    FROM answers
    WHERE declaration = ? AND role = ? AND probability IS NOT NULL AND time <= CAST(? AS TIMESTAMPTZ)"""
_ALL = f"SELECT key, time, probability {_KNOWN}"
_FIRST = f"SELECT key, min(time) AS time, arg_min(probability, time) AS probability {_KNOWN} GROUP BY key"
_PLAIN = """
    WITH told AS (SELECT key, bool_or(response) AS response FROM outcomes GROUP BY key)
    SELECT chosen.key, time, probability, told.response AS responded
    FROM chosen JOIN told USING (key) ORDER BY chosen.key, time"""
# Whoever is not in a table of dated outcomes did not respond; a response of unknown date says nothing of its customer.
_TIMED = """
    WITH undated AS (SELECT DISTINCT key FROM outcomes WHERE response AND moment IS NULL)
    SELECT chosen.key, chosen.time, any_value(probability) AS probability, count(outcomes.moment) > 0 AS responded
    FROM (FROM chosen ANTI JOIN undated USING (key)) AS chosen LEFT JOIN outcomes
        ON outcomes.key = chosen.key AND outcomes.response AND outcomes.moment > chosen.time
        AND outcomes.moment <= chosen.time + to_days(?)
    GROUP BY chosen.key, chosen.time ORDER BY chosen.key, chosen.time"""
_NONE: Any = pa.table({
    "key": pa.array([], pa.string()), "time": pa.array([], pa.timestamp("us", "UTC")),
    "probability": pa.array([], pa.float64()),
})  # fmt: skip
