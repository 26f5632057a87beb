"""The workspace's secret, with which sessions are signed."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from filelock import FileLock

from campanile.words import say
from campanile.workspace.errors import BadInput
from campanile.workspace.settings import Settings
from campanile.workspace.store import told

_FEWEST_CHARACTERS = 32


def secret(folder: Path) -> str:
    """Return ``CAMPANILE_SECRET``, else what stands in the folder's file ``secret``, made when first asked for.

    Raises BadInput where the environment's is too short to be one, StorageError where the file cannot be used.
    """
    given = Settings().secret
    if given is not None:
        return _long_enough(given.get_secret_value())
    with told(folder):
        path = folder / "secret"
        return path.read_text() if path.exists() else _made(path)


def _made(path: Path) -> str:
    # Of two processes that start together one makes it, and both read the same.
    with FileLock(path.with_name("workspace.lock")):
        if not path.exists():
            beside = path.with_name("secret.new")
            beside.unlink(missing_ok=True)
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
    return path.read_text()


def _long_enough(given: str) -> str:
    if len(given) < _FEWEST_CHARACTERS:
        raise BadInput(
            say("CAMPANILE_SECRET has a length of {n:number}; it needs at least {least:number} characters.",
                n=len(given), least=_FEWEST_CHARACTERS),
            say("Make one with: openssl rand -hex 32"),
        )  # fmt: skip
    return given
