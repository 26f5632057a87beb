"""What was found as a section of a page: the answers, the front, what each moves, and how to confirm it."""

from __future__ import annotations

from campanile.report import Grid, Heading, Picture, Prose, Section
from campanile.simulate import figure
from campanile.simulate.result import Simulation
from campanile.words import Sentence, say

QUESTION = say("What if we changed what we control?")


def sections(result: Simulation) -> tuple[Section, ...]:
    """Return the one section."""
    return (
        Section("simulate", QUESTION, result.headline, blocks(result), method(result), context(result)),
    )  # fmt: skip


def blocks(result: Simulation) -> tuple[Prose | Picture | Grid, ...]:
    """Return what stands under the answer: cautions first, then answers, pictures and the draft of an experiment."""
    cautions = (Prose(result.cautions, "caution"),) if result.cautions else ()
    if not result.answers:
        return (*cautions, bounds(result))
    numbered = (say("{number}. {words}", number=str(one.number), words=one.words) for one in result.answers)
    told = Prose(tuple(numbered))
    return (*cautions, told, front(result), levers(result), *_drafted(result), bounds(result))


def front(result: Simulation) -> Picture:
    """Return cost against expected response."""
    most = max(result.front, key=lambda one: one.response)
    title = say("The most that these levers are expected to reach is {share:percent}, for {cost:money {currency}}",
                share=most.response, cost=most.cost, currency=result.currency)  # fmt: skip
    headings = (
        Heading(say("Cost"), "money", result.currency), Heading(say("Share expected to respond"), "percent"),
        *(Heading(one.label, "number") for one in result.levers),
    )  # fmt: skip
    rows = tuple((one.cost, one.response, *(one.moves.get(lever.name, 0.0) for lever in result.levers))
                 for one in result.front)  # fmt: skip
    note = say("Each dot is a change that none tried beats in both. Numbers: the answers, with their {level:percent} "
               "interval. Dotted: nothing changed.", level=result.before.level)  # fmt: skip
    return Picture(title, figure.front(result), Grid(headings, rows, folded=True), note)


def levers(result: Simulation) -> Picture:
    """Return what each answer moves, and what follows."""
    headings = (
        Heading(say("Answer"), "exact"), Heading(say("Feature")), Heading(say("Moved by"), "number"),
        Heading(say("Average before"), "number"), Heading(say("Average after"), "number"), Heading(say("How")),
    )  # fmt: skip
    rows = tuple(
        (answer.number, one.label, one.by, one.before, one.after, how)
        for answer in result.answers
        for how, group in ((say("lever"), answer.changes), (say("follows"), answer.followed))
        for one in group
    )
    title = say("The first answer moves {n:number} of {all:number} levers", n=len(result.answers[0].changes),
                all=len(result.levers))  # fmt: skip
    return Picture(title, figure.levers(result), Grid(headings, rows, folded=True))


def bounds(result: Simulation) -> Grid:
    """Return the levers within which was searched."""
    headings = (
        Heading(say("Lever")), Heading(say("From"), "number"), Heading(say("To"), "number"),
        Heading(say("Step"), "number"),
        Heading(say("Cost of a unit"), "money", result.currency), Heading(say("Lowest observed"), "number"),
        Heading(say("Highest observed"), "number"),
    )  # fmt: skip
    rows = tuple((one.label, one.low, one.high, one.step, one.cost, one.observed_low, one.observed_high)
                 for one in result.levers)  # fmt: skip
    return Grid(headings, rows, say("The levers, and within what they were moved"), folded=True)


def method(result: Simulation) -> tuple[Sentence, ...]:
    """Say how it was found."""
    return (
        say("A genetic search (NSGA-II) of {generations:number} generations; the model was asked {calls:number} times, "
            "each time about all customers after a whole generation of changes.", generations=result.generations,
            calls=result.calls),
        say("Each customer's figures are of a model that had not seen that customer, where there is one."),
        say("Distances are to the nearest real customers, in standard deviations; the limit is {limit:number}.",
            limit=result.limit),
        *result.notes,
    )  # fmt: skip


def context(result: Simulation) -> tuple[Sentence, ...]:
    """Say which data and model it speaks of."""
    return (
        say("Table {table:quoted}, version {version}", table=result.table, version=str(result.table_version)),
        say("Model {model:quoted}, version {version}", model=result.model, version=str(result.model_version)),
        *((result.response,) if result.response is not None else ()),
    )


def _drafted(result: Simulation) -> tuple[Prose, ...]:
    if result.draft is None:
        return ()
    return (Prose((result.draft.hypothesis, say(
        "The draft of that experiment expects a lift of {lift:percent} ({low:percent} to {high:percent}), with half "
        "of the customers in either group.",
        lift=result.draft.lift, low=result.draft.lift_low, high=result.draft.lift_high,
    ))),)  # fmt: skip
