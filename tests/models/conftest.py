"""A made-up campaign whose true probabilities are known, and models trained on it once."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pytest

from campanile.models import TrainSpec, train
from campanile.tables import Column, Dictionary, Semantic
from campanile.workspace import Workspace


@dataclass(frozen=True)
class Campaign:
    rows: pa.Table
    dictionary: Dictionary
    truth: np.ndarray


def campaign(n: int, seed: int = 0, *, strength: float = 1.0, first: int = 1) -> Campaign:
    draw = np.random.default_rng(seed)
    spend = np.round(np.exp(draw.normal(4, 1, n)), 2)
    recency = draw.integers(0, 100, n)
    city = draw.choice(["Lima", "Cusco", "Łódź"], n, p=[0.5, 0.3, 0.2])
    kids = draw.integers(0, 3, n)
    odds = -1.6 + strength * (0.9 * (np.log(spend) - 4) - 0.03 * (recency - 50) + 0.8 * (city == "Cusco"))
    truth = 1 / (1 + np.exp(-odds))
    income = [
        None if hidden else float(value)
        for hidden, value in zip(draw.random(n) < 0.1, np.round(spend * 90), strict=True)
    ]
    rows = pa.table({
        "ID": pa.array(np.arange(first, first + n)), "spend": spend, "recency": recency, "kids": kids,
        "city": [None if hidden else str(name) for hidden, name in zip(draw.random(n) < 0.05, city, strict=True)],
        "income": pa.array(income, pa.float64()), "Response": draw.random(n) < truth,
    })  # fmt: skip
    dictionary = Dictionary(
        (
            Column("ID", Semantic.IDENTIFIER, "int64"), Column("spend", Semantic.MONEY, "double"),
            Column("recency", Semantic.NUMBER, "int64"), Column("kids", Semantic.NUMBER, "int64"),
            Column("city", Semantic.CATEGORY), Column("income", Semantic.MONEY, "double"),
            Column("Response", Semantic.FLAG, "bool"),
        ),
        key="ID",
    )  # fmt: skip
    return Campaign(rows, dictionary, truth)


def keep(workspace: Workspace, made: Campaign, name: str = "customers"):
    with workspace.run("load", {}) as run:
        draft = run.save_table(name, made.rows, key=made.dictionary.key, meta={"dictionary": made.dictionary.to_dict()})
    return run.artifact(draft)


@pytest.fixture(scope="session")
def made() -> Campaign:
    return campaign(400)


@pytest.fixture(scope="session")
def home(tmp_path_factory, made):
    """A workspace in which every method has been trained once. Tests that change it copy nothing: they add."""
    workspace = Workspace.open(tmp_path_factory.mktemp("home") / "workspace")
    keep(workspace, made)
    yield workspace
    workspace.close()


@pytest.fixture(scope="session")
def training(home):
    from campanile.models.methods import METHODS

    slow = {
        "forest": {"n_estimators": 30}, "additive": {"outer_bags": 1, "max_rounds": 300},
        "few": {"forest": 20, "drawn": 30, "kept": 10},
    }  # fmt: skip
    kept = {name: METHODS[name] for name in slow}
    for name, settings in slow.items():
        METHODS[name] = replace(kept[name], settings=lambda rows, settings=settings: settings, inner={})
    spec = TrainSpec(
        table="customers", target="Response", minutes=0, folds=3, resamples=100, contact_cost=3, sale_value=11, jobs=1
    )
    made = train(home, spec)
    METHODS.update(kept)
    return made
