"""A made-up campaign whose truth is known, and evidence whose model answers with that truth."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from campanile.explain.evidence import Evidence
from campanile.explain.subjects import Subject, amounts, subjects
from campanile.features import FeaturePlan, build, propose
from campanile.tables import Column, Dictionary, Semantic

S = Semantic
COLUMNS = (
    Column("id", S.IDENTIFIER, "int64"),
    Column("spent_meat", S.MONEY, "double", unit="EUR", label={"en": "Spent on meat", "pl": "Wydatki na mięso"}),
    Column("spent_wine", S.MONEY, "double", unit="EUR", label={"en": "Spent on wine"}),
    Column("recency", S.NUMBER, "int64", label={"en": "Days since last purchase"}),
    Column("birth_year", S.NUMBER, "int64"),
    Column("education", S.CATEGORY, label={"en": "Education"}),
    Column("kids", S.NUMBER, "int64", label={"en": "Children"}),
    Column("member", S.FLAG, "bool", label={"en": "Club member"}),
    Column("joined", S.DATE, "date32", label={"en": "Joined"}),
    Column("response", S.FLAG, "bool"),
)
DICTIONARY = Dictionary(COLUMNS, key="id")


def table(count: int, seed: int) -> pa.Table:
    random = np.random.default_rng(seed)
    return pa.table({
        "id": np.arange(count),
        "spent_meat": np.round(random.gamma(1.2, 300, count), 2),
        "spent_wine": np.round(random.gamma(1.0, 200, count), 2),
        "recency": random.integers(0, 100, count),
        "birth_year": random.integers(1940, 2000, count),
        "education": random.choice(["Basic", "Graduate", "Master", "PhD"], count, p=[0.1, 0.5, 0.25, 0.15]),
        "kids": random.integers(0, 3, count),
        "member": random.random(count) < 0.3,
        "joined": np.array("2012-07-01", dtype="datetime64[D]") + random.integers(0, 700, count),
        "response": np.zeros(count, dtype=bool),
    })  # fmt: skip


def parts(features: pa.Table) -> dict[str, NDArray[np.float64]]:
    """The true log-odds, term by term, from built features."""
    meat, recency = amounts(features["spent_meat"]), amounts(features["recency"])
    return {
        "spent_meat": 1.6 * ((meat >= 400) & (meat < 900)),
        "recency": 1.3 * (recency < 30),
        "education": 0.8 * (np.array(features["education"].to_pylist(), dtype=object) == "PhD"),
        "member": 1.0 * amounts(features["member"]),
        "kids": -0.4 * amounts(features["kids"]),
    }


def truth(features: pa.Table) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(3.2 - sum(parts(features).values())))


def terms(features: pa.Table) -> NDArray[np.float64]:
    told = parts(features)
    return np.stack([told.get(name, np.zeros(features.num_rows)) for name in features.column_names], axis=1)


@dataclass(frozen=True)
class World:
    """Evidence with its truth: the probability of each customer, and the plan."""

    evidence: Evidence
    probability: NDArray[np.float64]
    plan: FeaturePlan

    def __getitem__(self, name: str) -> Subject:
        return next(subject for subject in self.evidence.subjects if subject.name == name)

    def met(self, group: Any) -> NDArray[np.bool_]:
        """Apply a group's conditions by hand."""
        inside = np.ones(len(self.probability), dtype=bool)
        for one in group.conditions:
            column = (self.evidence.rows if one.column in self.evidence.rows.column_names else self.evidence.features)[
                one.column
            ]
            if one.levels:
                inside &= np.isin(np.array([str(value) for value in column.to_pylist()]), one.levels)
            else:
                values = amounts(column)
                inside &= (values >= (-np.inf if one.low is None else one.low)) & (
                    values < (np.inf if one.high is None else one.high)
                )
        return inside


def made(count: int = 2000, seed: int = 0, *, flat: float | None = None, exact: bool = True, folds: int = 5) -> World:
    rows = table(count, seed)
    plan = propose(DICTIONARY, rows, "response")
    features = build(plan, rows)
    probability = truth(features) if flat is None else np.full(count, flat)
    random = np.random.default_rng(seed + 1_000_000)
    outcome = random.random(count) < probability

    def score(table: pa.Table) -> NDArray[np.float64]:
        return truth(table) if flat is None else np.full(table.num_rows, flat)

    evidence = Evidence(
        rows, features, outcome, probability, random.integers(0, folds, count), np.arange(count),
        lambda rows: build(plan, rows), score, (score,) * folds, subjects(plan, DICTIONARY, rows, features),
        terms if exact else None, None,
    )  # fmt: skip
    return World(evidence, probability, plan)


@pytest.fixture(scope="session")
def world() -> Callable[..., World]:
    return made


@pytest.fixture(scope="session")
def campaign() -> World:
    return made(3000, 7)


def reordered(world: World, order: NDArray[np.int64]) -> Evidence:
    old = world.evidence
    return replace(
        old, rows=old.rows.take(order), features=old.features.take(order), outcome=old.outcome[order],
        probability=old.probability[order], fold=old.fold[order], group=old.group[order],
    )  # fmt: skip


@pytest.fixture(scope="session")
def shuffled() -> Callable[[World, int], Evidence]:
    return lambda world, seed: reordered(world, np.random.default_rng(seed).permutation(len(world.probability)))
