"""Whom to contact: score every customer of a table, cut the list, judge it, tell who is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.audience.compose import Material, Named, compose, economics_of
from campanile.audience.judge import Unseen
from campanile.audience.list import score
from campanile.audience.reasons import WHOLE_ROWS, Of, clustered
from campanile.audience.result import Audience
from campanile.audience.segments import Classes
from campanile.audience.spec import AudienceSpec
from campanile.audience.traits import known
from campanile.models.present import Panel
from campanile.tables import dictionary_of
from campanile.words import say
from campanile.workspace.errors import DataError

if TYPE_CHECKING:
    from campanile.models import Model
    from campanile.workspace import Artifact, Workspace

Floats = NDArray[np.float64]

KIND = "audience"


def select(workspace: Workspace, spec: AudienceSpec) -> Audience:
    """Choose the customers to contact and keep the answer with its list.

    Raises NotFound for an unknown model or table, DataError for a table without rows, SpecError for a
    budget without the cost of a contact.
    """
    from campanile.models import load
    from campanile.models.doubts import doubts

    model = load(workspace, spec.model, spec.version)
    table = workspace.table(spec.table, spec.table_version) if spec.table else model.table
    rows = workspace.read(table)
    spec = with_costs(spec, workspace.catalog.run(model.artifact.run_id).spec)
    economics_of(spec)
    with workspace.run(KIND, spec, seed=spec.seed) as run:
        run.read(model.artifact)
        run.read(table)
        terms = _terms_of(model, rows)
        audience, listed = answered(model, table, rows, spec, terms, _seen(workspace, model, table, rows))
        audience = replace(audience, notes=(*audience.notes, *doubts(workspace, model)))
        draft = run.save_result(KIND, model.name, audience, tables={"list": listed})
    return replace(audience, version=run.artifact(draft).version)


def read(workspace: Workspace, name: str | None = None, version: int | None = None) -> Audience:
    """Return a kept answer: by default the newest. ``name`` is that of its model."""
    artifact = workspace.artifact(KIND, name, version)
    kept: Audience = workspace.result(artifact, Audience)
    return replace(kept, version=artifact.version)


def customers(workspace: Workspace, audience: Audience) -> pa.Table:
    """Return the list of ``audience``: every customer of its table once, the likeliest first."""
    return workspace.frame(workspace.artifact(KIND, audience.model, audience.version), "list")


def answered(
    model: Model, table: Artifact, rows: pa.Table, spec: AudienceSpec, terms: Of | None, seen: int = 0
) -> tuple[Audience, pa.Table]:
    """Answer for the customers in ``rows`` of ``table``: the result, and the list.

    On the model's own training table each customer's score is the one of the model that had not seen it.
    ``terms`` gives the model's exact terms in log-odds (rows, features), None where it has none; ``seen``
    counts training customers where another table is asked about.
    """
    if not rows.num_rows:
        raise DataError(
            say("Table {table:quoted} has no rows: there is nobody to choose from.", table=table.name),
            say("Load customers into it, or name another table."),
        )
    exact = terms is not None and rows.num_rows <= WHOLE_ROWS
    named = Named(
        model.name, model.version, model.method, model.target, table.name, table.version, exact=exact,
        response=model.response,
    )  # fmt: skip
    return compose(_material(model, table, rows, spec, terms, seen), spec, named)


def _material(
    model: Model, table: Artifact, rows: pa.Table, spec: AudienceSpec, terms: Of | None, seen: int
) -> Material:
    def predict(features: pa.Table) -> Floats:
        return np.asarray(model.probabilities(features)[:, model.positive], dtype=np.float64)

    dictionary = dictionary_of(table)
    unseen = Unseen.of(model.oof, model.positive)
    training = table.id == model.table.id
    built = model.features(rows)
    columns = known(model.plan, dictionary, rows, built)
    members = clustered(built, columns, predict, terms, spec.segments, most=spec.features, seed=spec.seed)
    probability = _scored(predict, built, unseen if training else None)
    panel = Panel.of(model.artifact.meta)
    place = panel.present(rows)
    return Material(
        rows=rows.take(pa.array(place)),
        dictionary=dictionary,
        probability=probability[place],
        members=members[place],
        columns=[replace(column, values=column.values[place]) for column in columns],
        unseen=unseen,
        responded=_outcomes(unseen, rows.num_rows, place) if training else None,
        own=training and len(unseen.row) == len(place) == rows.num_rows,
        classes=_classes(model, unseen, members if training else None),
        seen=seen,
        entity=panel.entity,
    )


def _classes(model: Model, unseen: Unseen, members: NDArray[np.int64] | None) -> Classes:
    """Return which classes the customers of each cluster turned out to be of, as far as that is known."""
    labels = tuple(model.column.valued(name) for name in model.classes)
    if members is None:
        return Classes(labels, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    return Classes(labels, members[unseen.row], unseen.actual)


def with_costs(spec: AudienceSpec, asked: Mapping[str, Any]) -> AudienceSpec:
    """Return ``spec`` with the money it leaves open as it was when the model was trained (``asked``)."""
    open_ = {name: asked.get(name) for name in ("contact_cost", "sale_value") if getattr(spec, name) is None}
    return spec.model_copy(update={name: value for name, value in open_.items() if value is not None})


def _scored(predict: Of, built: pa.Table, unseen: Unseen | None) -> Floats:
    """Return each customer's probability, the unseen one where there is one, shape (rows,)."""
    if unseen is None:
        return score(predict, built)
    probability = np.full(built.num_rows, np.nan)
    probability[unseen.row] = unseen.probability
    left = np.flatnonzero(np.isnan(probability))
    probability[left] = score(predict, built.take(left))
    return probability


def _outcomes(unseen: Unseen, rows: int, place: NDArray[np.int64]) -> Floats | None:
    """Return what became of the customers at these places; None where that is not known of any."""
    responded = np.full(rows, np.nan)
    responded[unseen.row] = unseen.responded
    told = responded[place]
    return told if np.isfinite(told).any() else None


def _terms_of(model: Model, rows: pa.Table) -> Of | None:
    """Return the model's exact additive terms as a function of features, None where it has none."""
    from campanile.models.glass import terms

    if not rows.num_rows or terms(model, model.features(rows.slice(0, 1))) is None:
        return None

    def values(features: pa.Table) -> Floats:
        told = terms(model, features)
        return np.empty((0, 0)) if told is None else told.values

    return values


def _seen(workspace: Workspace, model: Model, table: Artifact, rows: pa.Table) -> int:
    """Count the customers of another table whose key is one of the training table's."""
    key = table.meta.get("key")
    if table.id == model.table.id or key is None or model.table.meta.get("key") != key:
        return 0
    keys = workspace.read(model.table, [key]).column(key)
    if keys.type != rows.column(key).type:
        return 0
    return int(pc.sum(pc.is_in(rows.column(key), value_set=keys.combine_chunks())).as_py() or 0)
