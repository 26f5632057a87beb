"""What must hold before effects are spoken of: customers enough, shares as meant, outcomes known, a fair draw."""

from __future__ import annotations

import numpy as np

from campanile.experiments.result import Gate
from campanile.experiments.uplift.alike import direction, guessed
from campanile.experiments.uplift.columns import CHANCE, Before, Given
from campanile.experiments.uplift.trial import Floats, Rows
from campanile.words import Sentence, plural, say

_FEWEST_OUTCOMES = 50


def gate(name: str, failed: Sentence | None, fine: Sentence, repair: Sentence) -> Gate:
    """Return a gate that did not pass where something ``failed``."""
    return Gate(name, True, fine) if failed is None else Gate(name, False, failed, repair)


def enough(treated: Floats, y: Floats, least: int, outcome: str) -> Gate:
    """Each arm has customers, and the trial has outcomes, from which more than chance can be learned."""
    arms = (int(treated.sum()), int((1 - treated).sum()))
    some = min(int((y != 0).sum()), int((y != y.min()).sum()))
    failed = None
    if min(arms) < least:
        failed = plural("Too few: one arm has {n:number} customer, and it takes {least:number}.",
                        "Too few: one arm has {n:number} customers, and it takes {least:number}.",
                        min(arms), least=least)  # fmt: skip
    elif some < _FEWEST_OUTCOMES:
        failed = say("Too few: {outcome:quoted} happened {some:number} times, and it takes {least:number}.",
                     outcome=outcome, some=some, least=_FEWEST_OUTCOMES)  # fmt: skip
    return gate(
        "enough", failed, say("There are customers and outcomes enough."),
        say("Let the trial run on, or take an outcome that is more frequent."),
    )  # fmt: skip


def shares(treated: Floats, percent: float | None) -> Gate:
    """The arm has the share of customers that was meant."""
    from scipy.stats import binomtest

    found, failed = float(treated.mean()), None
    if percent is not None and binomtest(int(treated.sum()), len(treated), percent / 100).pvalue < CHANCE:
        failed = say("{found:percent} of customers are in the arm, where {meant:percent} were meant.", found=found,
                     meant=percent / 100)  # fmt: skip
    return gate(
        "shares", failed, say("{found:percent} of customers are in the arm.", found=found),
        say("Find out who was lost or put into the wrong arm; an arm that lost customers cannot be compared."),
    )  # fmt: skip


def missing(treated: Floats, known: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Gate:
    """The outcome is known of as many customers in each arm."""
    from scipy.stats import chi2_contingency

    arm = treated > 0
    table = np.array([[(known & side).sum(), (~known & side).sum()] for side in (arm, ~arm)])
    lost = int(table[:, 1].sum())
    p = float(chi2_contingency(table, correction=False).pvalue) if lost and table.sum(axis=0).all() else 1.0
    failed = None
    if p < CHANCE:
        with_it, without = (float(side[1] / side.sum()) for side in table)
        failed = say("The outcome is missing for {arm:percent} of customers in the arm and {control:percent} in "
                     "control.", arm=with_it, control=without)  # fmt: skip
    return gate(
        "missing", failed, say("The outcome is known of as many customers in each arm."),
        say("Load the outcomes of all who were assigned: those who are left are not alike."),
    )  # fmt: skip


def assignment(before: Before, given: Given, fold: Rows, seed: int) -> Gate:
    """Nothing that was known before tells who was treated."""
    failed = None
    if before.unlike:
        failed = say("No verdict on causes: the arms differ in {columns:quoted} by more than chance.",
                     columns=before.unlike)  # fmt: skip
    elif _told(before, given, fold, seed):
        failed = say("No verdict on causes: who was treated can be told from what was known before.")
    return gate(
        "assignment", failed, say("Who was treated cannot be told from what was known before."),
        say("If a column came after the treatment, keep it out with --exclude. If customers were chosen rather than "
            "drawn, no effect can be told from these data."),
    )  # fmt: skip


def _told(before: Before, given: Given, fold: Rows, seed: int) -> bool:
    # Half of the chance is spent on column after column: see ``columns``.
    quarter = CHANCE / 4
    if direction(before.B, given.treated, given.e)[1] < quarter:
        return True
    return bool(before.B.shape[1]) and guessed(before.B, given.treated, given.e, fold, seed) < quarter
