"""Whom does it persuade? Or nobody in particular.

>>> from campanile.experiments.uplift import UpliftSpec, measure
>>> spec = UpliftSpec(source="hillstrom.csv", treatment="segment", control="No E-Mail", arm="Womens E-Mail",
...                   outcome="visit")
>>> print(measure(workspace, spec).words)                           # doctest: +SKIP

And those who were not in the trial, scored by what it taught:

>>> from campanile.experiments.uplift import PredictSpec, predict
>>> print(predict(workspace, PredictSpec(source="customers", uplift="hillstrom")).words)    # doctest: +SKIP
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "LEARNERS": "campanile.experiments.uplift.learners",
        "PredictSpec": "campanile.experiments.uplift.spec",
        "Predicted": "campanile.experiments.uplift.result",
        "Uplift": "campanile.experiments.uplift.result",
        "UpliftSpec": "campanile.experiments.uplift.spec",
        "measure": "campanile.experiments.uplift.answering",
        "predict": "campanile.experiments.uplift.predicting",
        "read": "campanile.experiments.uplift.answering",
        "sections": "campanile.experiments.uplift.section",
    },
)
