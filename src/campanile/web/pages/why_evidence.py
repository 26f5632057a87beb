"""What the page Why speaks of: a model, its explanation, another model's beside it, and one customer's reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from campanile.explain import Explanation, Reasons
from campanile.models import models
from campanile.models.registry import find
from campanile.web.visit import visit
from campanile.words import Sentence, say
from campanile.workspace import Artifact, Workspace
from campanile.workspace.errors import NotFound

ENOUGH = 12
"""Curves that this page asks for; fewer are shown at first."""

AT_FIRST = 6


@dataclass(frozen=True)
class About:
    """What the page at hand shows, as its parts carry it: ids and names that JSON can hold.

    ``opened`` is the address it was opened with, in full.
    """

    model: str
    version: int
    explanation: str
    curves: int
    opened: dict[str, Any]

    @property
    def result(self) -> Explanation:
        """The explanation that is shown."""
        return explanation(visit().workspace, self.explanation)

    @property
    def kept(self) -> Artifact:
        """The artifact of the explanation."""
        return next(one for one in visit().workspace.artifacts("explanation") if one.id == self.explanation)

    @property
    def table(self) -> Artifact:
        """The table version whose customers are explained."""
        return visit().workspace.table(self.result.table, self.result.table_version)


def about(model: Artifact, kept: Artifact, asked: Mapping[str, str]) -> About:
    """Return what the page is to show of an explanation, as its address asks."""
    curves = len(explanation(visit().workspace, kept.id).curves)
    wished = asked.get("features", "")
    features = int(wished) if wished.isdecimal() else AT_FIRST
    opened = address(model, max(1, min(curves, features)), asked.get("with"), asked.get("customer"))
    return About(model.name, model.version, kept.id, curves, opened)


def address(model: Artifact | About, features: int, other: str | None, customer: str | None) -> dict[str, Any]:
    """Return the page's state: what its address says."""
    name, version = (model.model, model.version) if isinstance(model, About) else (model.name, model.version)
    said = {"page": "/why", "model": name, "version": version, "features": features}
    return said | {name: value for name, value in (("with", other), ("customer", customer)) if value}


def model_of(workspace: Workspace, asked: Mapping[str, str]) -> Artifact | None:
    """Return the model that the address names, else the one chosen; None where there is no model at all.

    Raises NotFound for one that is named but not there.
    """
    name, version = asked.get("model") or None, asked.get("version", "")
    if name is None and not workspace.artifacts("training"):
        return None
    return find(workspace, name, int(version) if name and version.isdecimal() else None)


def explanation_of(workspace: Workspace, name: str, version: int) -> Artifact | None:
    """Return the newest explanation of a model."""
    kept = workspace.artifacts("explanation", name)
    return next((one for one in reversed(kept) if one.meta.get("model_version") == version), None)


@lru_cache(maxsize=16)
def explanation(workspace: Workspace, id: str) -> Explanation:
    """Return a kept explanation by its artifact's id."""
    found = next((one for one in workspace.artifacts("explanation") if one.id == id), None)
    if found is None:
        raise NotFound(say("This explanation is no longer there."), say("Open the page again."))
    return workspace.result(found, Explanation)


def reasons_of(workspace: Workspace, name: str, version: int, key: str) -> tuple[Artifact, Reasons] | None:
    """Return the newest reasons of a model for a customer."""
    about_it = {"model_version": version, "key": key}
    for one in reversed(workspace.artifacts("reasons", name)):
        if about_it.items() <= one.meta.items():
            return one, workspace.result(one, Reasons)
    return None


def others(workspace: Workspace, model: Artifact) -> list[tuple[str, Sentence]]:
    """Return what the model can be compared with: others for the same target, the newest first."""
    return [
        (f"{one.name}:{one.version}", say("{model} v{version}", model=one.name, version=one.version))
        for one in reversed(models(workspace))
        if one.target == model.meta["target"] and (one.name, one.version) != (model.name, model.version)
    ]


def named(value: str) -> tuple[str, int]:
    """Read what ``others`` and the address call a model."""
    name, _, version = value.rpartition(":")
    if not (name and version.isdecimal()):
        raise NotFound(say("There is no model {name:quoted}.", name=value))
    return name, int(version)
