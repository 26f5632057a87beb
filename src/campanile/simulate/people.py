"""Whom it is for: everybody there is now, a segment of the newest audience, or one customer."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.models.present import Panel
from campanile.words import LANGUAGES, Sentence, say, speaking
from campanile.workspace.errors import DataError, NotFound, not_found

if TYPE_CHECKING:
    from campanile.models.model import Model
    from campanile.simulate.spec import SimulateSpec
    from campanile.workspace import Artifact, Workspace

AUDIENCE = "audience"
"""The kind of artifact that tells of segments; its list has a row for each customer, whose first column names it."""
_LIST, _ROW = "list", "row"


@dataclass(frozen=True)
class People:
    """Customers in question: their rows of ``table``, shape (customers,), and what they are called.

    ``places`` are their rows' places in the table; ``rows`` holds the whole table.
    """

    table: Artifact
    rows: pa.Table
    places: NDArray[np.int64]
    called: Sentence
    unit: str

    def sample(self, most: int, seed: int) -> NDArray[np.int64]:
        """Return the places of at most ``most`` of them, drawn without replacement, in order."""
        if len(self.places) <= most:
            return self.places
        return np.sort(np.random.default_rng(seed).choice(self.places, most, replace=False))


@dataclass(frozen=True)
class Target:
    """Somebody that can be asked for: ``whom`` as ``SimulateSpec`` takes it, and the name for people."""

    whom: str
    name: Sentence
    customers: int


def people(workspace: Workspace, model: Model, spec: SimulateSpec) -> tuple[People, Artifact | None]:
    """Return the customers in question, and the audience that told the segment.

    Raises NotFound for a segment or customer that is not there, DataError where there are no segments or nobody.
    """
    kind, _, name = spec.whom.partition(":")
    audience = _segments_of(workspace, model, spec) if kind == "segment" else None
    table = _table(workspace, model, spec, audience)
    rows = workspace.read(table)
    panel = Panel.of(model.artifact.meta)
    present, key = panel.present(rows), panel.entity or table.meta.get("key")
    called, places = say("all customers"), present
    if audience is not None:
        segment = _segment(workspace, audience, name)
        listed = workspace.frame(audience, _LIST)
        places = _of_segment(rows, present, listed, int(segment["number"]))
        called = say("the segment {name:quoted}", name=Sentence.from_dict(segment["name"]))
    elif kind == "customer":
        places, called = _customer(rows, present, key, name), say("customer {key}", key=name)
    if not len(places):
        raise DataError(
            say("Table {table:quoted} has nobody to whom this could apply.", table=table.name),
            say("Name others with --for, or make the audience anew if its segments are of an older table."),
        )
    return People(table, rows, places, called, key or _ROW), audience


def targets(workspace: Workspace, model: str, version: int) -> tuple[Target, ...]:
    """Return everybody and the segments of the model's newest audience: what a page offers."""
    found = _newest(workspace, model, version)
    everybody = Target("everybody", say("All customers"), 0)
    if found is None:
        return (everybody,)
    told = _content(workspace, found)["segments"]
    named = (Target(f"segment:{one['number']}", Sentence.from_dict(one["name"]), one["customers"]) for one in told)
    return (everybody, *named)


def _table(workspace: Workspace, model: Model, spec: SimulateSpec, audience: Artifact | None) -> Artifact:
    if audience is not None:
        said = _content(workspace, audience)
        return workspace.table(said["table"], said["table_version"])
    return workspace.table(spec.table) if spec.table else model.table


def _newest(workspace: Workspace, model: str, version: int) -> Artifact | None:
    kept = reversed(workspace.artifacts(AUDIENCE, model))
    return next((one for one in kept if _content(workspace, one)["model_version"] == version), None)


def _segments_of(workspace: Workspace, model: Model, spec: SimulateSpec) -> Artifact:
    found = _newest(workspace, model.name, model.version)
    if found is not None:
        return found
    raise DataError(
        say("Model {name:quoted} v{version} has no audience, so there are no segments yet.", name=model.name,
            version=model.version),
        say("Make one: {command}", command=f"campanile audience --model {model.name} --version {model.version}"),
    )  # fmt: skip


def _content(workspace: Workspace, audience: Artifact) -> Mapping[str, Any]:
    """Read an audience as what it is on the shelf: the room that made it is a stranger here."""
    content: Mapping[str, Any] = json.loads(workspace.file(audience, "result.json"))
    return content


def _segment(workspace: Workspace, audience: Artifact, name: str) -> Mapping[str, Any]:
    """Return the segment of that number or name, in any language, with or without its signs."""
    told: Sequence[Mapping[str, Any]] = _content(workspace, audience)["segments"]
    for segment in told:
        if name == str(segment["number"]) or _plain(name) in {_plain(one) for one in _names(segment)}:
            return segment
    known = [f"{segment['number']} ({Sentence.from_dict(segment['name'])})" for segment in told]
    raise not_found(
        say("segment of customers"), name, known, say("The audience of {model:quoted}", model=audience.name)
    )


def _names(segment: Mapping[str, Any]) -> list[str]:
    named, names = Sentence.from_dict(segment["name"]), []
    for language in LANGUAGES:
        with speaking(language):
            names.append(str(named))
    return names


def _plain(text: str) -> str:
    # A terminal may write a letter and its accent as two signs.
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def _of_segment(rows: pa.Table, present: NDArray[np.int64], listed: pa.Table, number: int) -> NDArray[np.int64]:
    """Return the places of the listed customers of a segment: by the list's first column, or by their order."""
    chosen = listed.filter(pc.equal(listed["segment"], number))
    key = listed.column_names[0]
    if key == _ROW and key not in rows.column_names:
        return np.sort(present[np.asarray(chosen[key].to_numpy(), dtype=np.int64) - 1])
    column = rows[key if key in rows.column_names else key.removesuffix("_key")].take(pa.array(present))
    inside = pc.is_in(column, value_set=chosen[key].combine_chunks().cast(column.type))
    return np.asarray(present[np.asarray(inside.to_numpy(zero_copy_only=False), dtype=bool)])


def _customer(rows: pa.Table, present: NDArray[np.int64], key: str | None, name: str) -> NDArray[np.int64]:
    if key is None:
        raise DataError(say("The table has no key, so no customer can be named."),
                        say("Load it with --key COLUMN."))  # fmt: skip
    column = rows[key].take(pa.array(present)).cast(pa.string())
    found = np.asarray(pc.fill_null(pc.equal(column, name), fill_value=False).to_numpy(zero_copy_only=False), bool)
    if not found.any():
        raise NotFound(say("There is no customer {key:quoted} among those there are now.", key=name),
                       say("Customers are named by the column {column:quoted}.", column=key))  # fmt: skip
    return np.asarray(present[found][:1])
