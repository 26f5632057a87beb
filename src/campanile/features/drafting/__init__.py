"""A study of events drafted from tables: who it is about, what happens to them when, what joins, what to predict.

Rules look at the meaning of columns, at what is unique, and at which column's values are found in which other's;
never at what a table is about. Each decision carries its reason, and what stood against it.
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Decision": "campanile.features.drafting.result",
        "Draft": "campanile.features.drafting.result",
        "Source": "campanile.features.drafting.sources",
        "draft": "campanile.features.drafting.composition",
    },
)
