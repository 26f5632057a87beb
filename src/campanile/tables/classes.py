"""What the classes of a target are called, and which of them counts as a response where there are more than two."""

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


def class_named(name: str, classes: Sequence[str], target: Column) -> str | None:
    """Return the class that is called ``name``, by its value or by its label in any language."""
    for value in classes:
        if name.lower() in {value.lower(), *(text.lower() for text in target.classes.get(value, {}).values())}:
            return value
    return None


def no_class(name: str, classes: Sequence[str], target: Column) -> Sentence:
    """Say that no class is called ``name``, and how they are called."""
    labels = [target.classes.get(value, {}) for value in classes]
    known = [f"{value} ({label.get('en') or next(iter(label.values()))})" if label else value
             for value, label in zip(classes, labels, strict=True)]  # fmt: skip
    return say("A message is declared for {name:quoted}, and the classes of {target:quoted} are: {known}.", name=name,
               target=target.name, known=", ".join(known))  # fmt: skip
