"""The pictures of an audience with their titles and exact figures: for its page and for its report."""

from __future__ import annotations

from campanile.audience import figure
from campanile.audience.result import Audience, Campaign, Depth, Planned
from campanile.report import Grid, Heading, Picture
from campanile.words import say


def profit(audience: Audience) -> Picture:
    """Return profit by depth of contact; the audience knows its money."""
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


def gains(audience: Audience) -> Picture:
    """Return the responders caught by depth of contact."""
    at = min(audience.curve, key=lambda one: abs(one.share - 0.2))
    title = say("The likeliest {share:percent} of customers hold {caught:percent} of the responders",
                share=round(at.share, 2), caught=at.caught.estimate)  # fmt: skip
    headings = (
        Heading(say("Customers"), "exact"), Heading(say("Share of customers"), "percent"),
        Heading(say("Responders caught"), "estimate_percent"), Heading(say("Lift"), "estimate"),
    )  # fmt: skip
    rows = tuple((one.customers, one.share, one.caught, one.lift) for one in audience.curve[::5])
    return Picture(title, figure.gains(audience), Grid(headings, rows, folded=True), wide=False)


def tenths(audience: Audience) -> Picture:
    """Return predicted beside actual responders, by tenth of the customers."""
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


def segments(audience: Audience) -> Picture:
    """Return each segment's response, with all that is known of it in the table."""
    told = audience.segments
    rates = [(one.observed or one.expected).estimate for one in told]
    title = say("Response is between {low:percent} and {high:percent}, by segment", low=min(rates), high=max(rates))
    return Picture(title, figure.segments(told), _segment_table(audience))


def campaigns(audience: Audience) -> Picture:
    """Return each campaign's success beside the others'."""
    told = audience.campaigns
    title = say("Each campaign stands for itself: {low:percent} to {high:percent} responded",
                low=min(map(_rate, told)), high=max(map(_rate, told)))  # fmt: skip
    return Picture(title, figure.campaigns(told), _campaign_table(told))


def campaigns_by_segment(audience: Audience) -> Picture:
    """Return each campaign's success in each segment."""
    told = audience.segments
    headings = (Heading(say("Segment")), *(Heading(one.label, "estimate_percent") for one in audience.campaigns))
    rows = tuple((one.name, *(campaign.rate for campaign in one.campaigns)) for one in told)
    likeliest = max(told, key=lambda one: sum(_rate(campaign) for campaign in one.campaigns))
    title = say("Over all campaigns, '{name}' responded most often", name=likeliest.name)
    return Picture(title, figure.campaigns_by_segment(told), Grid(headings, rows, folded=True))


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
