"""An explanation as sections of a page: its words, pictures, and their exact figures."""

from __future__ import annotations

from campanile.explain import figure
from campanile.explain.result import Curve, Explanation, Zone
from campanile.report import Grid, Heading, Picture, Prose, Section
from campanile.words import Sentence, plural, say


def sections(result: Explanation) -> tuple[Section, ...]:
    """Return what moves the answers with its curves, and the target groups."""
    return why(result), whom(result)


def why(result: Explanation) -> Section:
    """Return the section of influence and response curves."""
    drawn = tuple(_curve(result, curve) for curve in result.curves)
    return Section(
        "why", say("What do customers who respond have in common?"), result.words,
        (_influence(result), *drawn, _zones(result), Prose(result.notes, "caution")), _method(result), _context(result),
    )  # fmt: skip


def whom(result: Explanation) -> Section:
    """Return the section of target groups."""
    first = result.target_groups[0]
    points = Prose(tuple(group.sentence for group in result.target_groups), "points")
    return Section(
        "groups", say("Which customers respond most often?"), first.sentence, (_groups(result), points),
        _judged(result), _context(result),
    )  # fmt: skip


def _influence(result: Explanation) -> Picture:
    shown = result.features[: result.shown]
    covered = sum(one.share.estimate for one in shown)
    headings = (
        Heading(say("Feature")), Heading(say("Column")), Heading(say("Share of influence"), "estimate_percent"),
        Heading(say("Mean contribution in log-odds"), "estimate"), Heading(say("AUC lost without it"), "estimate"),
    )  # fmt: skip
    rows = tuple((one.label, one.name, one.share, one.shapley, one.permutation) for one in shown)
    title = plural(
        "{n} feature makes {share:percent} of the difference between customers' answers",
        "{n} features make {share:percent} of the difference between customers' answers",
        n=len(shown), share=min(1.0, covered),
    )  # fmt: skip
    note = say(
        "Lines show the {level:percent} interval over folds. Brick: without it, held-out customers are surely ranked "
        "worse.", level=result.base.level,
    )  # fmt: skip
    return Picture(title, figure.influence(result), Grid(headings, rows), note)


def _curve(result: Explanation, curve: Curve) -> Picture:
    zones = [zone for zone in result.zones if zone.name == curve.name]
    note = (
        say("Diamonds: expected by the model, other features as they are. Dots: observed share. Both with their "
            "{level:percent} interval. Below: how many customers.", level=result.base.level)
        if curve.discrete
        else say("Dark line: expected by the model from one value to the next. Thin line: the average if all customers "
                 "had the value. Dots: observed share. Line and dots with their {level:percent} interval. Below: how "
                 "many customers.", level=result.base.level)
    )  # fmt: skip
    return Picture(_title(curve, zones), figure.curve(curve, zones), _table(curve), note, wide=False)


def _title(curve: Curve, zones: list[Zone]) -> Sentence:
    if not zones:
        return say("{label}: no values at which customers surely respond more often than all", label=curve.label)
    best = zones[0]
    return say(
        "Customers with {place} respond {lift:number 2} times as often as all",
        place=best.place,
        lift=best.lift.estimate,
    )


def _table(curve: Curve) -> Grid:
    headings = (
        Heading(curve.label), Heading(say("Customers"), "number"),
        Heading(say("Observed response"), "estimate_percent"),
        Heading(say("Expected by the model"), "percent"),
    )  # fmt: skip
    return Grid(
        headings, tuple((part.label, part.customers, part.observed, part.expected) for part in curve.bins), folded=True
    )


def _zones(result: Explanation) -> Grid:
    headings = (
        Heading(say("Zone of interest")), Heading(say("Customers"), "number"), Heading(say("Share of all"), "percent"),
        Heading(say("Response"), "estimate_percent"), Heading(say("Lift"), "estimate"),
    )  # fmt: skip
    rows = tuple((zone.place, zone.customers, zone.size, zone.response, zone.lift) for zone in result.zones)
    return Grid(headings, rows, say("Zones of interest: where customers surely respond more often than all"))


def _groups(result: Explanation) -> Picture:
    first = result.target_groups[0]
    headings = (
        Heading(say("Target group")), Heading(say("Customers"), "number"), Heading(say("Share of all"), "percent"),
        Heading(say("Judged on"), "number"), Heading(say("Response"), "estimate_percent"),
        Heading(say("Lift"), "estimate"), Heading(say("Share of responses"), "estimate_percent"),
    )  # fmt: skip
    rows = tuple(
        (group.words, group.size, group.share, group.judged, group.response, group.lift, group.share_caught)
        for group in result.target_groups
    )
    title = (
        say("{group} respond {lift:number 2} times as often as all", group=first.words, lift=first.lift.estimate)
        if first.confirmed else say("No group surely responds more often than all customers")
    )  # fmt: skip
    note = say("Lines show the {level:percent} interval on held-out customers.", level=result.base.level)
    return Picture(title, figure.groups(result), Grid(headings, rows), note)


def _context(result: Explanation) -> tuple[Sentence, ...]:
    return (
        say("{customers:number} customers of table {table:quoted}, version {version}, of whom {responders:number} "
            "responded.",
            customers=result.customers, table=result.table, version=result.table_version, responders=result.responders),
        say("Model {model:quoted}, version {version}.", model=result.model, version=result.version),
    )  # fmt: skip


def _method(result: Explanation) -> tuple[Sentence, ...]:
    exactness = (
        say("The influence is the mean absolute Shapley value in log-odds, exact for this kind of model.")
        if result.exact
        else say("The influence is the mean absolute Shapley value in log-odds, sampled on {n:number} customers "
                 "in random orders: this kind of model has no exact contributions.", n=result.sampled)
    )  # fmt: skip
    return (
        exactness,
        say("Features made from one column stand together under it; ratios and totals of several columns stand for "
            "themselves."),
        say("Each customer is explained by a model that had not seen it; intervals are over these models, widened "
            "as they share most of their customers."),
        say("The loss without a feature is the fall of the AUC when its values are shuffled among held-out "
            "customers."),
        say("Curves are accumulated local effects: what the calibrated answer gains from one observed value to the "
            "next for customers near it. They are drawn between the 1st and the 99th percentile of customers."),
        say("Zones lie where the calibrated answers and the outcomes of held-out customers are above the average, and "
            "are kept where the low end of the observed response is above it too."),
    )  # fmt: skip


def _judged(result: Explanation) -> tuple[Sentence, ...]:
    return (
        say("Groups were looked for among {found:number} customers and judged on the other {judged:number}, whose "
            "responses the search had not seen; copies of a customer are on one side.",
            found=result.found_on, judged=result.judged_on),
        say("They are ordered by what the search saw, not by how they were judged, so the intervals hold without "
            "correction."),
        say("Numbers in the conditions are rounded to readable ones before they are judged."),
    )  # fmt: skip
