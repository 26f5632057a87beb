"""Lists in pages: so many things at once, and where the next ones begin."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from campanile.web.problems import Refused
from campanile.words import say

Thing = TypeVar("Thing")
Shape = TypeVar("Shape")

Limit = Annotated[int, Query(ge=1, le=1000, description="How many at most.")]
Cursor = Annotated[str | None, Query(max_length=400, description="Where to begin: the `next` of the page before.")]


class Page(BaseModel, Generic[Shape]):
    """Some things, and the cursor of the next ones (null: these were the last)."""

    items: list[Shape]
    next: str | None = Field(None, description="Give it as `cursor` to get what follows.")


def page(things: Sequence[Thing], name: Callable[[Thing], str], limit: int, cursor: str | None) -> tuple[
    Sequence[Thing], str | None
]:  # fmt: skip
    """Return the things that follow the one named in ``cursor``, and the cursor of those after them."""
    start = 0
    if cursor is not None:
        last = decoded(cursor)
        start = next((place + 1 for place, thing in enumerate(things) if name(thing) == last), -1)
        if start < 0:
            raise unknown(cursor)
    shown = things[start : start + limit]
    return shown, encoded(name(shown[-1])) if start + limit < len(things) else None


def encoded(place: str) -> str:
    """Return a cursor."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def decoded(cursor: str) -> str:
    """Return what a cursor says. Raises Refused for what is none."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        raise unknown(cursor) from None


def unknown(cursor: str) -> Refused:
    """Say that a cursor leads nowhere."""
    return Refused(
        "invalid", say("The cursor {cursor:quoted} is not one of this list.", cursor=cursor[:60]),
        say("Begin again without a cursor."),
    )  # fmt: skip
