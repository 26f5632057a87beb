"""An audience as sections of a page: the list and its profit, the segments, the campaigns before."""

from __future__ import annotations

from campanile.audience import pictures
from campanile.audience.result import Audience, Campaign, Segment, Trait
from campanile.audience.sentences import facts
from campanile.audience.traits import name
from campanile.report import Grid, Heading, Prose, Section
from campanile.words import Sentence, say


def sections(audience: Audience) -> tuple[Section, ...]:
    """Return the sections "whom", who that is, "segments" and, where there were earlier ones, "campaigns"."""
    listed = on_list(audience)
    before = campaigns(audience)
    return tuple(one for one in (whom(audience), listed, segments(audience), before) if one is not None)


def whom(audience: Audience) -> Section:
    """Return whom to contact and what that brings."""
    shown = [pictures.gains(audience), pictures.tenths(audience)]
    if audience.economics is not None:
        shown.insert(0, pictures.profit(audience))
    return Section(
        anchor="audience",
        question=say("Who should we talk to?"),
        answer=audience.words,
        blocks=(
            Prose((*cut_words(audience), *beside(audience))),
            *([Prose(audience.notes[1:], "caution")] if audience.notes[1:] else []),
            *shown,
        ),
        method=(*_how_listed(), *audience.notes[:1]),
        # The answer tells what a response is.
        context=_context(audience)[:2],
    )


def cut_words(audience: Audience) -> tuple[Sentence, ...]:
    """Say why the list ends where it does, and what it costs and is expected to bring."""
    told = facts(audience.cut)
    return (audience.cut.words,) if told is None else (audience.cut.words, told)


def beside(audience: Audience) -> tuple[Sentence, ...]:
    """Say what such a list was worth beside chance and beside the simple ways."""
    judged, cut = audience.judged, audience.cut
    told = []
    if cut.caught is not None and cut.lift is not None:
        told.append(say(
            "Among customers the model had not seen, such a list held {caught} of those who responded: {lift} times as "
            "many as a list of the same length taken at random.",
            caught=cut.caught.told("percent"), lift=cut.lift.told("number"),
        ))  # fmt: skip
    if judged.profit_out_of_fold is not None:
        told.append(say(
            "On the {rows:number} customers of the training, contacting where it pays would have earned {profit}; "
            "contacting everyone {everyone:money}, nobody 0, and only those who responded {perfect:money}.",
            rows=judged.rows, profit=judged.profit_out_of_fold.told("money"), everyone=judged.profit_contact_all,
            perfect=judged.profit_perfect,
        ))  # fmt: skip
    return tuple(told)


def on_list(audience: Audience) -> Section | None:
    """Return who is on the list, None where nobody is or it is not known."""
    told = audience.chosen
    if told is None:
        return None
    return Section(
        anchor="list",
        question=say("Who is on the list?"),
        answer=told.words,
        blocks=(Prose((told.typical,)), *([_traits(told.traits)] if told.traits else [])),
        method=(
            say("A trait is shown where it tells the customers on the list clearly from the others; the most telling "
                "stands first. It does not say why they respond."),
        ),
        context=_context(audience),
    )  # fmt: skip


def _traits(told: tuple[Trait, ...]) -> Grid:
    headings = (Heading(say("Trait")), Heading(say("On the list")), Heading(say("The others")))
    return Grid(headings, tuple((name((one,)), one.here_told, one.others_told) for one in told), folded=True)


def segments(audience: Audience) -> Section:
    """Return the segments, each with what to say to it."""
    told = audience.segments
    best = told[0]
    rate = best.observed or best.expected
    answer = (
        say("The segments respond alike: no reasons set customers apart.")
        if len(told) < 2
        else say("Of {n:number} segments, '{name}' responds most often: {rate}, {customers:number} customers.",
                 n=len(told), name=best.name, rate=rate.told("percent"), customers=best.customers)
    )  # fmt: skip
    return Section(
        anchor="segments",
        question=say("Which kinds of customers are there, and what do we say to each?"),
        answer=answer,
        blocks=(
            pictures.segments(audience),
            *(block for one in told for block in _in_words(one)),
        ),
        method=_how_segmented(exact=audience.exact),
        context=_context(audience),
    )


def _in_words(one: Segment) -> tuple[Prose, Prose]:
    head = say("{number}. {name} ({customers:number} customers, {contacted:number} of them on the list)",
               number=str(one.number), name=one.name, customers=one.customers, contacted=one.contacted)  # fmt: skip
    return Prose((head,)), Prose((one.typical, one.angle), "points")


def campaigns(audience: Audience) -> Section | None:
    """Return how earlier campaigns succeeded, None where none are known."""
    told = audience.campaigns
    before = [one for one in told if not one.analysed]
    if not before:
        return None
    best, worst = max(before, key=_rate), min(before, key=_rate)
    blocks = [pictures.campaigns(audience)]
    if len(audience.segments) > 1:
        blocks.append(pictures.campaigns_by_segment(audience))
    return Section(
        anchor="campaigns",
        question=say("How did the campaigns before succeed?"),
        answer=say(
            "Of the {n:number} campaigns before, '{best}' was answered most, by {best_rate}, and '{worst}' least, "
            "by {worst_rate}.",
            n=len(before), best=best.label, best_rate=best.rate.told("percent"), worst=worst.label,
            worst_rate=worst.rate.told("percent"),
        ),
        blocks=tuple(blocks),
        method=(
            say("The campaigns stand in the order of their numbers and are not joined by a line: unlike offers at "
                "unlike times make no trend."),
            say("Intervals are Wilson's, at 95%."),
            say("Segments are found from what is known of customers; where that includes answers to earlier campaigns, "
                "segments differ in them by the way they were made."),
        ),
        context=_context(audience),
    )  # fmt: skip


def _rate(one: Campaign) -> float:
    return float(one.rate.estimate)


def _context(audience: Audience) -> tuple[Sentence, ...]:
    return (
        say("Table {table:quoted}, version {version}", table=audience.table, version=str(audience.table_version)),
        say("Model {model:quoted}, version {version}", model=audience.model, version=str(audience.model_version)),
        *((audience.response,) if audience.response is not None else ()),
    )


def _how_listed() -> tuple[Sentence, ...]:
    return (
        say("Customers are ordered by their probability to respond; a contact pays where the value of a response times "
            "the probability is above the cost of the contact."),
        say("Intervals are made by resampling customers, with their duplicates, as whole groups."),
        say("An expected profit holds for customers and an offer like those the model was trained on."),
    )  # fmt: skip


def _how_segmented(*, exact: bool) -> tuple[Sentence, ...]:
    return (
        say("Segments are clusters (k-means) of customers whose scores have the same reasons: how much each feature "
            "adds to the score."),
        say("These contributions are exact.")
        if exact
        else say("These contributions were estimated on a sample of customers; a small decision tree carries the "
                 "segments over to the others."),
        say("Their number is the one from three to six at which they are told apart most clearly, unless one was "
            "asked for."),
        say("Segments describe customers as they are; why they respond, and what another message would change, only an "
            "experiment can tell."),
    )  # fmt: skip
