"""An explanation as sections of a page, and the pieces that these are made of: words, pictures, exact figures."""

from __future__ import annotations

from dataclasses import replace

from campanile.explain import curve_figure, figure
from campanile.explain.result import Curve, Explanation, Reasons, Zone
from campanile.report import Grid, Heading, Picture, Prose, Section
from campanile.tables import with_response
from campanile.words import Sentence, plural, say

QUESTION = say("What do customers who respond have in common?")
WHOM = say("Which customers respond most often?")


def sections(result: Explanation) -> tuple[Section, ...]:
    """Return what moves the answers with its curves, and the target groups."""
    return why(result), whom(result)


def why(result: Explanation) -> Section:
    """Return the section of influence and response curves."""
    drawn = tuple(curve_picture(result, curve) for curve in result.curves)
    return Section(
        "why", QUESTION, result.words,
        (influence_picture(result), *drawn, *((zones_table(result),) if result.zones else ()),
         Prose(result.notes, "caution")), method(result),
        context(result),
    )  # fmt: skip


def whom(result: Explanation) -> Section:
    """Return the section of target groups."""
    first = result.target_groups[0]
    # The first group is the answer: it is not said a second time.
    others = tuple(group.sentence for group in result.target_groups[1:])
    return Section(
        "groups", WHOM, with_response(first.sentence, result.response),
        (groups_picture(result), *((Prose(others, "points"),) if others else ())), judged(result), context(result),
    )  # fmt: skip


def influence_picture(result: Explanation, features: int | None = None) -> Picture:
    """Return the share of influence of the first ``features`` (default: those that were asked for)."""
    shown = result.features[: result.shown if features is None else features]
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
    return Picture(title, figure.influence(result, len(shown)), Grid(headings, rows), note)


def curve_picture(result: Explanation, curve: Curve) -> Picture:
    """Return a response curve with its zones, and what was observed as a table."""
    zones = zones_of(result, curve)
    note = (
        say("Diamonds: expected by the model, other features as they are. Dots: observed share. Both with their "
            "{level:percent} interval. Below: how many customers.", level=result.base.level)
        if curve.discrete
        else say("Thick line: expected by the model from one value to the next. Thin line: the average if all "
                 "customers had the value. Dots: observed share. Line and dots with their {level:percent} interval. "
                 "Below: how many customers.", level=result.base.level)
    )  # fmt: skip
    return Picture(_title(curve, zones), curve_figure.curve(curve, zones), _table(curve), note, wide=False)


def compared_picture(result: Explanation, curve: Curve, other: Explanation) -> Picture:
    """Return the curves of two models over each other; the first alone where the second has none of that name."""
    second = next((one for one in other.curves if one.name == curve.name), None)
    if second is None:
        return replace(curve_picture(result, curve), note=say(
            "The explanation of model {model:quoted} has no curve of {label}.", model=other.model, label=curve.label
        ))  # fmt: skip
    zones, names = zones_of(result, curve), (_named(result), _named(other))
    note = say(
        "The curves of {first} and of {second}, each as expected by the model. Dots: observed share. All with their "
        "{level:percent} interval. Zones are those of {first}. Below: how many customers.",
        first=names[0], second=names[1], level=result.base.level,
    )  # fmt: skip
    drawn = curve_figure.compared(curve, second, zones, names)
    return Picture(_title(curve, zones), drawn, _both(curve, second, names), note, wide=False)


def reasons_picture(result: Reasons) -> Picture:
    """Return what each value adds to one customer's odds."""
    headings = (
        Heading(say("Feature")), Heading(say("Value")), Heading(say("Contribution in log-odds"), "exact"),
        Heading(say("In words")),
    )  # fmt: skip
    rows = tuple((one.label, one.value, one.contribution, one.words) for one in result.reasons)
    raising = sum(one.contribution >= 0 for one in result.reasons)
    title = say(
        "The strongest reasons for customer {key}: {up} for a response, {down} against it",
        key=result.key, up=raising, down=len(result.reasons) - raising,
    )  # fmt: skip
    note = say(
        "To the right: how many times as high as for the average customer the model sets the odds. To the left: what "
        "it divides them by."
    )
    return Picture(title, figure.reasons(result), Grid(headings, rows), note)


def zones_of(result: Explanation, curve: Curve) -> tuple[Zone, ...]:
    """Return the zones of interest on a curve, the highest response first."""
    return tuple(zone for zone in result.zones if zone.name == curve.name)


def _named(result: Explanation) -> Sentence:
    return say("{model} v{version}", model=result.model, version=result.version)


def _both(first: Curve, second: Curve, names: tuple[Sentence, Sentence]) -> Grid:
    """Lay out what each model expects at the first one's places; nothing where the second says nothing there."""
    headings = (Heading(first.label), *(Heading(name, "estimate_percent") for name in names))
    told = {str(point.label): point.effect for point in second.points}
    rows = tuple((point.label, point.effect, told.get(str(point.label))) for point in first.points)
    return Grid(headings, rows, folded=True)


def _title(curve: Curve, zones: tuple[Zone, ...]) -> Sentence:
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


def zones_table(result: Explanation) -> Grid:
    """Return every zone of interest with its figures."""
    headings = (
        Heading(say("Zone of interest")), Heading(say("Customers"), "number"), Heading(say("Share of all"), "percent"),
        Heading(say("Response"), "estimate_percent"), Heading(say("Lift"), "estimate"),
    )  # fmt: skip
    rows = tuple((zone.place, zone.customers, zone.size, zone.response, zone.lift) for zone in result.zones)
    return Grid(headings, rows, say("Zones of interest: where customers surely respond more often than all"))


def groups_picture(result: Explanation) -> Picture:
    """Return the response of each target group on held-out customers beside that of all."""
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


def context(result: Explanation) -> tuple[Sentence, Sentence]:
    """Say of which customers and of which model the explanation speaks."""
    return (
        say("{customers:number} customers of table {table:quoted}, version {version}, of whom {responders:number} "
            "responded.",
            customers=result.customers, table=result.table, version=result.table_version, responders=result.responders),
        say("Model {model:quoted}, version {version}.", model=result.model, version=result.version),
    )  # fmt: skip


def method(result: Explanation) -> tuple[Sentence, ...]:
    """Say how influence, curves and zones were computed."""
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


def judged(result: Explanation) -> tuple[Sentence, ...]:
    """Say how target groups were found and judged."""
    return (
        say("Groups were looked for among {found:number} customers and judged on the other {judged:number}, whose "
            "responses the search had not seen; copies of a customer are on one side.",
            found=result.found_on, judged=result.judged_on),
        say("They are ordered by what the search saw, not by how they were judged, so the intervals hold without "
            "correction."),
        say("Numbers in the conditions are rounded to readable ones before they are judged."),
    )  # fmt: skip


def reasoned(result: Reasons) -> tuple[Sentence, ...]:
    """Say how the reasons for one customer were found, and what may not be read into them."""
    exactness = (
        say("Each reason is what one value adds to the model's log-odds beside the average customer (a Shapley value), "
            "exact for this kind of model.")
        if result.exact
        else say("Each reason is what one value adds to the model's log-odds beside the average customer (a Shapley "
                 "value), sampled: this kind of model has no exact contributions.")
    )  # fmt: skip
    return (
        exactness,
        say("Changes are the nearest of one or two values, among those that other customers have, after which the "
            "model's answer crosses {threshold:percent}. Dates, years and ages count as fixed.",
            threshold=result.threshold),
        say("It tells how the model answers. It does not show what would happen if the customer were changed."),
    )  # fmt: skip
