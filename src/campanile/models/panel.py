"""Tables with a row for each entity and cut-off: which columns say so, and how far an outcome looks ahead."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.features.plan import FeaturePlan, LeftOut
from campanile.models.fitting import Problem
from campanile.models.folds import Rows, mixed
from campanile.models.spec import TrainSpec
from campanile.models.split import Split, by_group, by_period
from campanile.tables import Dictionary
from campanile.words import Sentence, plural, say
from campanile.workspace.errors import DataError

_OUTCOME = re.compile(r"_within_(\d+)_days$")
_MICROSECONDS = 86_400_000_000


def apart(dictionary: Dictionary, spec: TrainSpec) -> dict[str, Sentence]:
    """Return the columns that are no features because of what they say of a row, with the reason.

    Raises NotFound for an entity or time that is no column.
    """
    for name in (spec.entity, spec.time, spec.exposure):
        if name is not None and name not in dictionary:
            raise dictionary.no_column(name, spec.table)
    found = {}
    if _OUTCOME.search(spec.target):
        others = (name for name in dictionary.names if _OUTCOME.search(name) and name != spec.target)
        found = dict.fromkeys(others, say("it is another outcome"))
    if spec.entity is not None:
        found[spec.entity] = say("it tells whose row it is")
    if spec.time is not None:
        found[spec.time] = say("it is the row's cut-off")
    return found


def explained(plan: FeaturePlan, reasons: dict[str, Sentence]) -> FeaturePlan:
    """Return ``plan`` with these reasons for the columns left out."""
    told = (LeftOut(one.column, reasons.get(one.column, one.reason)) for one in plan.left_out)
    return replace(plan, left_out=tuple(told))


def horizon(spec: TrainSpec) -> int | None:
    """Return how many days after the cut-off the target looks: as given, else as the target's name says."""
    if spec.horizon_days is not None:
        return spec.horizon_days
    said = _OUTCOME.search(spec.target)
    return int(said.group(1)) if said else None


def days_of(column: pa.ChunkedArray, name: str) -> NDArray[np.float64]:
    """Return dates or times as days since 1970, NaN where there is none. Raises DataError for another kind."""
    if not (pa.types.is_date(column.type) or pa.types.is_timestamp(column.type)):
        raise DataError(
            say("Column {name:quoted} holds no dates, so rows cannot be put in order of time by it.", name=name),
            say("Declare it as a date, for example --type {name}=date, or name another column.", name=name),
        )
    moments = column.cast(pa.timestamp("us", getattr(column.type, "tz", None)), safe=False).cast(pa.int64())
    return np.asarray(pc.divide(moments.cast(pa.float64(), safe=False), float(_MICROSECONDS)).to_numpy(), dtype=float)


def histories(prints: NDArray[np.uint64], entities: pa.ChunkedArray) -> tuple[Rows, int]:
    """Return the group of each row, and how many entities there are.

    An entity's rows are together, and entities whose rows are all alike are one: copies under another name.
    Single rows that are alike do not join two entities: who did nothing yet looks like others who did not.
    """
    codes = np.asarray(entities.combine_chunks().dictionary_encode(null_encoding="encode").indices.to_numpy())
    history = np.zeros(int(codes.max()) + 1, dtype=np.uint64)
    # A sum of scattered prints is the same in any order of rows.
    np.add.at(history, codes, mixed(prints, 0))
    return np.unique(history[codes], return_inverse=True)[1].astype(np.int64), len(history)


def divided(rows: pa.Table, problem: Problem, positive: int, spec: TrainSpec) -> tuple[Split, tuple[Sentence, ...]]:
    """Return the split by entity and time where the periods allow, else by entity, and what is to be said of it."""
    y, groups, prints = problem.y, problem.groups, problem.prints
    found, notes = None, []
    if spec.time is not None:
        days, ahead = days_of(rows[spec.time], spec.time), horizon(spec)
        found = by_period(y, groups, days, ahead or 0, positive, spec.folds, spec.seed, prints)
        if found is not None and found.cutoff is not None:
            notes.append(_by_time(found, found.cutoff))
            if ahead is None:
                notes.append(_NO_HORIZON)
        else:
            periods = len(np.unique(days[np.isfinite(days)]))
            notes.append(_ONE_PERIOD if periods < 2 else _TOO_LITTLE)
    return found or by_group(y, groups, spec.folds, spec.seed, prints), tuple(notes)


def _by_time(split: Split, day: date) -> Sentence:
    judged = int(split.judged.sum())
    learned = int((split.learnable & (split.fold != 0)).sum())
    return plural(
        "Judged on the period of {day:date}, the last that can be: {n:number} row, predicted by models that knew"
        " neither its entity nor any outcome after that day; each learned from about {learned:number} earlier rows.",
        "Judged on the period of {day:date}, the last that can be: {n:number} rows, predicted by models that knew"
        " neither their entity nor any outcome after that day; each learned from about {learned:number} earlier rows.",
        judged, day=day, learned=learned,
    )  # fmt: skip


_NO_HORIZON = say(
    "It is not said how many days after the cut-off the outcome was looked for (horizon_days): outcomes that the models"
    " learned from may reach into the period they are judged on."
)
_ONE_PERIOD = say(
    "Outcomes are known for one period only: the figures are of entities that the model had not seen, not of a later"
    " time."
)
_TOO_LITTLE = say(
    "No period leaves enough earlier outcomes to learn from and enough responders to judge by: the figures are of"
    " entities that the model had not seen, not of a later time."
)
