"""One row per customer, as numbers: what is made of a table before a model sees it.

A plan is data (which columns, which operation), proposed from the meaning of the columns and kept with
the model; building it is one query of the engine. What is learned from rows (medians, scales, frequent
categories) is not in the plan but in the encoders, which are fitted inside the folds.

>>> import pyarrow as pa
>>> from campanile.features import build, propose
>>> from campanile.tables import Column, Dictionary, Semantic
>>> rows = pa.table({"ID": [1, 2], "wine_eur": [30.0, 0.0], "meat_eur": [10.0, 5.0], "bought": [True, False]})
>>> dictionary = Dictionary((
...     Column("ID", Semantic.IDENTIFIER, "int64"), Column("wine_eur", Semantic.MONEY, "double"),
...     Column("meat_eur", Semantic.MONEY, "double"), Column("bought", Semantic.FLAG, "bool"),
... ), key="ID")
>>> plan = propose(dictionary, rows, target="bought")
>>> build(plan, rows).to_pydict()["total_eur"]
[40.0, 5.0]
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Design": "campanile.features.encoding",
        "Feature": "campanile.features.plan",
        "FeaturePlan": "campanile.features.plan",
        "build": "campanile.features.columns",
        "matrix": "campanile.features.numbers",
        "propose": "campanile.features.proposal",
    },
)
