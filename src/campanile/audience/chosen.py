"""Who is on the list: its customers beside all the others, in what they answered and in what is typical of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from campanile.audience.cut import expectation
from campanile.audience.result import Chosen
from campanile.audience.traits import Known, describe, traits
from campanile.estimates import Estimate, wilson
from campanile.words import Sentence, plural, say

Floats = NDArray[np.float64]

MOST_TRAITS = 5


def chosen(
    contacted: NDArray[np.bool_], probability: Floats, responded: Floats | None, columns: Sequence[Known], spread: float
) -> Chosen | None:
    """Describe the customers that are ``contacted``; arrays have shape (rows,), None where nobody is.

    ``responded`` is 1, 0 or NaN; ``spread`` is the relative standard error of the model's level.
    """
    size, rows = int(contacted.sum()), len(contacted)
    if not size:
        return None
    total = expectation(probability[contacted], spread)
    expected = Estimate(total.estimate / size, total.low / size, total.high / size, total.level)
    observed, everybody = _rate(responded, contacted), _rate(responded, np.ones(rows, dtype=bool))
    # The others are the second segment: traits tell each from the other.
    told = traits(columns, (~contacted).astype(np.int64), 2, most=MOST_TRAITS)[0] if size < rows else ()
    return Chosen(
        customers=size,
        share=size / rows,
        observed=observed,
        everybody=everybody,
        expected=expected,
        traits=told,
        typical=describe(told),
        words=_words(size, size / rows, observed, everybody, expected),
    )


def _rate(responded: Floats | None, inside: NDArray[np.bool_]) -> Estimate | None:
    known = responded[inside & np.isfinite(responded)] if responded is not None else np.empty(0)
    return wilson(float(known.sum()), len(known)) if len(known) else None


def _words(
    size: int, share: float, observed: Estimate | None, everybody: Estimate | None, expected: Estimate
) -> Sentence:
    first = plural(
        "The list holds {n:number} customer, {share:percent} of all.",
        "The list holds {n:number} customers, {share:percent} of all.", n=size, share=share,
    )  # fmt: skip
    if observed is None or everybody is None:
        return say(
            "{first} Of them {expected} are expected to respond.", first=first, expected=expected.told("percent")
        )
    return say(
        "{first} Of them {observed} responded; of all customers {everybody}.",
        first=first, observed=observed.told("percent"), everybody=everybody.told("percent"),
    )  # fmt: skip
