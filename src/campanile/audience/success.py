"""How the campaigns before this one succeeded: the share of customers who responded to each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.audience.result import Campaign
from campanile.estimates import Estimate, wilson
from campanile.tables import Dictionary
from campanile.words import Sentence

_NUMBERED = re.compile(r"^(?P<stem>.*?[^\d])[\s_\-.]*(?P<number>\d{1,3})$")
_ABOUT_CAMPAIGNS = re.compile(
    r"accept|cmp|campaign|camp(?![a-z])|respon|offer|promo|mailing|convert"
    r"|kampan|ofert|akcj|odpow|przyj|campa[nñ]|respuest|acept|promoc",
    re.IGNORECASE,
)

Members = NDArray[np.bool_]


def earlier(dictionary: Dictionary, rows: pa.Table, exclude: Iterable[str] = ()) -> tuple[tuple[str, int], ...]:
    """Return the columns that tell of earlier campaigns, with their numbers, in order of number.

    They are yes-or-no columns with a stem in common, a number each, and a name or label about campaigns:
    ``AcceptedCmp1`` to ``AcceptedCmp5``, ``accepted_campaign_1``.
    """
    families: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for name in rows.column_names:
        numbered = _NUMBERED.match(name)
        if numbered is None or name in set(exclude) or not _about(dictionary, name) or not _binary(rows.column(name)):
            continue
        families[numbered["stem"].lower().rstrip(" _-.")].append((int(numbered["number"]), name))
    found = [sorted(family) for _, family in sorted(families.items()) if len(family) >= 2]
    return tuple((name, number) for family in found for number, name in family)


def answers(rows: pa.Table, column: str) -> NDArray[np.float64]:
    """Return a yes-or-no column as 1, 0 and NaN (not known), shape (rows,)."""
    numbers = pc.cast(rows.column(column), pa.float64())
    return np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)


def campaign(
    column: str,
    label: Sentence,
    responded: NDArray[np.float64],
    number: int | None = None,
    members: Members | None = None,
    *,
    analysed: bool = False,
) -> Campaign:
    """Return a campaign's success among ``members`` (None: all); customers with unknown answers do not count."""
    told = responded if members is None else responded[members]
    told = told[np.isfinite(told)]
    hits = int(told.sum())
    return Campaign(column, label, number, len(told), hits, _rate(hits, len(told)), analysed)


def _rate(hits: int, trials: int) -> Estimate:
    # Where nobody was asked nothing is known; a kept result holds no NaN.
    return wilson(hits, trials) if trials else Estimate(0.0, 0.0, 1.0)


def _about(dictionary: Dictionary, name: str) -> bool:
    labels = " ".join(dictionary[name].label.values()) if name in dictionary else ""
    return bool(_ABOUT_CAMPAIGNS.search(f"{name} {labels}"))


def _binary(column: pa.ChunkedArray) -> bool:
    if pa.types.is_boolean(column.type):
        return True
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        return False
    return set(pc.unique(column).drop_null().to_pylist()) <= {0, 1}
