"""Customers as programs send them, JSON objects, read as rows of the table that a model was trained on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.features.straight import plain, straight
from campanile.models.kinds import FLAG, LARGEST, NUMBER, TEXT, WHOLE, Kind, fits, is_key, kind_of
from campanile.models.model import Model
from campanile.tables import Dictionary, dictionary_of
from campanile.words import Sentence, plural, say
from campanile.workspace.errors import SpecError, nearest

Floats = NDArray[np.float64]
Customers = Sequence[Mapping[str, Any]]
Fault = tuple[Sentence, tuple[str | int, ...]]

MOST_FAULTS = 20
_LONGEST = 40


@dataclass(frozen=True)
class Asked:
    """Customers as a model takes them: its matrix (rows, features), their keys, and what there is to say."""

    matrix: Floats
    keys: tuple[Any, ...] | None
    notes: tuple[Sentence, ...] = ()


class Reader:
    """Reads customers for one model; what is known of its columns is looked up once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.dictionary: Dictionary = dictionary_of(model.table)
        texts = {feature.sources[0] for feature in model.plan if feature.kind == "category"}
        self.kinds = {name: kind_of(self.dictionary[name], category=name in texts) for name in model.plan.sources}
        self.key: str | None = model.table.meta.get("key")
        self._plain = plain(model.plan, lambda name: self.kinds[name].arrow)
        self._pick = itemgetter(*self.kinds) if len(self.kinds) > 1 else None
        self.used = frozenset({*self.kinds, self.key})
        self._categories = [
            (at, feature.sources[0]) for at, feature in enumerate(model.plan.features) if feature.kind == "category"
        ]

    def read(self, customers: Customers) -> Asked:
        """Return customers as the model takes them.

        Raises SpecError with all faults at once (the first twenty): columns that the training table has not,
        columns that are not given, values of another type.
        """
        try:
            cells = _Cells(self._columns(customers), self.kinds)
            extra = set().union(*customers) - self.used
            if not extra <= set(self.dictionary.names):
                raise ValueError
            matrix = straight(self.model.plan, cells) if self._plain else self.model.numbers(cells.table())
            keys = self._keys(customers)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            # Which customers and columns are at fault takes longer to find, and is seldom asked.
            found = faults(self, customers)
            raise SpecError([words for words, _ in found], "customers", [place for _, place in found]) from None
        return Asked(matrix, keys, self._notes(extra, matrix, cells))

    def _columns(self, customers: Customers) -> dict[str, tuple[Any, ...]]:
        if self._pick is None:
            return {name: tuple(one[name] for one in customers) for name in self.kinds}
        return dict(zip(self.kinds, zip(*map(self._pick, customers), strict=True), strict=True))

    def _keys(self, customers: Customers) -> tuple[Any, ...] | None:
        if self.key is None or not any(self.key in one for one in customers):
            return None
        keys = tuple(one.get(self.key) for one in customers)
        if not all(map(is_key, keys)):
            raise TypeError
        return keys

    def _notes(self, extra: set[str], matrix: Floats, cells: _Cells) -> tuple[Sentence, ...]:
        notes = []
        if extra:
            notes.append(say("The model does not use these columns, and they were ignored: {names:quoted}.",
                             names=tuple(sorted(extra))))  # fmt: skip
        for at, column in self._categories:
            n = int(np.isnan(matrix[:, at]).sum()) - cells.columns[column].count(None)
            if n > 0:
                notes.append(plural(
                    "{n:number} customer has a {column:quoted} that the model has not seen: it counts as missing.",
                    "{n:number} customers have a {column:quoted} that the model has not seen: it counts as missing.",
                    n, column=column,
                ))  # fmt: skip
        return tuple(notes)


class _Cells:
    """Columns of JSON values as the features' ``Cells``. Raises ValueError for a value that cannot be."""

    def __init__(self, columns: Mapping[str, tuple[Any, ...]], kinds: Mapping[str, Kind]) -> None:
        self.columns = columns
        self.kinds = kinds
        self.count = len(next(iter(columns.values()), ()))
        for name, values in columns.items():
            found = set(map(type, values))
            if not found <= kinds[name].types:
                raise TypeError
            if kinds[name] is FLAG and int in found and not {*values} <= {0, 1, None}:
                raise ValueError
        numeric = [name for name, kind in kinds.items() if kind in (NUMBER, WHOLE, FLAG)]
        block = np.array([columns[name] for name in numeric], dtype=np.float64).reshape(len(numeric), self.count)
        if (np.abs(block) >= LARGEST).any():
            raise ValueError
        self._numbers = dict(zip(numeric, block, strict=True))
        self._missing: dict[str, NDArray[np.bool_]] = dict(zip(numeric, np.isnan(block), strict=True))

    def numbers(self, column: str) -> Floats:
        """Return a column as numbers."""
        return self._numbers[column]

    def missing(self, column: str) -> NDArray[np.bool_]:
        """Tell which rows have no value."""
        if column not in self._missing:
            self._missing[column] = np.array([value is None for value in self.columns[column]], dtype=np.bool_)
        return self._missing[column]

    def days(self, column: str) -> Floats:
        """Return a column of dates as days."""
        read = self.kinds[column].read
        days = [None if value is None else read(value).toordinal() - _EPOCH for value in self.columns[column]]
        return np.array(days, dtype=np.float64)

    def levels(self, column: str, levels: Sequence[str]) -> Floats:
        """Return the place of each text among ``levels``."""
        place = {level: at for at, level in enumerate(levels)}
        return np.array([place.get(text) for text in self._texts(column)], dtype=np.float64)

    def table(self) -> pa.Table:
        """Return the columns in Arrow, for a plan that the engine has to read."""
        return pa.table({
            name: pa.array([None if value is None else kind.read(value) for value in self.columns[name]], kind.arrow)
            for name, kind in self.kinds.items()
        })  # fmt: skip

    def _texts(self, column: str) -> Sequence[Any]:
        values, kind = self.columns[column], self.kinds[column]
        if kind is TEXT:
            return values
        # A flag's levels are "true" and "false", as the engine writes them.
        return [None if value is None else str(kind.read(value)).lower() for value in values]


_EPOCH = date(1970, 1, 1).toordinal()


def faults(reader: Reader, customers: Sequence[Any]) -> list[Fault]:
    """Return what is wrong with customers and where, the first twenty faults: columns first, then value by value."""
    given = set().union(*(one for one in customers if isinstance(one, Mapping)))
    strange = sorted(given - reader.used - set(reader.dictionary.names))
    found: list[Fault] = [(_unknown(name, reader.dictionary), ("customers",)) for name in strange]
    found += [
        (say("No customer has the column {name:quoted}, which the model needs.", name=name), ("customers",))
        for name in reader.kinds
        if name not in given
    ]
    for at, one in enumerate(customers):
        if len(found) >= MOST_FAULTS:
            break
        found += _of_customer(reader, at, one, given)
    return found[:MOST_FAULTS]


def _of_customer(reader: Reader, at: int, customer: Any, given: Set[str]) -> list[Fault]:
    where = f"customers[{at}]"
    if not isinstance(customer, Mapping):
        return [(say("{where} must be an object of columns and their values.", where=where), ("customers", at))]
    found: list[Fault] = []
    for name, kind in reader.kinds.items():
        place = ("customers", at, name)
        if name not in customer:
            if name in given:
                words = say("{where} has no {name:quoted}: write null where it is not known.", where=where, name=name)
                found.append((words, ("customers", at)))
        elif not fits(customer[name], kind):
            found.append((_wrong(where, name, kind.told, customer[name]), place))
    key = reader.key
    if key is not None and key in customer and not is_key(customer[key]):
        found.append((_wrong(where, key, say("a number or a text"), customer[key]), ("customers", at, key)))
    return found


def _wrong(where: str, name: str, wanted: Sentence, value: Any) -> Sentence:
    shown = json.dumps(value, ensure_ascii=False, default=str)
    shown = shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"
    return say("{where}: {name:quoted} must be {wanted} or null, not {value}.", where=where, name=name, wanted=wanted,
               value=shown)  # fmt: skip


def _unknown(name: str, dictionary: Dictionary) -> Sentence:
    near = nearest(name, dictionary.names)
    if near is None:
        return say("The training table has no column {name:quoted}.", name=name)
    return say("The training table has no column {name:quoted}. Did you mean {near:quoted}?", name=name, near=near)
