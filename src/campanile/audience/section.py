"""An audience as sections of a page: the list and its profit, the segments, the campaigns before."""

from __future__ import annotations

from campanile.audience import figure
from campanile.audience.result import Audience, Campaign, Depth, Planned, Segment
from campanile.report import Grid, Heading, Picture, Prose, Section
from campanile.words import Sentence, say


def sections(audience: Audience) -> tuple[Section, ...]:
    """Return the sections "whom", "segments" and, where there were earlier ones, "campaigns"."""
    before = [one for one in audience.campaigns if not one.analysed]
    told = (_whom(audience), _segments(audience))
    return (*told, _campaigns(audience)) if before else told


def _whom(audience: Audience) -> Section:
    pictures = [_gains(audience), _tenths(audience)]
    if audience.economics is not None:
        pictures.insert(0, _profit(audience))
    return Section(
        anchor="audience",
        question=say("Who should we talk to?"),
        answer=audience.words,
        blocks=(
            Prose((audience.cut.words, *_beside(audience))),
            *([Prose(audience.notes[1:], "caution")] if audience.notes[1:] else []),
            *pictures,
        ),
        method=(*_how_listed(), *audience.notes[:1]),
        context=_context(audience),
    )


def _beside(audience: Audience) -> tuple[Sentence, ...]:
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


def _profit(audience: Audience) -> Picture:
    best = audience.cut
    title = (
        say("Profit is {profit:money} when {n:number} of {rows:number} customers are contacted",
            profit=best.profit.estimate, n=best.customers, rows=audience.rows)
        if best.profit is not None and best.customers
        else say("No number of contacts earns money")
    )  # fmt: skip
    rows = audience.curve if audience.unseen else audience.plan
    note = (
        say("Measured on customers that the model had not seen when it scored them. The band holds the profit in 95 of "
            "100 samples of customers.")
        if audience.unseen
        else say("Expected from the scores. The band holds the chance of each outcome and how surely the model's level "
                 "is known.")
    )  # fmt: skip
    return Picture(title, figure.profit(audience), _by_depth(rows), note)


def _gains(audience: Audience) -> Picture:
    at = min(audience.curve, key=lambda one: abs(one.share - 0.2))
    title = say("The likeliest {share:percent} of customers hold {caught:percent} of the responders",
                share=round(at.share, 2), caught=at.caught.estimate)  # fmt: skip
    headings = (
        Heading(say("Customers"), "exact"), Heading(say("Share of customers"), "percent"),
        Heading(say("Responders caught"), "estimate_percent"), Heading(say("Lift"), "estimate"),
    )  # fmt: skip
    rows = tuple((one.customers, one.share, one.caught, one.lift) for one in audience.curve[::5])
    return Picture(title, figure.gains(audience), Grid(headings, rows, folded=True), wide=False)


def _tenths(audience: Audience) -> Picture:
    outside = audience.deciles_outside
    title = (
        say("Predicted and actual responders agree in every tenth of the customers")
        if outside == 0
        else say("Predicted and actual responders agree in {inside:number} of {all:number} tenths",
                 inside=len(audience.deciles) - outside, all=len(audience.deciles))
    )  # fmt: skip
    headings = (
        Heading(say("Tenth"), "exact"), Heading(say("Customers"), "exact"), Heading(say("Predicted"), "number"),
        Heading(say("Actual, with interval"), "estimate"),
    )  # fmt: skip
    rows = tuple((one.number, one.customers, one.predicted, one.interval) for one in audience.deciles)
    note = say("In all, {expected} responders were expected and {actual:number} were there.",
               expected=audience.responders_expected.told("number"), actual=audience.responders_actual)  # fmt: skip
    return Picture(title, figure.tenths(audience), Grid(headings, rows, folded=True), note, wide=False)


def _segments(audience: Audience) -> Section:
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
            Picture(_segment_title(told), figure.segments(told), _segment_table(audience)),
            *(block for one in told for block in _in_words(one)),
        ),
        method=_how_segmented(exact=audience.exact),
        context=_context(audience),
    )


def _segment_title(told: tuple[Segment, ...]) -> Sentence:
    rates = [(one.observed or one.expected).estimate for one in told]
    return say("Response is between {low:percent} and {high:percent}, by segment", low=min(rates), high=max(rates))


def _in_words(one: Segment) -> tuple[Prose, Prose]:
    head = say("{number}. {name} ({customers:number} customers, {contacted:number} of them on the list)",
               number=str(one.number), name=one.name, customers=one.customers, contacted=one.contacted)  # fmt: skip
    return Prose((head,)), Prose((one.typical, one.angle), "points")


def _segment_table(audience: Audience) -> Grid:
    money = audience.economics is not None
    headings = [
        Heading(say("Segment")), Heading(say("Customers"), "exact"), Heading(say("Share of customers"), "percent"),
        Heading(say("Observed response"), "estimate_percent"), Heading(say("Expected response"), "estimate_percent"),
        Heading(say("On the list"), "exact"),
    ]  # fmt: skip
    rows = [
        [one.name, one.customers, one.share, one.observed, one.expected, one.contacted] for one in audience.segments
    ]
    if money:
        headings.append(Heading(say("Expected profit"), "estimate_money"))
        for row, one in zip(rows, audience.segments, strict=True):
            row.append(one.profit)
    return Grid(tuple(headings), tuple(map(tuple, rows)))


def _campaigns(audience: Audience) -> Section:
    told = audience.campaigns
    before = [one for one in told if not one.analysed]
    best, worst = max(before, key=_rate), min(before, key=_rate)
    blocks: list[Picture | Prose] = [Picture(
        say("Each campaign stands for itself: {low:percent} to {high:percent} responded",
            low=min(map(_rate, told)), high=max(map(_rate, told))),
        figure.campaigns(told), _campaign_table(told),
    )]  # fmt: skip
    if len(audience.segments) > 1:
        blocks.append(_campaigns_by_segment(audience))
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


def _campaigns_by_segment(audience: Audience) -> Picture:
    told = audience.segments
    headings = (Heading(say("Segment")), *(Heading(one.label, "estimate_percent") for one in audience.campaigns))
    rows = tuple((one.name, *(campaign.rate for campaign in one.campaigns)) for one in told)
    likeliest = max(told, key=lambda one: sum(_rate(campaign) for campaign in one.campaigns))
    title = say("Over all campaigns, '{name}' responded most often", name=likeliest.name)
    return Picture(title, figure.campaigns_by_segment(told), Grid(headings, rows, folded=True))


def _campaign_table(told: tuple[Campaign, ...]) -> Grid:
    headings = (
        Heading(say("Campaign")), Heading(say("Customers"), "exact"), Heading(say("Responders"), "exact"),
        Heading(say("Responded"), "estimate_percent"),
    )  # fmt: skip
    return Grid(headings, tuple((one.label, one.customers, one.responders, one.rate) for one in told))


def _by_depth(points: tuple[Depth, ...] | tuple[Planned, ...]) -> Grid:
    headings = (
        Heading(say("Customers"), "exact"), Heading(say("Share of customers"), "percent"),
        Heading(say("Profit"), "estimate_money"),
    )  # fmt: skip
    return Grid(headings, tuple((one.customers, one.share, one.profit) for one in points[::5]), folded=True)


def _rate(one: Campaign) -> float:
    return float(one.rate.estimate)


def _context(audience: Audience) -> tuple[Sentence, ...]:
    return (
        say("Table {table:quoted}, version {version}", table=audience.table, version=str(audience.table_version)),
        say("Model {model:quoted}, version {version}", model=audience.model, version=str(audience.model_version)),
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
