"""Tokens that serve once: a link that lets in, and a session that was ended before its time."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from campanile.workspace import audit
from campanile.workspace.audit import Actor
from campanile.workspace.catalog import Catalog, metadata

LINK_LIFE = timedelta(minutes=30)
_links = sa.Table(
    "links", metadata,
    sa.Column("hash", sa.String, primary_key=True),
    sa.Column("created_at", sa.String, nullable=False),
    sa.Column("expires_at", sa.String, nullable=False),
    sa.Column("used_at", sa.String),
)  # fmt: skip


class Tokens:
    """The one-time tokens of a workspace, as hashes, for as long as they matter."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def make(self, by: Actor, life: timedelta = LINK_LIFE) -> str:
        """Return a token that lets in once, until its time is over."""
        token, now = secrets.token_urlsafe(32), datetime.now(UTC)
        with self._catalog.writing() as connection:
            _forget_expired(connection, now)
            values = {"created_at": now.isoformat(), "expires_at": (now + life).isoformat()}
            connection.execute(_links.insert().values(hash=_hash(token), **values))
            audit.note(connection, by, "links.make")
        return token

    def spend(self, token: str, by: Actor) -> bool:
        """Use a token up; false where there is no such, it was used before, or its time is over."""
        now = datetime.now(UTC).isoformat()
        usable = (_links.c.hash == _hash(token)) & _links.c.used_at.is_(None) & (_links.c.expires_at > now)
        with self._catalog.writing() as connection:
            spent = connection.execute(_links.update().where(usable).values(used_at=now)).rowcount == 1
            if spent:
                audit.note(connection, by, "links.use")
        return spent

    def end(self, session: str, until: datetime, by: Actor) -> None:
        """Remember, until it would have ended by itself, that a session was ended."""
        now = datetime.now(UTC)
        with self._catalog.writing() as connection:
            _forget_expired(connection, now)
            values = {"created_at": now.isoformat(), "expires_at": until.isoformat(), "used_at": now.isoformat()}
            connection.execute(_links.insert().prefix_with("OR IGNORE").values(hash=_hash(session), **values))
            audit.note(connection, by, "logout")

    def ended(self, session: str) -> bool:
        """Tell whether a session was ended."""
        with self._catalog.reading() as connection:
            return (
                connection.execute(sa.select(_links.c.hash).where(_links.c.hash == _hash(session))).first() is not None
            )


def _forget_expired(connection: sa.Connection, now: datetime) -> None:
    connection.execute(_links.delete().where(_links.c.expires_at < now.isoformat()))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
