"""DiCE's genetic search: python counterfactuals.py CUSTOMERS.csv FORMULA.json REACH

For each customer of the file by itself: the change that lets the chance reach REACH, by the formula or by the booster
that FORMULA.json names, with its calibration. Prints, for each, the seconds and the values of the levers that were
found (null where it found none).
"""

import json
import sys
import time
import warnings
from pathlib import Path

import dice_ml
import numpy as np
import pandas as pd


class Formula:
    """The formula as a classifier that says yes from ``reach`` on."""

    classes_ = np.array([0, 1])

    def __init__(self, said, reach):
        self.said, self.reach = said, reach

    def odds(self, rows):
        odds = np.full(len(rows), self.said["intercept"])
        for name, (best, square, straight) in self.said["features"].items():
            values = rows[name].to_numpy(dtype=float)
            odds += straight * values - square * (values - best) ** 2
        return odds

    def predict_proba(self, rows):
        odds = self.odds(rows)
        # DiCE says yes from a half on, so the odds are moved to where the goal is a half.
        odds -= np.log(self.reach / (1 - self.reach))
        p = 1 / (1 + np.exp(-odds))
        return np.column_stack([1 - p, p])

    def predict(self, rows):
        return (self.predict_proba(rows)[:, 1] >= 0.5).astype(int)


class Trained(Formula):
    """A booster of xgboost, calibrated by a straight line in log-odds, in the formula's place."""

    def __init__(self, said, reach):
        import xgboost

        super().__init__(said, reach)
        self.booster = xgboost.Booster({"nthread": 1})
        self.booster.load_model(said["booster"])

    def odds(self, rows):
        values = rows[list(self.said["features"])].to_numpy(dtype=np.float32)
        p = np.clip(self.booster.inplace_predict(values, validate_features=False), 1e-6, 1 - 1e-6)
        return self.said["slope"] * np.log(p / (1 - p)) + self.said["intercept"]


def main(customers, formula, reach):
    rows, said, reach = pd.read_csv(customers), json.loads(Path(formula).read_text()), float(reach)
    names, levers = list(said["features"]), said["levers"]
    model = (Trained if "booster" in said else Formula)(said, reach)
    table = rows[names].assign(outcome=model.predict(rows))
    data = dice_ml.Data(dataframe=table, continuous_features=names, outcome_name="outcome")
    search = dice_ml.Dice(data, dice_ml.Model(model=model, backend="sklearn"), method="genetic")
    found = []
    for place in said["asked"]:
        one = rows.loc[[place], names]
        ranges = {
            name: [float(min(one[name].iloc[0], low)), float(max(one[name].iloc[0], high))]
            if way == "both" else ([float(one[name].iloc[0]), float(max(high, one[name].iloc[0]))] if way == "up"
                                   else [float(min(low, one[name].iloc[0])), float(one[name].iloc[0])])
            for name, (low, high, way) in levers.items()
        }  # fmt: skip
        started = time.perf_counter()
        try:
            told = search.generate_counterfactuals(
                one, total_CFs=1, desired_class=1, features_to_vary=list(levers), permitted_range=ranges, verbose=False
            )
            values = told.cf_examples_list[0].final_cfs_df
        except Exception as error:
            print(f"{place}: {type(error).__name__}: {error}", file=sys.stderr)
            values = None
        seconds = time.perf_counter() - started
        none = values is None or not len(values)
        found.append({
            "seconds": seconds,
            "values": None if none else {name: float(values[name].iloc[0]) for name in levers},
        })  # fmt: skip
    print(json.dumps({"found": found}))


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    main(*sys.argv[1:])
