"""When there are enough users to say anything: the same rule for a look and for the test of the method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from campanile.experiments.moments import Form, Moments
from campanile.experiments.spec import Kind

RARE = 10
"""How many users must respond, and how many must not, over all groups."""
LOPSIDED = 0.2
"""How skew the distribution of a difference may be. Where groups are of one size it is not skew at all; where one is
small and few users pay much, its own spread is underestimated, and intervals made of it do not hold."""


def enough(groups: Moments, form: Form, kind: Kind, least: int) -> NDArray[np.bool_]:
    """Tell where all groups (the last axis, control first) have enough users for their intervals to hold."""
    whole = groups.total(-1)
    ready = np.asarray((groups.n >= least).all(axis=-1)) & (lopsided(groups, whole) <= LOPSIDED)
    if kind != "proportion":
        return ready
    responded = whole.sums[..., form.value] + whole.n * whole.centre[form.value]
    return np.asarray(ready & (responded >= RARE) & (whole.n - responded >= RARE))


def lopsided(groups: Moments, whole: Moments) -> NDArray[np.float64]:
    """Return the skewness of the most skew of the differences from control.

    A mean of n has the third cumulant skewness / n^2 (in standard units), so a difference of means has that of one less
    that of the other, over its variance to the power of 1.5.
    """
    control, treatment = groups.n[..., :1], groups.n[..., 1:]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.abs(control - treatment) / np.sqrt(control * treatment * (control + treatment))
        share = np.nan_to_num(share, nan=np.inf, posinf=np.inf).max(axis=-1, initial=0.0)
        return np.asarray(np.abs(whole.skewness) * share)
