"""Links from what a page tells to where it comes from, and the way back from there to the files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from dash import dcc
from dash.development.base_component import Component

from campanile.web import blocks
from campanile.words import Sentence, say
from campanile.workspace import Artifact, Workspace
from campanile.workspace.errors import NotFound
from campanile.workspace.place import Link

KINDS: Mapping[str, Sentence] = {
    "report": say("Report"),
    "audience": say("Audience"),
    "simulation": say("Search over levers"),
    "refits": say("Models fitted again on other customers"),
    "explanation": say("Explanation"),
    "analysis": say("Look at a test"),
    "design": say("Plan of a test"),
    "honesty": say("Method tried on a table"),
    "uplift": say("Whom a treatment persuades"),
    "persuaded": say("List by predicted effect"),
    "experiment": say("Test"),
    "comparison": say("Versions compared on what happened"),
    "drift": say("What has moved since the training"),
    "rollout": say("Rollout"),
    "training": say("Training"),
    "model": say("Model"),
    "reasons": say("Reasons for one customer"),
    "quality": say("Check of the data"),
    "correlation": say("Rank correlations"),
    "leak": say("Leak scan"),
    "difference": say("Difference between two versions"),
    "repair": say("Repair"),
    "refused": say("Refused rows"),
    "study": say("Study of events"),
    "arrival": say("New events"),
    "step": say("Step of a study"),
    "table": say("Table"),
    "file": say("File"),
}
"""What is kept, by kind, from the answers back to the files."""


def link(artifact: Artifact, told: Sentence | str) -> Component:
    """Return ``told`` as a link to the artifact's lineage; a plain text is a name and is not translated."""
    content = blocks.data(told) if isinstance(told, str) else str(told)
    return dcc.Link(content, href=f"/lineage?id={artifact.id}")


def when(moment: datetime) -> Sentence:
    """Tell day and time, in universal time."""
    utc = moment.astimezone(UTC)
    return say("{day:date}, {time} UTC", day=utc, time=f"{utc:%H:%M}")


def steps(workspace: Workspace, artifact: Artifact) -> tuple[Link, ...]:
    """Return ``artifact`` and all that it rests on, each once, the files last."""
    found: dict[str, Link] = {}
    waiting = [workspace.lineage(artifact)]
    while waiting:
        one = waiting.pop()
        if one.artifact.id not in found:
            found[one.artifact.id] = one
            waiting += one.parents
    rank = {kind: place for place, kind in enumerate(KINDS)}
    return tuple(sorted(found.values(), key=lambda step: (
        step.artifact.id != artifact.id, -step.artifact.created_at.timestamp(), rank.get(step.artifact.kind, 0),
    )))  # fmt: skip


def asked(workspace: Workspace, said: Mapping[str, str]) -> Artifact | None:
    """Return the artifact that an address names by id, or by kind, name and version. Raises NotFound."""
    if "id" in said:
        found = next((one for one in workspace.artifacts() if one.id == said["id"]), None)
        if found is None:
            raise NotFound(say("Nothing of that number is kept here."), say("Choose from the list of all that is."))
        return found
    if "kind" in said and "name" in said:
        version = said.get("version", "")
        return workspace.artifact(said["kind"], said["name"], int(version) if version.isdecimal() else None)
    return None
