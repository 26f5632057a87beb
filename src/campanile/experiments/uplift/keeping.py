"""What a trial taught, kept so that anybody can be scored by it: plain data, fitted to the whole trial."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from campanile.experiments.uplift.formulas import Formula, is_plain, of_plain, plain
from campanile.experiments.uplift.learning import Learned
from campanile.experiments.uplift.trial import Floats
from campanile.features import Design, FeaturePlan, build, matrix
from campanile.tables.uplift import Measured

FILE = "scorer.json"
_BATCH_ROWS = 65_536


@dataclass(frozen=True)
class Scale:
    """Predicted effects less ``centre``, times ``slope``, about the trial's ``average``."""

    average: float
    slope: float
    centre: float = 0.0

    def of(self, effect: Floats) -> Floats:
        """Return effects drawn to the average as far as they turned out too bold, shape (rows,)."""
        return np.asarray(self.average + self.slope * (effect - self.centre))


@dataclass(frozen=True)
class Scorer:
    """What scores customers by the columns of ``plan``; ``measured`` is what the trial's own customers showed."""

    plan: FeaturePlan
    design: Design
    effect: Formula
    response: Formula
    scale: Scale
    measured: Measured

    def scores(self, rows: pa.Table) -> tuple[Floats, Floats]:
        """Return predicted effect and outcome if treated, each (rows,): the same whoever else is in ``rows``.

        Raises DataError for missing columns.
        """
        pieces = [self._piece(rows.slice(at, _BATCH_ROWS)) for at in range(0, max(rows.num_rows, 1), _BATCH_ROWS)]
        effect, response = (np.concatenate(part) for part in zip(*pieces, strict=True))
        return self.scale.of(effect), response

    def unseen(self, rows: pa.Table) -> dict[str, int]:
        """Return by column of categories how many rows have a value that the trial did not have, where there are any.

        Values that were too rare in the trial to be told apart count too.
        """
        plan = FeaturePlan(tuple(feature for feature in self.plan if feature.kind == "category"))
        built = build(plan, rows)
        places = matrix(plan, built)
        counts = {
            feature.sources[0]: int(np.isnan(places[:, at]).sum()) - built.column(feature.name).null_count
            for at, feature in enumerate(plan)
        }
        return {name: count for name, count in counts.items() if count}

    def _piece(self, rows: pa.Table) -> tuple[Floats, Floats]:
        Z = self.design.transform(matrix(self.plan, build(self.plan, rows)))
        return self.effect(Z), self.response(Z)

    def to_bytes(self) -> bytes:
        """Return all of it as JSON, from which it is read back to the last bit."""
        shape = {
            "plan": self.plan.to_dict(), "design": self.design.to_dict(), "effect": plain(self.effect),
            "response": plain(self.response), "scale": vars(self.scale), "measured": self.measured.to_dict(),
        }  # fmt: skip
        return json.dumps(shape).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Scorer:
        """Read what ``to_bytes`` wrote."""
        shape: Mapping[str, Any] = json.loads(content)
        return cls(
            FeaturePlan.from_dict(shape["plan"]), Design.from_dict(shape["design"]), of_plain(shape["effect"]),
            of_plain(shape["response"]), Scale(**shape["scale"]), Measured.from_dict(shape["measured"]),
        )  # fmt: skip


def scorer(plan: FeaturePlan, X: Floats, learned: Learned, scale: Scale, measured: Measured) -> Scorer | None:
    """Return what scores anybody, of what was learned from the whole trial ``X``; None where it is no plain data."""
    if not is_plain(learned.of_effect):
        return None
    centred = Scale(scale.average, scale.slope, float(learned.effect(X).mean()))
    return Scorer(plan, learned.design, learned.of_effect, learned.arms[0], centred, measured)
