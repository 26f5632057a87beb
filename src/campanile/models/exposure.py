"""Whether how long an entity was observed predicts the outcome by itself: then a model may know no more than that."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate
from campanile.models.metrics import Judged, areas, estimated
from campanile.models.preparation import Prepared
from campanile.models.rarity import counted, widened
from campanile.models.result import Trained
from campanile.models.spec import TrainSpec
from campanile.words import Sentence, say
from campanile.workspace.errors import DataError

USUAL = "exposure_days"
"""The column that is looked for where none is named."""


def column_of(prepared: Prepared, spec: TrainSpec) -> str | None:
    """Return the column that tells how long an entity was observed, None where there is none.

    Raises DataError where the one that was named holds no numbers.
    """
    name = spec.exposure or USUAL
    if name == spec.target or name not in prepared.rows.column_names:
        return None
    kind = prepared.rows[name].type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return name
    if spec.exposure is None:
        return None
    raise DataError(
        say("Column {name:quoted} holds no numbers, so it cannot tell how long an entity was observed.", name=name),
        say("Name a column of days, or none."),
    )


def alone(prepared: Prepared, name: str, draws: Sequence[NDArray[np.float64]]) -> Estimate | None:
    """Estimate the AUC of column ``name`` as a score, on the judged rows that have it, with an interval by entity.

    Nothing is fitted, so nothing has to be held out. ``draws`` are weights of the judged rows (draws, rows). None where
    all values or all outcomes are alike.
    """
    values = np.asarray(prepared.rows[name].cast(pa.float64()).to_numpy(), dtype=np.float64)[prepared.split.judged]
    known = np.isfinite(values)
    problem, positive = prepared.problem, prepared.target.positive
    response = (problem.y[prepared.split.judged] == positive)[known]
    if not known.any() or np.ptp(values[known]) == 0 or response.all() or not response.any():
        return None
    score = values[known]
    seen = Judged(np.stack([-score, score], axis=1), response.astype(np.int64),
                  problem.groups[prepared.split.judged][known], 1)  # fmt: skip
    drawn = np.concatenate([areas(seen, piece[:, known]) for piece in draws])
    return widened(estimated(float(areas(seen, np.ones((1, len(score))))[0]), drawn), *counted(seen))


def told(auc: Estimate, name: str, best: Trained) -> Sentence | None:
    """Say that exposure alone predicts the outcome, beside the model's figure; None where it does not."""
    model = best.metrics.get("roc_auc")
    if not auc.excludes(0.5) or model is None:
        return None
    if auc.estimate > 0.5:
        return say(
            "How long one was observed ({name:quoted}) predicts the outcome by itself, the longer the likelier: AUC"
            " {alone}; {method} has {model}. Compare those observed equally long before you trust a model's reasons.",
            name=name, alone=auc.told(), method=best.label, model=model.told(),
        )  # fmt: skip
    turned = Estimate(1 - auc.estimate, 1 - auc.high, 1 - auc.low, auc.level)
    return say(
        "How long one was observed ({name:quoted}) predicts the outcome by itself, the shorter the likelier: AUC"
        " {alone}; {method} has {model}. Compare those observed equally long before you trust a model's reasons.",
        name=name, alone=turned.told(), method=best.label, model=model.told(),
    )  # fmt: skip
