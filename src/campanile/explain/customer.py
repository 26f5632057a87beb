"""The reasons for one customer: what adds most to the answer, and the nearest other answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.explain.bound import attribute, evidence_of
from campanile.explain.changes import changes, own_value
from campanile.explain.evidence import Evidence
from campanile.explain.result import Reason, Reasons
from campanile.explain.spec import ReasonsSpec
from campanile.explain.subjects import Subject, told
from campanile.explain.wording import reason as reason_words
from campanile.explain.wording import verdict
from campanile.tables import response_of, with_response
from campanile.words import say
from campanile.workspace.errors import NotFound

if TYPE_CHECKING:
    from campanile.models.model import Model
    from campanile.workspace import Workspace


def reasons(workspace: Workspace, spec: ReasonsSpec) -> Reasons:
    """Tell why a model answers as it does for the customer whose key is ``spec.key``.

    They are kept as artifact ``reasons`` under the model's name. Raises NotFound for a key that the table
    does not have.
    """
    from campanile.models import load

    model = load(workspace, spec.model, spec.version)
    table = workspace.table(spec.table) if spec.table else model.table
    with workspace.run("reasons", spec, seed=spec.seed) as run:
        run.read(model.artifact)
        run.read(table)
        customer = _customer(workspace.read(table), table.meta.get("key"), spec.key, table.name)
        evidence, answer = evidence_of(workspace, model, spec.answer)
        result = explained(evidence, model, customer, answer, spec)
        about = {"model_version": model.version, "key": result.key, "table": table.name, "table_version": table.version}
        run.save_result("reasons", model.name, result, meta=about)
    return result


def explained(evidence: Evidence, model: Model, customer: pa.Table, answer: str, spec: ReasonsSpec) -> Reasons:
    """Tell the reasons for ``customer``, a table of one row."""
    built = evidence.build(customer)
    probability = float(evidence.score(built)[0])
    threshold = spec.threshold if spec.threshold is not None else evidence.base
    told_values = attribute(evidence, built, seed=spec.seed)
    most = np.argsort(-np.abs(told_values.values[0]), kind="stable")[: spec.features]
    found = tuple(
        _reason(evidence.subjects[place], customer, built, told_values.values[0], int(place)) for place in most
    )
    nearest = changes(evidence, customer, evidence.subjects, threshold, named_fixed=spec.fixed)
    return Reasons(
        str(spec.key), model.name, model.version, answer, probability, evidence.base, threshold, told_values.exact,
        found, nearest, with_response(verdict(str(spec.key), probability, evidence.base),
                                response_of(model.column, model.classes, model.classes.index(answer))),
    )  # fmt: skip


def _reason(subject: Subject, row: pa.Table, built: pa.Table, values: NDArray[np.float64], place: int) -> Reason:
    value = told(subject, own_value(row if subject.column else built, subject))
    contribution = float(values[place])
    return Reason(subject.name, subject.label, value, contribution, reason_words(subject, value, contribution))


def _customer(rows: pa.Table, key: str | None, wanted: str | int, table: str) -> pa.Table:
    if key is None:
        raise NotFound(
            say("Table {table:quoted} has no key, so no customer can be named.", table=table),
            say("Load it with --key."),
        )
    found = rows.filter(pc.equal(pc.cast(rows[key], pa.string()), str(wanted)))
    if found.num_rows == 0:
        raise NotFound(say("Table {table:quoted} has no customer {key:quoted}.", table=table, key=str(wanted)))
    return found.slice(0, 1)
