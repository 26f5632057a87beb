"""What every spec is: frozen, validated in one place, all faults told at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from campanile.words import Sentence, mark, say
from campanile.workspace.errors import SpecError, nearest

_WITHIN: ContextVar[bool] = ContextVar("within", default=False)
"""Whether a spec is being made just now: specs within it leave it to tell their faults, with where they stand."""


class Spec(BaseModel):
    """A frozen request; defaults live in its fields and nowhere else.

    Raises SpecError (not pydantic's error) with every fault of the arguments in the reader's words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)

    def __init__(self, **values: Any) -> None:
        within = _WITHIN.get()
        token = _WITHIN.set(True)
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise (_of_part(error, type(self)) if within else told(error, type(self))) from None
        finally:
            _WITHIN.reset(token)


def _of_part(error: ValidationError, shape: type[BaseModel]) -> ValidationError:
    """Return the faults of a spec within another, each of which knows what names there may be where it stands."""
    known = sorted(shape.model_fields)
    return ValidationError.from_exception_data(shape.__name__, [_kept(fault, known) for fault in error.errors()])


def _kept(fault: Any, known: list[str]) -> InitErrorDetails:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        kind, context = _STRANGE, {"known": known}
    said = PydanticCustomError("unknown_in_part", "not known", context) if kind == _STRANGE else kind
    return InitErrorDetails(type=said, loc=fault["loc"], input=fault["input"], ctx=context)


def told(error: ValidationError, shape: type[BaseModel]) -> SpecError:
    """Turn pydantic's complaint into all faults at once, in the reader's words."""
    faults = [fault_words(fault, set(shape.model_fields)) for fault in error.errors()]
    return SpecError(faults, of=shape.__name__, places=[fault["loc"] for fault in error.errors()])


def fault_words(fault: Any, known: set[str]) -> Sentence:
    """Turn one of pydantic's faults into a sentence of ours; ``known`` are the names there may be."""
    where = ".".join(str(part) for part in fault["loc"])
    kind, context, value = fault["type"], fault.get("ctx", {}), _short(fault.get("input"))
    if kind == "missing":
        return say("{where:quoted} is missing.", where=where)
    if kind in ("extra_forbidden", _STRANGE):
        return _unknown(fault["loc"], set(context.get("known", known)))
    if kind in ("literal_error", "enum"):
        expected = context["expected"]
        return say(
            "{where:quoted} is {value:quoted}; it must be {expected}.", where=where, value=value, expected=expected
        )
    if kind == "value_error" and isinstance(context["error"].args[0], Sentence):
        return context["error"].args[0]
    for bound, text in _BOUNDS.items():
        if bound in context:
            return say(text, where=where, value=value, bound=context[bound])
    kind = _KINDS.get(kind.split("_")[0], kind.split("_")[0])
    return say("{where:quoted} is {value:quoted}, which cannot be read as {kind}.", where=where, value=value, kind=kind)


def _unknown(path: Sequence[str | int], known: set[str]) -> Sentence:
    near, where = nearest(str(path[-1]), known), ".".join(str(part) for part in path)
    if near:
        return say("{where:quoted} is not known. Did you mean {near:quoted}?", where=where, near=near)
    return say("{where:quoted} is not known. Known are: {names}.", where=where, names=", ".join(sorted(known)))


_STRANGE = "unknown_in_part"
"""The kind of fault of a name that a spec within another does not know."""
_KINDS = {
    "float": say("a number"),
    "int": say("a whole number"),
    "finite": say("a finite number"),
    "bool": say("yes or no (true or false)"),
    "string": say("text"),
    "model": say("a table of names and values"),
    "dict": say("a table of names and values"),
}
_BOUNDS = {
    "ge": mark("{where:quoted} is {value}; it must be at least {bound}."),
    "gt": mark("{where:quoted} is {value}; it must be more than {bound}."),
    "le": mark("{where:quoted} is {value}; it must be at most {bound}."),
    "lt": mark("{where:quoted} is {value}; it must be less than {bound}."),
    "min_length": mark("{where:quoted} is {value:quoted}; it needs at least {bound} characters or entries."),
    "max_length": mark("{where:quoted} is {value:quoted}; it may have at most {bound} characters or entries."),
}


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"
