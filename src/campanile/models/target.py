"""The column to predict as class numbers, and which class counts as a response."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.models import rarity
from campanile.words import plural, say
from campanile.workspace.errors import DataError, not_found

FEWEST = 5
_GOOD = 0.75
_MOST_CLASSES = 20
_YES = ("true", "1", "1.0", "yes", "y", "tak", "t", "si", "sí", "s")


@dataclass(frozen=True)
class Target:
    """``codes`` gives each row's class as an index into ``classes``; ``positive`` is the index of a response.

    ``known`` marks the rows that have a class at all; the codes of the others are 0.
    """

    codes: NDArray[np.int64]
    known: NDArray[np.bool_]
    classes: tuple[str, ...]
    positive: int


def read_target(rows: pa.Table, name: str, positive: str | None = None) -> Target:
    """Read column ``name`` as classes, sorted as numbers where they are numbers, else as text.

    Raises DataError for a column with one class or too many, or with fewer than five rows of a class;
    NotFound where ``positive`` is not one of the classes.
    """
    column = rows[name]
    known = np.asarray(pc.is_valid(column).to_numpy(zero_copy_only=False), dtype=bool)
    classes = classes_of(column)
    if len(classes) < 2:
        raise _constant(name, classes)
    if len(classes) > _MOST_CLASSES:
        raise DataError(
            say("The target {name:quoted} has {n:number} different values; a class can be predicted, an amount cannot.",
                name=name, n=len(classes)),
            say("Choose a target with at most {n} classes, such as yes or no.", n=_MOST_CLASSES),
        )  # fmt: skip
    texts = pa.array([_text(value) if value is not None else None for value in column.to_pylist()], pa.string())
    codes = pc.fill_null(pc.index_in(texts, value_set=pa.array(classes)), 0).to_numpy(zero_copy_only=False)
    target = Target(codes.astype(np.int64), known, classes, 0)
    return Target(target.codes, known, classes, _positive(target, positive, name))


def classes_of(column: pa.ChunkedArray) -> tuple[str, ...]:
    """Return the different values of a column as classes, sorted as numbers where they are numbers, else as text."""
    return tuple(_text(value) for value in sorted(pc.unique(column.drop_null()).to_pylist(), key=_order))


def enough(target: Target, groups: NDArray[np.int64], name: str) -> None:
    """Raise DataError unless each class has five different customers; copies of one count once."""
    for index, label in enumerate(target.classes):
        of_class = target.known & (target.codes == index)
        found, others = len(np.unique(groups[of_class])), len(np.unique(groups[target.known & ~of_class]))
        if found < FEWEST:
            raise DataError(
                plural(
                    "Only {n} customer has {name:quoted} = {label} (copies count once): too few to learn from. Even a"
                    " model with an AUC of {auc} could not be told from one that guesses.",
                    "Only {n} customers have {name:quoted} = {label} (copies count once): too few to learn from. Even a"
                    " model with an AUC of {auc} could not be told from one that guesses.",
                    found, name=name, label=label, auc=rarity.interval(_GOOD, max(found, 1), max(others, 1)).told()),
                say("Load a table with at least {least} customers of each class; about {needed:number} of each allow a"
                    " claim.", least=FEWEST, needed=rarity.needed(_GOOD, others / max(found, 1))),
            )  # fmt: skip


def _constant(name: str, classes: tuple[str, ...]) -> DataError:
    what = (
        say(
            "The target {name:quoted} is {value} in every row: there is nothing to predict.",
            name=name,
            value=classes[0],
        )
        if classes
        else say("The target {name:quoted} has no value in any row.", name=name)
    )
    return DataError(what, say("Choose a target with two values or more, or load the rows of the other outcome too."))


def _positive(target: Target, named: str | None, column: str) -> int:
    lowered = [label.lower() for label in target.classes]
    if named is not None:
        if named.lower() not in lowered:
            raise not_found(say("class"), named, target.classes, say("Column {name:quoted}", name=column))
        return lowered.index(named.lower())
    if len(lowered) == 2:
        for index, label in enumerate(lowered):
            if label in _YES:
                return index
    counts = np.bincount(target.codes[target.known], minlength=len(lowered))
    return int(len(counts) - 1 - np.argmin(counts[::-1]))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _order(value: object) -> tuple[int, float, str]:
    return (0, float(value), "") if isinstance(value, (bool, int, float)) else (1, 0.0, str(value))
