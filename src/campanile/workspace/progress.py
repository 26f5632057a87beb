"""How long work tells how far it is."""

from __future__ import annotations

from typing import Protocol

from campanile.words import Sentence


class Progress(Protocol):
    """Called with what is being done and the share of it that is done, 0 to 1."""

    def __call__(self, what: Sentence, share: float, /) -> None: ...


def quiet(_what: Sentence, _share: float, /) -> None:
    """Tell nobody."""
