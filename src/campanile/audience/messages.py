"""A message for each kind of customer: by what is expected of them and by what sets their segment apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.audience.export import writer
from campanile.audience.list import keyed
from campanile.audience.result import Audience, Kind, Messages, Segment
from campanile.audience.selection import customers, read
from campanile.audience.spec import MessagesSpec
from campanile.models.present import Panel
from campanile.tables import Column, dictionary_of
from campanile.tables.classes import class_named, no_class
from campanile.words import Sentence, say, texts
from campanile.workspace.errors import SpecError
from campanile.workspace.store import write_file

if TYPE_CHECKING:
    from campanile.models import Model
    from campanile.workspace import Workspace

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

MESSAGES = "messages"


def draft(workspace: Workspace, spec: MessagesSpec) -> Messages:
    """Give each customer of a kept list the message for its kind, and keep the answer.

    Raises NotFound for an unknown model or list, SpecError for texts for a class or segment that is not there.
    """
    from campanile.models import load

    model = load(workspace, spec.model, spec.version)
    audience = read(workspace, model.name, spec.audience)
    own = _own(spec, model.column, model.classes, audience)
    with workspace.run(MESSAGES, spec) as run:
        run.read(model.artifact)
        run.read(workspace.artifact("audience", audience.model, audience.version))
        table = _whom(workspace, model, audience, spec)
        kinds = tuple(_kinds(table, model.column, audience, own))
        done = Messages(model.name, model.version, model.column.named(), audience.version, table.num_rows, kinds,
                        audience.segments)  # fmt: skip
        run.save_result(MESSAGES, model.name, done, meta={"model_version": model.version}, tables={"customers": table})
    return done


def written(workspace: Workspace, path: str | Path, name: str, version: int | None = None) -> Path:
    """Write the messages kept for a model to ``path``, in the current language.

    Columns: the customers' key, class, probability (of that class), segment, segment_name, message. The ending says
    the form, as for a list. Raises BadInput for another one.
    """
    file = Path(path)
    form = writer(file)
    artifact = workspace.artifact(MESSAGES, name, version)
    messages, table = workspace.result(artifact, Messages), workspace.frame(artifact, "customers")
    content = form(told(messages, table))
    if not file.is_file() or file.read_bytes() != content:
        write_file(file, content)
    return file


def told(messages: Messages, table: pa.Table) -> pa.Table:
    """Return the customers' ``table`` with the columns ``segment_name`` and ``message`` in the current language."""
    kinds = pa.array([f"{kind.segment} {kind.value}" for kind in messages.kinds], pa.string())
    mine = pc.binary_join_element_wise(table["segment"].cast(pa.string()), table["class"], " ")
    place = pc.index_in(mine, value_set=kinds)
    for name, words in (("segment_name", [kind.name for kind in messages.kinds]),
                        ("message", [kind.message for kind in messages.kinds])):  # fmt: skip
        table = table.append_column(name, pa.array(list(map(str, words)), pa.string()).take(place))
    return table


def _whom(workspace: Workspace, model: Model, audience: Audience, spec: MessagesSpec) -> pa.Table:
    """Return key, class, its probability and the segment of each customer who is to get a message."""
    table = workspace.table(audience.table, audience.table_version)
    rows, panel = workspace.read(table), Panel.of(model.artifact.meta)
    place = panel.present(rows)
    p = _probabilities(model, rows, own=table.id == model.table.id)[place]
    rows = rows.take(pa.array(place))
    listed = customers(workspace, audience)
    name, key = keyed(rows, dictionary_of(table), set(listed.column_names[1:]), panel.entity)
    key = key if isinstance(key, pa.ChunkedArray) else pa.chunked_array([key])
    called = model.called(p)
    found = pa.table({
        name: key,
        "class": pa.array(model.classes, pa.string()).take(pa.array(called)),
        "probability": p[np.arange(len(p)), called],
        "segment": listed["segment"].take(pc.index_in(key, value_set=listed[name].combine_chunks())),
    })  # fmt: skip
    open_ = pc.is_null(rows[model.target]) if model.target in rows.column_names else None
    return found if spec.whose == "all" or open_ is None or not pc.any(open_).as_py() else found.filter(open_)


def _probabilities(model: Model, rows: pa.Table, *, own: bool) -> Floats:
    """Return the probability of each class (rows, classes), of customers of the training the unseen ones."""
    p: Floats = model.predict(rows)
    if own:
        seen = np.asarray(model.oof["row"].to_numpy(), dtype=np.int64)
        p[seen] = np.column_stack([model.oof[f"p_{k}"].to_numpy() for k in range(len(model.classes))])
    return p


def _kinds(table: pa.Table, target: Column, audience: Audience, own: Mapping[int | str, Sentence]) -> Iterator[Kind]:
    counts = table.group_by(["segment", "class"]).aggregate([([], "count_all")])
    for row in counts.sort_by([("segment", "ascending"), ("class", "ascending")]).to_pylist():
        segment = audience.segments[row["segment"] - 1]
        given = own.get(segment.number) or own.get(row["class"])
        label = target.valued(row["class"])
        yield Kind(segment.number, segment.name, row["class"], label, row["count_all"],
                   given or _drafted(target, label, segment), drafted=given is None)  # fmt: skip


def _drafted(target: Column, label: Sentence, segment: Segment) -> Sentence:
    # The segment stands beside it: a message that is sent does not begin with a list of traits.
    return say("{target}, expected: {value}. {angle}", target=target.named(), value=label, angle=segment.angle)


def _own(spec: MessagesSpec, target: Column, classes: tuple[str, ...], audience: Audience) -> dict[int | str, Sentence]:
    """Return the declared texts by segment number or class; raises SpecError with all that name neither."""
    numbers = tuple(segment.number for segment in audience.segments)
    faults = [
        say("There is no segment {number}: this list has segments {known}.", number=str(number),
            known=", ".join(map(str, numbers)))
        for number in spec.segments if number not in numbers
    ]  # fmt: skip
    found: dict[int | str, Sentence] = {number: texts(said) for number, said in spec.segments.items()}
    for name, said in spec.classes.items():
        value = class_named(name, classes, target)
        if value is None:
            faults.append(no_class(name, classes, target))
        else:
            found[value] = texts(said)
    if faults:
        raise SpecError(faults)
    return found
