"""What is kept of each experiment: read, made at first, and added to; never turned into another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from campanile.experiments.result import Arm, Experiment
from campanile.experiments.spec import Metric
from campanile.words import say
from campanile.workspace.buckets import VERSION
from campanile.workspace.errors import not_found

if TYPE_CHECKING:
    from campanile.workspace import Run, Workspace

KIND = "experiment"
OF = 10_000
"""Buckets that users fall into: a share is told to a hundredth of a percent."""


def find(workspace: Workspace, name: str) -> Experiment | None:
    """Return an experiment as it was kept last, None where there is none of that name."""
    kept = workspace.artifacts(KIND, name)
    return workspace.result(kept[-1], Experiment) if kept else None


def read(workspace: Workspace, name: str) -> Experiment:
    """Return an experiment as it was kept last. Raises NotFound with the nearest name."""
    kept = find(workspace, name)
    if kept is None:
        raise not_found(say("experiment"), name, {one.name for one in workspace.artifacts(KIND)})
    return kept


def experiments(workspace: Workspace) -> tuple[Experiment, ...]:
    """Return every experiment as it was kept last, the newest first."""
    newest = {one.name: one for one in workspace.artifacts(KIND)}
    kept = sorted(newest.values(), key=lambda one: one.created_at, reverse=True)
    return tuple(workspace.result(one, Experiment) for one in kept)


def fresh(name: str, salt: str | None = None) -> Experiment:
    """Return an experiment that nobody is in yet: half of all users are treated."""
    return Experiment(name, name if salt is None else salt, VERSION, (Arm("treatment", 50.0), Arm("control", 50.0)))


def keep(run: Run, experiment: Experiment, before: Experiment | None) -> None:
    """Keep an experiment as it is now, if it is not as it was."""
    if experiment != before:
        run.save_result(KIND, experiment.name, experiment)


def declared(experiment: Experiment) -> tuple[Metric, ...]:
    """Return the metrics that were named before anybody looked, or since."""
    return tuple(Metric(**said) for said in experiment.metrics)


def joined(known: tuple[Metric, ...], named: tuple[Metric, ...]) -> tuple[Metric, ...]:
    """Return the known metrics with those named now: one that is named by its name alone is the known one."""
    by_name = {one.name: one for one in known}
    for one in named:
        if one.name not in by_name or one != Metric(name=one.name):
            by_name[one.name] = one
    return tuple(by_name.values())


def with_metrics(experiment: Experiment, metrics: tuple[Metric, ...], looks: int) -> Experiment:
    """Return the experiment with these metrics; one that is new, or measures something else now, was named after so
    many ``looks``."""
    known = {one.name: one for one in declared(experiment)}
    named = dict(experiment.named)
    for one in metrics:
        before = known.get(one.name)
        if before is None or one.model_copy(update={"value": before.value}) != before:
            named[one.name] = looks
    kept = tuple(one.model_dump(mode="json", exclude_defaults=True) for one in metrics)
    return replace(experiment, metrics=kept, named=tuple(named.items()))


def others(workspace: Workspace, name: str, layer: str) -> tuple[Experiment, ...]:
    """Return the other experiments of a layer."""
    names = {one.name for one in workspace.artifacts(KIND)} - {name}
    found = (find(workspace, other) for other in sorted(names))
    return tuple(one for one in found if one is not None and one.layer == layer)
