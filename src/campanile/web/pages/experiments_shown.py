"""What the page on tests speaks of: one test, one look at it, one metric, as the address asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campanile.experiments.assignment import table_of
from campanile.experiments.declaration import KIND
from campanile.experiments.honesty import KIND as HONESTY
from campanile.experiments.looks import KIND as LOOK
from campanile.experiments.looks import ledger
from campanile.experiments.result import Analysis, Design, Experiment, Honesty, Look
from campanile.experiments.sentences import about
from campanile.web.api.kept import result
from campanile.workspace import Artifact, Workspace

PATH = "/experiments"


@dataclass(frozen=True)
class Shown:
    """A test and what is known of it. ``analysis`` tells of ``metric``; ``newest`` where it is the last look."""

    experiment: Experiment
    kept: Artifact
    look: Artifact | None
    analysis: Analysis | None
    metric: str | None
    newest: bool
    looks: tuple[Look, ...]
    assigned: Artifact | None
    design: Design | None
    honesty: Honesty | None

    @property
    def state(self) -> dict[str, Any]:
        """What the address says of it."""
        return state(self.experiment.name, self.metric, None if self.newest or not self.look else self.look.version)


def names(workspace: Workspace) -> tuple[str, ...]:
    """Return the names of all tests, the one that was touched last first."""
    touched = sorted((one for kind in (KIND, LOOK, "design") for one in workspace.artifacts(kind)),
                     key=lambda one: one.created_at, reverse=True)  # fmt: skip
    return tuple(dict.fromkeys(one.name for one in touched))


def shown(workspace: Workspace, asked: Mapping[str, str]) -> Shown | None:
    """Return what the address asks for, else the test that was touched last; None where there is no such test."""
    known = names(workspace)
    name = asked.get("name") or next(iter(known), None)
    if name not in known:
        return None
    kept = workspace.artifact(KIND, name)
    experiment = result(workspace, kept.id, Experiment)
    looks = workspace.artifacts(LOOK, name)
    look = next((one for one in looks if str(one.version) == asked.get("look")), looks[-1] if looks else None)
    whole = result(workspace, look.id, Analysis) if look is not None else None
    metric = asked.get("metric")
    if whole is None or metric not in choices(whole):
        metric = None
    return Shown(
        experiment, kept, look, about(whole, metric) if whole else None, metric, look is None or look == looks[-1],
        ledger(workspace, name), _last(workspace, "table", table_of(name)), _answer(workspace, "design", name, Design),
        _honesty(workspace, look, experiment),
    )  # fmt: skip


def choices(told: Analysis) -> tuple[str, ...]:
    """Return the metrics that an answer can be about."""
    return tuple(dict.fromkeys(one.metric for one in told.effects))


def state(name: str, metric: str | None = None, look: Any = None) -> dict[str, Any]:
    """Return the page's state."""
    said = {"page": PATH, "name": name, "metric": metric, "look": look}
    return {part: value for part, value in said.items() if value is not None}


def tables_of(workspace: Workspace, look: Artifact | None) -> tuple[Artifact, ...]:
    """Return the tables that a look was at."""
    if look is None:
        return ()
    return tuple(one for one in workspace.catalog.parents(look.run_id) if one.kind == "table")


def outcomes_of(workspace: Workspace, look: Artifact | None, experiment: Experiment) -> str | None:
    """Return the name of the table that tells what became of the users."""
    beside = (table_of(experiment.name), f"{experiment.name}_exposures")
    return next((one.name for one in tables_of(workspace, look) if one.name not in beside), experiment.users)


def _honesty(workspace: Workspace, look: Artifact | None, experiment: Experiment) -> Honesty | None:
    table = outcomes_of(workspace, look, experiment)
    return None if table is None else _answer(workspace, HONESTY, table, Honesty)


def _answer(workspace: Workspace, kind: str, name: str, shape: Any) -> Any:
    kept = _last(workspace, kind, name)
    return None if kept is None else result(workspace, kept.id, shape)


def _last(workspace: Workspace, kind: str, name: str) -> Artifact | None:
    kept = workspace.artifacts(kind, name)
    return kept[-1] if kept else None
