"""Missing values become what all other rows of their group say."""

from __future__ import annotations

import numpy as np

from campanile.quality.groups import Dependency, dependencies
from campanile.quality.look import Look
from campanile.quality.repairs.change import Change
from campanile.words import plural
from campanile.workspace.engine import query, quoted

_TOLD = """
WITH groups AS (
    SELECT {group} AS g, any_value({column}) AS told FROM rows WHERE {group} IS NOT NULL
    GROUP BY {group} HAVING count(DISTINCT {column}) = 1)
SELECT place, told FROM rows JOIN groups ON {group} = g WHERE {column} IS NULL ORDER BY place
"""


def fill_from_group(look: Look) -> tuple[Change, ...]:
    """Fill what the check ``groups`` finds; a group whose known values differ, or that has none, stays as it is."""
    return tuple(_change(look, one) for one in dependencies(look))


def _change(look: Look, one: Dependency) -> Change:
    rows = look.rows.select([one.column, one.group]).append_column("place", [np.arange(look.rows.num_rows)])
    found = query(_TOLD.format(column=quoted(one.column), group=quoted(one.group)), {"rows": rows})
    after = found["told"].cast(look.rows.schema.field(one.column).type).combine_chunks()
    words = plural(
        "{column}: {n:number} missing value filled from other rows with the same {group}.",
        "{column}: {n:number} missing values filled from other rows with the same {group}.",
        n=found.num_rows,
        column=look.dictionary[one.column].named(),
        group=look.dictionary[one.group].named(),
    )
    return Change(one.column, np.asarray(found["place"].to_numpy(), dtype=np.int64), words, after)
