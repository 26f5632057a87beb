"""Whom does it persuade? Or nobody in particular.

>>> from campanile.experiments.uplift import UpliftSpec, measure
>>> spec = UpliftSpec(source="hillstrom.csv", treatment="segment", control="No E-Mail", arm="Womens E-Mail",
...                   outcome="visit")
>>> print(measure(workspace, spec).words)                           # doctest: +SKIP
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "LEARNERS": "campanile.experiments.uplift.learners",
        "Uplift": "campanile.experiments.uplift.result",
        "UpliftSpec": "campanile.experiments.uplift.spec",
        "measure": "campanile.experiments.uplift.answering",
        "read": "campanile.experiments.uplift.answering",
        "sections": "campanile.experiments.uplift.section",
    },
)
