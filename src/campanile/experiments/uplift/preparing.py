"""From a table to a trial: the two arms, their outcome, what was known before, and the gates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.experiments.result import Gate
from campanile.experiments.uplift import gates
from campanile.experiments.uplift.columns import Before, Given, known_before
from campanile.experiments.uplift.material import capped
from campanile.experiments.uplift.spec import UpliftSpec
from campanile.experiments.uplift.trial import Floats, Rows, Trial
from campanile.models.folds import content, dealt, grouped, hashed, mixed
from campanile.tables import Dictionary
from campanile.words import say
from campanile.workspace.errors import DataError, SpecError

_FOLDS = 5
Prints = NDArray[np.uint64]


@dataclass(frozen=True)
class Prepared:
    """``row`` are the places in the table of the trial's customers; ``raw`` their outcomes as they are, (rows,)."""

    trial: Trial
    row: Rows
    raw: Floats
    arm: str
    control: str
    before: Before
    gates: tuple[Gate, ...]
    dropped: int
    copies: int


def prepare(rows: pa.Table, dictionary: Dictionary, spec: UpliftSpec) -> Prepared:
    """Read a trial.

    Raises NotFound for unknown columns, SpecError where control or arm are not named or not there, and DataError for an
    arm without customers or an outcome that is no number or always the same.
    """
    for name in (spec.treatment, spec.outcome, *spec.exclude, *(one for one in (spec.key, spec.strata) if one)):
        if name not in dictionary:
            raise dictionary.no_column(name, spec.source)
    got = pc.cast(rows[spec.treatment], pa.string())
    if pa.types.is_boolean(rows[spec.treatment].type):
        spec = spec.model_copy(update={"control": _flag(spec.control), "arm": _flag(spec.arm)})
    control, arm = _arms(got, spec)
    row = np.flatnonzero(np.asarray(pc.is_in(got, pa.array([control, arm])).to_numpy(zero_copy_only=False)))
    treated = np.asarray(pc.equal(got, arm).take(pa.array(row)).to_numpy(zero_copy_only=False), dtype=np.float64)
    y = _outcome(rows, spec)[row]
    known = np.isfinite(y)
    missing = gates.missing(treated, known)
    dropped = int((~known).sum())
    row, treated, y = row[known], treated[known], y[known]
    _possible(treated, y, spec, arm, control)
    return _prepared(rows, dictionary, spec, row, treated, y, (arm, control), missing, dropped)


def _prepared(
    rows: pa.Table, dictionary: Dictionary, spec: UpliftSpec, row: Rows, treated: Floats, y: Floats,
    arms: tuple[str, str], missing: Gate, dropped: int,
) -> Prepared:  # fmt: skip
    here = rows.take(pa.array(row))
    strata = _strata(here, spec)
    e = (np.bincount(strata, treated) / np.bincount(strata))[strata]
    if not ((e > 0) & (e < 1)).all():
        raise DataError(
            say("In one stratum of {column:quoted} all customers got the same.", column=spec.strata or ""),
            say("Leave such customers out, or name a coarser column with --strata."),
        )
    apart = {spec.treatment, *((spec.strata,) if spec.strata else ()), *((spec.key,) if spec.key else ())}
    given = Given(treated, e, y, strata, spec.outcome, apart)
    before = known_before(here, dictionary, given, spec.exclude)
    if not before.levels and not before.unlike:
        raise DataError(
            say("Nothing is left that was known of customers before: no one can be told from another."),
            say("Load columns from before the treatment, or exclude fewer."),
        )
    prints, groups = _apart(here, before.plan.sources, spec.key or dictionary.key)
    proportion = set(np.unique(y)) <= {0.0, 1.0}
    fold = dealt(treated.astype(np.int64), groups, _FOLDS, spec.seed, prints)
    checks = (
        gates.enough(treated, y, spec.least, spec.outcome), gates.shares(treated, spec.percent), missing,
        gates.assignment(before, given, fold, spec.seed),
    )  # fmt: skip
    learned = y if proportion else capped(y)
    trial = Trial(before.X, before.levels, treated, learned, e, prints, groups, proportion, spec.seed)
    together = np.column_stack([content(here, dictionary, spec.key or ""), groups.astype(np.uint64)])
    copies = len(row) - len(np.unique(together, axis=0))
    return Prepared(trial, row, y, arms[0], arms[1], before, checks, dropped, copies)


def _flag(said: str | None) -> str | None:
    """Return a value of a yes-or-no column as it is kept, however the file wrote it."""
    from campanile.sources.flags import NO, YES

    word = (said or "").lower()
    return "true" if word in YES else "false" if word in NO else said


def _arms(got: pa.ChunkedArray, spec: UpliftSpec) -> tuple[str, str]:
    """Return control and arm. Raises SpecError naming the column's values where one is not given or not there."""
    values = tuple(sorted(pc.unique(got).drop_null().to_pylist()))
    shown = values[:12]
    if spec.control is None:
        raise SpecError([
            say("Say which value of {column:quoted} is control, with --control. There are: {values:quoted}.",
                column=spec.treatment, values=shown)
        ])  # fmt: skip
    faults = [
        say("Column {column:quoted} has no value {value:quoted}. There are: {values:quoted}.", column=spec.treatment,
            value=value, values=shown)
        for value in (spec.control, spec.arm) if value is not None and value not in values
    ]  # fmt: skip
    others = [value for value in values if value != spec.control]
    if spec.arm is None and not faults and len(others) != 1:
        faults.append(
            say("Say which arm is compared with {control:quoted}, with --arm. There are: {values:quoted}.",
                control=spec.control, values=tuple(others[:12]))
            if others else
            say("All customers are in {control:quoted}: there is nobody to compare with.", control=spec.control)
        )  # fmt: skip
    if faults:
        raise SpecError(faults)
    return spec.control, spec.arm or others[0]


def _outcome(rows: pa.Table, spec: UpliftSpec) -> Floats:
    column = rows[spec.outcome]
    kind = column.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)):
        raise DataError(
            say("The outcome {column:quoted} holds {type}, which cannot be compared.", column=spec.outcome,
                type=str(kind)),
            say("Name a column of yes or no, or of amounts."),
        )  # fmt: skip
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _possible(treated: Floats, y: Floats, spec: UpliftSpec, arm: str, control: str) -> None:
    for name, count in ((arm, treated.sum()), (control, (1 - treated).sum())):
        if not count:
            raise DataError(
                say("Nobody in {arm:quoted} has an {outcome:quoted} that is known.", arm=name, outcome=spec.outcome),
                say("Load the outcomes of both arms."),
            )
    if len(np.unique(y)) < 2:
        raise DataError(
            say("The outcome {column:quoted} is {value:number} for everybody: nothing can be learned from it.",
                column=spec.outcome, value=float(y[0])),
            say("Name another outcome, or wait until some customers have one."),
        )  # fmt: skip


def _strata(rows: pa.Table, spec: UpliftSpec) -> Rows:
    if spec.strata is None:
        return np.zeros(rows.num_rows, dtype=np.int64)
    codes = pc.cast(rows[spec.strata], pa.string()).combine_chunks().dictionary_encode(null_encoding="encode")
    return np.asarray(codes.indices.to_numpy(), dtype=np.int64)


def _apart(rows: pa.Table, before: Sequence[str], key: str | None) -> tuple[Prints, Rows]:
    """Return a print of each row that no other row has, and its group, whose rows are dealt and judged together.

    Rows of one customer are together, and rows that were alike before, copies among them. Were those apart that are
    alike in treatment and outcome too, their folds would tell what chance made of them: the same in each, so that it
    would be found again and taken for the truth. Where alike rows are most of all, each is by itself.
    """
    keys = rows[key] if key else None
    prints, groups = _once(hashed(rows, rows.column_names)), grouped(hashed(rows, before), keys)
    if len(np.unique(groups)) < len(groups) / 2:
        groups = grouped(prints, keys)
    return prints, groups


def _once(marks: Prints) -> Prints:
    """Return marks of which equal ones are told apart, by how many there were before."""
    order = np.argsort(marks, kind="stable")
    first = np.r_[True, marks[order][1:] != marks[order][:-1]]
    place = np.arange(len(marks)) - np.maximum.accumulate(np.where(first, np.arange(len(marks)), 0))
    told = np.empty_like(marks)
    told[order] = mixed(marks[order] + place.astype(np.uint64), 0)
    return told
