"""What is asked: which model and customers, what a contact costs and earns, how much may be spent."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from campanile.workspace.spec import Spec


class CutSpec(Spec):
    """Where to cut a kept list, at which costs, within which limits; None: not known, or without a limit.

    ``customers`` asks for so many of the likeliest; None for as many as are worth a contact.
    """

    customers: int | None = Field(None, ge=0)
    contact_cost: float | None = Field(None, ge=0, allow_inf_nan=False)
    sale_value: float | None = Field(None, gt=0, allow_inf_nan=False)
    budget: float | None = Field(None, ge=0, allow_inf_nan=False)
    capacity: int | None = Field(None, ge=0)


class AudienceSpec(Spec):
    """Whom to contact. What is None is taken from the model (its table, its costs) or left without a limit.

    ``version`` is the model's. Money is in one currency; ``budget`` pays for contacts, ``capacity`` counts
    them. ``segments`` is their number (None: three to six, as the customers fall apart most clearly);
    ``features`` is how many influential features span the space in which segments are sought.
    """

    model: str | None = None
    version: int | None = Field(None, ge=1)
    table: str | None = None
    table_version: int | None = Field(None, ge=1)
    contact_cost: float | None = Field(None, ge=0, allow_inf_nan=False)
    sale_value: float | None = Field(None, gt=0, allow_inf_nan=False)
    budget: float | None = Field(None, ge=0, allow_inf_nan=False)
    capacity: int | None = Field(None, ge=0)
    segments: int | None = Field(None, ge=1, le=12)
    features: int = Field(8, ge=1, le=50)
    resamples: int = Field(400, ge=50, le=10_000)
    seed: int = Field(0, ge=0, lt=2**31)


class PersuadeSpec(Spec):
    """Whom to contact by a table of uplift scores, ``scores``; the rest is as for any cut.

    ``sale_value`` is what one unit of the trial's outcome is worth.
    """

    scores: str
    version: int | None = Field(None, ge=1)
    customers: int | None = Field(None, ge=0)
    contact_cost: float | None = Field(None, ge=0, allow_inf_nan=False)
    sale_value: float | None = Field(None, gt=0, allow_inf_nan=False)
    budget: float | None = Field(None, ge=0, allow_inf_nan=False)
    capacity: int | None = Field(None, ge=0)
    resamples: int = Field(400, ge=50, le=10_000)
    seed: int = Field(0, ge=0, lt=2**31)


class MessagesSpec(Spec):
    """What to say to each kind of customer of a list (``audience``: its version; None: the model's newest).

    ``whose`` is "open" for those whose outcome is not known (all where it is known of everybody), or "all". Own texts,
    by language, stand in for drafted ones: ``segments`` by number come before ``classes``, by value or label.
    """

    model: str | None = None
    version: int | None = Field(None, ge=1)
    audience: int | None = Field(None, ge=1)
    whose: Literal["open", "all"] = "open"
    classes: dict[str, dict[str, str]] = Field(default_factory=dict)
    segments: dict[int, dict[str, str]] = Field(default_factory=dict)
