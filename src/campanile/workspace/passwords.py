"""Passwords: what one has to be, and Argon2 hashes of them."""

from __future__ import annotations

import functools
import secrets
import unicodedata
from typing import TYPE_CHECKING

from campanile.words import say
from campanile.workspace.errors import BadInput

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_FEWEST_CHARACTERS = 12
_MOST_CHARACTERS = 1000


def hashed(password: str, name: str) -> str:
    """Return the hash of a new password for account ``name``. Raises BadInput where it is no good."""
    if not _FEWEST_CHARACTERS <= len(password) <= _MOST_CHARACTERS:
        raise BadInput(
            say("The password has a length of {n:number}; it needs between {least:number} and {most:number} "
                "characters.", n=len(password), least=_FEWEST_CHARACTERS, most=_MOST_CHARACTERS),
            say("Some words in a row are easy to remember and hard to guess."),
        )  # fmt: skip
    if password.casefold() == name.casefold():
        raise BadInput(say("The password is the account's name; choose another."))
    return _hasher().hash(_composed(password))


def matches(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one kept; takes the same time where there is none to compare with."""
    from argon2.exceptions import InvalidHashError, VerificationError

    against = kept if kept is not None else _nobodys()
    try:
        same = _hasher().verify(against, _composed(password[: _MOST_CHARACTERS + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return same and kept is not None


def renewed(password: str, kept: str) -> str | None:
    """Return a new hash where the kept one was made with weaker settings than today's."""
    return _hasher().hash(_composed(password)) if _hasher().check_needs_rehash(kept) else None


@functools.cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@functools.cache
def _nobodys() -> str:
    return _hasher().hash(secrets.token_hex(32))


def _composed(password: str) -> str:
    # A letter with its accent is one character on some keyboards and two on others.
    return unicodedata.normalize("NFC", password)
