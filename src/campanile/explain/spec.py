"""What is asked: an explanation of a model, or the reasons for one customer."""

from __future__ import annotations

from pydantic import Field

from campanile.workspace.spec import Spec


class ExplainSpec(Spec):
    """Which model is explained, how much is shown, and how much support a statement needs.

    ``answer`` names the class that is explained (default: the one that counts as a response).
    ``support`` is the least share, and ``customers`` the least number, of a zone or target group.
    ``breadth`` weighs size against response when groups are ranked: 1 is many customers, 0.3 is few
    with a high response. ``sample`` is how many customers a curve or a sampled influence looks at.
    """

    model: str | None = None
    version: int | None = None
    answer: str | None = None
    features: int = Field(8, ge=1)
    groups: int = Field(4, ge=1, le=20)
    conditions: int = Field(3, ge=1, le=4)
    support: float = Field(0.03, gt=0, lt=0.5)
    customers: int = Field(30, ge=1)
    breadth: float = Field(0.6, gt=0, le=1)
    sample: int = Field(2000, ge=100)
    level: float = Field(0.95, gt=0.5, lt=1)
    seed: int = 0


class ReasonsSpec(Spec):
    """Which customer is explained; ``key`` is looked up in ``table`` (default: the training table).

    ``threshold`` is the probability above which the answer is yes (default: the base rate);
    ``fixed`` names columns that nobody can change, beside dates, years and ages.
    """

    key: str | int
    model: str | None = None
    version: int | None = None
    answer: str | None = None
    table: str | None = None
    features: int = Field(5, ge=1)
    threshold: float | None = Field(None, gt=0, lt=1)
    fixed: tuple[str, ...] = ()
    seed: int = 0
