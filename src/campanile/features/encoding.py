"""The encoder of linear models: features to columns of like scale, learned from the rows it is fitted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

Matrix = NDArray[np.float64]

_DISTINCT = 10
_TAILS = (0.002, 0.998)
_LEARNED: Mapping[str, type] = {
    "median_": np.float64, "log_": np.bool_, "root_": np.bool_, "low_": np.float64, "high_": np.float64,
    "columns_": np.int64, "kept_": np.bool_, "mean_": np.float64, "scale_": np.float64, "feature_": np.int64,
    "level_": np.float64, "share_": np.float64,
}  # fmt: skip


class Design(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Numbers logged where skewed, without tails, filled and standardised; categories one column a level.

    ``levels`` gives the number of levels of each feature, 0 for a number. A level with fewer than ``least``
    rows has no column, as has one that was never seen: such rows have 0 in all of the feature's columns.
    """

    def __init__(self, levels: Sequence[int], least: int = 20, clip: float = 2.5) -> None:
        self.levels = levels
        self.least = least
        self.clip = clip

    def fit(self, X: Matrix, y: Any = None) -> Self:
        """Learn medians, skew, tails and scales from ``X`` (rows, features)."""
        counts = np.asarray(self.levels)
        numbers = np.flatnonzero(counts == 0)
        self.median_ = np.array([_median(X[:, j]) for j in numbers])
        self.log_, self.root_ = _skewed(X[:, numbers])
        bent = self._bend(X, numbers)
        self.low_, self.high_ = _tails(bent)
        bent = np.clip(bent, self.low_, self.high_)
        scale = bent.std(axis=0)
        kept = scale > 1e-9
        self.columns_, self.kept_ = numbers[kept], kept
        self.mean_, self.scale_ = bent.mean(axis=0)[kept], scale[kept]
        self.feature_, self.level_, self.share_ = self._frequent(X, np.flatnonzero(counts > 0))
        return self

    def transform(self, X: Matrix) -> Matrix:
        """Return (rows, columns): the numbers kept, then the frequent levels; see ``origin``."""
        bent = self._bend(X, np.flatnonzero(np.asarray(self.levels) == 0))
        bent = np.clip(bent, self.low_, self.high_)[:, self.kept_]
        numbers = np.clip((bent - self.mean_) / self.scale_, -self.clip, self.clip)
        levels = (X[:, self.feature_] == self.level_) - self.share_
        return np.hstack([numbers, levels])

    @property
    def origin(self) -> NDArray[np.int64]:
        """The feature that each column comes from, shape (columns,)."""
        return np.concatenate([self.columns_, self.feature_]).astype(np.int64)

    def to_dict(self) -> dict[str, Any]:
        """Return what was learned in a form that JSON can hold, to the last bit (bounds may be infinite)."""
        learned = {name: getattr(self, name).tolist() for name in _LEARNED}
        return {"levels": list(self.levels), "least": self.least, "clip": self.clip, **learned}

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> Self:
        """Read what ``to_dict`` wrote."""
        design = cls(list(shape["levels"]), shape["least"], shape["clip"])
        for name, kind in _LEARNED.items():
            setattr(design, name, np.array(shape[name], dtype=kind))
        return design

    def _bend(self, X: Matrix, numbers: NDArray[np.int64]) -> Matrix:
        values = X[:, numbers]
        values = np.where(np.isfinite(values), values, self.median_)
        for bent, function in ((self.log_, np.log1p), (self.root_, np.sqrt)):
            part = values[:, bent]
            values[:, bent] = np.sign(part) * function(np.abs(part))
        return values

    def _frequent(self, X: Matrix, categories: NDArray[np.int64]) -> tuple[Matrix, Matrix, Matrix]:
        """Return feature, level and share of each level with rows enough."""
        found: list[tuple[int, int, float]] = []
        for j in categories:
            codes = X[:, j][np.isfinite(X[:, j])].astype(np.int64)
            counts = np.bincount(codes, minlength=int(self.levels[j]))
            found += [(int(j), level, count / len(X)) for level, count in enumerate(counts) if count >= self.least]
        feature, level, share = zip(*found, strict=True) if found else ((), (), ())
        return np.array(feature, dtype=np.int64), np.array(level, dtype=np.float64), np.array(share, dtype=np.float64)


def _median(values: Matrix) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else 0.0


def _skewed(values: Matrix) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which columns to take the logarithm of (amounts, counts) and which the root of (shares)."""
    logged, rooted = np.zeros(values.shape[1], dtype=bool), np.zeros(values.shape[1], dtype=bool)
    for j in range(values.shape[1]):
        known = values[:, j][np.isfinite(values[:, j])]
        if len(known) < 3 or known.min() < 0 or _few(known) or _skewness(known) <= 1:
            continue
        (logged if known.max() > 1.5 else rooted)[j] = True
    return logged, rooted


def _skewness(values: Matrix) -> float:
    centred = values - values.mean()
    spread = float(np.sqrt((centred**2).mean()))
    return float((centred**3).mean()) / spread**3 if spread > 0 else 0.0


def _few(values: Matrix) -> bool:
    return len(np.unique(values)) <= _DISTINCT


def _tails(values: Matrix) -> tuple[Matrix, Matrix]:
    """Return the bounds beyond which a value counts as the bound; columns of few values have none."""
    low, high = np.quantile(values, _TAILS, axis=0)
    few = np.array([_few(values[:, j]) for j in range(values.shape[1])], dtype=bool)
    return np.where(few, -np.inf, low), np.where(few, np.inf, high)
