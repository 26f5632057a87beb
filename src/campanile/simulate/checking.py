"""Levers held against each other, the model and what was observed: every fault, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.features.plan import Category, FeaturePlan
from campanile.simulate.spec import Follow, Lever
from campanile.words import Sentence, say
from campanile.workspace.errors import SpecError, nearest

if TYPE_CHECKING:
    from campanile.tables import Dictionary

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bound:
    """A lever as it can be searched. It moves by ``least`` to ``most`` steps (whole numbers, 0 among them)."""

    name: str
    label: Sentence
    lever: Lever
    low: float
    high: float
    observed_low: float
    observed_high: float
    least: int
    most: int


_MOST_STEPS = 1_000_000


def bound(
    levers: Mapping[str, Lever], plan: FeaturePlan, target: str, dictionary: Dictionary, rows: pa.Table
) -> tuple[Bound, ...]:
    """Return levers with their bounds. Raises SpecError with all that contradicts itself, the model or the data.

    ``target`` is what the model predicts.
    """
    known = _Known(plan, target, rows)
    faults = [*_among(levers), *(fault for name, lever in levers.items() for fault in _alone(name, lever, known))]
    if faults:
        raise SpecError(faults)
    return tuple(_bound(name, lever, plan, dictionary, rows) for name, lever in levers.items())


def amounts(rows: pa.Table, name: str) -> Floats:
    """Return a column of numbers, NaN where unknown, shape (rows,)."""
    return np.asarray(rows[name].cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def label_of(name: str, plan: FeaturePlan, dictionary: Dictionary) -> Sentence:
    """Return what a column is called for people: as the feature that is made of it alone, else as the column."""
    if name in plan.names and plan[name].sources == (name,):
        return plan[name].label
    return dictionary[name].named()


def _bound(name: str, lever: Lever, plan: FeaturePlan, dictionary: Dictionary, rows: pa.Table) -> Bound:
    seen_low, seen_high = _seen(rows, name)
    low = seen_low if lever.low is None else lever.low
    high = seen_high if lever.high is None else lever.high
    # A step may be a decimal that no binary number is: 0.3 / 0.1 is still three steps.
    steps = int((high - low) / lever.step + 1e-9)
    least, most = (-steps if lever.direction != "up" else 0), (steps if lever.direction != "down" else 0)
    return Bound(
        name, lever.named(label_of(name, plan, dictionary)), lever, low, high, seen_low, seen_high, least, most
    )


def _among(levers: Mapping[str, Lever]) -> Iterator[Sentence]:
    """Yield what levers say against each other: chains, and two that move one feature without a rule."""
    movers: dict[str, list[str]] = {}
    for name, lever in levers.items():
        for follower in lever.follows:
            movers.setdefault(follower, []).append(name)
    for follower, names in movers.items():
        if follower in levers:
            yield from _chained(follower, names, levers)
            continue
        rules = {levers[name].together for name in names}
        if len(names) > 1 and rules == {None}:
            yield say("{levers:list} both move {follower:quoted}: say in each what they do to it together, with "
                      "together = \"sum\" or \"largest\".", levers=tuple(names), follower=follower)  # fmt: skip
        elif len(names) > 1 and len(rules) > 1:
            yield say("{levers:list} both move {follower:quoted} and disagree on 'together': write the same in each.",
                      levers=tuple(names), follower=follower)  # fmt: skip


def _chained(follower: str, names: list[str], levers: Mapping[str, Lever]) -> Iterator[Sentence]:
    for name in names:
        if name == follower:
            yield say("Lever {lever:quoted} follows itself.", lever=name)
        elif name in levers[follower].follows:
            if name < follower:
                yield say("Levers {lever:quoted} and {other:quoted} follow each other in a circle: one of them is no "
                          "lever, or neither follows.", lever=name, other=follower)  # fmt: skip
        else:
            yield say("{follower:quoted} follows lever {lever:quoted} and is a lever itself: it is one or the other.",
                      follower=follower, lever=name)  # fmt: skip


@dataclass(frozen=True)
class _Known:
    """What levers are held against: the model's features, what it predicts, and what was observed."""

    plan: FeaturePlan
    target: str
    rows: pa.Table

    def is_number(self, name: str) -> bool:
        """Tell whether a column holds numbers."""
        kind = self.rows.schema.field(name).type
        return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))

    def is_category(self, name: str) -> bool:
        """Tell whether the model takes a column as a category."""
        return any(isinstance(one.operation, Category) and name in one.sources for one in self.plan)

    @property
    def movable(self) -> str:
        """The columns that can be levers, the first dozen of them."""
        held = [name for name in self.plan.sources if name in self.rows.column_names]
        return ", ".join([name for name in held if self.is_number(name) and not self.is_category(name)][:12])


def _alone(name: str, lever: Lever, known: _Known) -> Iterator[Sentence]:
    fault = _column(name, known)
    if fault is not None:
        yield fault
    else:
        yield from _range(name, lever, known.rows)
    for follower, follow in lever.follows.items():
        other = _column(follower, known) if follower != name else None
        if other is not None:
            yield say("Of what follows {lever:quoted}: {fault}", lever=name, fault=other)
        elif fault is None and follow.kind == "elasticity":
            yield from _elastic(name, follower, follow, known.rows)


def _elastic(name: str, follower: str, follow: Follow, rows: pa.Table) -> Iterator[Sentence]:
    for one in (name, follower):
        if _seen(rows, one)[0] <= 0:
            yield say("{follower:quoted} cannot follow {lever:quoted} by an elasticity of {amount:exact}: "
                      "{column:quoted} is not above 0 for everybody. Use a slope.", follower=follower, lever=name,
                      amount=follow.amount, column=one)  # fmt: skip


def _column(name: str, known: _Known) -> Sentence | None:
    """Say why a column cannot be moved; None where it can."""
    if name not in known.rows.column_names:
        return _no_column(name, known)
    if name == known.target:
        return say("{name:quoted} is what the model predicts, so it is no lever. Levers can be: {names}.", name=name,
                   names=known.movable)  # fmt: skip
    if name not in known.plan.sources:
        return _unused(name, known)
    return _still(name, known)


def _still(name: str, known: _Known) -> Sentence | None:
    """Say why a column that the model uses cannot be moved in steps."""
    if not known.is_number(name):
        return say("{name:quoted} is no number, so it cannot be moved in steps. Levers can be: {names}.", name=name,
                   names=known.movable)  # fmt: skip
    if known.is_category(name):
        return say("To the model {name:quoted} is a category, so it cannot be moved in steps. Levers can be: {names}.",
                   name=name, names=known.movable)  # fmt: skip
    if not np.isfinite(_seen(known.rows, name)[0]):
        return say("{name:quoted} is not known of anybody.", name=name)
    return None


def _unused(name: str, known: _Known) -> Sentence:
    reason = next((one.reason for one in known.plan.left_out if one.column == name), None)
    if reason is None:
        return say("The model does not use {name:quoted}: moving it would change nothing. Levers can be: {names}.",
                   name=name, names=known.movable)  # fmt: skip
    return say("The model does not use {name:quoted} ({reason}): moving it would change nothing. Levers can be: "
               "{names}.", name=name, reason=reason, names=known.movable)  # fmt: skip


def _no_column(name: str, known: _Known) -> Sentence:
    near = nearest(name, known.plan.sources)
    if near is not None:
        return say("There is no column {name:quoted}. Did you mean {near:quoted}?", name=name, near=near)
    return say("There is no column {name:quoted}. Levers can be: {names}.", name=name, names=known.movable)


def _range(name: str, lever: Lever, rows: pa.Table) -> Iterator[Sentence]:
    seen_low, seen_high = _seen(rows, name)
    low = seen_low if lever.low is None else lever.low
    high = seen_high if lever.high is None else lever.high
    if low > high:
        yield say("Lever {lever:quoted}: 'low' is {low:exact} and 'high' is {high:exact}, which is less.", lever=name,
                  low=low, high=high)  # fmt: skip
        return
    if low < seen_low or high > seen_high:
        yield say("Lever {lever:quoted} would go from {low:exact} to {high:exact}, but only {seen_low:exact} to "
                  "{seen_high:exact} was ever observed: what lies outside nobody knows. Keep it within.", lever=name,
                  low=low, high=high, seen_low=seen_low, seen_high=seen_high)  # fmt: skip
    if lever.step > (high - low) * (1 + 1e-9):
        yield say("Lever {lever:quoted}: a step of {step:exact} is more than the range from {low:exact} to "
                  "{high:exact}.", lever=name, step=lever.step, low=low, high=high)  # fmt: skip
    elif lever.step * _MOST_STEPS < high - low:
        yield say("Lever {lever:quoted}: a step of {step:exact} is so small that there would be more than "
                  "{most:number} of them from {low:exact} to {high:exact}. Use a larger one.", lever=name,
                  step=lever.step, most=_MOST_STEPS, low=low, high=high)  # fmt: skip
    if pa.types.is_integer(rows.schema.field(name).type):
        yield from _whole(name, lever)


def _whole(name: str, lever: Lever) -> Iterator[Sentence]:
    if not float(lever.step).is_integer():
        yield say("Lever {lever:quoted} is a whole number, and a step of {step:exact} is none.", lever=name,
                  step=lever.step)  # fmt: skip
    for end, value in (("low", lever.low), ("high", lever.high)):
        if value is not None and not float(value).is_integer():
            yield say("Lever {lever:quoted} is a whole number, and {end:quoted}, {value:exact}, is none.", lever=name,
                      end=end, value=value)  # fmt: skip


def _seen(rows: pa.Table, name: str) -> tuple[float, float]:
    values = amounts(rows, name)
    known = values[np.isfinite(values)]
    return (float(known.min()), float(known.max())) if len(known) else (np.nan, np.nan)
