"""Which class counts as a response: said wherever a target has more classes than two and "to respond" does not say it."""

from __future__ import annotations

from collections.abc import Sequence

from campanile.tables.dictionary import Column
from campanile.words import Sentence, say


def response_of(target: Column, classes: Sequence[str], positive: int) -> Sentence | None:
    """Say what a response is; None where there are two classes, of which the target's name tells one."""
    if len(classes) < 3:
        return None
    return say("A response here means that {target} is {value}.", target=target.named(),
               value=target.valued(classes[positive]))  # fmt: skip


def with_response(words: Sentence, response: Sentence | None) -> Sentence:
    """Return ``words`` followed by what a response is, where that is not said by the word itself."""
    return words if response is None else say("{words} {response}", words=words, response=response)
