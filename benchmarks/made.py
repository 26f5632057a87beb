"""Made-up tables of a given size, for both sides alike. Same seed, same table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

WIDE_ROWS = 182_388  # a year of one bank's monthly customer snapshots: the size that the bars speak of


def wide(path: Path, rows: int = WIDE_ROWS, seed: int = 0) -> Path:
    """Write ``rows`` x 31 of all the kinds a customer table holds, with gaps, as CSV."""
    draw = np.random.default_rng(seed)
    table = {"customer_id": np.arange(rows) + 100_000}
    for at in range(10):
        amounts = draw.lognormal(3 + at / 4, 1, rows).round(2)
        table[f"spent_category_{at}"] = np.where(draw.random(rows) < 0.02, np.nan, amounts)
    for at in range(8):
        table[f"visits_month_{at}"] = draw.poisson(1 + at, rows)
    for at, levels in enumerate((3, 5, 8, 20, 40)):
        names = np.array([f"level {level}" for level in range(levels)])
        table[f"kind_{at}"] = draw.choice(names, rows, p=draw.dirichlet(np.full(levels, 5.0)))
    for at in range(4):
        table[f"accepted_offer_{at}"] = (draw.random(rows) < 0.05 + at / 20).astype(int)
    first = np.datetime64("2021-01-01")
    for name in ("customer_since", "last_purchase"):
        table[name] = (first + draw.integers(0, 1500, rows)).astype(str)
    table["responded"] = (draw.random(rows) < 0.12).astype(int)
    pd.DataFrame(table).to_csv(path, index=False)
    return path


def responders(path: Path, rows: int, features: int = 25, seed: int = 0) -> Path:
    """Write customers with ``features`` columns and a response that a fifth of them move, as CSV."""
    draw = np.random.default_rng(seed)
    words = features // 5
    amounts = draw.lognormal(3, 0.8, (rows, features - words)).round(1)
    table = pd.DataFrame(amounts, columns=[f"spent_{at}" for at in range(features - words)])
    for at in range(words):
        table[f"group_{at}"] = draw.choice(["north", "south", "east", "west", "abroad"], rows)
    pull = np.log(amounts[:, :5]) @ np.array([1.0, -0.8, 0.6, 0.5, -0.4]) + (table["group_0"] == "north") * 0.8
    pull += np.where(amounts[:, 0] > 40, 0.8, 0)
    chance = 1 / (1 + np.exp(-(pull - np.quantile(pull, 0.88))))
    table.insert(0, "id", np.arange(rows) + 1)
    table["response"] = (draw.random(rows) < chance).astype(int)
    table.to_csv(path, index=False)
    return path
