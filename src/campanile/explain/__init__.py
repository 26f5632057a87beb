"""Why? What moves a model's answers, where customers respond more often, and whom to speak of as a group.

>>> from campanile.explain import ExplainSpec, explain
>>> from campanile.workspace import Workspace
>>> why = explain(Workspace.open(), ExplainSpec(features=8))        # doctest: +SKIP
>>> print(why.target_groups[0].words)                               # doctest: +SKIP
Customers with Spent on meat at least €400 and Recency below 30
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Attributions": "campanile.explain.shapley",
        "ExplainSpec": "campanile.explain.spec",
        "Explanation": "campanile.explain.result",
        "Reasons": "campanile.explain.result",
        "ReasonsSpec": "campanile.explain.spec",
        "attributions": "campanile.explain.bound",
        "explain": "campanile.explain.explanation",
        "reasons": "campanile.explain.customer",
        "sections": "campanile.explain.section",
    },
)
