"""Who responds to the ifood campaign, by hand: python ifood_models.py FILE METHOD SEED [FLAML seconds a fold]

METHOD is plain, careful (two logistic regressions), boosted or flaml. Pandas and scikit-learn, as an analyst would
write it: five folds, rows that are equal but for ID and Response stay together, contact cost 3, sale value 11.
"""

import itertools
import json
import logging
import sys
import time

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, SplineTransformer, StandardScaler

COST, VALUE = 3, 11


def read(path):
    """Return the columns as they came, outcome and the group of duplicates."""
    rows = pd.read_csv(path, sep=None, engine="python", encoding="utf-8-sig")
    group = rows.drop(columns=["ID", "Response"]).astype(str).agg("|".join, axis=1).factorize()[0]
    joined = pd.to_datetime(rows["Dt_Customer"])
    rows["days_a_customer"] = (joined.max() - joined).dt.days
    y = rows["Response"].to_numpy()
    return rows.drop(columns=["ID", "Response", "Dt_Customer", "Z_CostContact", "Z_Revenue"]), y, group


def with_care(known):
    """Return the columns that an analyst who knows the data adds: totals, shares, who lives alone, products."""
    known = known.assign(Income=known["Income"].where(known["Income"] < 200_000).map(np.log1p))
    spent = known.filter(like="Mnt")
    known["accepted"] = known.filter(like="AcceptedCmp").sum(axis=1)
    known["purchases"] = known.filter(like="Purchases").sum(axis=1)
    known["alone"] = (~known["Marital_Status"].isin(["Married", "Together"])).astype(int)
    known[[f"share of {name}" for name in spent]] = spent.div(spent.sum(axis=1).clip(lower=1), axis=0)
    known["spent"] = np.log1p(spent.sum(axis=1))
    known[list(spent)] = np.log1p(spent)
    crossed = ["accepted", "alone", "Recency", "days_a_customer", "spent"]
    for one, other in itertools.combinations(crossed, 2):
        known[f"{one} x {other}"] = (known[one] - known[one].mean()) * (known[other] - known[other].mean())
    return known


def prepared(known, *, splines):
    words = [name for name in known.columns if not pd.api.types.is_numeric_dtype(known[name])]
    numbers = [name for name in known.columns if name not in words]
    shape = SplineTransformer(4) if splines else StandardScaler()
    return make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median"), shape), numbers),
        (OneHotEncoder(handle_unknown="ignore", min_frequency=10), words),
    )


def model(method, known, seed):
    """Return an estimator to fit on a training fold."""
    if method in ("plain", "careful"):
        return make_pipeline(prepared(known, splines=method == "careful"), LogisticRegression(max_iter=3000, C=0.5))
    from xgboost import XGBClassifier

    fixed = {"n_estimators": 300, "learning_rate": 0.05, "subsample": 0.8, "colsample_bytree": 0.6}
    booster = XGBClassifier(**fixed, random_state=seed, n_jobs=2)
    settings = {"xgbclassifier__max_depth": [2, 3, 4], "xgbclassifier__min_child_weight": [1, 5]}
    return GridSearchCV(make_pipeline(prepared(known, splines=False), booster), settings, scoring="roc_auc", cv=4)


def fitted(method, known, y, seed, seconds):
    if method != "flaml":
        return model(method, known, seed).fit(known, y)
    from flaml import AutoML

    logging.getLogger("flaml").setLevel(logging.ERROR)
    search = AutoML()
    search.fit(known, y, task="classification", metric="roc_auc", time_budget=seconds, seed=seed, n_jobs=2, verbose=0)
    return search


def main(path, method, seed, seconds):
    started = time.perf_counter()
    known, y, group = read(path)
    known = known if method == "plain" else with_care(known)
    p = np.zeros(len(y))
    aucs = []
    for train, test in StratifiedGroupKFold(5, shuffle=True, random_state=seed).split(known, y, group):
        p[test] = fitted(method, known.iloc[train], y[train], seed, seconds).predict_proba(known.iloc[test])[:, 1]
        aucs.append(roc_auc_score(y[test], p[test]))
    contacted = p > COST / VALUE
    profit = VALUE * y[contacted].sum() - COST * contacted.sum()
    print(json.dumps({
        "auc": float(np.mean(aucs)), "auc_pooled": float(roc_auc_score(y, p)), "profit": float(profit),
        "off": float(p.sum() - y.sum()), "seconds": time.perf_counter() - started,
    }))  # fmt: skip


if __name__ == "__main__":
    file, method, seed, *rest = sys.argv[1:]
    main(file, method, int(seed), float(rest[0]) if rest else 60.0)
