"""Models kept by name and version: files that cannot run code, and the roles that people give them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from campanile.estimates.estimate import Estimate
from campanile.features.plan import FeaturePlan
from campanile.models.model import Model
from campanile.models.response import Response
from campanile.models.result import Kept
from campanile.models.rollouts.standing import answers_in
from campanile.words import say
from campanile.workspace.catalog import Artifact
from campanile.workspace.errors import DataError, Incompatible, NotFound, Tampered
from campanile.workspace.place import Workspace
from campanile.workspace.runs import Run, to_bytes

TRUSTED = (
    "campanile.features.encoding.Design",
    "campanile.models.additive.AdditiveCurves",
    "campanile.models.boosting.Booster",
    "campanile.models.few.Few",
    "campanile.models.logistic.PairwiseLogistic",
    "campanile.models.response.Response",
    "campanile.models.trees.Trees",
    "numpy.dtype",
    "sklearn.tree._tree.Tree",
)
"""All that a model's file may hold beside scikit-learn's own estimators, numbers and lists."""

FORMAT = 1
"""Raised with every change to what a model's files hold: an older file is refused in words, not misread."""

CHOSEN, LIVE, RETIRED = "chosen", "live", "retired"


def save(
    run: Run, name: str, response: Response, folds: Sequence[Response], plan: FeaturePlan, oof: pa.Table,
    meta: Mapping[str, Any],
) -> Any:  # fmt: skip
    """Keep a model in ``run`` and return its draft."""
    files = {
        "model.skops": dumped(response),
        "folds.skops": dumped(list(folds)),
        "plan.json": json.dumps(plan.to_dict()).encode(),
        "oof.arrow": to_bytes(oof),
    }
    return run.save_files("model", name, files, {**meta, "format": FORMAT})


def load(workspace: Workspace, name: str | None = None, version: int | None = None) -> Model:
    """Return a model by name (default: the one chosen, else the best of the last training) and version.

    Raises NotFound with the nearest name; Incompatible for a model of another format; Tampered for a file
    that is not the one that was saved or that holds what no model of ours holds.
    """
    artifact = find(workspace, name, version)
    meta = artifact.meta
    if meta.get("format") != FORMAT:
        raise Incompatible(
            say("Model {name:quoted} v{version} was kept by a Campanile that wrote models differently.",
                name=artifact.name, version=artifact.version),
            say("Train again: campanile train TABLE --target COLUMN."),
        )  # fmt: skip
    return Model(
        name=artifact.name,
        version=artifact.version,
        method=meta["method"],
        target=meta["target"],
        artifact=artifact,
        classes=tuple(meta["classes"]),
        positive=int(meta["positive"]),
        plan=FeaturePlan.from_dict(json.loads(workspace.file(artifact, "plan.json"))),
        table=workspace.table(meta["table"], meta["table_version"]),
        oof=workspace.frame(artifact, "oof"),
        pipeline=parsed(workspace.file(artifact, "model.skops"), artifact.name),
        read_folds=lambda: parsed(workspace.file(artifact, "folds.skops"), artifact.name),
    )


def find(workspace: Workspace, name: str | None = None, version: int | None = None) -> Artifact:
    """Return the artifact of a model; without a version the newest that is not retired."""
    if name is None:
        usual = _default(workspace)
        return usual if version is None else workspace.artifact("model", usual.name, version)
    if version is not None:
        return workspace.artifact("model", name, version)
    roles = workspace.catalog.roles("model")
    found = [model for model in workspace.artifacts("model", name) if roles.get((name, model.version)) != RETIRED]
    return found[-1] if found else workspace.artifact("model", name)


def promote(workspace: Workspace, name: str, version: int | None = None, *, role: str = CHOSEN) -> Artifact:
    """Give a model the role "chosen" (all analysis builds on it; one has it) or "live" (it serves; several may)."""
    if role not in (CHOSEN, LIVE):
        raise NotFound(say("There is no role {role:quoted}. Roles are: chosen, live.", role=role))
    artifact = find(workspace, name, version)
    workspace.catalog.give_role(artifact, role, exclusive=role == CHOSEN)
    return artifact


def retire(workspace: Workspace, name: str, version: int | None = None) -> Artifact:
    """Take a model out of use; it stays readable by name and version. Raises DataError while a rollout needs it."""
    artifact = find(workspace, name, version)
    rollout = answers_in(workspace, artifact.name, artifact.version)
    if rollout is not None:
        raise DataError(
            say("Model {name:quoted} v{version} answers in the rollout {rollout:quoted}.", name=artifact.name,
                version=artifact.version, rollout=rollout),
            say("Declare the rollout without it first: campanile rollout set {rollout} --champion MODEL@VERSION.",
                rollout=rollout),
        )  # fmt: skip
    workspace.catalog.give_role(artifact, RETIRED, exclusive=False)
    return artifact


def models(workspace: Workspace) -> tuple[Kept, ...]:
    """Return every model that is kept, oldest first."""
    roles = workspace.catalog.roles("model")
    return tuple(
        _kept(artifact, roles.get((artifact.name, artifact.version), "")) for artifact in workspace.artifacts("model")
    )


def dumped(thing: Any) -> bytes:
    """Write an estimator, or a list of them, without pickle."""
    from skops.io import dumps

    return bytes(dumps(thing, compression=zipfile.ZIP_DEFLATED, compresslevel=1))


def parsed(content: bytes, name: str) -> Any:
    """Read what ``dumped`` wrote; refuse a file that names any other kind of object."""
    from skops.io import loads
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        return loads(content, trusted=list(TRUSTED))
    except UntrustedTypesFoundException as error:
        raise _refused(name, str(error).splitlines()[0]) from None
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, ImportError) as error:
        raise _refused(name, f"{type(error).__name__}: {error}") from None


def _refused(name: str, reason: str) -> Tampered:
    return Tampered(
        say("The file of model {name:quoted} is not one that Campanile writes: {reason}.", name=name, reason=reason),
        say("Do not use it. Train again, or restore it from a backup."),
    )


def _default(workspace: Workspace) -> Artifact:
    roles = workspace.catalog.roles("model")
    for (name, version), role in roles.items():
        if role == CHOSEN:
            return workspace.artifact("model", name, version)
    trainings = workspace.artifacts("training")
    if not trainings:
        raise NotFound(say("There is no model yet."), say("Train one: campanile train TABLE --target COLUMN."))
    return find(workspace, trainings[-1].meta["best"])


def _kept(artifact: Artifact, role: str) -> Kept:
    meta = artifact.meta
    metrics = {name: Estimate(**one) for name, one in meta["card"]["metrics"].items()}
    return Kept(
        artifact.name,
        artifact.version,
        meta["method"],
        meta["target"],
        meta["table"],
        meta["table_version"],
        role,
        metrics,
    )
