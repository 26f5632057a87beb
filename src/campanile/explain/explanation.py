"""Why a model answers as it does: all parts of the explanation, kept in the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from campanile.explain.bound import evidence_of
from campanile.explain.curves import curves
from campanile.explain.evidence import Evidence
from campanile.explain.groups import Asked, discovery, target_groups
from campanile.explain.influence import influences, looked_at
from campanile.explain.intervals import share_of
from campanile.explain.result import Explanation, Group, Influence
from campanile.explain.spec import ExplainSpec
from campanile.explain.subjects import Subject
from campanile.explain.wording import headline, unsure
from campanile.explain.zones import zones
from campanile.tables import response_of, with_response
from campanile.words import Sentence, say

if TYPE_CHECKING:
    from campanile.models.model import Model
    from campanile.workspace import Workspace


def explain(workspace: Workspace, spec: ExplainSpec | None = None) -> Explanation:
    """Explain a model on the customers it was trained on, each judged by a model that had not seen it.

    The explanation is kept as artifact ``explanation`` under the model's name. Raises NotFound for a
    model or class that is not there.
    """
    from campanile.models import load

    asked = spec or ExplainSpec()
    model = load(workspace, asked.model, asked.version)
    with workspace.run("explain", asked, seed=asked.seed) as run:
        run.read(model.artifact)
        run.read(model.table)
        evidence, answer = evidence_of(workspace, model, asked.answer)
        result = explained(evidence, model, answer, asked)
        run.save_result("explanation", model.name, result, meta={"model_version": model.version})
    return result


def explained(evidence: Evidence, model: Model, answer: str, spec: ExplainSpec) -> Explanation:
    """Explain what ``evidence`` shows of ``model``; curves and zones for the features that are shown."""
    ranked = influences(evidence, sample=spec.sample, seed=spec.seed, level=spec.level, tested=spec.features)
    by_name = {subject.name: subject for subject in evidence.subjects}
    shown = [by_name[one.name] for one in ranked[: spec.features]]
    asked = Asked(spec.groups, spec.conditions, spec.support, spec.customers, spec.breadth, spec.level)
    groups = target_groups(evidence, evidence.subjects, asked)
    seen = discovery(evidence.fold)
    count = len(evidence.outcome)
    response = response_of(model.column, model.classes, model.classes.index(answer))
    return Explanation(
        model.name, model.version, model.method, model.target, answer, model.table.name, model.table.version,
        count, int(evidence.outcome.sum()), share_of(evidence.outcome, evidence.group, spec.level),
        evidence.terms is not None, looked_at(evidence, spec.sample), min(spec.features, len(ranked)), ranked,
        curves(evidence, shown, sample=spec.sample, seed=spec.seed, level=spec.level),
        zones(evidence, shown, support=spec.support, customers=spec.customers, level=spec.level),
        groups, int(seen.sum()), int(np.sum(~seen)), with_response(_headline(evidence, ranked, groups[0]), response),
        _notes(evidence, shown, spec), response,
    )  # fmt: skip


def _headline(evidence: Evidence, ranked: tuple[Influence, ...], group: Group) -> Sentence:
    labels = [one.label for one in ranked[:3]]
    if not group.confirmed:
        return unsure(labels)
    return headline(labels, group.words, group.response, evidence.base)


def _notes(evidence: Evidence, shown: list[Subject], spec: ExplainSpec) -> tuple[Sentence, ...]:
    """Say what the reader must know to read the explanation rightly."""
    notes = [say(
        "This shows which customers respond more often and what the model looks at. It does not show what would "
        "happen if a customer were changed."
    )]  # fmt: skip
    if evidence.terms is None:
        notes.append(say(
            "The influence was sampled on {n:number} customers: this kind of model has no exact contributions.",
            n=looked_at(evidence, spec.sample),
        ))  # fmt: skip
    if evidence.outcome.sum() < 100:
        notes.append(say(
            "Only {n:number} customers responded: the intervals are wide, and small groups cannot be told apart.",
            n=int(evidence.outcome.sum()),
        ))  # fmt: skip
    return tuple(notes)
