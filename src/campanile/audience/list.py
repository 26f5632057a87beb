"""The list: every customer of the table once, with score, rank, segment, and whether to contact."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.audience.cut import ranks
from campanile.audience.result import Economics
from campanile.tables import Dictionary, Semantic

BATCH_ROWS = 65_536

ROW = "row"

Floats = NDArray[np.float64]


def score(predict: Callable[[pa.Table], Floats], built: pa.Table, batch_rows: int = BATCH_ROWS) -> Floats:
    """Return ``predict`` of all built features, a batch at a time: probabilities of a response, shape (rows,)."""
    out = np.empty(built.num_rows, dtype=np.float64)
    for start in range(0, built.num_rows, batch_rows):
        out[start : start + batch_rows] = predict(built.slice(start, batch_rows))
    return out


def listed(
    rows: pa.Table, dictionary: Dictionary, probability: Floats, contacts: int, members: NDArray[np.int64],
    economics: Economics | None, entity: str | None = None,
) -> pa.Table:  # fmt: skip
    """Return the list, likeliest customer first.

    Columns: the table's key, else ``entity`` (``row``, from 1, where none may be shown), ``probability``,
    ``rank``, ``segment`` (from 1), ``contact``, and with economics ``expected_profit`` of contacting.
    """
    rank = ranks(probability)
    columns = {
        "probability": pa.array(probability),
        "rank": pa.array(rank),
        "segment": pa.array(members + 1),
        "contact": pa.array(rank <= contacts),
    }
    if economics is not None:
        columns["expected_profit"] = pa.array(economics.sale_value * probability - economics.contact_cost)
    name, key = keyed(rows, dictionary, taken=set(columns), entity=entity)
    return pa.table({name: key, **columns}).take(pa.array(np.argsort(rank)))


def keyed(
    rows: pa.Table, dictionary: Dictionary, taken: set[str], entity: str | None = None
) -> tuple[str, pa.Array | pa.ChunkedArray]:
    """Return the name and the values by which a list tells customers apart: ``taken`` names are used otherwise.

    ``entity`` names the column that does in a table without a key.
    """
    key = dictionary.key or entity
    shown = key is not None and key in rows.column_names and dictionary[key].semantic is not Semantic.PERSONAL
    if key is None or not shown:
        return ROW, pa.array(np.arange(1, rows.num_rows + 1))
    return (f"{key}_key" if key in taken else key), rows.column(key)
