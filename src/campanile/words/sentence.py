"""A sentence that is told in the reader's language at the moment it is read."""

from __future__ import annotations

import html
import math
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias, Union

from campanile.words import numbers
from campanile.words.language import catalogue, current

Value: TypeAlias = Union["Sentence", bool, int, float, str, date, datetime, tuple["Value", ...], None]


@dataclass(frozen=True)
class Sentence:
    """A template with its values; ``str()`` tells it in the current language.

    A template names the form of each value: ``{rate:percent}``. The forms are those of
    ``campanile.words.numbers``: number, exact, signed, percent, points, money, date, list, quoted, odds.
    A form may take its detail from another value: ``{profit:money {currency}}``.
    Values may be sentences. ``template_many`` and ``count`` make the plural of the template.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    template_many: str | None = None
    count: int | None = None

    def __str__(self) -> str:
        if not self.template:
            given = dict(self.values.get("texts", ()))
            return str(given.get(current()) or given.get("en") or next(iter(given.values()), ""))
        translations = catalogue(current())
        if self.template_many is None:
            text = translations.gettext(self.template)
        else:
            text = translations.ngettext(self.template, self.template_many, abs(self.count or 0))
        return _FORMATTER.vformat(text, (), self.values)

    def __hash__(self) -> int:
        return hash((self.template, self.template_many, self.count))

    def _repr_html_(self) -> str:
        return paragraphs((self,))

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold and ``from_dict`` reads back in any language."""
        shape: dict[str, Any] = {"template": self.template}
        if self.values:
            shape["values"] = {name: _pack(value) for name, value in self.values.items()}
        if self.template_many is not None:
            shape |= {"template_many": self.template_many, "count": self.count}
        return shape

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> Sentence:
        """Read what ``to_dict`` wrote."""
        values = {name: _unpack(value) for name, value in shape.get("values", {}).items()}
        return cls(shape["template"], values, shape.get("template_many"), shape.get("count"))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Let pydantic write a sentence as ``to_dict`` and read it back."""
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            lambda shape: shape if isinstance(shape, cls) else cls.from_dict(shape),
            serialization=core_schema.plain_serializer_function_ser_schema(cls.to_dict),
        )


class Told:
    """What a result with ``words()`` inherits: it shows them in a notebook."""

    def words(self) -> tuple[Sentence, ...]:
        """Say what was found, most important first."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        return paragraphs(self.words())


def paragraphs(sentences: Iterable[Sentence]) -> str:
    """Return sentences as HTML, in the current language."""
    return "".join(f"<p>{html.escape(str(sentence))}</p>" for sentence in sentences)


def say(template: str, /, **values: Value | Sequence[Value]) -> Sentence:
    """Make a sentence; ``template`` is the English text and the key of its translations."""
    return Sentence(template, {name: _plain(value) for name, value in values.items()})


def plural(one: str, many: str, /, n: int, **values: Value | Sequence[Value]) -> Sentence:
    """Make a sentence whose form depends on the count ``n``, which both templates may show."""
    count = _plain(n)
    return Sentence(one, {"n": count, **{name: _plain(value) for name, value in values.items()}}, many, count)


def texts(by_language: Mapping[str, str]) -> Sentence:
    """Make a sentence whose translations are given with it: a label that a study file declares."""
    return Sentence("", {"texts": tuple(by_language.items())})


def mark(template: str) -> str:
    """Return ``template`` itself; marks a literal in a table of templates, so that it is found and translated."""
    return template


class _Formatter(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        form, _, detail = format_spec.partition(" ")
        return numbers.form(value, form, detail)

    def convert_field(self, value: Any, conversion: Any) -> Any:
        if conversion is not None:
            raise ValueError("a template has forms (':number'), not conversions ('!r')")
        return value


_FORMATTER = _Formatter()


def _plain(value: Any) -> Any:
    """Return Python's own kind of a value: of NumPy's scalars the number, of sequences a tuple."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_plain(part) for part in value)
    return value.item() if hasattr(value, "dtype") and hasattr(value, "item") else value


def _pack(value: Any) -> Any:
    if isinstance(value, Sentence):
        return {"sentence": value.to_dict()}
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_pack(part) for part in value]
    return _plain(value)


_READ: dict[str, Callable[[Any], Any]] = {
    "sentence": Sentence.from_dict,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "float": float,
}


def _unpack(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return tuple(_unpack(part) for part in value)
    if isinstance(value, dict):
        ((kind, packed),) = value.items()
        return _READ[kind](packed)
    return value
