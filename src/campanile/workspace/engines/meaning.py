"""What an expression means, where engines differ: it is rewritten so that it means the same in each.

Ibis writes the same expression for every engine, but not always with the same result: one divides by zero and gets
infinity, the other stops; one counts whole hours between two times, the other how often the clock struck. The rules
here take the one meaning and spell it in operations on which the engines agree; a test holds each of them to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from campanile.workspace.engines.refusals import refused

if TYPE_CHECKING:
    import ibis


def settled(expression: ibis.Table) -> ibis.Table:
    """Return the expression with every operation in a spelling that means the same to all engines.

    Division by zero gives null, as do logarithms and roots outside their domain; casts to whole numbers cut off;
    ``round`` takes halves away from zero; differences of times count the units' boundaries between them.
    """
    rules = _rules()

    def settle(node: Any, changed: Mapping[str, Any] | None) -> Any:
        same = node.__recreate__(changed) if changed else node
        rule = rules.get(type(same))
        return rule(same) if rule else same

    return expression.op().replace(settle).to_expr()


@contextmanager
def writing() -> Iterator[None]:
    """Tell in our words that an engine has no words for an expression."""
    from ibis.common.exceptions import IbisError

    try:
        yield
    except IbisError as error:
        raise refused(str(error)) from error


def _rules() -> Mapping[type, Callable[[Any], Any]]:
    import ibis.expr.operations as ops

    return {
        ops.Literal: _literal,
        ops.Divide: _divided,
        ops.FloorDivide: _floor_divided,
        ops.Modulus: _divided,
        ops.Cast: _cut_off,
        ops.Floor: _floor,
        ops.Ceil: _ceil,
        ops.Round: _rounded,
        ops.Ln: _of_positive,
        ops.Log2: _of_positive,
        ops.Log10: _of_positive,
        ops.Sqrt: _root,
        ops.Strip: _stripped(rf"^{_BLANKS}+|{_BLANKS}+\z"),
        ops.LStrip: _stripped(rf"^{_BLANKS}+"),
        ops.RStrip: _stripped(rf"{_BLANKS}+\z"),
        ops.CountStar: _counted,
        ops.DateTruncate: _as_declared,
        ops.ExtractSecond: _as_declared,
        ops.ExtractEpochSeconds: _whole_seconds,
        ops.DateAdd: _in_two_steps,
        ops.DateSub: _in_two_steps,
        ops.TimestampAdd: _in_two_steps,
        ops.TimestampSub: _in_two_steps,
        ops.DateDelta: _between_starts,
        ops.TimestampDelta: _between_starts,
        ops.Median: _middle,
        ops.ArrayContains: _held,
        ops.ArrayIntersect: _common,
        ops.ArrayUnion: _of_both,
    }


def _literal(node: Any) -> Any:
    """Take a number with a point for a double: to engines it is a decimal, with rules of its own."""
    import ibis.expr.operations as ops

    return ops.Cast(node, node.dtype) if node.dtype.is_floating() and node.value is not None else node


def _divided(node: Any) -> Any:
    import ibis.expr.operations as ops

    return type(node)(node.left, ops.NullIf(node.right, ops.Literal(0, node.right.dtype)))


def _floor_divided(node: Any) -> Any:
    import ibis.expr.operations as ops

    return _floor(ops.Floor(_divided(ops.Divide(node.left, node.right))))


def _cut_off(node: Any) -> Any:
    """Cut off what stands behind the point, where one engine rounds halves to even."""
    import ibis.expr.operations as ops

    if not (node.arg.dtype.is_floating() and node.to.is_integer()):
        return node
    return ops.Cast(_whole(node.arg.to_expr()).op(), node.to)


def _floor(node: Any) -> Any:
    return _stepped(node, lambda value, whole: (value < whole).ifelse(whole - 1, whole))


def _ceil(node: Any) -> Any:
    return _stepped(node, lambda value, whole: (value > whole).ifelse(whole + 1, whole))


def _rounded(node: Any) -> Any:
    """Round by arithmetic: one engine looks at the shortest decimal that stands for a double, the other at its bits."""
    import ibis.expr.operations as ops

    digits = node.digits.value if isinstance(node.digits, ops.Literal) else 0
    if not node.arg.dtype.is_floating() or digits is None:
        return node
    scale = _double(10.0**digits)
    value = node.arg.to_expr() * scale
    whole = _whole(value)
    rounded = ((value - whole).abs() >= _double(0.5)).ifelse(whole + value.sign(), whole)
    return ops.Cast(rounded.op(), node.dtype) if node.dtype.is_integer() else (rounded / scale).op()


def _stepped(node: Any, step: Callable[[Any, Any], Any]) -> Any:
    """Go to a whole number by way of the cast, which tells what is beyond 64 bits: functions may keep silent."""
    import ibis.expr.operations as ops

    if not (node.arg.dtype.is_floating() and node.dtype.is_integer()):
        return node
    value = node.arg.to_expr()
    return ops.Cast(step(value, _whole(value)).op(), node.dtype)


def _whole(value: Any) -> Any:
    """Return a double without what stands behind its point, exactly."""
    return value - value % _double(1.0)


def _double(value: float) -> Any:
    import ibis

    return _literal(ibis.literal(value, "float64").op()).to_expr()


def _of_positive(node: Any) -> Any:
    return _within(node, node.arg.to_expr() > 0)


def _root(node: Any) -> Any:
    return _within(node, node.arg.to_expr() >= 0)


def _within(node: Any, domain: Any) -> Any:
    import ibis

    return type(node)(domain.ifelse(node.arg.to_expr(), ibis.null(node.arg.dtype)).op())


# Written as a pattern: in a list of signs, Spark takes two of them for the letters f and v, and strips these.
_BLANKS = r"[ \t\n\r\x0b\x0c]"


def _stripped(pattern: str) -> Callable[[Any], Any]:
    return lambda node: node.arg.to_expr().re_replace(pattern, "").op()


def _counted(node: Any) -> Any:
    """Count rows where something holds: none of none is 0, where one engine would add up nothing and get null."""
    import ibis
    import ibis.expr.operations as ops

    if node.where is None:
        return node
    return ops.Count(node.where.to_expr().ifelse(ibis.literal(1), ibis.null("int8")).op())


def _as_declared(node: Any) -> Any:
    """Cast to the type that Ibis takes it for: an engine gives a time for the start of a date's month."""
    import ibis.expr.operations as ops

    return ops.Cast(node, node.dtype)


def _whole_seconds(node: Any) -> Any:
    """Count the seconds that are over: before 1970 one engine would count the one that has begun."""
    import ibis.expr.operations as ops

    return ops.Floor(ops.ExtractEpochSeconds(node.arg.to_expr().cast("timestamp").truncate("s").op()))


def _in_two_steps(node: Any) -> Any:
    """Add 30 days as 29 and 1: DuckDB takes them for a month where a query has both, as they compare equal."""
    import ibis
    import ibis.expr.operations as ops

    step = node.right
    seconds = _SECONDS.get(step.dtype.unit.short, 0) if isinstance(step, ops.Literal) else 0
    if not seconds or step.value is None or step.value * seconds % (30 * 86400):
        return node
    rest = ibis.literal(step.value - 1, step.dtype).op()
    return type(node)(type(node)(node.left, rest), ibis.literal(1, step.dtype).op())


_SECONDS = {"W": 7 * 86400, "D": 86400, "h": 3600, "m": 60, "s": 1}


def _between_starts(node: Any) -> Any:
    """Count the boundaries between two times, by going from the start of one's unit to the start of the other's."""
    unit = node.part.value
    starts = [side.to_expr().truncate(_UNITS.get(unit, unit)) for side in (node.left, node.right)]
    return node.copy(left=starts[0].op(), right=starts[1].op())


_UNITS = {
    "year": "Y",
    "quarter": "Q",
    "month": "M",
    "week": "W",
    "day": "D",
    "hour": "h",
    "minute": "m",
    "second": "s",
}


def _middle(node: Any) -> Any:
    import ibis.expr.operations as ops

    return ops.Quantile(node.arg, ops.Literal(0.5, "float64"), node.where)


def _held(node: Any) -> Any:
    """Tell that a list does not hold a value that is missing; null where the list is."""
    import ibis

    return node.arg.to_expr().isnull().ifelse(ibis.null("boolean"), node.to_expr().fill_null(False)).op()


def _common(node: Any) -> Any:
    """Take what two lists share as a set, nulls left out; null where either list is."""
    import ibis

    left, right = node.left.to_expr(), node.right.to_expr()
    shared = left.filter(lambda value: value.notnull()).unique().intersect(right)
    return right.isnull().ifelse(ibis.null(node.dtype), shared).op()


def _of_both(node: Any) -> Any:
    """Take what stands in either list as a set; null where either list is."""
    import ibis

    missing = node.left.to_expr().isnull() | node.right.to_expr().isnull()
    return missing.ifelse(ibis.null(node.dtype), node.to_expr()).op()
