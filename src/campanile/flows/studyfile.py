"""A study as the text of its file: TOML with the reasons as comments."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

Place = tuple[str, ...]
Comments = Mapping[Place, Sequence[str]]
_WIDTH = 116


def toml(said: Mapping[str, Any], comments: Comments, above: Sequence[str] = (), below: Sequence[str] = ()) -> str:
    """Write plain data as TOML. ``comments`` stand before what they are about, by its path.

    An entry of a list has its number as the last part of its path; ``above`` and ``below`` frame the file.
    """
    lines = [*_commented(above), *_sections(said, comments, ()), "", *_commented(below)]
    return "\n".join(lines).strip("\n") + "\n"


def _sections(said: Mapping[str, Any], comments: Comments, at: Place) -> Iterator[str]:
    own = {name: value for name, value in said.items() if not isinstance(value, Mapping) or _inline(at)}
    if own:
        yield from ("", f"[{'.'.join(map(_key, at))}]") if at else ()
        for name, value in own.items():
            yield from _commented(comments.get((*at, name), ()))
            yield from _entry(name, value, comments, at)
    for name, value in said.items():
        if name not in own:
            yield from _sections(value, comments, (*at, name))


def _inline(at: Place) -> bool:
    """Tell whether what stands here is declared on one line each: the columns of a table."""
    return len(at) == 3 and at[-1] == "columns"


def _entry(name: str, value: Any, comments: Comments, at: Place) -> Iterator[str]:
    if not isinstance(value, list) or not any((*at, name, str(n)) in comments for n in range(len(value))):
        yield f"{_key(name)} = {_value(value)}"
        return
    yield f"{_key(name)} = ["
    for number, one in enumerate(value):
        yield from (f"    {line}" for line in _commented(comments.get((*at, name, str(number)), ())))
        yield f"    {_value(one)},"
    yield "]"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, date):
        return value.isoformat()
    # JSON's strings, numbers and booleans are TOML's, but for one character that TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _value(name)


def _commented(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        plain = re.sub(r"[\x00-\x1f\x7f]", " ", text)
        yield from (f"# {line}".rstrip() for line in textwrap.wrap(plain, _WIDTH, break_on_hyphens=False) or [""])
