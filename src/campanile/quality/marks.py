"""Values of an identifier that stand for an unknown one: -1, -999, a UUID of noughts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.quality.look import Look

_NUMBERS = (-1, -9, -99, -999, -9999, -99999)
_TEXTS = (*(str(number) for number in _NUMBERS), "00000000-0000-0000-0000-000000000000")


def marked_unknown(look: Look, column: str) -> NDArray[np.int64]:
    """Return the rows, ascending, whose identifier is such a mark; none where other numbers lie below nought too."""
    values = look.rows.column(column)
    if pa.types.is_signed_integer(values.type):
        marked = pc.is_in(values, value_set=pa.array(_NUMBERS, values.type))
        below = pc.sum(pc.less(values, 0)).as_py() or 0
        if below > (pc.sum(marked).as_py() or 0):
            return np.array([], dtype=np.int64)
    elif pa.types.is_string(values.type):
        marked = pc.is_in(values, value_set=pa.array(_TEXTS))
    else:
        return np.array([], dtype=np.int64)
    return np.flatnonzero(marked.to_numpy())
