"""The learners of effects. A new one is a new file and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from campanile.experiments.uplift import crossed, doubly_robust, transformed, two_model
from campanile.experiments.uplift.material import Material, Predict
from campanile.words import Sentence, say


@dataclass(frozen=True)
class Learner:
    """``fit(material)`` returns what predicts the effect, in the outcome's unit, of encoded customers."""

    label: Sentence
    fit: Callable[[Material], Predict]


LEARNERS: Mapping[str, Learner] = {
    "two_model": Learner(say("Two models"), two_model.fit),
    "transformed": Learner(say("Transformed outcome"), transformed.fit),
    "doubly_robust": Learner(say("Doubly robust"), doubly_robust.fit),
    "x": Learner(say("X-learner"), crossed.fit),
}

TOGETHER = "together"
"""The mean of all learners; what is taken where none of them is clearly better."""
