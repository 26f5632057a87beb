"""What the page Audience speaks of: a model, its kept list, and the cut that the address asks for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from campanile.audience import CutSpec, hold, recut
from campanile.audience.held import Held, columns_of, on_list
from campanile.audience.result import Audience, Chosen
from campanile.models.registry import find
from campanile.words import say
from campanile.workspace import Artifact, Workspace
from campanile.workspace.errors import NotFound

WITHOUT = "none"
"""What the address says of a limit or cost that the kept list has and the visitor took away."""

_WHOLE = ("customers", "capacity")


def model_of(workspace: Workspace, asked: Mapping[str, str]) -> Artifact | None:
    """Return the model that the address names, else the one chosen; None where there is none at all."""
    name, version = asked.get("model") or None, asked.get("version", "")
    if name is None and not workspace.artifacts("training"):
        return None
    return find(workspace, name, int(version) if name and version.isdecimal() else None)


def lists_of(workspace: Workspace, model: Artifact) -> list[Artifact]:
    """Return the lists that were made with a model, oldest first."""
    return [one for one in workspace.artifacts("audience", model.name) if model in _parents(workspace, one.run_id)]


def chosen_list(workspace: Workspace, model: Artifact, asked: Mapping[str, str]) -> Artifact | None:
    """Return the list that the address names, else the model's newest; None where there is none."""
    kept = lists_of(workspace, model)
    wanted = asked.get("list", "")
    if not wanted:
        return kept[-1] if kept else None
    found = [one for one in kept if str(one.version) == wanted]
    if not found:
        raise NotFound(say("There is no list {version:quoted} of this model.", version=wanted), say("Open the newest."))
    return found[0]


def cut_of(kept: CutSpec, asked: Mapping[str, str]) -> CutSpec:
    """Return the cut that the address asks for; what it leaves open is as it was kept."""
    told = {name: asked[name] for name in CutSpec.model_fields if asked.get(name)}
    return kept.model_copy(update=CutSpec(**{
        name: None if value == WITHOUT else _number(value, whole=name in _WHOLE) for name, value in told.items()
    }).model_dump(include=set(told)))  # fmt: skip


def address(model: Artifact, artifact: Artifact, newest: bool, kept: CutSpec, cut: CutSpec) -> dict[str, Any]:
    """Return the page's state: the model, the list, and where the cut differs from the kept one."""
    said: dict[str, Any] = {"page": "/audience", "model": model.name, "version": model.version}
    if not newest:
        said["list"] = artifact.version
    for name in CutSpec.model_fields:
        value = getattr(cut, name)
        if value != getattr(kept, name):
            said[name] = WITHOUT if value is None else f"{value:g}" if isinstance(value, float) else value
    return said


def in_report(state: Mapping[str, Any]) -> str:
    """Return the address of the page Report that tells the list as it is cut in ``state``."""
    return f"/report?{urlencode({name: value for name, value in state.items() if name != 'page'})}"


def audience_at(workspace: Workspace, id: str, cut: CutSpec) -> Audience:
    """Return the list's answer at a cut: a few milliseconds once the list is held."""
    told: Audience = recut(held(workspace, id), cut)
    return told


@lru_cache(maxsize=8)
def held(workspace: Workspace, id: str) -> Held:
    """Hold a kept list by its artifact's id."""
    found: Held = hold(workspace, artifact(workspace, id))
    return found


@lru_cache(maxsize=256)
def who(workspace: Workspace, id: str, customers: int) -> Chosen | None:
    """Return who the likeliest ``customers`` of a list are."""
    return on_list(held(workspace, id), customers, *_columns(workspace, id))


def artifact(workspace: Workspace, id: str) -> Artifact:
    """Return a list's artifact by its id."""
    found = next((one for one in workspace.artifacts("audience") if one.id == id), None)
    if found is None:
        raise NotFound(say("This list is no longer there."), say("Open the page again."))
    return found


@lru_cache(maxsize=4)
def _columns(workspace: Workspace, id: str) -> Any:
    return columns_of(workspace, held(workspace, id).audience)


@lru_cache(maxsize=256)
def _parents(workspace: Workspace, run_id: str) -> tuple[Artifact, ...]:
    return tuple(workspace.catalog.parents(run_id))


def _number(text: str, *, whole: bool) -> float | str:
    try:
        return int(text) if whole else float(text)
    except ValueError:
        return text
