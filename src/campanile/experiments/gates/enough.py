"""When there are enough users to say anything: the same rule for a look and for the test of the method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from campanile.experiments.moments import Form, Moments
from campanile.experiments.spec import Kind

RARE = 10
"""How many users must respond, and how many must not, over all groups."""


def enough(groups: Moments, form: Form, kind: Kind, least: int, axis: int = -1) -> NDArray[np.bool_]:
    """Tell where all groups (along ``axis``) have ``least`` users, and a proportion is not of too few responses."""
    reached = np.asarray((groups.n >= least).all(axis=axis))
    if kind != "proportion":
        return reached
    whole = groups.total(axis)
    responded = whole.sums[..., form.value] + whole.n * whole.centre[form.value]
    return np.asarray(reached & (responded >= RARE) & (whole.n - responded >= RARE))
