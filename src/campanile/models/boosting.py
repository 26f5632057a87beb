"""Gradient boosting of small trees, which take missing values and categories as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from campanile.models.method import Method, Settings
from campanile.words import say

Floats = NDArray[np.float64]

_WIDE = 300


class Booster(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """xgboost on a feature matrix; ``levels`` gives the number of levels of each feature, 0 for a number.

    Kept in the booster's own format (``raw_``), so that nothing of it is run when a file is read.
    """

    def __init__(
        self, levels: Sequence[int], rounds: int = 300, seed: int = 0, parameters: Mapping[str, Any] | None = None
    ) -> None:
        self.levels = levels
        self.rounds = rounds
        self.seed = seed
        self.parameters = parameters

    def fit(self, X: Floats, y: NDArray[np.int64], sample_weight: Floats | None = None) -> Self:
        """Fit to the feature matrix ``X`` (rows, features)."""
        import xgboost

        self.classes_ = np.unique(y)
        data = self._data(X, label=np.searchsorted(self.classes_, y), weight=sample_weight)
        many = len(self.classes_) > 2
        goal = (
            {"objective": "multi:softprob", "num_class": len(self.classes_)}
            if many
            else {"objective": "binary:logistic"}
        )
        asked = {**(self.parameters or {}), **goal, "nthread": 1, "seed": self.seed, "verbosity": 0}
        self._booster = xgboost.train(asked, data, self.rounds)
        self.raw_ = bytes(self._booster.save_raw("ubj"))
        return self

    def predict_proba(self, X: Floats) -> Floats:
        """Return probabilities (rows, classes)."""
        # In place: without building the booster's own copy of the table, some of the time is saved.
        p = np.asarray(self._live().inplace_predict(_narrow(X), validate_features=False), dtype=np.float64)
        return p if p.ndim == 2 else np.stack([1 - p, p], axis=1)

    def attributions(self, X: Floats) -> tuple[Floats, Floats]:
        """Return each feature's part in the scores (outputs, rows, features), and where they start (outputs,).

        Source: Lundberg et al. (2020), exact Shapley values of trees along their own paths.
        """
        parts = np.asarray(self._live().predict(self._data(X), pred_contribs=True), dtype=np.float64)
        parts = parts[None] if parts.ndim == 2 else parts.transpose(1, 0, 2)
        return parts[:, :, :-1], parts[:, 0, -1] if len(X) else np.zeros(len(parts))

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_booster"}

    def _live(self) -> Any:
        import xgboost

        if not hasattr(self, "_booster"):
            self._booster = xgboost.Booster({"nthread": 1})
            self._booster.load_model(bytearray(self.raw_))
        return self._booster

    def _data(self, X: Floats, label: Any = None, weight: Any = None) -> Any:
        import xgboost

        kinds = ["c" if count else "q" for count in self.levels]
        return xgboost.DMatrix(
            _narrow(X), label=label, weight=weight, feature_types=kinds, enable_categorical=True, nthread=1
        )


def _narrow(X: Floats) -> NDArray[np.float32]:
    """Return ``X`` in the booster's numbers; what is too large for them is as good as unknown."""
    with np.errstate(over="ignore"):
        values = X.astype(np.float32)
    values[np.isinf(values)] = np.nan
    return values


def settings(rows: int) -> Settings:
    """Return settings that are good without a search; more rows carry more and deeper trees."""
    return {
        "rounds": int(300 * min(2.0, max(1.0, (rows / 2000) ** 0.3))),
        "max_depth": 4 if rows < 20_000 else 5,
        "eta": 0.03 if rows < 20_000 else 0.06,
        "subsample": 0.7,
        "colsample_bynode": 0.4,
        "min_child_weight": 3.0,
        "reg_lambda": 3.0,
    }


def make(settings: Settings, levels: Sequence[int], seed: int) -> Any:
    """Return the booster as a pipeline."""
    from sklearn.pipeline import Pipeline

    parameters = {name: value for name, value in settings.items() if name != "rounds"}
    if len(levels) > _WIDE:
        # Thousands of columns: each tree looks at some of them, more coarsely.
        parameters |= {"colsample_bytree": _WIDE / len(levels), "max_bin": 64}
    booster = Booster(levels=list(levels), rounds=int(settings["rounds"]), seed=seed, parameters=parameters)
    return Pipeline([("classifier", booster)])


def space(trial: Any) -> Settings:
    """Propose settings to try."""
    return {
        "rounds": trial.suggest_int("rounds", 100, 800, log=True),
        "max_depth": trial.suggest_int("max_depth", 2, 6),
        "eta": trial.suggest_float("eta", 0.01, 0.1, log=True),
        "subsample": trial.suggest_float("subsample", 0.5, 1.0),
        "colsample_bynode": trial.suggest_float("colsample_bynode", 0.2, 1.0),
        "min_child_weight": trial.suggest_float("min_child_weight", 1.0, 20.0, log=True),
        "reg_lambda": trial.suggest_float("reg_lambda", 0.5, 30.0, log=True),
    }


METHOD = Method(say("Gradient boosting"), make, settings, quick={"rounds": 120, "eta": 0.07}, space=space)
