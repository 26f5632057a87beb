"""A model behind an endpoint, by hand: python endpoint.py FILE METHOD OUT | endpoint.py serve FILE METHOD PORT

METHOD is logistic or boosting. The first form keeps the fitted pipeline for MLflow in the folder OUT; the second serves
it by FastAPI as one would write it: rows to a data frame, the pipeline's probabilities, a list back.
"""

import sys
from typing import Any

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from xgboost import XGBClassifier


def fitted(file, method):
    rows = pd.read_csv(file, sep=None, engine="python", encoding="utf-8-sig")
    words = ["Education", "Marital_Status"]
    left_out = {"ID", "Response", "Dt_Customer", "Z_CostContact", "Z_Revenue", *words}
    numbers = [name for name in rows if name not in left_out]
    steps = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore"), words),
    )
    booster = XGBClassifier(n_estimators=300, max_depth=4, learning_rate=0.03, n_jobs=1)
    chosen = {"logistic": LogisticRegression(max_iter=2000), "boosting": booster}[method]
    return make_pipeline(steps, chosen).fit(rows, rows["Response"])


def keep(file, method, out):
    import mlflow

    mlflow.sklearn.save_model(fitted(file, method), out, pyfunc_predict_fn="predict_proba",
                              serialization_format="cloudpickle", pip_requirements=[])  # fmt: skip


def serve(file, method, port):
    import uvicorn
    from fastapi import FastAPI
    from pydantic import BaseModel

    class Customers(BaseModel):
        customers: list[dict[str, Any]]

    model, app = fitted(file, method), FastAPI()

    @app.post("/predict")
    def predict(asked: Customers) -> list[float]:
        return model.predict_proba(pd.DataFrame(asked.customers))[:, 1].tolist()

    uvicorn.run(app, port=int(port), log_level="warning")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    else:
        keep(*sys.argv[1:])
