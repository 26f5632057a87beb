"""Who there is now: of a table with a row for each entity and cut-off, one row of each at the last cut-off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


@dataclass(frozen=True)
class Panel:
    """The columns that tell whose row it is and of which cut-off; None for a table with a row for each customer."""

    entity: str | None = None
    time: str | None = None

    @classmethod
    def of(cls, meta: Mapping[str, Any]) -> Panel:
        """Read what a model's ``meta`` says of the table it was trained on."""
        said = meta.get("panel", {})
        return cls(said.get("entity"), said.get("time"))

    def present(self, rows: pa.Table) -> NDArray[np.int64]:
        """Return the places of the rows that a list is made of: each entity once, as it was at the last cut-off.

        Whoever left before, or has done already what is predicted, has no row there. Every row where the table
        has no such columns.
        """
        place = np.arange(rows.num_rows)
        if self.time is not None and self.time in rows.column_names:
            time = rows.column(self.time)
            place = np.flatnonzero(pc.fill_null(pc.equal(time, pc.max(time)), fill_value=False).to_numpy())
        if self.entity is not None and self.entity in rows.column_names:
            whose = rows.column(self.entity).take(pa.array(place)).combine_chunks()
            codes = np.asarray(whose.dictionary_encode(null_encoding="encode").indices.to_numpy())
            place = place[np.sort(np.unique(codes, return_index=True)[1])]
        return np.asarray(place, dtype=np.int64)
