"""Names of columns: padding taken away, renamed as asked, each its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from campanile.words import say
from campanile.workspace.errors import SourceError, not_found

_PADDING = " \t\r\n\u00a0\u2007\u202f\ufeff"
_DATA = re.compile(r"\s*(?:[-+$€£(]*[\d.,]*\d[\d.,%)]*|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|)\s*")


def named(source: str, header: Sequence[str], rename: Mapping[str, str]) -> tuple[str, ...]:
    """Return the columns' names; an unnamed one stays empty. Raises SourceError or NotFound."""
    names = [name.strip(_PADDING) for name in header]
    _not_data(source, names)
    for new, old in rename.items():
        names[_place(source, names, old)] = new
    _each_its_own(source, names)
    return tuple(names)


def _place(source: str, names: Sequence[str], old: str) -> int:
    if old in names:
        return names.index(old)
    number = re.fullmatch(r"#(\d+)", old)
    if number and 1 <= int(number[1]) <= len(names):
        return int(number[1]) - 1
    raise not_found(say("column"), old, [name for name in names if name], say("{source:quoted}", source=source))


def _not_data(source: str, names: Sequence[str]) -> None:
    counted = [str(number) for number in range(len(names))]
    if not names or not all(_DATA.fullmatch(name) for name in names) or list(names) == counted:
        return
    if names[0] == "" and [name for name in names if name] == counted[:-1]:
        return
    raise SourceError(
        say(
            "{source:quoted}: the first row holds values, not names: {cells}.",
            source=source,
            cells=", ".join(names[:6]),
        ),
        say("Write a first row with the names of the columns."),
    )


def _each_its_own(source: str, names: Sequence[str]) -> None:
    seen: dict[str, int] = {}
    for place, name in enumerate(names, start=1):
        # Engines do not tell ID from id.
        first = seen.setdefault(name.casefold(), place) if name else place
        if first != place:
            raise SourceError(
                say("{source:quoted}: columns {first} and {second} have one name, {name:quoted}.",
                    source=source, first=first, second=place, name=name),
                say("Name them apart: --map {new}=#{second}", new=f"{name}_2", second=place),
            )  # fmt: skip
