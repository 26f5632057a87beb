"""A kept model and its table, seen as this room needs them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.explain.evidence import Evidence, Score, Terms
from campanile.explain.shapley import COMPARED, Attributions, gathered, log_odds, sampled
from campanile.explain.subjects import subjects
from campanile.tables import dictionary_of
from campanile.words import say
from campanile.workspace.errors import not_found

if TYPE_CHECKING:
    from campanile.models.model import FoldModel, Model
    from campanile.workspace import Workspace

_CENTRED_ON = 2000
"""Training customers whose average contribution is what others are compared with."""


def evidence_of(workspace: Workspace, model: Model, answer: str | None = None) -> tuple[Evidence, str]:
    """Return what ``model`` is explained on, and the name of the class that counts as the answer.

    Raises NotFound where ``answer`` is no class of the model.
    """
    from campanile.models import glass

    if answer is not None and answer not in model.classes:
        raise not_found(say("answer"), answer, model.classes, say("Model {model:quoted}", model=model.name))
    which = model.positive if answer is None else model.classes.index(answer)
    oof = model.oof
    rows = workspace.read(model.table).take(oof["row"]).combine_chunks()
    features = model.features(rows)
    whole, folds = _whole(model), range(int(_numbers(oof, "fold").max()) + 1)
    has_terms = glass.terms(whole, features.slice(0, 2), which) is not None
    evidence = Evidence(
        rows, features, _numbers(oof, "actual") == which, np.asarray(oof[f"p_{which}"], dtype=np.float64),
        _numbers(oof, "fold"), _numbers(oof, "group"), model.features, _of_class(lambda: whole, which),
        tuple(_of_class(partial(_fold, model, k), which) for k in folds),
        subjects(model.plan, dictionary_of(model.table), rows, features),
        _terms(lambda: whole, which) if has_terms else None,
        tuple(_terms(partial(_fold, model, k), which) for k in folds) if has_terms else None,
    )  # fmt: skip
    return evidence, model.classes[which]


def attributions(
    workspace: Workspace, model: Model, rows: pa.Table | None = None, *, answer: str | None = None, seed: int = 0
) -> Attributions:
    """Return what each feature adds to the model's answer for each of ``rows`` (default: the training rows).

    Exact where the model has exact contributions; else sampled, which asks the model ten times for
    each feature of each row: give few rows then.
    """
    evidence, _ = evidence_of(workspace, model, answer)
    return attribute(evidence, evidence.features if rows is None else model.features(rows), seed=seed)


def attribute(evidence: Evidence, features: pa.Table, *, seed: int = 0) -> Attributions:
    """Return contributions of built ``features`` by subject, as differences from the average customer."""
    names = tuple(subject.name for subject in evidence.subjects)
    labels = tuple(subject.label for subject in evidence.subjects)
    if evidence.terms is not None:
        average = evidence.features.take(evidence.sample(_CENTRED_ON, seed))
        values = evidence.terms(features) - evidence.terms(average).mean(axis=0)
        told = gathered(values, features.column_names, evidence.subjects)
        expected = float(log_odds(evidence.score(average)).mean())
        return Attributions(names, labels, told, expected, exact=True)
    few = np.random.default_rng(seed).choice(evidence.features.num_rows, COMPARED)
    background = evidence.features.take(few)
    told = sampled(evidence.score, features, background, evidence.subjects, seed)
    return Attributions(names, labels, told, float(log_odds(evidence.score(background)).mean()), exact=False)


def _whole(model: Model) -> FoldModel:
    """See the model as one that left out no fold, so that any class can be asked for."""
    from campanile.models.model import FoldModel

    return FoldModel(-1, model.plan, model.pipeline)


def _fold(model: Model, k: int) -> FoldModel:
    """Return the model of a fold, which is read only when it is asked something."""
    return model.folds[k]


def _of_class(model: Callable[[], FoldModel], which: int) -> Score:
    def score(features: pa.Table) -> NDArray[np.float64]:
        return model().probabilities(features)[:, which]

    return score


def _terms(model: Callable[[], FoldModel], which: int) -> Terms:
    from campanile.models import glass

    def terms(features: pa.Table) -> NDArray[np.float64]:
        told = glass.terms(model(), features, which)
        return np.zeros((features.num_rows, features.num_columns)) if told is None else told.values

    return terms


def _numbers(table: pa.Table, name: str) -> NDArray[np.int64]:
    return np.asarray(table[name].to_numpy(), dtype=np.int64)
