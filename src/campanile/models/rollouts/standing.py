"""Rollouts as they stand: found by name, each as it was last declared."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from campanile.models.rollouts.rollout import Rollout
from campanile.words import say
from campanile.workspace.catalog import Artifact
from campanile.workspace.errors import NotFound, not_found
from campanile.workspace.place import Workspace

KIND = "rollout"
_SHAPE = TypeAdapter(Rollout)


def find(workspace: Workspace, name: str | None = None, declaration: int | None = None) -> Rollout:
    """Return a rollout as it was last declared, or as it was in an earlier declaration. Raises NotFound."""
    found = workspace.artifacts(KIND, name)
    if not found:
        what = say("rollout")
        if name is None or not workspace.artifacts(KIND):
            raise NotFound(
                say("There is no rollout yet."),
                say("Declare one: campanile rollout set NAME --champion MODEL@VERSION."),
            )
        raise not_found(what, name, {one.name for one in workspace.artifacts(KIND)})
    return read(workspace.artifact(KIND, name, declaration))


def artifact(workspace: Workspace, rollout: Rollout) -> Artifact:
    """Return the artifact that holds a declaration."""
    return workspace.artifact(KIND, rollout.name, rollout.declaration)


def rollouts(workspace: Workspace) -> tuple[Rollout, ...]:
    """Return every rollout as it was last declared, the newest declaration first."""
    newest = {one.name: one for one in workspace.artifacts(KIND)}
    return tuple(read(one) for one in sorted(newest.values(), key=lambda one: one.created_at, reverse=True))


def answers_in(workspace: Workspace, model: str, version: int) -> str | None:
    """Return the name of a rollout in which a model version takes part now."""
    named = (model, version)
    return next((one.name for one in rollouts(workspace) if named in {arm.named for arm in one.arms}), None)


def read(artifact: Artifact) -> Rollout:
    """Return the rollout that an artifact holds."""
    return _SHAPE.validate_python(artifact.meta["rollout"])


def shape(rollout: Rollout) -> dict[str, Any]:
    """Return a rollout as ``read`` reads it."""
    found: dict[str, Any] = _SHAPE.dump_python(rollout, mode="json")
    return found
