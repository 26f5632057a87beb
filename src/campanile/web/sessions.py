"""Sessions of browsers: a signed cookie that says who came in and when. It ends unused after half a day."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from itsdangerous import BadData, URLSafeTimedSerializer

from campanile.workspace.accounts import Accounts, Visitor
from campanile.workspace.audit import Actor

COOKIE = "campanile_session"
_UNUSED = timedelta(hours=12)
_LONGEST = timedelta(days=7)
_RENEWED_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Session:
    """What a cookie says; ``stamp`` is that of the account when its owner came in. Times are UTC."""

    id: str
    name: str
    stamp: str
    begun_at: datetime
    signed_at: datetime


class Sessions:
    """The sessions of a workspace: nothing is kept of them but the ids of those that were ended."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def begin(self, name: str, stamp: str, *, https: bool) -> str:
        """Return the cookie's header for somebody who came in just now."""
        return self._header(secrets.token_urlsafe(16), name, stamp, datetime.now(UTC), https=https)

    def renew(self, session: Session, *, https: bool) -> str | None:
        """Return a fresh cookie's header for a session in use, None while the one at hand is fresh enough."""
        if datetime.now(UTC) - session.signed_at < _RENEWED_AFTER:
            return None
        return self._header(session.id, session.name, session.stamp, session.begun_at, https=https)

    def read(self, cookies: Mapping[str, str]) -> tuple[Session, Visitor] | None:
        """Return the session of a request and whose it is, None where there is none or it has ended."""
        session = self._signed(cookies.get(COOKIE, ""))
        if session is None or datetime.now(UTC) - session.begun_at > _LONGEST:
            return None
        visitor = self._accounts.by_session(session.name, session.stamp)
        if visitor is None or self._accounts.tokens.ended(session.id):
            return None
        return session, visitor

    def end(self, session: Session, by: Actor) -> None:
        """End a session for ever, also where its cookie was copied."""
        self._accounts.tokens.end(session.id, session.begun_at + _LONGEST, by)

    @staticmethod
    def cleared() -> str:
        """Return the header that takes the cookie away."""
        return f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"

    @cached_property
    def _serializer(self) -> URLSafeTimedSerializer:
        signer = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
        return URLSafeTimedSerializer(self._accounts.secret, salt="campanile session", signer_kwargs=signer)

    def _header(self, session_id: str, name: str, stamp: str, begun_at: datetime, *, https: bool) -> str:
        value = self._serializer.dumps([session_id, name, stamp, begun_at.isoformat()])
        # Lax and not Strict: a view that was shared by mail opens at once for those who are signed in. A GET
        # changes nothing, and the guard refuses what other sites send.
        secure = "; Secure" if https else ""
        return f"{COOKIE}={value}; Path=/; Max-Age={int(_UNUSED.total_seconds())}; HttpOnly; SameSite=Lax{secure}"

    def _signed(self, cookie: str) -> Session | None:
        try:
            said, signed_at = self._serializer.loads(
                cookie, max_age=int(_UNUSED.total_seconds()), return_timestamp=True
            )
        except BadData:
            return None
        session_id, name, stamp, begun_at = said
        return Session(session_id, name, stamp, datetime.fromisoformat(begun_at), signed_at)
