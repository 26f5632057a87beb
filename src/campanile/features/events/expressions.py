"""SQL aggregate expressions as people write them, checked and turned into Ibis: nothing else of SQL gets through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from campanile.features.events.functions import AGGREGATES, CASTS, KNOWN_NAMES, NAMED, SCALARS, castable
from campanile.words import Sentence, say
from campanile.workspace.errors import nearest

CUTOFF = "cutoff"
_LONGEST = 4_000

Names = Mapping[str, Mapping[str, Any]]
"""Columns by table; "" holds those that need no table before them."""


class Fault(Exception):
    """What is wrong with an expression, in words."""

    def __init__(self, words: Sentence) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True)
class Expression:
    """A parsed expression and the columns it speaks of, as (table, column); table "" where none is named."""

    text: str
    tree: exp.Expr

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """The columns, each once."""
        return tuple(dict.fromkeys((one.table, one.name) for one in self.tree.find_all(exp.Column)))


def parse(text: str) -> Expression:
    """Parse an expression in DuckDB's dialect. Raises Fault."""
    if len(text) > _LONGEST:
        raise Fault(say("The expression is longer than {most:number} characters.", most=_LONGEST))
    try:
        return Expression(text, parse_one(text, dialect="duckdb"))
    except SqlglotError as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise Fault(say("{text:quoted} cannot be read as SQL: {reason}.", text=text, reason=reason)) from None


def on_rows(node: exp.Expr, names: Names) -> Any:
    """Return a part of an expression, one that aggregates nothing, as an Ibis value. Raises Fault."""
    return _Reader(names, node.sql()).read(node, None)


def aggregate(expression: Expression, names: Names) -> Any:
    """Return an aggregate as an Ibis value over ``names``. Raises Fault for all that may not be used."""
    told = _Reader(names, expression.text)
    value = told.read(expression.tree, told.over_groups)
    if not told.aggregated:
        raise Fault(say("{text:quoted} aggregates nothing: write for example avg({text}).", text=expression.text))
    return value


def condition(expression: Expression, names: Names) -> Any:
    """Return a condition on single rows as an Ibis value. Raises Fault."""
    value = _Reader(names, expression.text).read(expression.tree, None)
    if not value.type().is_boolean():
        raise Fault(say("{text:quoted} is no condition: it must be true or false.", text=expression.text))
    return value


Column = Callable[[exp.Column], Any]


class _Reader:
    """Reads one expression; ``aggregated`` tells whether an aggregate was met."""

    def __init__(self, names: Names, text: str) -> None:
        self._names = names
        self._text = text
        self.aggregated = False

    def over_groups(self, node: exp.Column) -> Any:
        """Return a column outside of aggregates: the cut-off alone is one for the whole group."""
        if not node.table and node.name == CUTOFF:
            return self._column(node).max()  # one value within a group: any aggregate gives it
        raise Fault(
            say(
                "In {text:quoted} the column {name:quoted} stands outside of an aggregate.",
                text=self._text,
                name=node.sql(),
            )
        )

    def read(self, node: exp.Expr, column: Column | None) -> Any:
        """Return a node as an Ibis value; ``column`` reads columns outside of aggregates (None: of rows)."""
        kind = type(node)
        if kind in AGGREGATES or kind in (exp.Count, exp.Filter):
            return self._aggregate(node, column)
        if kind in _OPERATORS:
            return self._operator(node, column)
        if kind in SCALARS or kind is exp.Anonymous:
            return self._function(node, column)
        if isinstance(node, exp.Column):
            return (column or self._column)(node)
        if kind in _SPECIAL:
            return _SPECIAL[kind](self, node, lambda one: self.read(one, column))
        raise self._refused(node)

    def _column(self, node: exp.Column) -> Any:
        if node.db or node.catalog:
            raise self._refused(node)
        if node.table not in self._names:
            raise _unknown(say("table"), node.table, [name for name in self._names if name], self._text)
        columns = self._names[node.table]
        if node.name not in columns:
            everywhere = [
                f"{table}.{name}" if table else name for table, known in self._names.items() for name in known
            ]
            raise _unknown(say("column"), node.sql(), [*columns, *everywhere], self._text)
        return columns[node.name]

    def _aggregate(self, node: Any, column: Column | None) -> Any:
        if column is None:
            raise Fault(say("{text:quoted} aggregates within an aggregate or a condition on rows.", text=self._text))
        self.aggregated = True
        where = None
        if isinstance(node, exp.Filter):
            where = self._truth(self.read(node.expression.this, None), node)
            node = node.this
        if isinstance(node, exp.Count):
            return self._count(node, where)
        if type(node) not in AGGREGATES:
            raise self._refused(node)
        if node.args.get("expressions"):
            raise self._miscounted(node)
        value = self._of_rows(self.read(node.this, None), node)
        if type(node) not in (exp.Min, exp.Max):
            value = self._number(value, node)
        return AGGREGATES[type(node)](value, where)

    def _count(self, node: exp.Count, where: Any) -> Any:
        inside = node.this
        if node.args.get("expressions"):
            raise self._miscounted(node)
        if isinstance(inside, exp.Star | exp.Literal):
            return self._names[""][CUTOFF].count(where=where)  # of a row that is there, it is never missing
        if isinstance(inside, exp.Distinct):
            if len(inside.expressions) != 1:
                raise Fault(say("{text:quoted}: count distinct takes one column.", text=self._text))
            return self.read(inside.expressions[0], None).nunique(where=where)
        return self._of_rows(self.read(inside, None), node).count(where=where)

    def _of_rows(self, value: Any, node: exp.Expr) -> Any:
        from ibis.expr.types import Scalar

        if isinstance(value, Scalar):
            raise Fault(say("In {text:quoted}, {part:quoted} speaks of no column; rows are counted by count(*).",
                            text=self._text, part=node.sql(dialect="duckdb")))  # fmt: skip
        return value

    def _truth(self, value: Any, node: exp.Expr) -> Any:
        if not value.type().is_boolean():
            raise Fault(say("In {text:quoted}, {part:quoted} needs a condition that is true or false.", text=self._text,
                            part=node.sql(dialect="duckdb")))  # fmt: skip
        return value

    def _miscounted(self, node: exp.Expr) -> Fault:
        return Fault(say("In {text:quoted}, {part:quoted} takes another number of arguments.", text=self._text,
                         part=node.sql(dialect="duckdb")))  # fmt: skip

    def _number(self, value: Any, node: exp.Expr) -> Any:
        if value.type().is_boolean():
            return value.cast("int64")
        if not value.type().is_numeric():
            what = say("In {text:quoted}, {part:quoted} needs a number, and is given {kind}.", text=self._text,
                       part=node.sql(dialect="duckdb"), kind=str(value.type()))  # fmt: skip
            raise Fault(what)
        return value

    def _operator(self, node: exp.Expr, column: Column | None) -> Any:
        left, right = self.read(node.this, column), self.read(node.expression, column)
        if type(node) in _ARITHMETIC:
            left, right = self._number(left, node), self._number(right, node)
        return _OPERATORS[type(node)](left, right)

    def _function(self, node: exp.Expr, column: Column | None) -> Any:
        named = isinstance(node, exp.Anonymous)
        found = NAMED.get(node.name.lower()) if named else SCALARS.get(type(node))
        if found is None:
            raise self._refused(node)
        make, least, most = found
        given = node.expressions if named else _arguments(node)
        if not least <= len(given) <= most:
            raise self._miscounted(node)
        try:
            return make(*(self.read(one, column) for one in given))
        except (AttributeError, TypeError, ValueError) as error:
            raise self._misfit(node, error) from None

    def _misfit(self, node: exp.Expr, error: Exception) -> Fault:
        return Fault(say("In {text:quoted}, {part:quoted} does not fit the type of what it is given.", text=self._text,
                         part=node.sql(dialect="duckdb")))  # fmt: skip

    def _refused(self, node: exp.Expr) -> Fault:
        shown = node.sql(dialect="duckdb")
        name = node.name if isinstance(node, exp.Anonymous) else getattr(node, "sql_name", lambda: shown)()
        near = nearest(name, KNOWN_NAMES)
        if near is None:
            return Fault(
                say("In {text:quoted}, {part:quoted} may not be used in a feature.", text=self._text, part=shown)
            )
        return Fault(say("In {text:quoted}, {part:quoted} may not be used in a feature. Did you mean {near:quoted}?",
                         text=self._text, part=shown, near=near))  # fmt: skip


def _unknown(kind: Sentence, name: str, known: Sequence[str], text: str) -> Fault:
    near = nearest(name, known)
    if near is None:
        return Fault(say("In {text:quoted} there is no {kind} {name:quoted}.", text=text, kind=kind, name=name))
    return Fault(say("In {text:quoted} there is no {kind} {name:quoted}. Did you mean {near:quoted}?", text=text,
                     kind=kind, name=name, near=near))  # fmt: skip


def _arguments(node: exp.Expr) -> list[exp.Expr]:
    given = [node.this, node.args.get("expression"), *node.args.get("expressions", [])]
    return [one for one in given if isinstance(one, exp.Expr)]


def _divided(left: Any, right: Any) -> Any:
    return left.cast("float64") / right.cast("float64").nullif(0.0)


_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)
_OPERATORS: Mapping[type[exp.Expr], Callable[[Any, Any], Any]] = {
    exp.Add: lambda a, b: a + b,
    exp.Sub: lambda a, b: a - b,
    exp.Mul: lambda a, b: a * b,
    exp.Div: _divided,
    exp.Mod: lambda a, b: a % b.nullif(0),
    exp.EQ: lambda a, b: a == b,
    exp.NEQ: lambda a, b: a != b,
    exp.GT: lambda a, b: a > b,
    exp.GTE: lambda a, b: a >= b,
    exp.LT: lambda a, b: a < b,
    exp.LTE: lambda a, b: a <= b,
    exp.And: lambda a, b: a & b,
    exp.Or: lambda a, b: a | b,
}

Read = Callable[[exp.Expr], Any]


def _literal(_: _Reader, node: exp.Expr, __: Read) -> Any:
    import ibis

    if node.is_string:
        return ibis.literal(node.this)
    number = float(node.this)
    return ibis.literal(int(number), "int64") if number.is_integer() and "." not in node.this else ibis.literal(number)


def _null(_: _Reader, __: exp.Expr, ___: Read) -> Any:
    import ibis

    return ibis.null()


def _boolean(_: _Reader, node: exp.Expr, __: Read) -> Any:
    import ibis

    return ibis.literal(bool(node.this))


def _is(reader: _Reader, node: exp.Expr, read: Read) -> Any:
    if not isinstance(node.expression, exp.Null):
        raise reader._refused(node)
    return read(node.this).isnull()


def _in(reader: _Reader, node: exp.Expr, read: Read) -> Any:
    if not node.expressions:
        raise reader._refused(node)
    return read(node.this).isin([read(one) for one in node.expressions])


def _case(reader: _Reader, node: exp.Expr, read: Read) -> Any:
    import ibis

    subject = read(node.this) if node.this is not None else None
    whens = [
        (reader._truth(read(one.this), node) if subject is None else subject == read(one.this), read(one.args["true"]))
        for one in node.args["ifs"]
    ]
    other = node.args.get("default")
    return ibis.cases(*whens, else_=read(other) if other is not None else None)


def _if(reader: _Reader, node: exp.Expr, read: Read) -> Any:
    import ibis

    other = node.args.get("false")
    return ibis.ifelse(
        reader._truth(read(node.this), node), read(node.args["true"]), read(other) if other is not None else ibis.null()
    )


def _cast(reader: _Reader, node: exp.Cast, read: Read) -> Any:
    kind = node.to.this.name
    value = read(node.this)
    if kind not in CASTS or not castable(value.type(), CASTS[kind]):
        raise reader._refused(node)
    return value.cast(CASTS[kind])


_SPECIAL: Mapping[type[exp.Expr], Callable[[_Reader, Any, Read], Any]] = {
    exp.Literal: _literal,
    exp.Null: _null,
    exp.Boolean: _boolean,
    exp.Paren: lambda _, node, read: read(node.this),
    exp.Neg: lambda _, node, read: -read(node.this),
    exp.Not: lambda _, node, read: ~read(node.this),
    exp.Is: _is,
    exp.In: _in,
    exp.Between: lambda _, node, read: (
        (read(node.this) >= read(node.args["low"])) & (read(node.this) <= read(node.args["high"]))
    ),
    exp.Case: _case,
    exp.If: _if,
    exp.Cast: _cast,
}
