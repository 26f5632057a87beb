"""Score a table by hand: python scoring.py TRAIN.parquet CUSTOMERS.parquet OUT.parquet METHOD TARGET FEATURES

METHOD is logistic or boosted; FEATURES is raw (columns as they are) or same (what Campanile makes of them). Plain
pandas with scikit-learn or xgboost; trains on TRAIN, then times reading, scoring and writing CUSTOMERS. Imports and
training are not counted.
"""

import json
import sys
import time

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from xgboost import XGBClassifier


def with_features(rows):
    """Return what Campanile makes of these columns: days, totals, shares, a count, a flag for what is missing."""
    rows["days"] = (pd.Timestamp("2024-06-30") - pd.to_datetime(rows["signup_date"])).dt.days
    for stem in ("spend_", "purchases_"):
        parts = [name for name in rows if name.startswith(stem)]
        total = rows[parts].sum(axis=1)
        rows[f"total_{stem}"] = total
        for name in parts:
            rows[f"share_{name}"] = (rows[name] / total).fillna(0)
    rows["accepted"] = rows[[name for name in rows if name.startswith("accepted_")]].sum(axis=1)
    rows["income_missing"] = rows["income_eur"].isna()
    return rows


def main(train, customers, out, method, target, features):
    prepare = with_features if features == "same" else lambda rows: rows
    rows = prepare(pd.read_parquet(train))
    y = rows[target].astype(int)
    left_out = {target, "id", "customer_id", "ID"}
    words = [name for name in rows.select_dtypes("object") if isinstance(rows[name].iloc[0], str)]
    numbers = [name for name in rows.select_dtypes(["number", "bool"]) if name not in left_out]
    steps = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore"), words),
    )
    booster = XGBClassifier(n_estimators=300, max_depth=3, n_jobs=1)
    chosen = {"logistic": LogisticRegression(max_iter=2000), "boosted": booster}[method]
    model = make_pipeline(steps, chosen).fit(rows, y)
    started, worked = time.perf_counter(), time.process_time()
    scored = prepare(pd.read_parquet(customers))
    scored["probability"] = model.predict_proba(scored)[:, 1]
    scored[[name for name in scored if name in left_out - {target}] + ["probability"]].to_parquet(out)
    print(json.dumps({
        "seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - worked, "rows": len(scored),
    }))  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
