"""Sentences as HTML, with the craft's terms explained where they first stand."""

from __future__ import annotations

from markupsafe import Markup, escape

from campanile.words import Sentence, glossary

_TERM = Markup(
    '<dfn class="term" tabindex="0" aria-describedby="{id}">{text}'
    '<span class="tip" role="tooltip" id="{id}">{meaning}</span></dfn>'
)


class Reader:
    """Reads a page from top to bottom and remembers which terms it has explained."""

    def __init__(self) -> None:
        self._place = ""
        self._here: set[str] = set()
        self._all: dict[str, None] = {}

    def begin(self, place: str) -> None:
        """Begin a section: a reader may come to it first, so its terms are explained anew."""
        self._place = place
        self._here = set()

    def read(self, sentence: Sentence) -> Markup:
        """Return the sentence as HTML; a term's first occurrence in the section carries its meaning."""
        text, told, last = str(sentence), Markup(), 0
        for start, end, name in glossary.find(text):
            self._all[name] = None
            if name in self._here:
                continue
            self._here.add(name)
            told += escape(text[last:start]) + self._term(text[start:end], name)
            last = end
        return told + escape(text[last:])

    def used(self) -> tuple[tuple[str, str], ...]:
        """Return the terms that were read, each with its meaning, in alphabetical order."""
        terms = (glossary.TERMS[name] for name in self._all)
        return tuple(sorted(((str(term), str(term.meaning)) for term in terms), key=lambda pair: pair[0].lower()))

    def _term(self, text: str, name: str) -> Markup:
        return _TERM.format(
            id=f"{self._place}-{name.replace(' ', '-').lower()}", text=text, meaning=str(glossary.define(name))
        )
