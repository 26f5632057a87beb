"""A test that another answer drafted: what the plan says of it, and which kept answer it came from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from campanile.tables.draft import Draft
from campanile.words import Sentence, say
from campanile.workspace.errors import BadInput

if TYPE_CHECKING:
    from campanile.workspace import Artifact, Workspace

_KIND = "simulation"


def origin(workspace: Workspace, draft: Draft) -> Artifact | None:
    """Return the newest kept answer that drafted this very test; None where it is not kept here."""
    kept = reversed(workspace.artifacts(_KIND, str(draft.source.get("model", ""))))
    return next((one for one in kept if _drafted(workspace, one) == draft), None)


def notes(draft: Draft, users: int) -> tuple[Sentence, ...]:
    """Say what the test is to show, that it is expected and not found, and whether there are users enough."""
    told = [draft.hypothesis, _expected(draft)]
    if users > draft.customers:
        told.append(say("It needs more users than the {customers:number} for whom it is meant: {whom}.",
                        customers=draft.customers, whom=draft.who))  # fmt: skip
    return tuple(told)


def _expected(draft: Draft) -> Sentence:
    words = {"lift": draft.lift, "low": draft.lift_low, "high": draft.lift_high}
    if "model" not in draft.source:
        return say("A lift of {lift:percent} ({low:percent} to {high:percent}) is what a model expects. Nothing of it "
                   "is confirmed before the test.", **words)  # fmt: skip
    return say("A lift of {lift:percent} ({low:percent} to {high:percent}) is what the model {model:quoted} v{version} "
               "expects. Nothing of it is confirmed before the test.", model=str(draft.source["model"]),
               version=str(draft.source.get("model_version", "")), **words)  # fmt: skip


def _drafted(workspace: Workspace, kept: Artifact) -> Draft | None:
    """Read a draft as it lies on the shelf: the room that wrote it is a stranger here."""
    content: Any = json.loads(workspace.file(kept, "result.json")).get("draft")
    try:
        return Draft.from_dict(content) if content else None
    except BadInput:
        return None
