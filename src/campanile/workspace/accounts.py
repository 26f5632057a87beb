"""Who may do what: people with their roles, their passwords, and all that lets somebody in."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

import sqlalchemy as sa

from campanile.words import say
from campanile.workspace import audit, passwords
from campanile.workspace.audit import SHELL, Actor, Audit
from campanile.workspace.catalog import Catalog, metadata
from campanile.workspace.errors import BadInput, not_found
from campanile.workspace.fresh import Fresh
from campanile.workspace.keys import Key, Keys
from campanile.workspace.logins import WrongPassword, network_of, throttle
from campanile.workspace.secret import secret
from campanile.workspace.tokens import Tokens

Role = Literal["viewer", "analyst", "admin"]
Right = Literal["read", "predict", "write", "admin"]

RIGHTS: dict[Role, frozenset[Right]] = {
    "viewer": frozenset({"read"}),
    "analyst": frozenset({"read", "predict", "write"}),
    "admin": frozenset({"read", "predict", "write", "admin"}),
}
LOCAL = "local"
_NAME = re.compile(r"[\w][\w.@+-]{0,63}")
_users = sa.Table(
    "users", metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("password", sa.String, nullable=False),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("created_at", sa.String, nullable=False),
    sa.Column("closed_at", sa.String),
)  # fmt: skip


@dataclass(frozen=True)
class Visitor:
    """Who asks: ``rights`` are those of the role, or fewer where a key has narrower scopes."""

    name: str
    role: Role
    via: Literal["session", "key", "nobody"]
    rights: frozenset[Right]

    def may(self, right: Right) -> bool:
        """Tell whether the visitor has that right."""
        return right in self.rights


NOBODY = Visitor("nobody", "viewer", "nobody", frozenset())


@dataclass(frozen=True)
class Account:
    """A person's account. ``stamp`` changes with password, role and closing: sessions that carry an older one end."""

    name: str
    role: Role
    stamp: str
    created_at: datetime
    closed_at: datetime | None

    @property
    def closed(self) -> bool:
        """Whether nobody can come in with it."""
        return self.closed_at is not None


class Accounts:
    """The people of a workspace: ``workspace.accounts``, with ``keys``, ``tokens`` and ``audit``.

    The account "local" has no password and no row: it is whoever came in by a one-time link on this machine.
    """

    def __init__(self, catalog: Catalog, folder: Path) -> None:
        self._catalog = catalog
        self._folder = folder
        self.audit = Audit(catalog)
        self.keys = Keys(catalog)
        self.tokens = Tokens(catalog)
        # Asked at every request.
        self._rows: Fresh[str, Any] = Fresh(catalog)

    def users(self) -> Sequence[Account]:
        """Return all accounts by name, also closed ones; not "local"."""
        with self._catalog.reading() as connection:
            rows = connection.execute(sa.select(_users).order_by(_users.c.name)).all()
        return tuple(map(_account, rows))

    def user(self, name: str) -> Account:
        """Return one account. Raises NotFound."""
        found = self._find(name)
        if found is None:
            raise not_found(say("account"), name, [one.name for one in self.users()])
        return found

    def add(self, name: str, role: Role, password: str, by: Actor = SHELL) -> Account:
        """Make an account, or open a closed one again."""
        name = _well_named(name)
        _known_role(role)
        hashed, now = passwords.hashed(password, name), datetime.now(UTC).isoformat()
        with self._catalog.writing() as connection:
            row = connection.execute(sa.select(_users).where(_users.c.name == name)).one_or_none()
            if row is not None and row.closed_at is None:
                raise BadInput(say("There is an account {name:quoted} already.", name=name))
            values = {"password": hashed, "role": role, "closed_at": None}
            if row is None:
                connection.execute(_users.insert().values(name=name, epoch=1, created_at=now, **values))
            else:
                connection.execute(_users.update().where(_users.c.name == name).values(epoch=row.epoch + 1, **values))
            audit.note(connection, by, "users.add", f"{name} {role}")
        return self.user(name)

    def give_role(self, name: str, role: Role, by: Actor = SHELL) -> Account:
        """Give an account another role; its sessions end."""
        _known_role(role)
        return self._change(name, by, "users.role", f"{name} {role}", role=role)

    def give_password(self, name: str, password: str, by: Actor = SHELL) -> Account:
        """Give an account another password; its sessions end."""
        return self._change(name, by, "users.password", name, password=passwords.hashed(password, name))

    def close(self, name: str, by: Actor = SHELL) -> Account:
        """Close an account: its sessions and keys end. Its name stays in the log."""
        return self._change(name, by, "users.close", name, closed_at=datetime.now(UTC).isoformat())

    def enter(self, name: str, password: str, address: str) -> Account:
        """Return the account that name and password open; slow on purpose.

        Raises WrongPassword, in the same words and time whatever was wrong, and Throttled after too many of these.
        """
        network, name = network_of(address), _folded(name)
        row = self._row(name)
        subject = row.name if row else self._disguised(name)
        throttle(self.audit, subject, network)
        usable = row if row is not None and row.closed_at is None else None
        if not passwords.matches(password, usable and usable.password):
            self.audit.note(Actor(NOBODY.name, "password", network), "login", subject, "refused")
            raise WrongPassword(say("Name or password is wrong."))
        if better := passwords.renewed(password, row.password):
            with self._catalog.writing() as connection:
                same = (_users.c.name == name) & (_users.c.password == row.password)
                connection.execute(_users.update().where(same).values(password=better))
        self.audit.note(Actor(name, "password", network), "login", subject)
        return _account(row)

    def link(self, by: Actor = SHELL) -> str:
        """Return a token that lets in once, on this machine, as the administrator "local"."""
        return self.tokens.make(by)

    def make_key(self, owner: str, scopes: Collection[str], *, label: str = "", days: float | None = None,
                 by: Actor = SHELL) -> tuple[Key, str]:  # fmt: skip
        """Make a key for an account (or "local"); the text is returned here and never again.

        Raises BadInput for scopes that the account's role does not have.
        """
        role = "admin" if owner == LOCAL else self._open(owner).role
        beyond = sorted(set(scopes) - set(RIGHTS[role]))
        if beyond or not scopes:
            raise BadInput(
                say("A key of a {role} cannot have these scopes: {scopes}.", role=role, scopes=", ".join(beyond))
                if beyond else say("A key needs at least one scope."),
                say("Choose among: {names}.", names=", ".join(sorted(RIGHTS[role]))),
            )  # fmt: skip
        return self.keys.make(_folded(owner), frozenset(scopes), label, days, by)

    def by_session(self, name: str, stamp: str) -> Visitor | None:
        """Return who a session belongs to, None where the account has changed since."""
        if name == LOCAL:
            return local() if stamp == self.local_stamp else None
        account = self._find(name)
        if account is None or account.closed or account.stamp != stamp:
            return None
        return Visitor(account.name, account.role, "session", RIGHTS[account.role])

    def by_key(self, text: str) -> tuple[Visitor, Key] | None:
        """Return who asks with a key, None where it opens nothing. Its rights are never more than its owner's now."""
        key = self.keys.opened_by(text)
        if key is None:
            return None
        owner = local() if key.owner == LOCAL else self._visitor(key.owner)
        rights = frozenset(right for right in owner.rights if right in key.scopes) if owner else frozenset()
        return (Visitor(owner.name, owner.role, "key", rights), key) if owner and rights else None

    @property
    def secret(self) -> str:
        """What sessions are signed with."""
        return secret(self._folder)

    @property
    def local_stamp(self) -> str:
        """The stamp of "local": a session of one workspace opens no other one, though they share a secret."""
        return hashlib.sha256(str(self._folder).encode()).hexdigest()[:16]

    def _visitor(self, name: str) -> Visitor | None:
        account = self._find(name)
        return Visitor(name, account.role, "session", RIGHTS[account.role]) if account and not account.closed else None

    def _find(self, name: str) -> Account | None:
        row = self._row(_folded(name))
        return _account(row) if row is not None else None

    def _open(self, name: str) -> Account:
        account = self.user(name)
        if account.closed:
            raise BadInput(say("The account {name:quoted} is closed.", name=account.name))
        return account

    def _row(self, name: str) -> Any:
        return self._rows.get(name, lambda: self._read(name))

    def _read(self, name: str) -> Any:
        with self._catalog.reading() as connection:
            return connection.execute(sa.select(_users).where(_users.c.name == name)).one_or_none()

    def _change(self, name: str, by: Actor, action: str, subject: str, **values: Any) -> Account:
        account = self._open(name)
        with self._catalog.writing() as connection:
            same = _users.c.name == account.name
            connection.execute(_users.update().where(same).values(epoch=_users.c.epoch + 1, **values))
            audit.note(connection, by, action, subject)
        return self.user(name)

    def _disguised(self, name: str) -> str:
        # People type their password where the name belongs: what is nobody's name is kept as a hash only.
        return "?" + hmac.digest(self.secret.encode(), name.encode(), "sha256").hex()[:24]


def local() -> Visitor:
    """Return the administrator that comes in by a one-time link on this machine."""
    return Visitor(LOCAL, "admin", "session", RIGHTS["admin"])


def _account(row: Any) -> Account:
    closed = datetime.fromisoformat(row.closed_at) if row.closed_at else None
    stamp = f"{row.epoch}@{row.created_at}"
    return Account(row.name, row.role, stamp, datetime.fromisoformat(row.created_at), closed)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


def _well_named(name: str) -> str:
    folded = _folded(name)
    if not _NAME.fullmatch(folded) or folded in (LOCAL, NOBODY.name):
        raise BadInput(
            say("{name:quoted} cannot be an account's name.", name=name),
            say("A name has up to 64 letters, digits and . _ - + @, and is neither {names:list or}.",
                names=[LOCAL, NOBODY.name]),
        )  # fmt: skip
    return folded


def _known_role(role: str) -> None:
    if role not in get_args(Role):
        raise not_found(say("role"), role, get_args(Role))
