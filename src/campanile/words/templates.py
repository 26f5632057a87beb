"""The templates in the source, beside their translations: which are missing, obsolete or differ in their values.

For ``scripts/words`` and the test of translations; nothing else reads source code.
"""

from __future__ import annotations

import ast
import io
import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from campanile.words.language import LANGUAGES

if TYPE_CHECKING:
    from babel.messages.catalog import Message

Key: TypeAlias = str | tuple[str, str]
SOURCE = Path(__file__).parents[1]
_MAKERS = {"say": 1, "mark": 1, "plural": 2}


@dataclass(frozen=True)
class Template:
    """One template where it stands; ``many`` is its plural."""

    one: str
    many: str | None
    place: str

    @property
    def key(self) -> Key:
        """What a catalogue knows it by."""
        return self.one if self.many is None else (self.one, self.many)


def rooms(source: Path = SOURCE) -> tuple[str, ...]:
    """Return the packages that hold templates, by name."""
    return tuple(sorted(path.parent.name for path in source.glob("*/__init__.py")))


def templates(room: str, source: Path = SOURCE) -> dict[Key, Template]:
    """Return the templates of a room, in the order of its files."""
    found: dict[Key, Template] = {}
    for file in sorted((source / room).rglob("*.py")):
        for call, words in _calls(file):
            if words is not None:
                place = f"{file.relative_to(source)}:{call.lineno}"
                template = Template(words[0], words[1] if len(words) > 1 else None, place)
                found.setdefault(template.key, template)
    return found


def hidden(room: str, source: Path = SOURCE) -> tuple[str, ...]:
    """Return the places where a template is not a literal, so that nobody can find it to translate it.

    A file that marks templates may say them by another name, and is let through.
    """
    return tuple(
        f"{file.relative_to(source)}:{call.lineno}"
        for file in sorted((source / room).rglob("*.py"))
        if "mark(" not in file.read_text(encoding="utf-8")
        for call, words in _calls(file)
        if words is None
    )


def translations(room: str, language: str) -> dict[Key, Message]:
    """Return what a room's ``.po`` file holds, by template; nothing where there is no such file."""
    from babel.messages.pofile import read_po

    file = SOURCE / "words" / "locale" / language / f"{room}.po"
    if not file.exists():
        return {}
    read = read_po(io.BytesIO(file.read_bytes()), locale=language, abort_invalid=True)
    return {_key(message): message for message in read if message.id}


def missing(room: str, language: str) -> tuple[Template, ...]:
    """Return the room's templates that have no words in ``language`` yet."""
    known = translations(room, language)
    return tuple(
        found
        for key, found in templates(room).items()
        if (key not in known or not _told(known[key])) and _has_words(found.one)
    )


def obsolete(room: str, language: str) -> tuple[Key, ...]:
    """Return what is translated but no longer said."""
    said = templates(room)
    return tuple(key for key in translations(room, language) if key not in said)


def unlike(room: str, language: str) -> tuple[tuple[Key, str], ...]:
    """Return translations whose values or forms differ from the template's."""
    return tuple(
        (key, told)
        for key, message in translations(room, language).items()
        for told in _strings(message)
        if told and fields(told) != fields(key if isinstance(key, str) else key[1])
    )


def contradicting(language: str) -> tuple[tuple[Key, str, str], ...]:
    """Return the templates that two rooms translate differently, with the rooms: only one of them would be told."""
    first: dict[Key, tuple[str, tuple[str, ...]]] = {}
    differing = []
    for room in rooms():
        for key, message in translations(room, language).items():
            other, told = first.setdefault(key, (room, _strings(message)))
            if all(told) and _told(message) and told != _strings(message):
                differing.append((key, other, room))
    return tuple(differing)


def fields(template: str) -> frozenset[tuple[str, str]]:
    """Return the values that a template names, each with its form."""
    parts = string.Formatter().parse(template)
    return frozenset((name, form or "") for _, name, form, _ in parts if name is not None)


def entries(room: str, language: str) -> str:
    """Return the untranslated templates as entries of a ``.po`` file, to be filled in."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    catalog = Catalog(locale=language)
    for template in missing(room, language):
        file, _, line = template.place.rpartition(":")
        catalog.add(template.key, locations=[(file, int(line))])
    out = io.BytesIO()
    write_po(out, catalog, width=0, omit_header=True)
    return out.getvalue().decode()


def _calls(file: Path) -> Iterator[tuple[ast.Call, tuple[str, ...] | None]]:
    """Give each call that makes a sentence with its literal templates; None where one is no literal."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or _name(node.func) not in _MAKERS:
            continue
        first = node.args[: _MAKERS[_name(node.func)]]
        if first and all(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in first):
            yield node, tuple(str(part.value) for part in first if isinstance(part, ast.Constant))
        elif first:
            yield node, None


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _has_words(template: str) -> bool:
    """Tell whether there is anything to translate: "{faults}" alone is the same in every language."""
    return any(character.isalpha() for text, *_ in string.Formatter().parse(template) for character in text)


def _key(message: Message) -> Key:
    return (message.id[0], message.id[1]) if isinstance(message.id, (tuple, list)) else str(message.id)


def _strings(message: Message) -> tuple[str, ...]:
    told = message.string
    return tuple(told) if isinstance(told, (tuple, list)) else (told or "",)


def _told(message: Message) -> bool:
    return all(_strings(message)) and not message.fuzzy


def main(asked: list[str]) -> int:
    """Print what authors have to fill in, room by room; return 1 where something is left to do."""
    told = [text for room in asked or rooms() for language in LANGUAGES[1:] if (text := _todo(room, language))]
    told += [
        f"# {language}: {one} and {other} translate {key!r} differently\n"
        for language in LANGUAGES[1:]
        for key, one, other in contradicting(language)
    ]
    sys.stdout.write("\n".join(told))
    return 1 if told else 0


def _todo(room: str, language: str) -> str:
    lines = [f"# no longer said: {key!r}" for key in obsolete(room, language)]
    lines += [f"# other values than in {key!r}: {text!r}" for key, text in unlike(room, language)]
    if gaps := missing(room, language):
        lines += [f"# {language}/{room}.po lacks {len(gaps)}:", entries(room, language)]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
