"""The craft's terms in plain words: the one place for hover texts, the report's word list and the docs.

>>> from campanile.words import speaking
>>> with speaking("en"):
...     str(define("base rate"))
'The share of all customers who respond, whoever they are: what any choice of customers is compared with.'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from campanile.words.language import current, speaking
from campanile.words.sentence import Sentence, say


@dataclass(frozen=True)
class Term:
    """A term: ``forms`` tells how it is written in a sentence, every inflected form, parted by "|".

    There are two forms at least, so that no other room's word is the same template.
    """

    forms: Sentence
    meaning: Sentence

    def __str__(self) -> str:
        return str(self.forms).split("|", maxsplit=1)[0]


TERMS: dict[str, Term] = {
    "response rate": Term(
        say("response rate|response rates"),
        say("The share of customers who did what the campaign asked for, out of all in the group."),
    ),
    "base rate": Term(
        say("base rate|base rates"),
        say("The share of all customers who respond, whoever they are: what any choice of customers is compared with."),
    ),
    "lift": Term(
        say("lift|lifts"),
        say("How many times more often a group responds than all customers do. A lift of 3 means three times as "
            "often."),
    ),
    "gains curve": Term(
        say("gains curve|gains curves|cumulative gains"),
        say("Shows which share of all responders is reached when the most promising customers are contacted first."),
    ),
    "profit curve": Term(
        say("profit curve|profit curves"),
        say("Shows what the campaign earns after its costs, for each number of customers contacted, best first."),
    ),
    "out-of-fold": Term(
        say("out-of-fold|out of fold"),
        say("Predicted by a model that had not seen this customer: customers are dealt into folds, and each fold is "
            "predicted by a model trained on the others."),
    ),
    "held-out": Term(
        say("held-out|held out"),
        say("Kept aside while the model was trained, so that its judgement of them is a fair test."),
    ),
    "cross-validation": Term(
        say("cross-validation|cross-validated"),
        say("Training several times, each time leaving other customers out, and testing on those left out."),
    ),
    "confidence interval": Term(
        say("confidence interval|confidence intervals|95% interval|95% intervals"),
        say("The range in which the true value lies with 95% confidence, given how few or many customers were "
            "observed."),
    ),
    "bootstrap": Term(
        say("bootstrap|bootstrapped"),
        say("Drawing the observed customers again and again, some twice and some not at all, to see how much a figure "
            "varies by chance."),
    ),
    "calibration": Term(
        say("calibration|calibrated"),
        say("Whether predicted chances come true: of customers given 20%, about 20 in 100 should respond."),
    ),
    "calibration slope": Term(
        say("calibration slope|slope of calibration"),
        say("1 where predicted chances are as spread out as the outcomes; below 1 they are too extreme, above 1 "
            "too timid."),
    ),
    "ROC-AUC": Term(
        say("ROC-AUC|AUC"),
        say("The chance that a responder is ranked above a customer who does not respond. 0.5 is a coin toss, 1 "
            "is perfect."),
    ),
    "PR-AUC": Term(
        say("PR-AUC|average precision"),
        say("The average share of responders among those chosen, from the best few to all. The base rate is what "
            "chance gives."),
    ),
    "Brier score": Term(
        say("Brier score|Brier scores"),
        say("The mean squared distance between the predicted chance and what happened. Lower is better."),
    ),
    "log loss": Term(
        say("log loss|logarithmic loss"),
        say("Punishes predictions that were sure and wrong. Lower is better."),
    ),
    "precision": Term(
        say("precision|precisions"),
        say("Of the customers chosen, the share who respond."),
    ),
    "recall": Term(
        say("recall|recalls"),
        say("Of all customers who respond, the share that was chosen."),
    ),
    "F1": Term(
        say("F1|F1 score"),
        say("One figure from precision and recall (their harmonic mean): high only when both are."),
    ),
    "baseline": Term(
        say("baseline|baselines"),
        say("The simplest prediction, the same chance for everyone. A model must beat it to be of use."),
    ),
    "classifier": Term(
        say("classifier|classifiers"),
        say("A model that gives each customer a chance of belonging to a class, here of responding."),
    ),
    "log-odds": Term(
        say("log-odds|log odds"),
        say("The chance of a response on a scale without ends, on which the model adds up its reasons."),
    ),
    "Shapley values": Term(
        say("Shapley values|Shapley value|attributions"),
        say("How far each feature moves one customer's prediction up or down from the average, shared out fairly. "
            "They explain the model and are no causes."),
    ),
    "permutation importance": Term(
        say("permutation importance|grouped permutation"),
        say("How much worse the predictions become when a feature's values are shuffled among the customers."),
    ),
    "accumulated local effects": Term(
        say("accumulated local effects|accumulated local effect"),
        say("How the prediction changes along a feature, added up over small steps among customers who really "
            "are there."),
    ),
    "partial dependence": Term(
        say("partial dependence|partial dependences"),
        say("The average prediction if every customer had this value and stayed the same otherwise; it may imagine "
            "customers who do not exist."),
    ),
    "zone of interest": Term(
        say("zone of interest|zones of interest"),
        say("A range of values in which customers respond more often than the base rate, beyond chance, and which "
            "holds enough customers to act upon."),
    ),
    "target group": Term(
        say("target group|target groups"),
        say("Customers described by a few conditions who respond more often, checked on customers not used to "
            "find them."),
    ),
    "segment": Term(
        say("segment|segments"),
        say("Customers who are alike in the reasons for which the model expects them to respond or not."),
    ),
    "propensity": Term(
        say("propensity|propensities"),
        say("The chance that a customer responds, as the model sees it."),
    ),
    "uplift": Term(
        say("uplift|uplifts"),
        say("What a contact changes in a customer: the outcome with it less the outcome without it. Who responds "
            "anyhow has none."),
    ),
    "Qini coefficient": Term(
        say("Qini coefficient|Qini curve"),
        say("How much more is added by contacting those with the highest predicted effect first than by contacting as "
            "many at random."),
    ),
    "leak": Term(
        say("leak|leaks|leakage"),
        say("A column that gives the outcome away because it is known only afterwards. A model that uses it looks "
            "brilliant and fails in use."),
    ),
    "rank correlation": Term(
        say("rank correlation|rank correlations"),
        say("How far two columns rise and fall together, by order alone: 1 always together, -1 one falls as the other "
            "rises, 0 no order in it."),
    ),
    "drift": Term(
        say("drift|drifted"),
        say("New data differs from the data before, so that what was learned may no longer hold."),
    ),
    "class imbalance": Term(
        say("class imbalance|imbalance"),
        say("One outcome is much rarer than the other, as responses to a campaign are."),
    ),
    "tuning": Term(
        say("tuning|tuned"),
        say("Trying settings of a model and keeping those that do best on customers left out of its training."),
    ),
}  # fmt: skip
"""Every term, by its English name."""


def define(term: str) -> Sentence:
    """Return the meaning of ``term`` in plain words. Raises KeyError for one the glossary does not have."""
    return TERMS[term].meaning


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """Find each term's first occurrence in ``text``, told in the current language: start, end and the term's name.

    The longest term wins where several begin or overlap.
    """
    forms = _forms(current())
    seen = set()
    for found in _pattern(current()).finditer(text):
        name = forms[found[0].lower()]
        if name not in seen:
            seen.add(name)
            yield found.start(), found.end(), name


@cache
def _forms(language: str) -> dict[str, str]:
    with speaking(language):
        return {form.lower(): name for name, term in TERMS.items() for form in str(term.forms).split("|")}


@cache
def _pattern(language: str) -> re.Pattern[str]:
    longest_first = sorted(_forms(language), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
