"""New rows for the tables of a study: held against the table, kept once, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pydantic import model_validator

from campanile.flows.eventtables import ARRIVAL, ROWS_FILE, Brought, Part, schemas, source_hash
from campanile.tables import Declared, Semantic
from campanile.words import Sentence, plural, say
from campanile.workspace import Workspace
from campanile.workspace.errors import DataError, SourceError, SpecError, nearest, not_found
from campanile.workspace.spec import Spec
from campanile.workspace.store import file_hash

if TYPE_CHECKING:
    from campanile.features.events.spec import PanelSpec
    from campanile.flows.events import EventStudy
    from campanile.workspace.runs import Run

_ROWS_AT_ONCE = 100_000
_TYPES: Mapping[pa.DataType, Any] = {
    pa.int64(): "int64", pa.float64(): "double", pa.string(): "string", pa.bool_(): "bool", pa.date32(): "date",
}  # fmt: skip


class DeliverySpec(Spec):
    """New rows for ``table`` of a study: a file, or an upload by its id."""

    table: str
    path: Path | None = None
    upload: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> DeliverySpec:
        if (self.path is None) == (self.upload is None):
            raise ValueError(say("Give new rows as a file or as an upload."))
        return self

    def file(self, workspace: Workspace) -> tuple[Path, str]:
        """Return where the rows lie, and what people call the file. Raises NotFound."""
        if self.path is not None:
            return self.path, self.path.name
        upload = workspace.uploads.upload(str(self.upload))
        return workspace.uploads.path(upload), upload.name


@dataclass(frozen=True)
class Delivered:
    """What became of a delivery: ``known`` says that the file had been counted before, and so is not again."""

    table: str
    file: str
    rows: int
    refused: int = 0
    known: bool = False

    def words(self) -> Sentence:
        """Say how many rows came, or that they had come before."""
        if self.known:
            return say("{file:quoted} was delivered before: its rows are not counted twice.", file=self.file)
        came = plural("{n:number} new row of {table:quoted} came with {file:quoted}.",
                      "{n:number} new rows of {table:quoted} came with {file:quoted}.",
                      self.rows, table=self.table, file=self.file)  # fmt: skip
        if not self.refused:
            return came
        return plural("{came} {n:number} line does not fit and was left out.",
                      "{came} {n:number} lines do not fit and were left out.", self.refused, came=came)  # fmt: skip


def receive(
    workspace: Workspace, run: Run, study: EventStudy, panel: PanelSpec, brought: Brought,
    deliveries: Sequence[DeliverySpec],
) -> tuple[Brought, tuple[Delivered, ...]]:  # fmt: skip
    """Keep new rows in ``run`` and return the study's tables with them.

    Raises NotFound for a table that the study has not, DataError for rows that do not fit it, and what reading raises.
    """
    told = []
    for one in deliveries:
        if one.table not in study.tables:
            raise not_found(say("table"), one.table, study.tables, say("The study {name:quoted}", name=study.name))
        file, called = one.file(workspace)
        if not file.is_file():
            raise SourceError(say("There is no file {path:quoted}.", path=str(file)))
        mark = file_hash(file)
        if mark in {source_hash(workspace, part) for part in brought.parts[one.table]}:
            told.append(Delivered(one.table, called, 0, known=True))
            continue
        reading = _Reading(workspace, study, panel, brought, one.table, file, called)
        part, refused = reading.keep(run, mark)
        brought = replace(brought, parts={**brought.parts, one.table: (*brought.parts[one.table], part)})
        told.append(Delivered(one.table, called, part.rows, refused))
    return brought, tuple(told)


@dataclass(frozen=True)
class _Reading:
    """A file that is read as the table that its rows are for."""

    workspace: Workspace
    study: EventStudy
    panel: PanelSpec
    brought: Brought
    table: str
    file: Path
    called: str

    def keep(self, run: Run, mark: str) -> tuple[Part, int]:
        """Keep the rows, in the table's types; return them as a part, and how many lines were refused."""
        whole = schemas(self.workspace, self.brought)
        names, batches, refused = self._rows()
        self._must_have(names, whole)
        ours = whole[self.table].to_pyarrow()
        schema = pa.schema([field for field in ours if field.name in names])

        def write(folder: Path) -> Mapping[str, Any]:
            import pyarrow.parquet as pq

            rows = 0
            with pq.ParquetWriter(folder / ROWS_FILE, schema) as writer:
                for batch in batches:
                    writer.write_table(self._fitting(batch, schema))
                    rows += batch.num_rows
            return {"rows": rows}

        meta = {"study": self.study.name, "table": self.table, "source": {"file": self.called, "hash": mark},
                "refused": refused}  # fmt: skip
        draft = run.save_folder(ARRIVAL, f"{self.study.name}-{self.table}", write, meta)
        file = self.workspace.path / draft.location / ROWS_FILE
        return Part(file, None, None, mark, draft.meta["rows"], draft), refused

    def _rows(self) -> tuple[Sequence[str], Iterable[pa.RecordBatch], int]:
        """Return the file's columns, its rows, and how many lines were refused."""
        if self.file.suffix.lower() == ".parquet":
            import pyarrow.parquet as pq

            with _readable(self.called):
                file = pq.ParquetFile(self.file)
            return file.schema_arrow.names, _batches(file, self.called), 0
        from campanile.sources import ReadSpec, read

        spec = ReadSpec(types=self._types(), absent="passed", called=self.called)
        found = read(self.file, spec)
        return found.table.column_names, found.table.to_batches(_ROWS_AT_ONCE), found.refused.num_rows

    def _types(self) -> dict[str, Declared]:
        """Return declarations that read the file's columns as those of the table."""
        from campanile.sources.alike import types_like

        first = self.brought.parts[self.table][0]
        if first.table is not None:
            like = types_like(self.workspace.table(first.table, first.version))
        else:
            ours = schemas(self.workspace, self.brought)[self.table].to_pyarrow()
            like = {field.name: said for field in ours if (said := _declared(field.type)) is not None}
        return {**like, **self.study.tables[self.table].columns}

    def _must_have(self, names: Sequence[str], whole: Mapping[str, Any]) -> None:
        """Raise DataError where columns are missing that the study needs; others that are missing are no matter."""
        import ibis

        from campanile.features.events import check

        absent = [name for name in whole[self.table].names if name not in names]
        needed = []
        for name in absent:
            left = {one: kind for one, kind in whole[self.table].items() if one != name}
            try:
                check(self.panel, {**whole, self.table: ibis.schema(left)})
            except SpecError:
                needed.append(name)
        if needed:
            near = nearest(needed[0], names)
            raise DataError(
                plural("{file:quoted} lacks a column of {table:quoted} that the study needs: {names:quoted}.",
                       "{file:quoted} lacks columns of {table:quoted} that the study needs: {names:quoted}.",
                       len(needed), file=self.called, table=self.table, names=tuple(needed)),
                say("It has: {names}. Perhaps {near:quoted} should be called {name:quoted}.",
                    names=", ".join(names[:12]), near=near, name=needed[0])
                if near
                else say("It has: {names}. Nothing of it was kept.", names=", ".join(names[:12])),
            )  # fmt: skip

    def _fitting(self, batch: pa.RecordBatch, schema: pa.Schema) -> pa.Table:
        rows = pa.Table.from_batches([batch]).select(schema.names)
        try:
            return rows.cast(schema)
        except (pa.ArrowException, ValueError) as error:
            raise DataError(
                say("{file:quoted} does not fit table {table:quoted}: {reason}.", file=self.called, table=self.table,
                    reason=str(error).splitlines()[0].rstrip(".")),
                say("Write its columns in the types of the table. Nothing of it was kept."),
            ) from None  # fmt: skip


def _batches(file: Any, called: str) -> Iterator[pa.RecordBatch]:
    pieces = file.iter_batches(batch_size=_ROWS_AT_ONCE)
    while True:
        with _readable(called):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


@contextmanager
def _readable(called: str) -> Iterator[None]:
    """Tell in our words that a file is no Parquet, or broken."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise SourceError(
            say("{path:quoted} cannot be read: {reason}.", path=called, reason=reason),
            say("It must be a Parquet file."),
        ) from None


def _declared(kind: pa.DataType) -> Declared | None:
    if pa.types.is_timestamp(kind):
        return Declared(type="timestamp")
    if pa.types.is_list(kind):
        return Declared(semantic=Semantic.LIST)
    return Declared(type=_TYPES[kind]) if kind in _TYPES else None
