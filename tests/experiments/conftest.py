"""Made-up tests with known truth, kept in a workspace."""

import importlib.util
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from campanile.tables import Column, Dictionary, Semantic


@pytest.fixture(scope="session")
def faults():
    spec = importlib.util.spec_from_file_location("experiment_faults", Path(__file__).with_name("faults.py"))
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture
def keep(workspace):
    """Keep columns as a table: ``keep("users", key="id", id=[...], spent=[...])``; names ending in _eur are money."""

    def meaning(name, key):
        if name == key or name.endswith("_id"):
            return Semantic.IDENTIFIER
        return Semantic.MONEY if name.endswith("_eur") else Semantic.NUMBER

    def save(name, key=None, **columns):
        table = pa.table(columns)
        kinds = {"string": "string", "int64": "int64", "double": "double", "bool": "bool"}
        told = tuple(
            Column(one.name, meaning(one.name, key), kinds.get(str(one.type), "timestamp"))
            for one in table.schema
        )  # fmt: skip
        with workspace.run("load", {"table": name}) as run:
            run.save_table(name, table, key=key, meta={"dictionary": Dictionary(told, key=key).to_dict()})

    return save


@pytest.fixture
def shop(keep):
    """A test that others assigned: two arms, ``better`` truly adds 3 points to ``bought`` and nothing to money."""

    def make(users=12_000, seed=0, lift=0.03):
        random = np.random.default_rng(seed)
        group = random.choice(["none", "plain", "better"], users)
        before = random.gamma(2, 5, users)
        columns = {
            "user_id": [f"u{n}" for n in range(users)], "arm": group.tolist(),
            "bought": random.random(users) < 0.1 + lift * (group == "better"),
            "spent_eur": random.lognormal(1, 1.8, users) * (random.random(users) < 0.3),
            "visits": random.poisson(3, users) + 1, "clicks": random.poisson(2, users), "before": before,
            "after": before + random.normal(0, 2, users),
            "region": random.choice(["north", "south", "west"], users).tolist(),
            "month": random.choice(["2026-01", "2026-02", "2026-03"], users).tolist(),
        }  # fmt: skip
        keep("shop", key="user_id", **columns)
        return columns

    return make
