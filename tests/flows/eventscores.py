"""What tests of scoring as events arrive share: studies run quickly, events that arrive, and what is kept by then."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from campanile.flows import ScoreStudySpec, read_study, run_events, score_study
from campanile.flows.eventscores import StudyScores
from campanile.workspace import Workspace

Service = tuple[Workspace, Path]
"""A workspace, and the file of the study that was run in it."""


def run_quickly(workspace: Workspace, file: Path, until: str = "train") -> Any:
    """Run a study with the fastest methods, as a rule to its models."""
    return run_events(workspace, read_study(file, quick=True, minutes=0), until=until)  # type: ignore[arg-type]


def score(service: Service, **said: Any) -> StudyScores:
    """Score by the study's file; ``opened`` opens the engine."""
    workspace, file = service
    study = read_study(file, quick=True, minutes=0)
    opened = said.pop("opened", None)
    return score_study(workspace, ScoreStudySpec(study=study.name, **said), study, opened=opened)  # type: ignore[arg-type]


def scores_of(workspace: Workspace, done: StudyScores) -> dict[int, float]:
    """Return the probability of each user."""
    rows = workspace.read(workspace.table(done.table, done.version)).to_pylist()
    return {row["user_id"]: row["probability"] for row in rows}


def events(file: Path, *lines: dict[str, Any]) -> dict[str, str]:
    """Write events that arrive, and return their delivery."""
    rows = [{"session_id": 10**9, "track_id": None, **line} for line in lines]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return {"table": "sessions", "path": str(file)}


def advertised(user: int, minute: int = 0) -> dict[str, Any]:
    """Return an event of a user's last day: an advertisement was heard."""
    return {"timestamp": f"2023-04-30T10:{minute:02}:00Z", "user_id": user, "event_type": "ADVERTISEMENT"}


def everything(workspace: Workspace) -> list[tuple[str, str, int]]:
    """Return all that is kept."""
    return [(one.kind, one.name, one.version) for one in workspace.artifacts()]
