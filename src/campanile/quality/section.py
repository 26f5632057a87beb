"""The answer as sections of a page: what may be wrong with the data, and what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from campanile.quality import figure
from campanile.quality.contents import ColumnProfile, Profile
from campanile.quality.naming import CHECK_NAMES, GROUPS, OTHER_KINDS, SEVERITY_NAMES, bin_name, day
from campanile.quality.result import Finding, Quality
from campanile.report.sections import Block, Grid, Heading, Picture, Prose, Section
from campanile.tables.classes import with_response
from campanile.words import Sentence, say

MOST_EXAMPLES = 12
LEAST_CORRELATED = 3
LARGE_HEIGHT = 380
MOST_DRAWN = 24
"""Columns of one kind that are drawn; with a target, those along which the response differs most."""


def sections(quality: Quality) -> tuple[Section, Section]:
    """Lay the answer out: "Can we trust this data?", then "What is in the data?"."""
    return _trust(quality), _contents(quality)


def _trust(quality: Quality) -> Section:
    return Section(
        "trust", say("Can we trust this data?"), quality.answer,
        (*_prose(quality), *_missing(quality.profile), *_examples(quality.found), _findings(quality.findings)),
        (
            say("Each check looks at the whole table and says what it found, or that it found nothing."),
            say("Looking changes nothing. A repair writes a new version; the earlier one is kept and can come back."),
            say(
                "A leak is a column that alone ranks responders above others nearly without fault: it is probably known"
                " only after the outcome. Such a column is judged by itself, one at a time."
            ),
            say("A value is far from all others by its distance in logarithms and by the gap to the next value."),
        ),
        _context(quality),
    )  # fmt: skip


def _contents(quality: Quality) -> Section:
    profile = quality.profile
    columns = len(profile.columns)
    if profile.response is not None and profile.target is not None:
        answer = say(
            "{rows:number} rows with {columns:number} columns; {response} responded ({target}).",
            rows=profile.rows, columns=columns, response=profile.response.told("percent"), target=profile.target,
        )  # fmt: skip
    else:
        answer = say("{rows:number} rows with {columns:number} columns.", rows=profile.rows, columns=columns)
    return Section(
        "data", say("What is in the data?"), with_response(answer, profile.meaning),
        (*_distributions(profile), *_correlated(profile), _columns(profile)),
        (
            say("Bars are customers in bins of round width; the outer bins reach to the least and greatest value."),
            say("Points are the share that responded, with 95% intervals (Wilson); bins under 5 rows have none."),
            say("What is seen here is side by side, not cause and effect: columns may say the same thing twice."),
            say("Rank correlation is Spearman's, over the rows in which both columns are known."),
        ),
        _context(quality),
    )  # fmt: skip


def _context(quality: Quality) -> tuple[Sentence, ...]:
    told = [say("Table {table} v{version}", table=quality.table, version=quality.version)]
    if quality.compared_with is not None:
        told.append(say("compared with v{version}", version=quality.compared_with))
    return tuple(told)


def _prose(quality: Quality) -> list[Block]:
    """Put the serious findings first, each kind under its own mark."""
    of = {level: tuple(f.words for f in quality.found if f.severity == level) for level in SEVERITY_NAMES}
    passed = tuple(finding.words for finding in quality.findings if finding.passed)
    blocks: list[Block] = [Prose((words,), "caution") for words in of["serious"]]
    blocks += [Prose(of["warning"], "points")] if of["warning"] else []
    if of["info"]:
        blocks += [Prose((say("Worth knowing:"),)), Prose(of["info"], "points")]
    return [*blocks, Prose(passed, "good")] if passed else blocks


def _findings(findings: Sequence[Finding]) -> Grid:
    rows = tuple(
        (
            CHECK_NAMES.get(f.check, f.check),
            f.column,
            say("passed") if f.passed else SEVERITY_NAMES[f.severity],
            f.count,
            f.words,
        )
        for f in findings
    )
    headings = (
        Heading(say("Check")), Heading(say("Column")), Heading(say("Result")), Heading(say("Count"), "number"),
        Heading(say("In words")),
    )  # fmt: skip
    return Grid(headings, rows, say("All checks"), folded=True)


def _examples(findings: Sequence[Finding]) -> list[Grid]:
    shown = [(finding, finding.examples) for finding in findings if finding.examples is not None]
    return [
        Grid(
            tuple(Heading(title) for title in examples.headings),
            tuple(tuple(_cell(value) for value in row) for row in examples.rows),
            finding.words,
            folded=True,
        )
        for finding, examples in shown[:MOST_EXAMPLES]
    ]


def _cell(value: Any) -> Any:
    return say("{value:exact}", value=value) if isinstance(value, float) else None if value is None else str(value)


def _missing(profile: Profile) -> list[Picture]:
    empty = sorted((column for column in profile.columns if column.missing), key=lambda column: -column.missing)
    if len(empty) < 2:
        return []
    first = empty[0]
    title = say(
        "{column} is missing most often: in {share:percent} of the rows",
        column=first.label, share=first.missing / first.rows,
    )  # fmt: skip
    headings = [Heading(say("Column")), Heading(say("Missing"), "number"), Heading(say("Share missing"), "percent")]
    judged = profile.response is not None
    headings += [Heading(say("Response where missing"), "estimate_percent")] if judged else []
    rows = tuple((c.label, c.missing, c.missing / c.rows, *((c.missing_response,) if judged else ())) for c in empty)
    note = say("Each line is a pattern: the marked columns are missing together in that many rows.")
    return [Picture(title, figure.missing_pattern(profile), Grid(tuple(headings), rows), note)]


def _distributions(profile: Profile) -> list[Picture]:
    pictures = []
    for group in GROUPS:
        columns = [column for column in profile.columns if column.bins and column.semantic == group]
        told = any(bin.response for column in columns for bin in column.bins)
        if told:  # the target itself has no response, and is told in the answer
            columns = sorted((c for c in columns if c.bins[0].response), key=lambda column: -column.spread)
        columns = columns[:MOST_DRAWN]
        if columns:
            title = _by_response(columns) if told else _by_place(columns[0], GROUPS[group])
            note = say("Grey bars: customers. Points: the share that responded.") if told else None
            pictures.append(Picture(title, figure.distributions(columns), _bins(columns, judged=told), note))
    return pictures


def one_column(column: ColumnProfile) -> Picture | None:
    """Draw one column large; None where it has nothing to draw: identifiers, texts, personal data."""
    if not column.bins:
        return None
    judged = any(bin.response for bin in column.bins)
    title = _by_response([column]) if judged else _by_place(column, GROUPS[column.semantic])
    drawn = figure.distributions([column])
    drawn.update_layout(height=LARGE_HEIGHT)
    return Picture(title, drawn, _bins([column], judged=judged))


def _by_response(columns: Sequence[ColumnProfile]) -> Sentence:
    """Say along which column the response differs most, and between which of its bins."""
    column = max(columns, key=lambda column: column.spread)
    ends = column.extremes
    if ends is None or ends[0].response is None or ends[1].response is None:
        return say("Response hardly differs along {columns:list}", columns=[c.label for c in columns[:4]])
    return say(
        "Response differs most by {column}: {low:percent} at {at_low}, {high:percent} at {at_high}",
        column=column.label, low=ends[0].response.estimate, high=ends[1].response.estimate,
        at_low=bin_name(column, ends[0]), at_high=bin_name(column, ends[1]),
    )  # fmt: skip


def _by_place(column: ColumnProfile, group: Sentence) -> Sentence:
    """Without a target, say where the first column's values lie."""
    if column.numbers is None:
        most = max(column.bins, key=lambda bin: bin.rows)
        share = most.rows / max(1, column.rows - column.missing)
        return say(
            "{column} is most often {level} ({share:percent})",
            column=column.label,
            level=bin_name(column, most),
            share=share,
        )
    if column.semantic == "date":
        low, high = day(column.numbers.quarter), day(column.numbers.three_quarters)
        return say(
            "{column}: half of the dates lie between {low:date} and {high:date}",
            column=column.label,
            low=low,
            high=high,
        )
    return say(
        "{column}: half of the values lie between {low:number} and {high:number}",
        column=column.label, low=column.numbers.quarter, high=column.numbers.three_quarters,
    )  # fmt: skip


def _bins(columns: Sequence[ColumnProfile], *, judged: bool) -> Grid:
    headings = [Heading(say("Column")), Heading(say("Value")), Heading(say("Rows"), "number")]
    headings += [Heading(say("Response"), "estimate_percent")] if judged else []
    rows = []
    for column in columns:
        for bin in column.bins:
            rows.append((column.label, bin_name(column, bin), bin.rows, *((bin.response,) if judged else ())))
        if column.other_rows:
            rows.append((column.label, say("other"), column.other_rows, *((None,) if judged else ())))
        if column.missing:
            rows.append((column.label, say("missing"), column.missing, *((column.missing_response,) if judged else ())))
    return Grid(tuple(headings), tuple(rows))


def _correlated(profile: Profile) -> list[Picture]:
    correlations = profile.correlations
    strongest = correlations.strongest
    if len(correlations.columns) < LEAST_CORRELATED or strongest is None:
        return []
    one, other = strongest
    value = correlations.values[one][other]
    title = say(
        "{one} and {other} move together most (rank correlation {value:number 2})",
        one=correlations.labels[one], other=correlations.labels[other], value=value,
    )  # fmt: skip
    headings = (Heading(say("Column")), *(Heading(label, "number") for label in correlations.labels))
    rows = tuple((label, *row) for label, row in zip(correlations.labels, correlations.values, strict=True))
    return [Picture(title, figure.correlation_map(correlations), Grid(headings, rows))]


def _columns(profile: Profile) -> Grid:
    headings = (
        Heading(say("Column")), Heading(say("Name")), Heading(say("Kind")), Heading(say("Missing"), "number"),
        Heading(say("Different values"), "number"), Heading(say("Least"), "exact"), Heading(say("Median"), "exact"),
        Heading(say("Mean"), "exact"), Heading(say("Greatest"), "exact"),
    )  # fmt: skip
    return Grid(headings, tuple(_column(column) for column in profile.columns), say("All columns"), folded=True)


def _column(column: ColumnProfile) -> tuple[Any, ...]:
    kind = GROUPS.get(column.semantic) or OTHER_KINDS[column.semantic]
    found = column.numbers
    if found is None:
        places: tuple[Any, ...] = (None,) * 4
    else:
        places = (found.low, found.median, found.mean, found.high)
        if column.type.startswith(("date", "timestamp")):
            places = tuple(day(place).isoformat() for place in places)
    return (column.label, column.name, kind, column.missing, column.distinct, *places)
