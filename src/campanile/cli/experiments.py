"""Commands of experiments: design, assign, analyse, simulate-aa, looks."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from campanile.cli.data import given, pairs
from campanile.cli.door import Shown, Visit, argument, command, option
from campanile.cli.grids import columns
from campanile.cli.uplift import uplift
from campanile.words import say

if TYPE_CHECKING:
    from campanile.experiments import Metric

_NAME = say("The experiment's name.")
_METRIC = say("What is measured, again for more: NAME, NAME=COLUMN, NAME=COLUMN/PER, with ~BEFORE and :KIND after it.")
_GUARDRAIL = say("A metric that must not get worse, written as --metric.")
_MONTH = "YYYY-MM"
_FORM = "NAME[=COLUMN[/PER]][~BEFORE][:KIND]"
_TEST = say("The experiment's name (default: the draft's).")
_DRAFT = say("A draft that `campanile simulate --draft` wrote; what is given beside it comes first.")
_NOW = say("The day that all is seen from (default: today).")


def add_to(app: typer.Typer) -> None:
    """Hang this file's commands on ``app``, under "experiments"."""
    told = str(say("Did it work? Plan a test, put users into groups for life, compare, and test the method itself."))
    room = typer.Typer(help=told, no_args_is_help=True, rich_markup_mode=None)
    command(room, "design", say("How many users and months a test takes, and what it can see."))(design)
    command(room, "assign", say("Put users into groups, for life; new ones join each month."))(assign)
    command(room, "analyse", say("Compare the groups: gates first, then each month and the verdict."))(analyse)
    command(room, "simulate-aa", say("Is the method honest on these data? Try it where there is nothing to find."))(
        trial
    )
    command(room, "looks", say("Show the ledger: who looked at what, and what was said."))(looks)
    command(room, "uplift", say("Whom does it persuade? Or nobody in particular."))(uplift)
    app.add_typer(room, name="experiments")


def design(
    visit: Visit,
    name: Annotated[str | None, argument(_TEST)] = None,
    metric: Annotated[list[str] | None, option("--metric", _METRIC, _FORM)] = None,
    baseline: Annotated[float | None, option("--baseline", say("What the metric is today."))] = None,
    lift: Annotated[float | None, option("--lift", say("The change worth finding: 0.2 is a fifth more."))] = None,
    spread: Annotated[
        float | None, option("--spread", say("How much users differ: the standard deviation (shares know theirs)."))
    ] = None,
    table: Annotated[str | None, option("--table", say("A table of users that tells baseline and spread."))] = None,
    power: Annotated[float | None, option("--power", say("How often the change is to be found."))] = None,
    level: Annotated[float | None, option("--level", say("How often a wrong verdict may be."))] = None,
    share: Annotated[float | None, option("--share", say("The treatment's percent."))] = None,
    monthly: Annotated[int | None, option("--monthly", say("How many new users join each month."))] = None,
    months: Annotated[int | None, option("--months", say("How many months the test may take; each is a look."))] = None,
    window: Annotated[
        int | None, option("--window", say("How many days after joining an outcome is complete."))
    ] = None,
    draft: Annotated[Path | None, option("--draft", _DRAFT)] = None,
) -> Shown:
    """Plan a test."""
    from campanile import experiments as room
    from campanile.tables.draft import read_draft

    drafted = read_draft(draft) if draft is not None else None
    asked = given(
        name=name, metrics=_metrics(metric), baseline=baseline, lift=lift, spread=spread, table=table, power=power,
        level=level, share=share, monthly=monthly, months=months, window_days=window, seed=visit.seed,
    )  # fmt: skip
    spec = room.DesignSpec(**{**(drafted.asked() if drafted else {}), **asked})
    planned = room.design(visit.workspace, spec, drafted)
    return Shown(planned.to_dict(), (planned.words, *planned.notes))


def assign(
    visit: Visit,
    name: Annotated[str, argument(_NAME)],
    users: Annotated[str | None, option("--users", say("A file or table of users (default: users)."))] = None,
    key: Annotated[str | None, option("--key", say("The column that tells users apart."))] = None,
    share: Annotated[float | None, option("--share", say("The treatment's percent (default: 50)."))] = None,
    arm: Annotated[
        list[str] | None, option("--arm", say("A treatment and its percent, again for more."), "NAME=PERCENT")
    ] = None,
    salt: Annotated[str | None, option("--salt", say("What the hash is salted with, for life."))] = None,
    month: Annotated[
        str | None, option("--month", say("The cohort of users who are new (default: this month)."), _MONTH)
    ] = None,
    joined: Annotated[str | None, option("--joined", say("The column that tells since when each is a user."))] = None,
    layer: Annotated[str | None, option("--layer", say("The layer whose tests exclude each other."))] = None,
    slot: Annotated[float | None, option("--slot", say("The percent of the layer that this test has."))] = None,
    holdout: Annotated[float | None, option("--holdout", say("The percent kept out of all tests."))] = None,
    out: Annotated[Path | None, option("--out", say("Write key and group of each user, in their order."))] = None,
) -> Shown:
    """Put users into groups."""
    from campanile import experiments as room

    spec = room.AssignSpec(**given(
        name=name, users=users, key=key, share=share, arms=pairs(arm), salt=salt, month=month, joined=joined,
        layer=layer, slot=slot, holdout=holdout,
    ))  # fmt: skip
    done = room.assign(visit.workspace, spec, out)
    written = (say("Groups: {path}", path=str(out)),) if out is not None else ()
    return Shown(done.to_dict() | ({"out": str(out)} if out else {}), (done.words, *done.notes, *written))


def analyse(
    visit: Visit,
    name: Annotated[str, argument(_NAME)],
    metric: Annotated[list[str] | None, option("--metric", _METRIC, _FORM)] = None,
    guardrail: Annotated[list[str] | None, option("--guardrail", _GUARDRAIL, _FORM)] = None,
    outcomes: Annotated[
        str | None, option("--outcomes", say("The table that tells what became of users (default: the one assigned)."))
    ] = None,
    key: Annotated[str | None, option("--key", say("The column that tells users apart."))] = None,
    time: Annotated[str | None, option("--time", say("The column that tells when an outcome was."))] = None,
    group: Annotated[
        str | None, option("--group", say("The column that tells the group, where others assigned."))
    ] = None,
    control: Annotated[str | None, option("--control", say("The group to compare with (default: control)."))] = None,
    arm: Annotated[list[str] | None, option("--arm", say("A group to compare (default: all), again for more."))] = None,
    share: Annotated[
        list[str] | None, option("--share", say("A group's percent, where others assigned (default: even)."),
                                 "NAME=PERCENT")
    ] = None,
    cohort: Annotated[str | None, option("--cohort", say("The column with the month, where others assigned."))] = None,
    exposures: Annotated[str | None, option("--exposures", say("The table of who was reached, and when."))] = None,
    segment: Annotated[str | None, option("--segment", say("A column whose values are compared apart too."))] = None,
    month: Annotated[str | None, option("--month", say("Look only as far as this month."), _MONTH)] = None,
    level: Annotated[float | None, option("--level", say("How often a wrong verdict may be."))] = None,
    value: Annotated[float | None, option("--value", say("What one unit of the metric is worth in money."))] = None,
    currency: Annotated[str | None, option("--currency", say("The money's ISO code (default: EUR)."))] = None,
    window: Annotated[
        int | None, option("--window", say("How many days after joining an outcome is complete."))
    ] = None,
    least: Annotated[int | None, option("--least", say("How many users each group needs (default: 100)."))] = None,
    now: Annotated[datetime | None, option("--now", _NOW)] = None,
    engine: Annotated[
        str | None, option("--engine", say("What counts the users (default: duckdb)."), "duckdb|spark")
    ] = None,
    master: Annotated[
        str | None, option("--master", say("Spark's master, such as local[*] or spark://host:7077."))
    ] = None,
) -> Shown:  # fmt: skip
    """Compare the groups."""
    from campanile import experiments as room

    spec = room.AnalyseSpec(**given(
        name=name, metrics=_metrics(metric, guardrail), outcomes=outcomes, key=key, time=time, group=group,
        control=control, arms=tuple(arm) if arm else None, shares=pairs(share), cohort=cohort, exposures=exposures,
        segment=segment, month=month, level=level, value=value, currency=currency, window_days=window, least=least,
        now=now.date() if now else None, engine=engine, master=master,
    ))  # fmt: skip
    told = room.analyse(visit.workspace, spec)
    failed = (say("{gate}: {words} {repair}", gate=one.gate, words=one.words, repair=one.repair) for one in told.failed)
    return Shown(told.to_dict(), (told.words, *failed, *(one.words for one in told.effects), *told.notes))


def trial(
    visit: Visit,
    table: Annotated[str, argument(say("The table whose customers the method is tried on."))],
    metric: Annotated[list[str] | None, option("--metric", _METRIC, _FORM)] = None,
    unit: Annotated[str | None, option("--unit", say("The column that tells users apart."))] = None,
    looks: Annotated[int | None, option("--looks", say("How often each test is looked at."))] = None,
    repetitions: Annotated[int | None, option("--repetitions", say("How many tests are made up."))] = None,
    share: Annotated[float | None, option("--share", say("The treatment's percent."))] = None,
    level: Annotated[float | None, option("--level", say("How often a wrong verdict may be."))] = None,
    least: Annotated[int | None, option("--least", say("How many users each group needs (default: 100)."))] = None,
) -> Shown:
    """Try the method where there is nothing to find."""
    from campanile import experiments as room

    spec = room.AaSpec(**given(
        table=table, metrics=_metrics(metric), unit=unit, looks=looks, repetitions=repetitions, share=share,
        level=level, least=least, seed=visit.seed,
    ))  # fmt: skip
    told = room.simulate_aa(visit.workspace, spec)
    return Shown(told.to_dict(), (told.words, *(one.words for one in told.metrics), *told.notes))


def looks(visit: Visit, name: Annotated[str, argument(_NAME)]) -> Shown:
    """Show the ledger."""
    from campanile import experiments as room

    kept = room.ledger(visit.workspace, name)
    rows = [_line(one) for one in kept]
    shown = [{**row, "at": f"{one.at:%Y-%m-%d %H:%M}"} for row, one in zip(rows, kept, strict=True)]
    heads = {"number": say("look"), "at": say("when"), "month": say("month"), "metrics": say("metrics"),
             "failed": say("gates not passed"), "decision": say("decision")}  # fmt: skip
    empty = say("Nobody has looked at {name:quoted}.", name=name)
    return Shown({"looks": rows}, (columns(heads, shown) if rows else empty,))


def _line(look: Any) -> dict[str, Any]:
    late = set(look.late)
    marked = ", ".join(f"{one} (+)" if one in late else one for one in look.metrics)
    return {
        "number": look.number, "at": look.at.isoformat(timespec="seconds"), "month": look.month, "metrics": marked,
        "late": list(look.late), "failed": ", ".join(look.failed), "decision": look.decision or "", "users": look.users,
    }  # fmt: skip


def _metrics(said: list[str] | None, guardrails: list[str] | None = None) -> tuple[str | Metric, ...] | None:
    from campanile.experiments import Metric
    from campanile.experiments.spec import metric_of

    guards = tuple(Metric(**metric_of(one), guardrail=True) for one in guardrails or ())
    return (*(said or ()), *guards) or None
