"""Gains, lift and profit by depth of contact, with intervals over resampled groups of customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from campanile.audience.result import Depth, Economics
from campanile.estimates import Estimate, resample_weights

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_BLOCKS = 4_000
"""Groups beyond this number are dealt at random into so many blocks, which are resampled instead."""


@dataclass(frozen=True)
class Tallies:
    """Customers and responders down to each depth; row 0 as they are, the others resampled.

    Shapes: ``depths`` (depths,), ``contacted`` and ``responders`` (1 + resamples, depths), the totals
    (1 + resamples,).
    """

    depths: Integers
    contacted: Floats
    responders: Floats
    customers_total: Floats
    responders_total: Floats


@dataclass(frozen=True)
class Ranked:
    """Customers in order of probability with the weights of their resamples, ready to be counted down to any depth.

    Shapes: ``responded``, ``blocks``, ``starts`` and ``ends`` (rows,), ``weights`` (1 + resamples, blocks).
    """

    responded: Floats
    blocks: Integers
    starts: Integers
    ends: Integers
    weights: Floats

    @classmethod
    def of(
        cls, probability: Floats, responded: Floats, groups: Integers, *, resamples: int = 400, seed: int = 0
    ) -> Ranked:
        """Rank the customers; all arrays have shape (rows,).

        Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), over groups.
        """
        order = np.argsort(-probability, kind="stable")
        blocks = _blocks(groups, seed)[order]
        starts, ends = _ties(probability[order])
        count = int(blocks.max()) + 1 if len(blocks) else 0
        drawn = resample_weights(np.arange(count, dtype=np.int64), resamples, seed)
        weights = np.vstack([np.ones((1, count)), drawn])
        return cls(responded[order].astype(np.float64), blocks, starts, ends, weights)

    def tally(self, depths: Integers) -> Tallies:
        """Count down to each of the ascending ``depths``.

        Customers with equal probabilities are shared out evenly, so that the order of rows plays no part.
        """
        count, ones = self.weights.shape[1], np.ones(len(self.blocks))
        customers = _cells(ones, self.blocks, self.starts, self.ends, depths)
        responders = _cells(self.responded, self.blocks, self.starts, self.ends, depths)
        sizes = np.bincount(self.blocks, minlength=count)
        hits = np.bincount(self.blocks, weights=self.responded, minlength=count)
        weights = self.weights
        return Tallies(depths, weights @ customers, weights @ responders, weights @ sizes, weights @ hits)

    def depth(self, customers: int, economics: Economics | None) -> Depth:
        """Return what contacting the likeliest ``customers`` would have brought."""
        return curve(self.tally(np.array([customers], dtype=np.int64)), economics)[0]


def grid(rows: int, steps: int = 100) -> Integers:
    """Return the depths, in customers, at which a curve is drawn: from none to all, each once."""
    return np.unique(np.rint(np.linspace(0, rows, steps + 1)).astype(np.int64))


def curve(counts: Tallies, economics: Economics | None) -> tuple[Depth, ...]:
    """Return what contacting the likeliest customers would have brought, at each depth of ``counts``."""
    rows = int(counts.customers_total[0])
    with np.errstate(invalid="ignore", divide="ignore"):
        caught = counts.responders / counts.responders_total[:, None]
        lift = caught / (counts.contacted / counts.customers_total[:, None])
    profit = None if economics is None else profits(counts, economics)
    return tuple(
        Depth(
            int(depth),
            int(depth) / max(rows, 1),
            estimate(caught[:, at]) or Estimate(0.0, 0.0, 1.0),
            estimate(lift[:, at]),
            None if profit is None else estimate(profit[:, at]),
        )
        for at, depth in enumerate(counts.depths)
    )


def priced(depths: Sequence[Depth], counts: Tallies, economics: Economics | None) -> tuple[Depth, ...]:
    """Return ``depths`` with the profit that other money gives them; ``counts`` are the tallies behind them."""
    if economics is None:
        return tuple(replace(one, profit=None) for one in depths)
    profit = profits(counts, economics)
    return tuple(replace(one, profit=estimate(profit[:, at])) for at, one in enumerate(depths))


def spreads(counts: Tallies) -> Floats:
    """Return the relative standard error of the responders down to each depth, shape (depths,)."""
    found = counts.responders[0]
    return np.where(found > 0, counts.responders[1:].std(axis=0) / np.maximum(found, 1e-300), 1.0)


def profits(counts: Tallies, economics: Economics) -> Floats:
    """Return the profit down to each depth, shape (1 + resamples, depths), in money."""
    return economics.sale_value * counts.responders - economics.contact_cost * counts.contacted


def estimate(values: Floats, level: float = 0.95) -> Estimate | None:
    """Make an estimate of the first value, with the percentiles of the others; None if it is not finite."""
    whole, drawn = float(values[0]), values[1:][np.isfinite(values[1:])]
    if not np.isfinite(whole):
        return None
    if not len(drawn):
        return Estimate(whole, whole, whole, level)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(whole, float(min(low, whole)), float(max(high, whole)), level)


def _blocks(groups: Integers, seed: int) -> Integers:
    _, codes = np.unique(groups, return_inverse=True)
    count = int(codes.max()) + 1 if len(codes) else 0
    if count <= MOST_BLOCKS:
        return codes.astype(np.int64)
    # Blocks of whole groups, dealt at random, vary as groups do; memory and time stay bounded.
    dealt = np.random.default_rng(seed).permutation(count) % MOST_BLOCKS
    return dealt[codes].astype(np.int64)


def _ties(falling: Floats) -> tuple[Integers, Integers]:
    """Return for each row of sorted probabilities where its run of equals starts and ends."""
    edges = np.flatnonzero(np.diff(falling)) + 1
    bounds = np.concatenate([[0], edges, [len(falling)]]).astype(np.int64)
    run = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    return bounds[run], bounds[run + 1]


def _cells(values: Floats, blocks: Integers, starts: Integers, ends: Integers, depths: Integers) -> Floats:
    """Return each block's sum of ``values`` down to each depth, shape (blocks, depths)."""
    count = int(blocks.max()) + 1 if len(blocks) else 0
    width = len(depths) + 1
    slot = np.searchsorted(depths, ends, side="left")
    flat = np.bincount(blocks * width + slot, weights=values, minlength=count * width)
    cells = flat.reshape(count, width)[:, :-1].cumsum(axis=1)
    for at, depth in enumerate(depths):
        if 0 < depth < len(values) and starts[depth] < depth:
            start, end = starts[depth], ends[depth]
            share = (depth - start) / (end - start)
            cells[:, at] += share * np.bincount(blocks[start:end], weights=values[start:end], minlength=count)
    return np.asarray(cells, dtype=np.float64)
