"""How long work tells how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from campanile.words import Sentence


class Progress(Protocol):
    """Called with the step at hand, the share of it that is done (0 to 1), and what is being done just now.

    ``found`` are the lines that are known already, all of them each time they change; None: as before.
    """

    def __call__(
        self, what: Sentence, share: float, doing: Sentence | None = None, found: Sequence[Sentence] | None = None, /
    ) -> None:
        """Tell that ``share`` of ``what`` is done."""
        ...


def quiet(
    _what: Sentence, _share: float, _doing: Sentence | None = None, _found: Sequence[Sentence] | None = None, /
) -> None:
    """Tell nobody."""
