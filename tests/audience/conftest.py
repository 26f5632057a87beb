"""A made-up campaign with known probabilities, and a model of it."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from campanile.audience.selection import answered
from campanile.audience.spec import AudienceSpec
from campanile.features import build, propose
from campanile.tables import Column, Dictionary, Semantic

DICTIONARY = Dictionary((
    Column("customer_id", Semantic.IDENTIFIER, "int64"), Column("phone", Semantic.PERSONAL),
    Column("spent_on_meat", Semantic.MONEY, "double", label={"en": "Spent on meat", "pl": "Wydane na mięso"}),
    Column("children", Semantic.NUMBER, "int64"), Column("days_since_last_purchase", Semantic.NUMBER, "int64"),
    Column("accepted_campaign_1", Semantic.FLAG, "bool"), Column("accepted_campaign_2", Semantic.FLAG, "bool"),
    Column("response", Semantic.FLAG, "bool"),
), key="customer_id")  # fmt: skip


class Fake:
    """A model in the shape that other rooms see, fitted in a moment: logistic regression on its numbers."""

    method, name, version, positive = "logistic", "fake", 1, 1
    classes = ("false", "true")

    def __init__(self, table, rows, dictionary, target, groups=None):
        self.artifact = SimpleNamespace(id="model", meta={})
        self.table, self.target = table, target
        self.plan = propose(dictionary, rows, target)
        features = self.features(rows)
        self.numbers = [name for name in features.column_names if not pa.types.is_string(features[name].type)]
        raw = self._raw(features)
        self.middle, self.scale = raw.mean(axis=0), raw.std(axis=0) + 1e-9
        X, y = self._matrix(features), rows[target].to_numpy(zero_copy_only=False).astype(int)
        groups = np.arange(len(y)) if groups is None else groups
        self.fitted = LogisticRegression(C=0.1).fit(X, y)
        probability, fold = np.empty(len(y)), np.empty(len(y), dtype=np.int64)
        for k, (train, test) in enumerate(GroupKFold(5, shuffle=True, random_state=0).split(X, y, groups)):
            probability[test] = LogisticRegression(C=0.1).fit(X[train], y[train]).predict_proba(X[test])[:, 1]
            fold[test] = k
        self.oof = pa.table({
            "row": np.arange(len(y)), "fold": fold, "group": groups, "actual": y, "probability": probability,
            "p_0": 1 - probability, "p_1": probability,
        })  # fmt: skip

    column, response = DICTIONARY["response"], None

    def features(self, rows):
        return build(self.plan, rows)

    def probabilities(self, features):
        return self.fitted.predict_proba(self._matrix(features))

    def predict(self, rows):
        return self.probabilities(self.features(rows))

    def terms(self, features):
        """Return exact terms in log-odds, shape (rows, features)."""
        told = np.zeros((features.num_rows, features.num_columns))
        at = [features.column_names.index(name) for name in self.numbers]
        told[:, at] = self._matrix(features) * self.fitted.coef_[0]
        return told

    def _raw(self, features):
        columns = [np.asarray(features[name].to_numpy(zero_copy_only=False), dtype=float) for name in self.numbers]
        return np.nan_to_num(np.column_stack(columns), nan=0.0)

    def _matrix(self, features):
        return (self._raw(features) - self.middle) / self.scale


def world(rows=900, seed=0):
    """Return a table of customers and their true probabilities."""
    random = np.random.default_rng(seed)
    meat = random.gamma(1.2, 150, rows)
    children = random.integers(0, 4, rows)
    recency = random.integers(0, 100, rows)
    earlier = random.random(rows) < 0.08
    log_odds = -2.2 + 0.006 * meat - 0.5 * children - 0.02 * recency + 1.8 * earlier
    truth = 1 / (1 + np.exp(-log_odds))
    table = pa.table({
        "customer_id": np.arange(rows) + 1000, "phone": [f"+48 {n}" for n in range(rows)], "spent_on_meat": meat,
        "children": children, "days_since_last_purchase": recency, "accepted_campaign_1": earlier,
        "accepted_campaign_2": random.random(rows) < 0.05, "response": random.random(rows) < truth,
    })  # fmt: skip
    return table, truth


def artifact(name="customers", version=1):
    return SimpleNamespace(
        id=f"{name}-{version}",
        name=name,
        version=version,
        meta={"dictionary": DICTIONARY.to_dict(), "key": "customer_id"},
    )


def ask(rows, spec=None, table=None, model=None, **options):
    """Answer for ``rows`` with a model fitted on them (or the one given)."""
    model = model or Fake(artifact(), rows, DICTIONARY, "response")
    spec = spec or AudienceSpec(contact_cost=3, sale_value=11, resamples=100)
    return answered(model, table or model.table, rows, spec, model.terms, **options)


@pytest.fixture(scope="session", name="ask")
def asking():
    return ask


@pytest.fixture(scope="session", name="world")
def worlds():
    return world


@pytest.fixture(scope="session", name="artifact")
def artifacts():
    return artifact


@pytest.fixture(scope="session")
def make_fake():
    return lambda rows: Fake(artifact(), rows, DICTIONARY, "response")


@pytest.fixture(scope="session")
def fake(campaign):
    return Fake(artifact(), campaign[0], DICTIONARY, "response")


@pytest.fixture(scope="session")
def campaign():
    return world()


@pytest.fixture(scope="session")
def answer(campaign):
    return ask(campaign[0])


@pytest.fixture(scope="session")
def kept(tmp_path_factory):
    """Return a workspace with a small real model, and its audience."""
    from campanile.audience import select
    from campanile.models import TrainSpec, train
    from campanile.workspace import Workspace

    workspace = Workspace.open(tmp_path_factory.mktemp("audience") / "workspace")
    rows, _ = world(400)
    for name, part in (("customers", rows), ("prospects", world(300, seed=5)[0])):
        with workspace.run("load", {"table": name}) as run:
            run.save_table(name, part, key="customer_id", meta={"dictionary": DICTIONARY.to_dict()})
    train(workspace, TrainSpec(
        table="customers", target="response", methods=("logistic", "neighbours"), contact_cost=3, sale_value=11,
        minutes=0, quick=True, jobs=1, folds=3, resamples=50,
    ))  # fmt: skip
    return workspace, select(workspace, AudienceSpec(model="response-logistic", resamples=50))
