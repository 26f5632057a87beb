"""The command for whom a treatment persuades: experiments uplift."""

from __future__ import annotations

from typing import Annotated

from campanile.cli.data import given
from campanile.cli.door import Shown, Visit, argument, option
from campanile.words import say

_PERCENT = say("The arm's percent that was meant (default: as found).")
_STRATA = say("The column within whose values customers were drawn.")


def uplift(
    visit: Visit,
    source: Annotated[str, argument(say("A file, or the name of a table."))],
    treatment: Annotated[str, option("--treatment", say("The column that tells who got what."))],
    outcome: Annotated[str, option("--outcome", say("The column that tells what became of customers."))],
    control: Annotated[str | None, option("--control", say("The value of those who got nothing."))] = None,
    arm: Annotated[
        str | None, option("--arm", say("The value that is compared (default: the only other one)."))
    ] = None,
    exclude: Annotated[list[str] | None, option("--exclude", say("A column to keep out, again for more."))] = None,
    key: Annotated[str | None, option("--key", say("The column that tells customers apart."))] = None,
    strata: Annotated[str | None, option("--strata", _STRATA)] = None,
    percent: Annotated[float | None, option("--percent", _PERCENT)] = None,
    learner: Annotated[str | None, option("--learner", say("The learner (default: chosen inside the folds)."))] = None,
    value: Annotated[float | None, option("--value", say("What one unit of the outcome is worth."))] = None,
    contact_cost: Annotated[float | None, option("--contact-cost", say("What one contact costs."))] = None,
    currency: Annotated[str | None, option("--currency", say("The money's ISO code (default: EUR)."))] = None,
    share: Annotated[
        int | None, option("--share", say("How many percent to contact (default: those who pay, else 30)."))
    ] = None,
    level: Annotated[float | None, option("--level", say("How often a wrong verdict may be."))] = None,
    out: Annotated[str | None, option("--as", say("The name of the table of scores."))] = None,
) -> Shown:
    """Tell whom a treatment persuades."""
    from campanile.experiments.uplift import UpliftSpec, measure

    spec = UpliftSpec(**given(
        source=source, treatment=treatment, outcome=outcome, control=control, arm=arm,
        exclude=tuple(exclude) if exclude else None, key=key, strata=strata, percent=percent, learner=learner,
        value=value, contact_cost=contact_cost, currency=currency, share=share, level=level, out=out, seed=visit.seed,
    ))  # fmt: skip
    with visit.progress() as progress:
        told = measure(visit.workspace, spec, progress)
    kept_out = tuple(say("Kept out: {column:quoted}, {reason}.", column=one.column, reason=one.reason)
                     for one in told.kept_out)  # fmt: skip
    kept = (say("The scores: table {name:quoted} v{version}.", name=told.scores or "",
                version=told.scores_version or 0),) if told.scores else ()  # fmt: skip
    return Shown(told.to_dict(), (told.words, *told.notes, *kept_out, *kept))
