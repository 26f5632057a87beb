"""Commands for answers: explain, audience, report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from campanile.cli.data import given
from campanile.cli.door import Shown, Visit, command, option
from campanile.cli.learning import MODEL, VERSION
from campanile.words import Sentence, say


def add_to(app: typer.Typer) -> None:
    """Hang this file's commands on ``app``."""
    command(app, "explain", say("Why: influential features, zones of interest, target groups in words."))(explain)
    command(app, "audience", say("Whom to contact, what it earns, and the list."))(audience)
    command(app, "report", say("Write the newest answers as one page."))(report)


def explain(
    visit: Visit,
    model: Annotated[str | None, option("--model", MODEL)] = None,
    version: Annotated[int | None, option("--version", VERSION)] = None,
    features: Annotated[int | None, option("--features", say("How many influential features to show."))] = None,
    customer: Annotated[str | None, option("--customer", say("The key of one customer: explain that score."))] = None,
) -> Shown:
    """Explain a model, or one customer's score."""
    from campanile import explain as room

    if customer is not None:
        spec = room.ReasonsSpec(**given(key=customer, model=model, version=version))
        told = room.reasons(visit.workspace, spec)
        lines = (*(one.words for one in told.reasons), *(one.words for one in told.changes))
        return Shown(told.to_dict(), (told.words, *lines))
    asked = room.ExplainSpec(**given(model=model, version=version, features=features, seed=visit.seed))
    why = room.explain(visit.workspace, asked)
    groups = tuple(group.sentence for group in why.target_groups)
    zones = tuple(zone.words for zone in why.zones)
    return Shown(why.to_dict(), (why.words, *groups, *zones, *why.notes))


def audience(
    visit: Visit,
    model: Annotated[str | None, option("--model", MODEL)] = None,
    version: Annotated[int | None, option("--version", VERSION)] = None,
    table: Annotated[
        str | None, option("--table", say("Whom to select from (default: the model's customers)."))
    ] = None,
    contact_cost: Annotated[float | None, option("--contact-cost", say("What one contact costs."))] = None,
    sale_value: Annotated[float | None, option("--sale-value", say("What one response is worth."))] = None,
    budget: Annotated[float | None, option("--budget", say("What may be spent on contacts."))] = None,
    capacity: Annotated[int | None, option("--capacity", say("How many customers can be contacted."))] = None,
    segments: Annotated[
        int | None, option("--segments", say("How many segments (default: as the data suggest)."))
    ] = None,
    uplift: Annotated[
        str | None, option("--uplift", say("A table of uplift scores: cut the list by predicted effect."))
    ] = None,
    out: Annotated[Path | None, option("--out", say("Write the list: CSV, Parquet or JSON lines."))] = None,
) -> Shown:
    """Select the customers to contact."""
    from campanile import audience as room

    if uplift is not None:
        from campanile.audience.persuaded import persuade
        from campanile.audience.spec import PersuadeSpec

        asked = PersuadeSpec(**given(
            scores=uplift, contact_cost=contact_cost, sale_value=sale_value, budget=budget, capacity=capacity,
            seed=visit.seed,
        ))  # fmt: skip
        moved = persuade(visit.workspace, asked, out)
        kept = (say("The list: {path}", path=str(out)),) if out else ()
        return Shown(moved.to_dict() | ({"out": str(out)} if out else {}), (moved.words, *moved.notes, *kept))
    spec = room.AudienceSpec(**given(
        model=model, version=version, table=table, contact_cost=contact_cost, sale_value=sale_value, budget=budget,
        capacity=capacity, segments=segments, seed=visit.seed,
    ))  # fmt: skip
    whom = room.select(visit.workspace, spec)
    data = whom.to_dict()
    written: tuple[Sentence, ...] = ()
    if out is not None:
        room.write(visit.workspace, whom, out)
        data["out"] = str(out)
        written = (say("The list: {path}", path=str(out)),)
    told = (say("{name}: {words}", name=segment.name, words=segment.words) for segment in whom.segments)
    return Shown(data, (whom.words, whom.cut.words, *told, *whom.notes, *written))


def report(
    visit: Visit,
    out: Annotated[Path, option("--out", say("Where to write the report (default: report.html)."))] = Path(
        "report.html"
    ),
    model: Annotated[str | None, option("--model", MODEL)] = None,
    version: Annotated[int | None, option("--version", VERSION)] = None,
    features: Annotated[int | None, option("--features", say("How many influential features to show."))] = None,
    customers: Annotated[
        int | None, option("--customers", say("How many customers the list holds (default: as it was selected)."))
    ] = None,
    experiment: Annotated[str | None, option("--experiment", say("A test whose last look is told at the end."))] = None,
    uplift: Annotated[str | None, option("--uplift", say("A table or file on which uplift was measured."))] = None,
) -> Shown:
    """Write the report."""
    from campanile.flows import write_report

    asked = given(model=model, version=version, features=features, customers=customers, experiment=experiment,
                  uplift=uplift)  # fmt: skip
    path = write_report(visit.workspace, out, **asked)
    return Shown({"report": str(path)}, (say("The report: {path}", path=str(path)),))
