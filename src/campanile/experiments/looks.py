"""The ledger: who looked when, at what, and what was said. A look cannot be unmade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campanile.experiments.result import Analysis, Look

if TYPE_CHECKING:
    from campanile.workspace import Artifact, Workspace

KIND = "analysis"


def ledger(workspace: Workspace, name: str) -> tuple[Look, ...]:
    """Return every look at an experiment, the first one first."""
    return tuple(_look(one) for one in workspace.artifacts(KIND, name))


def facts(analysis: Analysis) -> dict[str, object]:
    """Return what the ledger says of a look, to be kept with it."""
    return {
        "month": analysis.month,
        "metrics": [one.name for one in analysis.measures if one.raw_of is None],
        "late": [one.name for one in analysis.measures if one.since_look and one.raw_of is None],
        "failed": [gate.gate for gate in analysis.failed],
        "decision": analysis.verdict.decision if analysis.verdict else None,
        "users": sum(count for _, count in analysis.users),
        "planned_users": analysis.planned_users,
    }


def read(workspace: Workspace, name: str, number: int | None = None) -> Analysis:
    """Return what was said at a look: by default the last one."""
    kept: Analysis = workspace.result(workspace.artifact(KIND, name, number), Analysis)
    return kept


def _look(one: Artifact) -> Look:
    said = one.meta
    return Look(
        one.version, one.created_at, said["month"], tuple(said["metrics"]), tuple(said["late"]), tuple(said["failed"]),
        said["decision"], said["users"],
    )  # fmt: skip
