"""One tree of errors: each says what happened with the value, where, and what to do.

A ``BadInput`` is what the user can mend (exit code 2, HTTP 4xx); any other ``CampanileError`` is a
fault of ours (exit code 1, HTTP 500). All carry the same sentence to command line, web and API.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from campanile.words import Sentence, say


class CampanileError(Exception):
    """What went wrong, as a sentence in the reader's language, and optionally the remedy."""

    def __init__(self, what: Sentence, remedy: Sentence | None = None) -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}" if self.remedy else str(self.what)


class BadInput(CampanileError):
    """Something that the user can mend."""


class SpecError(BadInput):
    """What was asked for cannot be: all faults of the spec at once.

    ``places`` tells for each fault where in the spec it stands; empty where that is not known.
    """

    def __init__(self, faults: Sequence[Sentence], of: str = "", places: Sequence[tuple[str | int, ...]] = ()) -> None:
        self.faults = tuple(faults)
        self.of = of
        self.places = tuple(places)
        what = say("{faults}", faults=" ".join(str(fault) for fault in self.faults))
        super().__init__(self.faults[0] if len(self.faults) == 1 else what)


class SourceError(BadInput):
    """A file or another source cannot be read as it is."""


class DataError(BadInput):
    """The table is there but cannot serve the purpose (constant target, too few rows)."""


class NotFound(BadInput):
    """A table, column, model or result of that name does not exist."""


class Busy(BadInput):
    """Another process is writing the same thing."""


class Incompatible(BadInput):
    """A workspace or file was written by a version that this one cannot read."""


class Tampered(CampanileError):
    """A stored file is not the one that was recorded."""


class StorageError(BadInput):
    """The disk refused to take or give data."""


class OutOfMemory(BadInput):
    """What was asked for needs more memory than it may have."""


class EngineError(CampanileError):
    """An engine ended, or refused what it was asked."""


def not_found(kind: Sentence, name: str, known: Iterable[str], where: Sentence | None = None) -> NotFound:
    """Say that ``name`` is unknown, which names there are, and which one was perhaps meant."""
    names = sorted(known)
    near = nearest(name, names)
    what = (
        say("{where} has no {kind} {name:quoted}.", where=where, kind=kind, name=name)
        if where
        else say("There is no {kind} {name:quoted}.", kind=kind, name=name)
    )
    if near:
        return NotFound(what, say("Did you mean {near:quoted}? There are: {names}.", near=near, names=_few(names)))
    if names:
        return NotFound(what, say("There are: {names}.", names=_few(names)))
    return NotFound(what)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like ``name``, letter case aside, or None."""
    by_lower = {other.lower(): other for other in known}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.5)
    return by_lower[close[0]] if close else None


def _few(names: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(names[:most])
    return f"{shown}, … ({len(names)})" if len(names) > most else shown
