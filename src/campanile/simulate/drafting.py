"""The experiment that would confirm an answer, drafted in the shape in which tests are designed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from campanile.simulate import sentences
from campanile.tables.draft import Draft

if TYPE_CHECKING:
    from campanile.models.model import Model
    from campanile.simulate.people import People
    from campanile.simulate.result import Answer
    from campanile.simulate.spec import SimulateSpec

_LONGEST = 80
_EVEN = 50.0


def draft(model: Model, people: People, spec: SimulateSpec, best: Answer) -> Draft | None:
    """Return the draft for the answer to begin with; None for one customer, of whom no groups can be made."""
    if len(people.places) < 2 or best.before.estimate <= 0:
        return None
    before = best.before.estimate
    return Draft(
        name=_name(f"{model.target}-{spec.whom}"),
        hypothesis=sentences.hypothesis(people.called, best),
        metric=model.target,
        baseline=before,
        lift=best.gain.estimate / before,
        lift_low=best.gain.low / before,
        lift_high=best.gain.high / before,
        unit=people.unit,
        share=_EVEN,
        segment=spec.whom,
        who=people.called,
        customers=len(people.places),
        changes={one.name: one.by for one in best.changes},
        source={"model": model.name, "model_version": model.version, "table": people.table.name,
                "table_version": people.table.version},
    )  # fmt: skip


def _name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-")[:_LONGEST].rstrip("-")
