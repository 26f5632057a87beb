"""Were the arms alike before? How far chance alone would let their columns differ, as customers were assigned."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from campanile.experiments.uplift.trees import boosted
from campanile.experiments.uplift.trial import Floats, Rows

_MOST_LEVELS = 20
_FEWEST = 20


def basis(x: Floats, levels: int) -> Floats:
    """Return what a column's distribution is told by: each frequent value, else its size and its tenths; and missing.

    Shape (rows, columns), each between -3 and 3 and centred.
    """
    missing = ~np.isfinite(x)
    filled = np.where(missing, np.median(x[~missing]) if (~missing).any() else 0.0, x)
    values, counts = np.unique(filled, return_counts=True)
    if levels or len(values) <= _MOST_LEVELS:
        often = values[np.argsort(-counts)][:_MOST_LEVELS]
        parts = [(filled == value).astype(np.float64) for value in often]
    else:
        spread = float(filled.std()) or 1.0
        tenths = np.unique(np.quantile(filled, np.arange(1, 10) / 10))
        parts = [np.clip((filled - filled.mean()) / spread, -3, 3), *((filled > cut) * 1.0 for cut in tenths)]
    parts = [part for part in [*parts, missing.astype(np.float64)] if part.any() and _varies(part)]
    return np.column_stack(parts) if parts else np.empty((len(x), 0))


def _varies(part: Floats) -> bool:
    return bool(min((part > part.mean()).sum(), (part <= part.mean()).sum()) >= _FEWEST)


def within(columns: Floats, strata: Rows) -> Floats:
    """Return columns less their means within strata."""
    if not columns.shape[1]:
        return columns
    counts = np.bincount(strata)
    means = np.column_stack([np.bincount(strata, column) for column in columns.T]) / counts[:, None]
    return np.asarray(columns - means[strata])


def direction(B: Floats, treated: Floats, e: Floats) -> tuple[Floats, float]:
    """Return in which direction of the centred columns ``B`` the arms differ most, and the chance that they do so.

    Source: Hansen and Bowers (2008), Statistical Science 23, 219-236.
    """
    from scipy.stats import chi2

    if not B.shape[1]:
        return np.zeros(0), 1.0
    gap = B.T @ (treated - e)
    values, vectors = np.linalg.eigh((B * (e * (1 - e))[:, None]).T @ B)
    kept = values > values.max() * 1e-9
    along = vectors[:, kept].T @ gap
    return vectors[:, kept] @ (along / values[kept]), float(chi2.sf((along**2 / values[kept]).sum(), int(kept.sum())))


def guessed(Z: Floats, treated: Floats, e: Floats, fold: Rows, seed: int) -> float:
    """Return the chance that trees guess so well who was treated; each fold by trees that saw only those before it."""
    scores = []
    for at in range(1, int(fold.max()) + 1):
        before, here = fold < at, fold == at
        predict = boosted(Z[before], (treated - e)[before], seed, rounds=60, depth=4, eta=0.1)
        score = predict(Z[here])
        score = score - score.mean()
        spread = float(np.sqrt((score**2 * (e * (1 - e))[here]).sum()))
        scores.append(float(score @ (treated - e)[here]) / spread if spread > 0 else 0.0)
    return 1 - NormalDist().cdf(sum(scores) / max(len(scores), 1) ** 0.5)


def comes_after(x: Floats, others: Floats, treated: Floats, e: Floats, *, arm_only: bool = False) -> bool:
    """Tell whether a column in which the arms differ came after the treatment, by what goes along with it.

    ``x`` is a centred score of the column, ``others`` are centred columns in which the arms do not differ, (rows, ...).
    Had the assignment followed ``x``, what can be told of ``x`` from the others would differ too, by as much as the
    others tell of ``x``. Where that would not be seen, only a column that is empty in control (``arm_only``: an e-mail
    opened) is taken to come after.
    """
    if not others.shape[1]:
        return arm_only
    n, width = others.shape
    residual = treated - e
    plain = x - residual * float(residual @ x) / float(residual @ residual)
    told = others @ np.linalg.lstsq(others, plain, rcond=None)[0]
    share = max(0.0, 1 - (1 - float(told.var() / plain.var())) * n / max(n - width, 1))
    error = float(np.sqrt((told**2 * e * (1 - e)).sum()))
    gap, found = float(x @ residual) * share, float(told @ residual)
    seen = error > 0 and abs(gap) / error > _SEEN
    return found / gap < 0.5 if seen else arm_only


_SEEN = 6.0
"""A difference of six standard errors is told from none at half of it, wrongly once in a thousand times."""

Mask = NDArray[np.bool_]


def tells(x: Floats, y: Floats) -> bool:
    """Tell whether a column has something only where the outcome has, or the outcome only where the column has."""
    some = y != 0
    return any(_only(there, some) or _only(some, there) for there in (np.isfinite(x) & (x != 0), np.isfinite(x)))


def only_in_arm(x: Floats, treated: Floats) -> bool:
    """Tell whether a column holds one value (or nothing) in control, and several in the arm."""
    values = np.where(np.isfinite(x), x, np.inf)
    return len(np.unique(values[treated <= 0])) == 1 and len(np.unique(values[treated > 0])) > 1


def _only(this: Mask, where: Mask) -> bool:
    """Tell whether ``this`` is seen only ``where``, in more rows than chance would let it."""
    count, share = int(this.sum()), float(where.mean())
    return count > 0 and 0 < share < 1 and not (this & ~where).any() and count * np.log(share) < np.log(1e-6)
