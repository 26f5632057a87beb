"""Versions in production as a section of a page: who answers whom, how each does, what has moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from campanile.models.rollouts import figure
from campanile.models.rollouts.result import Comparison, Drift, VersionDrift
from campanile.models.rollouts.rollout import Named, Rollout
from campanile.models.rollouts.spec import told_version
from campanile.report import Grid, Heading, Picture, Prose, Section
from campanile.report.sections import Block
from campanile.words import Sentence, say

QUESTION = say("Which version answers, and how does it do?")
ROLES: Mapping[str, Sentence] = {
    "champion": say("champion"), "challenger": say("challenger"), "shadow": say("shadow"),
}  # fmt: skip
STATES: Mapping[str, Sentence] = {
    "steady": say("as in training"), "moderate": say("has moved"), "serious": say("has moved far"),
    "few": say("too few to tell"),
}  # fmt: skip


def section(
    rollout: Rollout, counts: Mapping[Named, int], comparison: Comparison | None, drift: Drift | None
) -> Section:
    """Return the section of a rollout; ``counts`` are the answers that each version gave under it."""
    parts: list[Block] = [versions(rollout, counts, comparison)]
    if comparison is not None:
        parts += compared(comparison)
    else:
        parts.append(Prose((say("What happened to those who were answered is not joined yet: campanile rollout compare"
                                " {name} --outcomes TABLE.COLUMN.", name=rollout.name),)))  # fmt: skip
    if drift is not None:
        first, *others = drift.versions
        parts += [Prose((drift.verdict, *drift.notes)), moved(first), *(_table(one, titled=True) for one in others)]
    else:
        parts.append(Prose((say("Whether features and scores have moved was not looked at yet: campanile rollout drift"
                                " {name}.", name=rollout.name),)))  # fmt: skip
    answer = comparison.verdict if comparison is not None else _shares(rollout)
    context = (say("Rollout {name}, declaration {declaration}", name=rollout.name, declaration=rollout.declaration),)
    return Section(f"rollout-{rollout.name}", QUESTION, answer, tuple(parts), method(), context)


def versions(rollout: Rollout, counts: Mapping[Named, int], comparison: Comparison | None) -> Grid:
    """Return the versions side by side: their share, their answers, and how they did where that is known."""
    judged = {(one.model, one.version): one for one in comparison.versions} if comparison is not None else {}
    headings: list[Heading] = [
        Heading(say("Version")), Heading(say("Role")), Heading(say("Share"), "percent"),
        Heading(say("Answers"), "number"),
    ]  # fmt: skip
    if judged:
        headings += [
            Heading(say("Answers judged"), "number"), Heading(say("Responses expected"), "number"),
            Heading(say("Responses that came"), "number"), Heading(say("ROC-AUC"), "estimate"),
            Heading(say("Log loss"), "estimate"), Heading(say("Base rate"), "number"),
        ]  # fmt: skip
    rows = tuple(
        (arm.told(), ROLES[arm.role], arm.share if arm.role != "shadow" else None, counts.get(arm.named, 0),
         *(_figures(judged.get(arm.named)) if judged else ()))
        for arm in rollout.arms
    )  # fmt: skip
    return Grid(tuple(headings), rows)


def compared(comparison: Comparison) -> list[Block]:
    """Return how the versions do beside the champion."""
    if not any("log_loss" in one.figures for one in comparison.against):
        return [Prose(comparison.words()[1:], "points")] if comparison.words()[1:] else []
    headings = (
        Heading(say("Version")), Heading(say("Customers"), "number"), Heading(say("Log loss, difference"), "estimate"),
        Heading(say("ROC-AUC, difference"), "estimate"), Heading(say("Brier score, difference"), "estimate"),
        Heading(say("What it tells")),
    )  # fmt: skip
    rows = tuple(
        (told_version(one.model, one.version), one.customers,
         *(one.figures.get(name) for name in ("log_loss", "roc_auc", "brier")), one.verdict)
        for one in comparison.against
    )  # fmt: skip
    title = say("The versions beside the champion {champion}, on what happened until {day:date}",
                champion=comparison.champion, day=comparison.until)  # fmt: skip
    blocked = any(one.state == "blocked" for one in comparison.against)
    told = comparison.words()[1:]
    return [
        *((Prose((comparison.verdict,), "caution"),) if blocked else ()),
        Picture(title, figure.differences(comparison), Grid(headings, rows)),
        *((Prose(told, "points"),) if told else ()),
    ]  # fmt: skip


def moved(drift: VersionDrift) -> Picture:
    """Return what has moved for one version."""
    return Picture(_title(drift), figure.moved(drift), _table(drift))


def _title(drift: VersionDrift) -> Sentence:
    named, shifted = told_version(drift.model, drift.version), drift.moved
    if not shifted:
        return say("{version}: nothing is seen to have moved against the training", version=named)
    return say("{version}, moved against the training: {names:list}", version=named,
               names=[one.label for one in shifted[:4]])  # fmt: skip


def _table(drift: VersionDrift, *, titled: bool = False) -> Grid:
    headings = (
        Heading(say("Feature")), Heading(say("Stability index"), "number"), Heading(say("By chance at most"), "number"),
        Heading(say("Missing in training"), "percent"), Heading(say("Missing now"), "percent"), Heading(say("Verdict")),
    )  # fmt: skip
    rows = tuple(
        (one.label, one.index, one.chance, one.missing_then, one.missing_now, STATES[one.state])
        for one in (drift.score, *drift.features)
    )
    return Grid(headings, rows, _title(drift) if titled else None, folded=titled)


def method() -> tuple[Sentence, ...]:
    """Return how the figures came about."""
    return (
        say("Each customer keeps a version: a salted hash of its key decides, as in experiments, and a share that grows"
            " takes customers from the champion alone."),
        say("Each customer's first answer under the last declaration is judged, once its outcome has had time to come;"
            " what came before the answer does not count."),
        say("Intervals are over resampled customers; with several challengers they are wider, so that all hold"
            " together. Looking again and again finds differences by chance more often than one look does."),
        say("Moved: the population stability index over tenths of the training's values, missing ones apart. Of few"
            " customers it is large by chance, which is told beside it and never called a shift."),
    )  # fmt: skip


def _shares(rollout: Rollout) -> Sentence:
    challengers = rollout.answering[1:]
    if not challengers:
        return say("{version} answers all customers.", version=rollout.arms[0].told())
    return say("{version} answers {share:percent} of the customers, the others are answered by {names:list}.",
               version=rollout.arms[0].told(), share=rollout.arms[0].share,
               names=[arm.told() for arm in challengers])  # fmt: skip


def _figures(one: Any) -> tuple[Any, ...]:
    if one is None:
        return (None,) * 6
    return (
        one.judged, round(one.expected, 1), one.responses, one.metrics.get("roc_auc"), one.metrics.get("log_loss"),
        one.naive.get("log_loss"),
    )  # fmt: skip
