"""Keys for programs: shown once, kept as hashes, with fewer rights than their owner or as many."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campanile.words import say
from campanile.workspace import audit
from campanile.workspace.audit import Actor
from campanile.workspace.catalog import Catalog, metadata
from campanile.workspace.errors import BadInput, NotFound
from campanile.workspace.fresh import Fresh

_keys = sa.Table(
    "keys", metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("hash", sa.String, nullable=False, unique=True),
    sa.Column("label", sa.String, nullable=False),
    sa.Column("owner", sa.String, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("created_at", sa.String, nullable=False),
    sa.Column("expires_at", sa.String),
    sa.Column("used_at", sa.String),
    sa.Column("revoked_at", sa.String),
)  # fmt: skip
_PREFIX = "cmp"
_LONGEST_LABEL = 60
_USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Key:
    """A key without its secret. Times are UTC."""

    id: str
    label: str
    owner: str
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None

    @property
    def valid(self) -> bool:
        """Whether it opens anything: neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or datetime.now(UTC) < self.expires_at)


class Keys:
    """The keys of a workspace. ``workspace.accounts`` says whose rights they carry."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        # Asked at every request of a program.
        self._rows: Fresh[str, Any] = Fresh(catalog)

    def make(self, owner: str, scopes: frozenset[str], label: str, days: float | None, by: Actor) -> tuple[Key, str]:
        """Make a key; the text is returned here and never again."""
        if len(label) > _LONGEST_LABEL or not label.isprintable():
            raise BadInput(say("A key's label has at most {most:number} characters, on one line.", most=_LONGEST_LABEL))
        if days is not None and not 0 < days <= 36_500:
            raise BadInput(
                say(
                    "A key cannot be valid for {days:number} days; it must be more than 0 and at most 36,500.",
                    days=days,
                )
            )
        key_id, now = secrets.token_hex(6), datetime.now(UTC)
        text = f"{_PREFIX}_{key_id}_{secrets.token_urlsafe(32)}"
        expires = (now + timedelta(days=days)).isoformat() if days is not None else None
        with self._catalog.writing() as connection:
            connection.execute(_keys.insert().values(
                id=key_id, hash=_hash(text), label=label, owner=owner, scopes=sorted(scopes),
                created_at=now.isoformat(), expires_at=expires,
            ))  # fmt: skip
            audit.note(connection, by, "keys.make", f"{key_id} {owner} {' '.join(sorted(scopes))}")
        return self.key(key_id), text

    def key(self, key_id: str) -> Key:
        """Return one key. Raises NotFound."""
        row = self._row(key_id)
        if row is None:
            raise NotFound(say("There is no key {id:quoted}.", id=key_id), say("List them: campanile users keys"))
        return _key(row)

    def keys(self, owner: str | None = None) -> Sequence[Key]:
        """Return all keys, the oldest first, or those of one owner."""
        wanted = sa.select(_keys).order_by(_keys.c.created_at, _keys.c.id)
        with self._catalog.reading() as connection:
            rows = connection.execute(wanted if owner is None else wanted.where(_keys.c.owner == owner)).all()
        return tuple(map(_key, rows))

    def opened_by(self, text: str) -> Key | None:
        """Return the key whose text this is, None where there is no such or it is no longer valid."""
        prefix, _, rest = text.partition("_")
        row = self._row(rest.partition("_")[0]) if prefix == _PREFIX else None
        same = secrets.compare_digest(row.hash if row else _hash(""), _hash(text))
        key = _key(row) if row and same else None
        return key if key and key.valid else None

    def revoke(self, key_id: str, by: Actor) -> Key:
        """End a key for ever. Raises NotFound."""
        self.key(key_id)
        with self._catalog.writing() as connection:
            open_still = (_keys.c.id == key_id) & _keys.c.revoked_at.is_(None)
            changed = connection.execute(_keys.update().where(open_still).values(revoked_at=_now())).rowcount
            if changed:
                audit.note(connection, by, "keys.revoke", key_id)
        return self.key(key_id)

    def used(self, key: Key) -> None:
        """Note that a key was used, at most once a minute: so that a busy key does not write all the time."""
        if not self.use_is_old(key):
            return
        before = (datetime.now(UTC) - _USE_NOTED_EVERY).isoformat()
        old = _keys.c.used_at.is_(None) | (_keys.c.used_at < before)
        with self._catalog.writing() as connection:
            connection.execute(_keys.update().where((_keys.c.id == key.id) & old).values(used_at=_now()))

    @staticmethod
    def use_is_old(key: Key) -> bool:
        """Tell whether the use that was noted last is more than a minute ago."""
        return key.used_at is None or datetime.now(UTC) - key.used_at > _USE_NOTED_EVERY

    def _row(self, key_id: str) -> Any:
        return self._rows.get(key_id, lambda: self._read(key_id))

    def _read(self, key_id: str) -> Any:
        with self._catalog.reading() as connection:
            return connection.execute(sa.select(_keys).where(_keys.c.id == key_id)).one_or_none()


def _hash(text: str) -> str:
    # A key's secret is 256 random bits: nobody guesses it, so a plain hash is enough and quick.
    return hashlib.sha256(text.encode()).hexdigest()


def _key(row: Any) -> Key:
    return Key(
        row.id, row.label, row.owner, frozenset(row.scopes), datetime.fromisoformat(row.created_at),
        _time(row.expires_at), _time(row.used_at), _time(row.revoked_at),
    )  # fmt: skip


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _now() -> str:
    return datetime.now(UTC).isoformat()
