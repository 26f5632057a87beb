"""Tables and lineages on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from campanile.words import Sentence, say
from campanile.words.numbers import exact

if TYPE_CHECKING:
    from rich.table import Table

    from campanile.workspace.place import Link


def columns(heads: Mapping[str, Sentence], rows: Sequence[Mapping[str, Any]]) -> Table:
    """Lay rows out under their heads; numbers to the right."""
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(box=SIMPLE, pad_edge=False)
    for name, head in heads.items():
        numeric = bool(rows) and all(_number(row[name]) for row in rows)
        table.add_column(str(head), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(exact(row[name]) if _number(row[name]) else str(row[name]) for name in heads))
    return table


def path_back(link: Link) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return a lineage for programs, and as indented lines for people."""
    return _shape(link), tuple(_lines(link, 0))


def _lines(link: Link, depth: int) -> Iterator[str]:
    made, run = link.artifact, link.run
    told = say(
        "{kind} {name} v{version}, made by '{verb}' on {day:date} with Campanile {code}, seed {seed}, SHA-256 {hash}",
        kind=made.kind, name=made.name, version=made.version, hash=made.hash, verb=run.verb, day=run.started_at,
        code=run.code_version, seed=run.seed,
    )  # fmt: skip
    yield "  " * depth + ("← " if depth else "") + str(told)
    for parent in link.parents:
        yield from _lines(parent, depth + 1)


def _shape(link: Link) -> dict[str, Any]:
    made, run = link.artifact, link.run
    return {
        "kind": made.kind, "name": made.name, "version": made.version, "hash": made.hash, "location": made.location,
        "run": {"verb": run.verb, "parameters": run.spec, "seed": run.seed, "code_version": run.code_version,
                "started_at": run.started_at.isoformat()},
        "from": [_shape(parent) for parent in link.parents],
    }  # fmt: skip


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
