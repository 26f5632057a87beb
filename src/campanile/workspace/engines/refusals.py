"""What engines refuse, in the same words whichever it was."""

from __future__ import annotations

from campanile.words import say
from campanile.workspace.errors import DataError, EngineError, OutOfMemory, StorageError
from campanile.workspace.settings import Settings


def too_little_memory() -> OutOfMemory:
    """Say that the memory of the settings was not enough."""
    limit = Settings().memory_limit
    return OutOfMemory(
        say("The calculation needs more than {limit}, the memory that an engine may have.", limit=limit),
        say("Allow more with CAMPANILE_MEMORY_LIMIT, or take fewer rows or columns."),
    )


def full_disk() -> StorageError:
    """Say that there is no room for what the engine puts on disk."""
    return StorageError(say("The disk is full."), say("Free some space, then try again."))


def no_value(reason: str) -> DataError:
    """Say that a value cannot be computed from those that are there."""
    return DataError(say("A value cannot be computed: {reason}.", reason=_plain(reason)))


def refused(reason: str) -> EngineError:
    """Say that the engine does not take what it was asked."""
    return EngineError(say("The engine refuses the calculation: {reason}.", reason=_plain(reason)))


def _plain(reason: str) -> str:
    return reason.strip().splitlines()[0].rstrip(".") if reason.strip() else "?"
