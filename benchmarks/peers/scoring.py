"""Score a table by hand: python scoring.py TRAIN.parquet CUSTOMERS.parquet OUT.parquet METHOD TARGET

METHOD is logistic or boosted. Plain pandas with scikit-learn or xgboost; trains on TRAIN, then times reading, scoring
and writing CUSTOMERS. Imports and training are not counted.
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


def main(train, customers, out, method, target):
    rows = pd.read_parquet(train)
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
    scored = pd.read_parquet(customers)
    scored["probability"] = model.predict_proba(scored)[:, 1]
    scored[[name for name in scored if name in left_out - {target}] + ["probability"]].to_parquet(out)
    print(json.dumps({
        "seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - worked, "rows": len(scored),
    }))  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
