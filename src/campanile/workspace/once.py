"""Answers given once: the same request under the same key gets the same answer, and is not done twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campanile.words import say
from campanile.workspace.catalog import Catalog, metadata
from campanile.workspace.errors import Busy, SpecError

KEPT_HOURS = 24
ABANDONED_MINUTES = 10

_once = sa.Table(
    "once", metadata,
    sa.Column("who", sa.String, primary_key=True),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("asked", sa.String, nullable=False),
    sa.Column("status", sa.Integer),
    sa.Column("answer", sa.JSON),
    sa.Column("at", sa.String, nullable=False),
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """An answer that was given: its status, and what it said."""

    status: int
    content: dict[str, Any]


class Once:
    """The answers given under keys: ``workspace.once``."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def claim(self, who: str, key: str, asked: str, *, now: datetime | None = None) -> Answer | None:
        """Return the answer given before, or None where the work is now the caller's to do.

        ``asked`` is the fingerprint of the request. Raises SpecError where the key was used for another
        request, Busy while that request is still being answered.
        """
        now = now or datetime.now(UTC)
        mine = (_once.c.who == who) & (_once.c.key == key)
        with self._catalog.writing() as connection:
            old = _once.c.at < (now - timedelta(hours=KEPT_HOURS)).isoformat()
            # Nobody answers for so long: the process that had claimed it is gone.
            gone = (_once.c.at < (now - timedelta(minutes=ABANDONED_MINUTES)).isoformat()) & _once.c.status.is_(None)
            connection.execute(_once.delete().where(old | gone))
            row = connection.execute(sa.select(_once).where(mine)).one_or_none()
            if row is None:
                connection.execute(_once.insert().values(who=who, key=key, asked=asked, at=now.isoformat()))
                return None
        if row.asked != asked:
            raise SpecError([say("The idempotency key {key:quoted} was used for another request.", key=key)])
        if row.status is None:
            raise Busy(
                say("A request with the idempotency key {key:quoted} is still being answered.", key=key),
                say("Try again when it has finished."),
            )
        return Answer(row.status, row.answer)

    def keep(self, who: str, key: str, answer: Answer) -> None:
        """Keep the answer to a claimed request."""
        with self._catalog.writing() as connection:
            mine = (_once.c.who == who) & (_once.c.key == key)
            connection.execute(_once.update().where(mine).values(status=answer.status, answer=answer.content))

    def forget(self, who: str, key: str) -> None:
        """Give a claim back: nothing was done, so the request may be made again."""
        with self._catalog.writing() as connection:
            connection.execute(_once.delete().where((_once.c.who == who) & (_once.c.key == key)))
