"""What is asked of the makers of event worlds."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, field_validator

from campanile.words import say
from campanile.workspace.spec import Spec


class MusicSpec(Spec):
    """A music service of ``users`` over ``months`` calendar months from ``start`` (the first day of a month).

    ``events_per_user_month`` is what a free user brings about in a whole month, on average; users sign up in
    different months, so the file holds fewer than the product. ``base_rate`` is the share of those who have not
    bought yet that buys in a month. ``late`` adds the column ``arrived``, ``dirt`` the dirt of a first delivery.
    ``rows_per_group`` bounds what is held in memory and changes nothing else.
    """

    users: int = Field(default=2_000, ge=20)
    months: int = Field(default=6, ge=2, le=120)
    tracks: int = Field(default=5_000, ge=50)
    events_per_user_month: float = Field(default=100.0, ge=5, le=2_000)
    base_rate: float = Field(default=0.02, gt=0, le=0.5)
    start: date = date(2023, 1, 1)
    seed: int = Field(default=0, ge=0)
    dirt: bool = False
    late: bool = False
    rows_per_group: int = Field(default=500_000, ge=1)

    @field_validator("start")
    @classmethod
    def _first_of_month(cls, day: date) -> date:
        if day.day != 1:
            raise ValueError(say("{where:quoted} is {day:date}; it must be the first day of a month.",
                                 where="start", day=day))  # fmt: skip
        return day


class ShopSpec(Spec):
    """A web shop of ``users`` with ``sessions_per_user`` on average, of whom ``test_share`` are to be predicted.

    ``written`` says how: delimited files as shops keep them (users ";", sessions ","), Parquet, or both. ``late``
    adds the column ``arrived``, ``dirt`` the dirt of a first delivery.
    """

    users: int = Field(default=1_000, ge=2)
    sessions_per_user: float = Field(default=10.0, ge=2, le=1_000)
    test_share: float = Field(default=0.3, ge=0, lt=1)
    seed: int = Field(default=0, ge=0)
    written: tuple[Literal["csv", "parquet"], ...] = Field(default=("csv",), min_length=1)
    dirt: bool = False
    late: bool = False
    rows_per_group: int = Field(default=500_000, ge=1)
