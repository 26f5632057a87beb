"""What is asked: of which table, with which targets, and whose rows belong together."""

from __future__ import annotations

from pydantic import Field

from campanile.workspace.spec import Spec


class CorrelationSpec(Spec):
    """Ask for the rank correlations of a table's numbers, dates and flags.

    ``targets`` come first (their columns may be known only after the outcome); ``entity`` is the column whose rows are
    one customer's; ``exclude`` leaves columns out. Of more columns than ``columns`` those are told that have most to do
    with the first target. ``false_share`` is how many of those called no accident may be one (default 1 in 20).
    """

    table: str
    version: int | None = None
    targets: tuple[str, ...] = ()
    entity: str | None = None
    exclude: tuple[str, ...] = ()
    columns: int = Field(default=100, ge=2, le=400)
    alike: float = Field(default=0.95, gt=0, le=1)
    false_share: float = Field(default=0.05, gt=0, lt=1)
    resamples: int = Field(default=500, ge=50, le=10_000)
    seed: int = Field(default=0, ge=0, lt=2**31)
