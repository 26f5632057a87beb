"""What versions meet, against what they were trained on: scores and features, by how far they moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.estimates.stability import MODERATE, SERIOUS, between, edges, stability
from campanile.features.plan import Feature
from campanile.models.model import Model
from campanile.models.registry import load
from campanile.models.rollouts.files import answers
from campanile.models.rollouts.result import Day, Drift, Moved, Shift, VersionDrift
from campanile.models.rollouts.rollout import Arm, Rollout
from campanile.models.rollouts.spec import DriftSpec
from campanile.models.rollouts.standing import artifact, find
from campanile.words import Sentence, say
from campanile.workspace.errors import DataError
from campanile.workspace.place import Workspace

Floats = NDArray[np.float64]
KIND = "drift"
_SCORE = say("Score")


@dataclass(frozen=True)
class _Seen:
    """Each customer's last answer in the window: when, probability, and the matrix of features."""

    days: NDArray[Any]
    probability: Floats
    matrix: Floats


def drift(workspace: Workspace, spec: DriftSpec, *, now: datetime | None = None) -> Drift:
    """Hold features and scores of the answers of the last days against the training of each version, and keep it.

    Each customer counts once, by its last answer. Raises NotFound; DataError where nobody was answered in those days.
    """
    rollout = find(workspace, spec.rollout)
    until = spec.until or (now or datetime.now(UTC)).date()
    since = until - timedelta(days=spec.days - 1)
    with workspace.run("drift", spec) as run:
        run.read(artifact(workspace, rollout))
        found = []
        for arm in rollout.arms:
            model = load(workspace, *arm.named)
            seen = _seen(workspace, rollout, arm, model, since, until)
            if seen is not None:
                run.read(model.table)
                found.append(_drifted(workspace, arm, model, seen))
        if not found:
            raise DataError(
                say("Rollout {name:quoted} answered nobody from {since:date} to {until:date}.", name=rollout.name,
                    since=since, until=until),
                say("Ask for predictions under it, or look at more days."),
            )  # fmt: skip
        done = Drift(rollout.name, rollout.declaration, since, until, tuple(found), _verdict(found), _notes(found))
        run.save_result(KIND, rollout.name, done, meta={"declaration": rollout.declaration})
    return done


def _seen(workspace: Workspace, rollout: Rollout, arm: Arm, model: Model, since: date, until: date) -> _Seen | None:
    features = ", arg_max(features, time) AS features" if len(model.plan) else ""
    rows = answers(
        workspace, rollout.name, arm.named,
        f"SELECT CAST(max(time) AS DATE) AS day, arg_max(probability, time) AS probability{features} FROM answers"
        " WHERE probability IS NOT NULL AND CAST(time AS DATE) BETWEEN ? AND ? GROUP BY key", [since, until], since,
    )  # fmt: skip
    if rows is None or not rows.num_rows:
        return None
    built = pa.Table.from_struct_array(rows["features"].combine_chunks()) if features else pa.table({})
    matrix = model.matrix(built) if features else np.empty((rows.num_rows, 0))
    return _Seen(rows["day"].to_numpy(), rows["probability"].to_numpy(), matrix)


def _drifted(workspace: Workspace, arm: Arm, model: Model, seen: _Seen) -> VersionDrift:
    trained = model.numbers(workspace.read(model.table, list(model.plan.sources)))
    reference, folds = (model.oof[name].to_numpy() for name in ("probability", "fold"))
    shifts = [
        shift(feature.name, feature.label, seen.matrix[:, place], trained[:, place], _bounds(feature))
        for place, feature in enumerate(model.plan)
    ]
    return VersionDrift(
        arm.model, arm.version, arm.role, len(seen.probability),
        _scores(seen.probability, reference, folds), float(reference.mean()), float(seen.probability.mean()),
        tuple(sorted(shifts, key=lambda one: (_WORST.index(one.state), -one.index))), _days(seen, reference, folds),
    )  # fmt: skip


def shift(name: str, label: Sentence, current: Floats, earlier: Floats, bounds: Floats | None = None) -> Shift:
    """Return how far values lie from where they lay; NaN is missing. ``bounds`` default to tenths of the earlier."""
    present, before = (np.sort(values[~np.isnan(values)]) for values in (current, earlier))
    missing = [len(current) - len(present), len(earlier) - len(before)]
    if bounds is None:
        bounds = edges(before) if len(before) else np.empty(0)
    counts = [np.append(between(values, bounds), lost) for values, lost in zip((present, before), missing, strict=True)]
    if not any(missing):
        counts = [one[:-1] for one in counts]
    index, chance = stability(*counts)
    then, now = missing[1] / max(len(earlier), 1), missing[0] / max(len(current), 1)
    return Shift(name, label, index, chance, then, now, state(index, chance))


def _scores(current: Floats, reference: Floats, folds: NDArray[np.int64]) -> Shift:
    """Return how far scores lie from those of customers whom the training's models had not seen.

    A model that is fitted anew scores otherwise by itself: how far the folds' scores lie apart counts as chance.
    """
    found = shift("score", _SCORE, current, reference)
    names = np.unique(folds)
    apart = [shift("score", _SCORE, reference[folds == fold], reference[folds != fold]).index for fold in names]
    chance = max(found.chance, *apart) if len(names) > 1 else found.chance
    return replace(found, chance=chance, state=state(found.index, chance))


def state(index: float, chance: float) -> Moved:
    """Return what an index tells, given what chance alone exceeds once in a thousand."""
    if index > max(SERIOUS, chance):
        return "serious"
    if index > max(MODERATE, chance):
        return "moderate"
    return "few" if chance > MODERATE else "steady"


_WORST = ("serious", "moderate", "few", "steady")


def _bounds(feature: Feature) -> Floats | None:
    """Return bounds that give each category a part of its own; a number's parts are found from its values."""
    if feature.kind == "number":
        return None
    return np.arange(max(len(feature.levels), 2) - 1, dtype=np.float64) + 0.5


def _days(seen: _Seen, reference: Floats, folds: NDArray[np.int64]) -> tuple[Day, ...]:
    found = []
    for day in np.unique(seen.days):
        scores = seen.probability[seen.days == day]
        moved = _scores(scores, reference, folds)
        found.append(Day(day.astype("datetime64[D]").item(), len(scores), float(scores.mean()), moved.index,
                         moved.chance, moved.state))  # fmt: skip
    return tuple(found)


def _verdict(found: Sequence[VersionDrift]) -> Sentence:
    moved = {str(shift.label): shift.label for one in found for shift in one.moved}
    if moved:
        return say("Moved against the training: {names:list}.", names=tuple(moved.values())[:5])
    if any(one.score.state == "few" for one in found):
        return say("Too few customers were answered to tell whether anything has moved.")
    return say("Features and scores lie where they lay in training.")


def _notes(found: Sequence[VersionDrift]) -> tuple[Sentence, ...]:
    return tuple(
        say("{version}: mean score {now:percent}, {then:percent} in training; {customers:number} customers.",
            version=Arm(one.model, one.version, "champion").told(), now=one.mean_now, then=one.mean_then,
            customers=one.customers)
        for one in found
    )  # fmt: skip
