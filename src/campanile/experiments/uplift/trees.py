"""Small, slow, cautious trees: effects are small and outcomes noisy, so that a deep tree would learn noise."""

from __future__ import annotations

from base64 import b64encode

from campanile.experiments.uplift.formulas import Trees
from campanile.experiments.uplift.trial import Floats


def boosted(Z: Floats, y: Floats, seed: int, *, rounds: int, depth: int, eta: float) -> Trees:
    """Fit boosted trees to a number; a leaf holds at least three hundredths of the rows."""
    import xgboost

    asked = {
        "objective": "reg:squarederror", "base_score": float(y.mean()), "max_depth": depth, "eta": eta,
        "min_child_weight": max(20.0, 0.03 * len(y)), "reg_lambda": max(20.0, len(y) / 1000), "subsample": 0.7,
        "colsample_bynode": 0.5, "max_bin": 64, "nthread": 1, "seed": seed, "verbosity": 0,
    }  # fmt: skip
    booster = xgboost.train(asked, xgboost.DMatrix(Z, y, nthread=1), rounds)
    return Trees(b64encode(booster.save_raw("ubj")).decode())
