"""From a table to its rank correlations: which columns, in which order, and what is no accident."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate
from campanile.quality.correlation.chance import draws, interval, no_accident, p_value
from campanile.quality.correlation.matrix import Sorted, centred, in_order, spearman
from campanile.quality.correlation.result import Aimed, Correlated, Tie
from campanile.quality.correlation.spec import CorrelationSpec
from campanile.quality.look import as_numbers
from campanile.tables.dictionary import Column, Dictionary, Semantic
from campanile.tables.shelf import dictionary_of

if TYPE_CHECKING:
    from campanile.workspace.place import Workspace

Floats = NDArray[np.float64]
Groups = NDArray[np.int64]

_ABLE = (Semantic.NUMBER, Semantic.MONEY, Semantic.DATE, Semantic.FLAG)
_BOUNDED = 10
"""Of the strongest so many an interval is computed."""


def correlate(workspace: Workspace, spec: CorrelationSpec) -> Correlated:
    """Correlate one version of a table, and keep the answer as artifact ``correlation``.

    Raises NotFound for a table, version or column that is not there.
    """
    table = workspace.table(spec.table, spec.version)
    dictionary = dictionary_of(table)
    for name in (*spec.targets, *((spec.entity,) if spec.entity else ()), *spec.exclude):
        if name not in dictionary:
            raise dictionary.no_column(name, spec.table)
    with workspace.run("correlate", spec) as run:
        rows = workspace.read(run.read(table))
        found = correlated(rows, dictionary, spec, table.version)
        run.save_result("correlation", spec.table, found, meta={"table_version": table.version})
    return found


def correlated(rows: pa.Table, dictionary: Dictionary, spec: CorrelationSpec, version: int = 1) -> Correlated:
    """Correlate rows in memory; nothing is kept."""
    columns = _able(rows, dictionary, spec)
    numbers = np.column_stack([as_numbers(rows[one.name]) for one in columns] or [np.empty((rows.num_rows, 0))])
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    orders = in_order(numbers)
    values = spearman(numbers, orders)
    groups = _groups(rows, spec)
    judging = _Judging(numbers, orders, values, groups, draws(groups, spec.resamples, spec.seed))
    aimed = tuple(_aimed(place, columns, judging, spec) for place in range(_targets(columns, spec)))
    shown, left_out = _shown(values, len(aimed), spec)
    kept = [columns[place] for place in shown]
    square = values[np.ix_(shown, shown)]
    return Correlated(
        spec.table, version, rows.num_rows, int(groups.max(initial=-1)) + 1 if spec.entity else None,
        tuple(one.name for one in kept), tuple(one.named() for one in kept),
        tuple(tuple(None if np.isnan(rho) else round(float(rho), 4) for rho in row) for row in square),
        aimed, _alike(square, kept, len(aimed), spec.alike), left_out,
    )  # fmt: skip


def _able(rows: pa.Table, dictionary: Dictionary, spec: CorrelationSpec) -> list[Column]:
    """Return what has an order: the targets first, then what is known before the outcome."""
    apart = {*spec.targets, *spec.exclude, spec.entity, dictionary.key}
    found = [dictionary[name] for name in spec.targets]
    found += [one for one in dictionary.of(*_ABLE) if one.name not in apart and one.known == "before"]
    return [one for one in found if _numeric(rows.schema.field(one.name).type)]


def _numeric(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
        or pa.types.is_date(kind) or pa.types.is_timestamp(kind)
    )  # fmt: skip


def _targets(columns: list[Column], spec: CorrelationSpec) -> int:
    return sum(one.name in spec.targets for one in columns)


def _groups(rows: pa.Table, spec: CorrelationSpec) -> Groups:
    if spec.entity is None:
        return np.arange(rows.num_rows)
    codes = rows[spec.entity].combine_chunks().dictionary_encode(null_encoding="encode").indices
    return np.asarray(codes.to_numpy(), dtype=np.int64)


@dataclass(frozen=True)
class _Judging:
    """The columns as numbers (rows, columns), their orders and correlations, whose rows are whose, and resamples."""

    numbers: Floats
    orders: tuple[Sorted, ...]
    values: Floats
    groups: Groups
    draws: tuple[Floats, ...]

    def both(self, place: int, target: int) -> NDArray[np.bool_]:
        """Return the rows that have both columns."""
        return np.isfinite(self.numbers[:, place]) & np.isfinite(self.numbers[:, target])

    def chance(self, place: int, target: int) -> float:
        """Return the chance of as much where there is nothing."""
        both = self.both(place, target)
        ranked = centred(self.orders, np.array([place, target]), both)
        return p_value(ranked[:, 0], ranked[:, 1], self.groups[both])

    def bounded(self, place: int, target: int) -> Estimate:
        """Estimate a correlation with its interval."""
        both = self.both(place, target)
        one, other = self.numbers[both, place], self.numbers[both, target]
        return interval(float(self.values[target, place]), one, other,
                        [piece if both.all() else piece[:, both] for piece in self.draws])  # fmt: skip


def _aimed(target: int, columns: list[Column], judging: _Judging, spec: CorrelationSpec) -> Aimed:
    """Judge the ties of all columns with one target, the strongest first."""
    along = judging.values[target]
    places = [place for place in range(_targets(columns, spec), len(columns)) if np.isfinite(along[place])]
    chances = np.array([judging.chance(place, target) for place in places])
    sure = dict(zip(places, no_accident(chances, spec.false_share), strict=True))
    p = dict(zip(places, chances, strict=True))
    ties = []
    for number, place in enumerate(sorted(places, key=lambda place: -abs(along[place]))):
        told = number < _BOUNDED
        rho = judging.bounded(place, target) if told else Estimate(float(along[place]), -1.0, 1.0)
        ties.append(Tie(columns[place].name, columns[place].named(), rho, int(judging.both(place, target).sum()),
                        float(p[place]), bool(sure[place]), told))  # fmt: skip
    outcome = judging.numbers[:, target]
    known = outcome[np.isfinite(outcome)]
    yes_or_no = len(known) > 0 and bool(np.isin(known, (0.0, 1.0)).all())
    return Aimed(columns[target].name, columns[target].named(), len(known), int(known.sum()) if yes_or_no else None,
                 tuple(ties))  # fmt: skip


def _shown(values: Floats, targets: int, spec: CorrelationSpec) -> tuple[list[int], int]:
    """Return the columns in the order in which they are shown, and how many are not: those that tell least."""
    others = [place for place in range(targets, len(values)) if np.isfinite(values[place]).sum() > 1]
    strength = np.nan_to_num(np.abs(values[0])) if targets else np.nan_to_num(np.abs(values)).sum(axis=0)
    room = max(spec.columns - targets, 2)
    kept = sorted(sorted(others, key=lambda place: -strength[place])[:room])
    return [*range(targets), *_beside_each_other(values, kept, strength)], len(others) - len(kept)


def _beside_each_other(values: Floats, places: list[int], strength: Floats) -> list[int]:
    """Put columns beside those that they move with; the end that has more to do with the target comes first."""
    from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
    from scipy.spatial.distance import squareform

    if len(places) < 3:
        return sorted(places, key=lambda place: -strength[place])
    apart = 1 - np.abs(np.nan_to_num(values[np.ix_(places, places)]))
    np.fill_diagonal(apart, 0)
    near = squareform((apart + apart.T) / 2, checks=False)
    order = [places[at] for at in leaves_list(optimal_leaf_ordering(linkage(near, "average"), near))]
    half = len(order) // 2
    return order if strength[order[:half]].sum() >= strength[order[-half:]].sum() else order[::-1]


def _alike(square: Floats, columns: list[Column], targets: int, least: float) -> tuple[tuple[str, str, float], ...]:
    """Return the pairs of columns that say nearly the same, the most alike first."""
    one, other = np.triu_indices(len(square), k=1)
    with np.errstate(invalid="ignore"):
        near = (np.abs(square[one, other]) > least) & (one >= targets)
    pairs = [(columns[a].name, columns[b].name, round(float(square[a, b]), 4))
             for a, b in zip(one[near], other[near], strict=True)]  # fmt: skip
    return tuple(sorted(pairs, key=lambda pair: -abs(pair[2])))
