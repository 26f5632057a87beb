"""What of expressions need not wait until all is joined and aggregated: the earlier, the fewer rows there are of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

from sqlglot import exp

from campanile.features.events.expressions import CUTOFF, Expression
from campanile.features.events.functions import AGGREGATES, SCALARS

_MOST_KINDS = 8
"""Where aggregates are of more kinds of events than these, asking for all kinds takes longer than it saves."""

_NEVER_FAIL = (exp.Length, exp.Lower, exp.Year, exp.Month, exp.Day, exp.Hour)
_NEVER_FAIL_NAMED = ("weekday", "partial_date", "epoch_day", "days_between")


@dataclass(frozen=True)
class Lifted:
    """Expressions, and a condition on events that holds of all that they aggregate (None: they need all events)."""

    condition: exp.Expr | None
    expressions: Mapping[str, Expression]


def lifted(expressions: Mapping[str, Expression], events: str, decided: frozenset[str]) -> Lifted:
    """Take out of aggregates' filters what can be asked of events before they are joined.

    That is what speaks of their own columns alone; ``decided`` are the names that are none.

    What is nothing over no events stays the same: an aggregate over none of the events that fit is one over none.
    """
    kinds: dict[frozenset[exp.Expr], None] = {}
    for expression in expressions.values():
        kinds |= dict.fromkeys(_kinds(expression.tree, events, decided))
    if not kinds or len(kinds) > _MOST_KINDS or frozenset() in kinds:
        return Lifted(None, expressions)
    shared = frozenset.intersection(*kinds)
    bare = {name: Expression(one.text, _without(one.tree, shared)) for name, one in expressions.items()}
    return Lifted(_any([_all(sorted(kind, key=lambda one: str(one.sql()))) for kind in kinds]), bare)


def _kinds(tree: exp.Expr, events: str, decided: frozenset[str]) -> Iterator[frozenset[exp.Expr]]:
    """Give for each aggregate what its filter asks of the event itself; nothing where it has none."""
    for node in tree.find_all(exp.Count, *AGGREGATES):
        filtered = node.parent
        asked = _conjuncts(filtered.expression.this) if isinstance(filtered, exp.Filter) else ()
        yield frozenset(one for one in asked if _of_event(one, events, decided))
    if any(column.name == CUTOFF and not _aggregated(column) for column in tree.find_all(exp.Column)):
        # It is known of those alone of whom there is an event, of whatever kind.
        yield frozenset()


def _aggregated(column: exp.Column) -> bool:
    return column.find_ancestor(exp.Count, exp.Filter, *AGGREGATES) is not None


def _conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(condition, exp.Paren):
        yield from _conjuncts(condition.this)
    elif isinstance(condition, exp.And):
        yield from _conjuncts(condition.this)
        yield from _conjuncts(condition.expression)
    else:
        yield condition


def _of_event(condition: exp.Expr, events: str, decided: frozenset[str]) -> bool:
    columns = list(condition.find_all(exp.Column))
    return bool(columns) and all(one.table in ("", events) and one.name not in decided for one in columns)


def _without(tree: exp.Expr, shared: frozenset[exp.Expr]) -> exp.Expr:
    def bare(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Filter):
            return node
        rest = [one for one in _conjuncts(node.expression.this) if one not in shared]
        return exp.Filter(this=node.this, expression=exp.Where(this=_all(rest))) if rest else node.this

    return tree.transform(bare)


def _all(conditions: Iterable[exp.Expr]) -> exp.Expr:
    return reduce(lambda one, other: exp.And(this=one, expression=other), (_bracketed(one) for one in conditions))


def _any(conditions: Iterable[exp.Expr]) -> exp.Expr:
    return reduce(lambda one, other: exp.Or(this=one, expression=other), (_bracketed(one) for one in conditions))


def _bracketed(condition: exp.Expr) -> exp.Expr:
    return exp.Paren(this=condition.copy())


@dataclass(frozen=True)
class Taken:
    """Parts of expressions by table ("": events with all that was joined) and by name, and what is left: it speaks of
    these names as of columns of the table.
    """  # fmt: skip

    parts: Mapping[str, Mapping[str, exp.Expr]]
    expressions: Mapping[str, Expression]


def of_tables(expressions: Mapping[str, Expression], tables: Mapping[str, frozenset[str]]) -> Taken:
    """Take out what can be computed of a joined table's rows before any event finds them.

    These are functions of texts and times that are missing where the row is, and whose computation cannot fail; and the
    texts of which the different ones are counted (``tables`` names these columns), as numbers in their stead take less
    memory.
    """
    known = tables.keys()
    found: dict[str, tuple[str, exp.Expr]] = {}
    for expression in expressions.values():
        for counted in expression.tree.find_all(exp.Distinct):
            column = counted.expressions[0]
            if isinstance(column, exp.Column) and column.name in tables.get(column.table, ()):
                found[counted.sql()] = (column.table, counted)
        for node in expression.tree.find_all(*_NEVER_FAIL, exp.Anonymous):
            of = {column.table for column in node.find_all(exp.Column)}
            if len(of) == 1 and of <= known and _never_fails(node) and not _never_fails(node.parent):
                found[node.sql()] = (of.pop(), node)
    return _taken(expressions, found, "before")


def repeated(expressions: Mapping[str, Expression], decided: frozenset[str]) -> Taken:
    """Take out calls of functions that stand more than once: engines do not always see that these are the same.

    They speak of events and of joined tables, and not of what is ``decided`` by the cut-off.
    """
    counts: Counter[str] = Counter()
    found: dict[str, tuple[str, exp.Expr]] = {}
    for expression in expressions.values():
        for node in expression.tree.find_all(exp.Anonymous):
            columns = list(node.find_all(exp.Column))
            if all(one.table or one.name not in decided for one in columns) and not _aggregates(node):
                counts[node.sql()] += 1
                found[node.sql()] = ("", node)
    return _taken(expressions, {sql: part for sql, part in found.items() if counts[sql] > 1}, "often")


def _taken(expressions: Mapping[str, Expression], found: Mapping[str, tuple[str, exp.Expr]], called: str) -> Taken:
    parts: dict[str, dict[str, exp.Expr]] = {}
    columns = {}
    for at, (sql, (table, node)) in enumerate(found.items()):
        name = f"{called}_{at}_"
        parts.setdefault(table, {})[name] = node
        columns[sql] = exp.column(name, table=table or None, quoted=True)
    if not columns:
        return Taken({}, expressions)
    looked = (*SCALARS, exp.Anonymous, exp.Distinct)

    def put(node: exp.Expr) -> exp.Expr:
        column = columns.get(node.sql()) if isinstance(node, looked) else None
        if column is None:
            return node
        return exp.Distinct(expressions=[column]) if isinstance(node, exp.Distinct) else column

    return Taken(parts, {name: Expression(one.text, one.tree.transform(put)) for name, one in expressions.items()})


def _never_fails(node: exp.Expr | None) -> bool:
    if isinstance(node, exp.Column):
        return True
    named = isinstance(node, exp.Anonymous) and node.name.lower() in _NEVER_FAIL_NAMED
    if node is None or not (named or isinstance(node, _NEVER_FAIL)):
        return False
    given = node.expressions if named else [node.this]
    return bool(given) and all(_never_fails(one) for one in given)


def _aggregates(node: exp.Expr) -> bool:
    return node.find(*AGGREGATES, exp.Count, exp.Filter) is not None
