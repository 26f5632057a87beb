"""The answer in a sentence, and what must be said beside it."""

from __future__ import annotations

from campanile.audience.result import Cut, Decile, Economics, Judged
from campanile.estimates import Estimate
from campanile.words import Sentence, mark, plural, say


def whole(estimate: Estimate) -> Estimate:
    """Round an estimated number of customers: nobody counts a tenth of one."""
    low, middle, high = (float(round(value)) for value in (estimate.low, estimate.estimate, estimate.high))
    return Estimate(middle, low, high, estimate.level)


def answer(cut: Cut, rows: int, economics: Economics | None) -> Sentence:
    """Say how many customers are worth a contact and what that is expected to bring."""
    if cut.customers == 0:
        return _nobody(cut, rows)
    if economics is not None and cut.profit is not None:
        return _with_money(cut, rows, cut.profit)
    return _without_money(cut, rows)


def cautions(
    judged: Judged, economics: Economics | None, tenths: tuple[Decile, ...], *, own: bool, seen: int
) -> tuple[Sentence, ...]:
    """Say whose scores these are, and where the figures need care; ``seen`` counts training customers in the list."""
    notes = [_whose(own=own)]
    if seen and not own:
        notes.append(plural(
            "{n:number} of these customers is one the model was trained on: its score may be too sure.",
            "{n:number} of these customers are ones the model was trained on: their scores may be too sure.",
            n=seen,
        ))  # fmt: skip
    outside = sum(not tenth.inside for tenth in tenths)
    if outside > 1:
        notes.append(say(
            "In {n:number} of {tenths:number} tenths, customers responded otherwise than predicted, beyond chance: "
            "read expected profits with care.",
            n=outside, tenths=len(tenths),
        ))  # fmt: skip
    if economics is not None:
        notes.extend(_against_simple(judged))
    return tuple(notes)


def repriced(notes: tuple[Sentence, ...], judged: Judged, economics: Economics | None) -> tuple[Sentence, ...]:
    """Return ``notes`` with what they say of the simple ways put as it is with other money."""
    kept = tuple(note for note in notes if note.template not in (_EVERYONE, _AT_ALL))
    return kept if economics is None else (*kept, *_against_simple(judged))


def facts(cut: Cut) -> Sentence | None:
    """Say what the list costs, how many of it are expected to respond, and how likely the last of it is to."""
    if not cut.customers or cut.threshold is None:
        return None
    last = say(
        "Of these customers, {responders} are expected to respond, the least likely with a probability of "
        "{threshold:percent}.",
        responders=whole(cut.responders).told("number"), threshold=cut.threshold,
    )  # fmt: skip
    return last if cut.cost is None else say("The contacts cost {cost:money}. {last}", cost=cut.cost, last=last)


def _nobody(cut: Cut, rows: int) -> Sentence:
    if cut.rule in ("profit", "above_average"):
        return say("None of these {rows:number} customers is worth a contact. {why}", rows=rows, why=cut.words)
    return say("Nobody can be contacted. {why}", why=cut.words)


def _with_money(cut: Cut, rows: int, profit: Estimate) -> Sentence:
    if cut.rule == "asked":
        return say("Contacting the likeliest {n:number} of these {rows:number} customers: expected profit {profit}.",
                   n=cut.customers, rows=rows, profit=profit.told("money"))  # fmt: skip
    if cut.rule != "profit":
        return say("{n:number} of these {rows:number} customers can be contacted: expected profit {profit}.",
                   n=cut.customers, rows=rows, profit=profit.told("money"))  # fmt: skip
    return plural(
        "{n:number} of these {rows:number} customers is worth a contact: expected profit {profit}.",
        "{n:number} of these {rows:number} customers are worth a contact: expected profit {profit}.",
        n=cut.customers, rows=rows, profit=profit.told("money"),
    )  # fmt: skip


def _without_money(cut: Cut, rows: int) -> Sentence:
    first = say(
        "Contact {n:number} of these {rows:number} customers: {responders} of them are expected to respond",
        n=cut.customers, rows=rows, responders=whole(cut.responders).told("number"),
    )  # fmt: skip
    if cut.lift is None:
        return say("{what}.", what=first)
    return say(
        "{first}, {lift} times as many as among as many taken at random.", first=first, lift=cut.lift.told("number")
    )


def _whose(*, own: bool) -> Sentence:
    if own:
        return say("Each score comes from a model that had not seen that customer's outcome.")
    return say(
        "These customers are scored by the final model; profit curve, share caught and lift were measured on the "
        "customers of its training, each scored by a model that had not seen that customer."
    )


def _against_simple(judged: Judged) -> list[Sentence]:
    profit, everyone = judged.profit_out_of_fold, judged.profit_contact_all
    if profit is None or everyone is None or profit.low > max(0.0, everyone):
        return []
    if everyone > 0:
        return [Sentence(_EVERYONE, {"everyone": everyone, "profit": profit.told("money")})]
    return [Sentence(_AT_ALL, {"profit": profit.told("money")})]


_EVERYONE = mark(
    "It is not certain that choosing pays: contacting everyone would have earned {everyone:money}, "
    "the chosen customers {profit}."
)
_AT_ALL = mark(
    "It is not certain that a contact pays at all: on customers the model had not seen, the profit was {profit}."
)
