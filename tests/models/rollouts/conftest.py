"""Three versions of a model of a made-up campaign, the and answers written by hand."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from campanile.models import TrainSpec, train
from campanile.models.rollouts import RolloutSpec, declare
from campanile.models.rollouts.files import append
from campanile.workspace import Workspace
from tests.models.conftest import campaign, keep

MODEL = "response-logistic"
DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
ASKED = {"table": "customers", "target": "Response", "minutes": 0, "folds": 3, "resamples": 50, "jobs": 1}


@pytest.fixture(scope="session")
def _versions(tmp_path_factory):
    workspace = Workspace.open(tmp_path_factory.mktemp("versions") / "workspace")
    for seed, rows in ((0, 1000), (1, 200), (2, 200)):
        keep(workspace, campaign(rows, seed=seed))
        train(workspace, TrainSpec(**ASKED, methods=("logistic",)))
    workspace.close()
    return workspace.path


@pytest.fixture
def home(_versions, tmp_path):
    """A workspace of its own with three versions of ``MODEL``."""
    shutil.copytree(_versions, tmp_path / "home")
    workspace = Workspace.open(tmp_path / "home")
    yield workspace
    workspace.close()


def spec(name: str = "spring", champion: int = 1, shares: dict[int, float] | None = None, shadows: tuple[int, ...] = (),
         **more: object) -> RolloutSpec:  # fmt: skip
    beside = [{"model": MODEL, "version": version, "share": share} for version, share in (shares or {}).items()]
    beside += [{"model": MODEL, "version": version, "shadow": True} for version in shadows]
    return RolloutSpec(name=name, champion={"model": MODEL, "version": champion}, challengers=beside, **more)


def declared(workspace: Workspace, **asked):
    return declare(workspace, spec(**asked))


def log(workspace, rollout, version, keys, p, *, at=DAY):
    """Write answers of one version, without features."""
    arm = next(arm for arm in rollout.arms if arm.version == version)
    append(workspace, rollout.name, arm.named, pa.table({
        "time": pa.array([at] * len(keys), pa.timestamp("us", "UTC")), "key": [str(key) for key in keys],
        "model": [arm.model] * len(keys), "version": pa.array([version] * len(keys), pa.int64()),
        "role": [arm.role] * len(keys), "declaration": pa.array([rollout.declaration] * len(keys), pa.int64()),
        "probability": pa.array(p, pa.float64()),
    }))  # fmt: skip


def happened(workspace, keys, responded, name="happened", **more):
    """Keep a table of outcomes."""
    from campanile.tables import Column, Dictionary, Semantic

    columns = [Column("ID", Semantic.IDENTIFIER, "int64"), Column("bought", Semantic.FLAG, "bool")]
    columns += [Column(name, Semantic.DATE, "timestamp[us, tz=UTC]") for name in more]
    rows = pa.table({"ID": pa.array(keys, pa.int64()), "bought": pa.array(responded, pa.bool_()), **more})
    with workspace.run("load", {}) as run:
        run.save_table(name, rows, key=None, meta={"dictionary": Dictionary(tuple(columns), None).to_dict()})
    return np.asarray(keys)
