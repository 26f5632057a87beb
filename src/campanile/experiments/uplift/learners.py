"""The learners of effects. A new one is a new file and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from campanile.experiments.uplift import causal_forest, crossed, doubly_robust, linear, transformed, two_model
from campanile.experiments.uplift.formulas import Predict
from campanile.experiments.uplift.material import Material
from campanile.words import Sentence, say


@dataclass(frozen=True)
class Learner:
    """``fit(material)`` returns what predicts the effect, in the outcome's unit, of encoded customers.

    One that is ``extra`` needs a library of its own, and is taken only where it is asked for.
    """

    label: Sentence
    fit: Callable[[Material], Predict]
    extra: bool = False


LEARNERS: Mapping[str, Learner] = {
    "two_model": Learner(say("Two models"), two_model.fit),
    "transformed": Learner(say("Transformed outcome"), transformed.fit),
    "linear": Learner(say("Linear effects"), linear.fit),
    "doubly_robust": Learner(say("Doubly robust"), doubly_robust.fit),
    "x": Learner(say("X-learner"), crossed.fit),
    "causal_forest": Learner(say("Causal forest"), causal_forest.fit, extra=True),
}

TOGETHER: Mapping[str, float] = {
    "two_model": 0.1, "transformed": 0.4, "linear": 0.2, "doubly_robust": 0.15, "x": 0.15,
}  # fmt: skip
"""The weights of those whose mean is taken where none is named.

Three draw lines, two grow trees. Lines count more, for effects are faint, and what is found of them is mostly along
single columns; most of all the transformed outcome's, which goes by who answers as the treatment would have it. Chosen
on made-up trials, and on other random halves of the real test's customers than those by which it is judged.
"""
