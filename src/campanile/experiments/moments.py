"""Sums that tell all about a metric, whatever the number of users, and the differences they give, many at once.

A metric of k parts (value; its denominator; both from before the test) is known by a count, k sums and k x k sums of
products, about a fixed centre so that no digits are lost. All arrays may have leading axes: months, groups, looks,
repetitions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Form:
    """Which part of a metric is what: positions among its parts, None where there is none."""

    value: int = 0
    per: int | None = None
    before: int | None = None
    before_per: int | None = None

    @classmethod
    def of(cls, *, per: bool, before: bool, before_per: bool) -> Form:
        """Return the positions of the parts that there are, in the order value, per, before, before_per."""
        return cls(
            0, 1 if per else None, 1 + per if before else None, 2 + per if before and before_per else None
        )  # fmt: skip

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return 1 + sum(one is not None for one in (self.per, self.before, self.before_per))


@dataclass(frozen=True)
class Moments:
    """Counts (...), sums (..., k) and sums of products (..., k, k) about ``centre`` (k,); of the value
    also the sum of cubes (...).
    """

    n: Floats
    sums: Floats
    products: Floats
    cubes: Floats
    centre: Floats

    def __add__(self, other: Moments) -> Moments:
        return self._each(lambda mine, others: mine + others, other)

    def __sub__(self, other: Moments) -> Moments:
        return self._each(lambda mine, others: mine - others, other)

    def __getitem__(self, at: int | tuple[slice | int, ...]) -> Moments:
        return self._each(lambda mine, _: np.asarray(mine[at]), self)

    def running(self, axis: int = 0) -> Moments:
        """Return the totals so far along a leading axis."""
        return self._each(lambda mine, _: mine.cumsum(axis), self)

    def total(self, axis: int = 0) -> Moments:
        """Return the total along a leading axis."""
        at = axis % self.n.ndim
        return self._each(lambda mine, _: np.asarray(mine.sum(at)), self)

    def _each(self, do: Callable[[Floats, Floats], Floats], other: Moments) -> Moments:
        mine, others = ((one.n, one.sums, one.products, one.cubes) for one in (self, other))
        n, sums, products, cubes = (do(left, right) for left, right in zip(mine, others, strict=True))
        return Moments(n, sums, products, cubes, self.centre)

    @property
    def skewness(self) -> Floats:
        """The skewness of the value (...); 0 where all are alike."""
        with np.errstate(invalid="ignore", divide="ignore"):
            shift, square = self.sums[..., 0] / self.n, self.products[..., 0, 0] / self.n
            variance = square - shift**2
            third = self.cubes / self.n - 3 * shift * square + 2 * shift**3
            return np.where(variance > 0, third / np.where(variance > 0, variance, 1) ** 1.5, 0.0)

    @property
    def mean(self) -> Floats:
        """The parts' means (..., k); NaN where nobody is."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.centre + self.sums / self.n[..., None]

    @property
    def covariance(self) -> Floats:
        """The parts' sample covariance (..., k, k); NaN below two users."""
        with np.errstate(invalid="ignore", divide="ignore"):
            cross = self.sums[..., :, None] * self.sums[..., None, :] / self.n[..., None, None]
            return (self.products - cross) / (self.n - 1)[..., None, None]


@dataclass(frozen=True)
class Difference:
    """Treatment less control, with its standard error and Welch's degrees of freedom; arrays of one shape.

    With a metric from before the test the values are those that are left when it is taken out. ``log_error`` and
    ``log_freedom`` belong to the logarithm of treatment over control; ``kept`` is the share of the variance that taking
    out left (1 without).
    """

    control: Floats
    treatment: Floats
    effect: Floats
    error: Floats
    freedom: Floats
    log_error: Floats
    log_freedom: Floats
    kept: Floats
    users: Floats


def difference(control: Moments, treatment: Moments, form: Form) -> Difference:
    """Compare two groups by Welch's rule; ratios by the delta method, with CUPED where there is a before.

    Source: Deng, Xu, Kohavi and Walker (2013), "Improving the sensitivity of online controlled experiments by utilizing
    pre-experiment data"; Deng, Knoblich and Lu (2018), "Applying the delta method in metric analytics".
    """
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        whole = control + treatment
        weight, before = _weight(whole, form)
        sides = [_adjusted(one, form, weight, before) for one in (control, treatment)]
        (mean_c, var_c, raw_c), (mean_t, var_t, raw_t) = sides
        error, freedom = _welch(var_c, control.n, var_t, treatment.n)
        log_error, log_freedom = _welch(var_c / mean_c**2, control.n, var_t / mean_t**2, treatment.n)
        kept = (var_c / control.n + var_t / treatment.n) / (raw_c / control.n + raw_t / treatment.n)
        return Difference(
            mean_c, mean_t, mean_t - mean_c, error, freedom, log_error, log_freedom, kept, whole.n
        )  # fmt: skip


def level_and_variance(moments: Moments, form: Form) -> tuple[Floats, Floats]:
    """Return a metric's value, and the variance of one user's part in it once the before is taken out."""
    weight, before = _weight(moments, form)
    mean, variance, _ = _adjusted(moments, form, weight, before)
    return mean, variance


def _welch(var_c: Floats, n_c: Floats, var_t: Floats, n_t: Floats) -> tuple[Floats, Floats]:
    of_c, of_t = var_c / n_c, var_t / n_t
    return np.sqrt(of_c + of_t), (of_c + of_t) ** 2 / (of_c**2 / (n_c - 1) + of_t**2 / (n_t - 1))


def _weight(whole: Moments, form: Form) -> tuple[Floats, Floats]:
    """Return how much of the before is taken out, and its overall value."""
    nothing = np.zeros_like(whole.n)
    if form.before is None:
        return nothing, nothing
    mean, covariance = whole.mean, whole.covariance
    of_value, of_before = (_slope(mean, at, per) for at, per in _pairs(form))
    variance = _form(of_before, covariance, of_before)
    weight = np.where(variance > 0, _form(of_value, covariance, of_before) / np.where(variance > 0, variance, 1), 0.0)
    return weight, _value(mean, form.before, form.before_per)


def _adjusted(one: Moments, form: Form, weight: Floats, before: Floats) -> tuple[Floats, Floats, Floats]:
    mean, covariance = one.mean, one.covariance
    slope = _slope(mean, form.value, form.per)
    value, raw = _value(mean, form.value, form.per), _form(slope, covariance, slope)
    if form.before is None:
        return value, raw, raw
    slope = slope - weight[..., None] * _slope(mean, form.before, form.before_per)
    value = value - weight * (_value(mean, form.before, form.before_per) - before)
    return value, _form(slope, covariance, slope), raw


def _pairs(form: Form) -> tuple[tuple[int, int | None], tuple[int, int | None]]:
    assert form.before is not None  # noqa: S101  (asked for only then)
    return (form.value, form.per), (form.before, form.before_per)


def _value(mean: Floats, at: int, per: int | None) -> Floats:
    return np.asarray(mean[..., at] if per is None else mean[..., at] / mean[..., per])


def _slope(mean: Floats, at: int, per: int | None) -> Floats:
    """Return the gradient of a part, or of the ratio of two, by the parts' means (..., k)."""
    slope = np.zeros_like(mean)
    if per is None:
        slope[..., at] = 1.0
    else:
        slope[..., at] = 1 / mean[..., per]
        slope[..., per] = -mean[..., at] / mean[..., per] ** 2
    return slope


def _form(left: Floats, matrix: Floats, right: Floats) -> Floats:
    return np.asarray(np.einsum("...i,...ij,...j->...", left, matrix, right))
