"""What was done, by whom, from where, and how it ended: written once, never changed.

It holds names of accounts and of things. Passwords, keys, links and rows of tables have no place in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from campanile.workspace.catalog import Catalog, metadata

_audit = sa.Table(
    "audit", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String, nullable=False, index=True),
    sa.Column("who", sa.String, nullable=False),
    sa.Column("via", sa.String, nullable=False),
    sa.Column("address", sa.String, nullable=False),
    sa.Column("action", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
)  # fmt: skip
_LONGEST = 200


@dataclass(frozen=True)
class Actor:
    """Who does something: an account's name, how they came in, and from which address."""

    name: str
    via: str
    address: str = ""


SHELL = Actor("local", "shell")


@dataclass(frozen=True)
class Entry:
    """One thing that was done; ``at`` is UTC."""

    id: int
    at: datetime
    who: str
    via: str
    address: str
    action: str
    subject: str
    outcome: str


class Audit:
    """The log of a workspace: ``workspace.accounts.audit``."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def note(self, by: Actor, action: str, subject: str = "", outcome: str = "done") -> None:
        """Write down one thing that was done."""
        with self._catalog.writing() as connection:
            note(connection, by, action, subject, outcome)

    def entries(self, *, limit: int = 50, before: int | None = None, who: str | None = None,
                action: str | None = None) -> Sequence[Entry]:  # fmt: skip
        """Return what was done, the newest first; ``before`` is the id of the last one seen, for the next page."""
        wanted = sa.select(_audit).order_by(_audit.c.id.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(_audit.c.id < before)
        if who is not None:
            wanted = wanted.where(_audit.c.who == who)
        if action is not None:
            wanted = wanted.where(_audit.c.action == action)
        with self._catalog.reading() as connection:
            rows = connection.execute(wanted).all()
        return tuple(
            Entry(row.id, datetime.fromisoformat(row.at), row.who, row.via, row.address, row.action, row.subject,
                  row.outcome)
            for row in rows
        )  # fmt: skip

    def times(self, action: str, outcome: str, since: datetime, *, subject: str | None = None,
              address: str | None = None) -> Sequence[datetime]:  # fmt: skip
        """Return when an action ended so, the oldest first."""
        wanted = sa.select(_audit.c.at).order_by(_audit.c.at).where(
            _audit.c.at >= since.isoformat(), _audit.c.action == action, _audit.c.outcome == outcome
        )  # fmt: skip
        if subject is not None:
            wanted = wanted.where(_audit.c.subject == subject)
        if address is not None:
            wanted = wanted.where(_audit.c.address == address)
        with self._catalog.reading() as connection:
            return [datetime.fromisoformat(at) for at in connection.execute(wanted).scalars()]


def note(connection: sa.Connection, by: Actor, action: str, subject: str = "", outcome: str = "done") -> None:
    """Write down one thing in the transaction that does it."""
    connection.execute(_audit.insert().values(
        at=datetime.now(UTC).isoformat(), who=by.name, via=by.via, address=by.address, action=action,
        subject=subject[:_LONGEST], outcome=outcome,
    ))  # fmt: skip
