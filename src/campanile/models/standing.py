"""How the methods stand while others are still being fitted: told with the progress of a training."""

from __future__ import annotations

import numpy as np

from campanile.models.crossfit import Fitted
from campanile.models.methods import METHODS
from campanile.models.metrics import area
from campanile.models.preparation import Prepared
from campanile.models.schedule import Progress
from campanile.models.spec import TrainSpec
from campanile.words import Sentence, say

_DRAWS = 100


class Standing:
    """The progress of a training, with a line for each method that is finished so far, the best first."""

    def __init__(self, progress: Progress, spec: TrainSpec) -> None:
        self._progress = progress
        self._spec = spec
        self._lines: dict[str, tuple[float, Sentence]] = {}

    def __call__(self, share: float, doing: Sentence) -> None:
        """Tell how far it is."""
        self._progress(share, doing, tuple(line for _, line in sorted(self._lines.values(), key=lambda one: -one[0])))

    def add(self, prepared: Prepared, fitted: Fitted) -> None:
        """Judge a method by its out-of-fold predictions; one that was added before is judged anew."""
        if fitted.method == "baseline":
            return
        auc = area(prepared.judge(fitted.p, self._spec), _DRAWS, self._spec.seed)
        if np.isfinite(auc.estimate):
            line = say("{method}: AUC {auc}", method=METHODS[fitted.method].label, auc=auc.told())
            self._lines[fitted.method] = auc.estimate, line
