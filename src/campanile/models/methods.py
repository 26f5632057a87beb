"""The classifiers by name, in the order in which they are trained."""

from __future__ import annotations

from campanile.models import additive, baseline, boosting, few, forest, logistic, neighbours, stack
from campanile.models.method import Method

METHODS: dict[str, Method] = {
    "baseline": baseline.METHOD,
    "logistic": logistic.METHOD,
    "boosting": boosting.METHOD,
    "stack": stack.METHOD,
    "additive": additive.METHOD,
    "forest": forest.METHOD,
    "few": few.METHOD,
    "neighbours": neighbours.METHOD,
}
