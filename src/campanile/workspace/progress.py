"""How long work tells how far it is."""

from __future__ import annotations

from typing import Protocol

from campanile.words import Sentence


class Progress(Protocol):
    """Called with the step at hand, the share of it that is done (0 to 1), and what is being done just now."""

    def __call__(self, what: Sentence, share: float, doing: Sentence | None = None, /) -> None:
        """Tell that ``share`` of ``what`` is done."""
        ...


def quiet(_what: Sentence, _share: float, _doing: Sentence | None = None, /) -> None:
    """Tell nobody."""
