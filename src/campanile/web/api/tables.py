"""Tables: what is in them, how they came, and the way back."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any

import pyarrow as pa
from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from campanile.flows.demonstration import SampleSpec
from campanile.sources import LoadSpec, ReadSpec
from campanile.sources.versions import DifferenceSpec
from campanile.tables import Dictionary, Semantic, dictionary_of
from campanile.tables.export import plain_rows
from campanile.web.api.jobs import JOB, accepted
from campanile.web.api.kept import UNCHANGED, unchanging
from campanile.web.api.paging import Cursor, Limit, Page, decoded, encoded, page, unknown
from campanile.web.api.route import Route, asks
from campanile.web.visit import visit
from campanile.words import say
from campanile.words.strict import finite
from campanile.workspace import Artifact, Workspace
from campanile.workspace.errors import DataError

router = APIRouter(tags=["data"], route_class=Route)

Version = Annotated[int, Path(ge=1, le=2**31)]


class TableLine(BaseModel):
    """A table as its newest version is."""

    id: str
    name: str
    version: int
    rows: int
    key: str | None
    columns: int
    created_at: datetime


class ColumnShape(BaseModel):
    """What a column means, and how that was recognised. The values of personal columns are never told."""

    name: str
    label: str
    description: str = Field(description="What the study says of it.")
    semantic: Semantic
    type: str
    unit: str
    low: float | None
    high: float | None
    known: str = Field(description="before: known before the outcome; after: only once it is known.")
    reason: str


class TableShape(TableLine):
    """A version of a table, with its columns."""

    content_hash: str
    refused: int
    source: str | None = Field(description="The name of the file it came from.")
    dialect: dict[str, Any] | None
    dictionary: list[ColumnShape]
    notes: list[str]


class Rows(Page[dict[str, Any]]):
    """Rows of a table by column, in the order of its key."""

    table: str
    version: int
    columns: list[str]


class FromUpload(ReadSpec):
    """How to read a file that was brought; what is left out is found out from the file."""

    upload: str = Field(description="The id of an upload.", max_length=64)


class TableBody(FromUpload):
    """Import a file that was brought as a new version of ``table`` (default: the file's name), all or nothing."""

    table: str | None = None
    key: str | None = None
    append: bool = False


@router.get("/tables", response_model=Page[TableLine], summary="List tables", **asks("read"))
def tables(limit: Limit = 100, cursor: Cursor = None) -> Any:
    """Return every table by name, as its newest version is."""
    newest = {artifact.name: artifact for artifact in visit().workspace.artifacts("table")}
    shown, following = page([newest[name] for name in sorted(newest)], lambda one: one.name, limit, cursor)
    return Page(items=[_line(artifact) for artifact in shown], next=following)


@router.post("/tables", summary="Import a file", **JOB, **asks("write", "not-found", writes=True, body=True))
def load(body: TableBody) -> Response:
    """Load an upload as a new version of a table: all of it or nothing."""
    return accepted("load", LoadSpec(**from_upload(body)))


@router.post("/inspections", summary="Look at a file before it is imported", **JOB,
             **asks("write", "not-found", writes=True, body=True))  # fmt: skip
def inspect(body: FromUpload) -> Response:
    """Find out how a file is written and what its columns are; tell what would be refused."""
    return accepted("inspect", from_upload(body))


@router.get("/tables/{name}", response_model=TableShape, summary="See a table", **asks("read", "not-found"))
def table(name: str) -> TableShape:
    """Return the newest version of a table, with what its columns mean."""
    return _shape(visit().workspace.table(name))


@router.get("/tables/{name}/versions", response_model=Page[TableLine], summary="List a table's versions",
            **asks("read", "not-found"))  # fmt: skip
def versions(name: str, limit: Limit = 100, cursor: Cursor = None) -> Any:
    """Return every version of a table, the newest first."""
    visit().workspace.table(name)
    shown, following = page(
        visit().workspace.artifacts("table", name)[::-1], lambda one: str(one.version), limit, cursor
    )
    return Page(items=[_line(artifact) for artifact in shown], next=following)


_READS_VERSION = asks("read", "not-found")
_READS_VERSION["responses"] |= UNCHANGED


@router.get("/tables/{name}/versions/{version}", response_model=TableShape, summary="See a version of a table",
            **_READS_VERSION)  # fmt: skip
def version_of(request: Request, name: str, version: Version) -> Response:
    """Return a version of a table, with what its columns mean."""
    artifact = visit().workspace.table(name, version)
    return unchanging(request, artifact, lambda: _shape(artifact).model_dump(mode="json"))


@router.post("/tables/{name}/versions/{version}/restore", summary="Go back to a version", **JOB,
             **asks("write", "not-found", writes=True))  # fmt: skip
def restore(name: str, version: Version) -> Response:
    """Make an earlier version of a table the newest again."""
    earlier = visit().workspace.table(name, version)
    return accepted("revert", {"table": earlier.name, "version": earlier.version})


@router.post("/differences", summary="Compare two versions of a table", **JOB,
             **asks("write", "not-found", writes=True, body=True))  # fmt: skip
def compare(body: DifferenceSpec) -> Response:
    """Tell which rows and cells differ between two versions."""
    visit().workspace.table(body.table)
    return accepted("difference", body)


@router.post("/samples", summary="Make the sample campaign", **JOB, **asks("write", writes=True, body=True))
def sample(body: SampleSpec) -> Response:
    """Make a campaign whose truth is known, and answer every question about it."""
    return accepted("sample", body)


@router.get("/tables/{name}/rows", response_model=Rows, summary="Read rows", **asks("read", "not-found"))
def rows(
    name: str,
    version: Annotated[int | None, Query(ge=1, le=2**31, description="Default: the newest.")] = None,
    columns: Annotated[list[str] | None, Query(max_length=1000)] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Any:
    """Return rows of a version without its personal columns."""
    artifact, start = _start(name, version, cursor)
    chosen = _shown(dictionary_of(artifact), name, columns)
    whole = _rows(visit().workspace, artifact.name, artifact.version)
    if start > whole.num_rows:
        raise unknown(cursor or "")
    told = finite(plain_rows(whole.select(chosen).slice(start, limit)))
    end = start + limit
    following = encoded(f"{artifact.version}:{end}") if end < whole.num_rows else None
    return Rows(items=told, next=following, table=artifact.name, version=artifact.version, columns=chosen)


def from_upload(body: FromUpload) -> dict[str, Any]:
    """Return what was asked with the place of the file, which nobody but us can name."""
    uploads = visit().workspace.uploads
    upload = uploads.upload(body.upload)
    asked = {name: getattr(body, name) for name in body.model_fields_set if name != "upload"}
    return {**asked, "path": uploads.path(upload), "called": upload.name}


def _line(artifact: Artifact) -> TableLine:
    return TableLine(**_facts(artifact))


def _shape(artifact: Artifact) -> TableShape:
    from campanile.words import Sentence

    meta = artifact.meta
    return TableShape(
        **_facts(artifact), content_hash=artifact.hash, refused=meta.get("refused", 0),
        source=meta.get("source", {}).get("file"), dialect=meta.get("dialect"),
        dictionary=[
            ColumnShape(name=column.name, label=str(column.named()), description=column.description,
                        semantic=column.semantic, type=column.type, unit=column.unit, low=finite(column.low),
                        high=finite(column.high), known=column.known, reason=str(column.reason or ""))
            for column in dictionary_of(artifact)
        ],
        notes=[str(Sentence.from_dict(note)) for note in meta.get("notes", ())],
    )  # fmt: skip


def _facts(artifact: Artifact) -> dict[str, Any]:
    meta = artifact.meta
    return {
        "id": artifact.id, "name": artifact.name, "version": artifact.version, "rows": meta["rows"],
        "key": meta.get("key"), "columns": len(meta["dictionary"]["columns"]), "created_at": artifact.created_at,
    }  # fmt: skip


def _start(name: str, version: int | None, cursor: str | None) -> tuple[Artifact, int]:
    """Return the version that is read, and from which row; a cursor keeps to the version it began with."""
    if cursor is None:
        return visit().workspace.table(name, version), 0
    found, _, row = decoded(cursor).partition(":")
    if not (found.isdecimal() and row.isdecimal() and version in (None, int(found))):
        raise unknown(cursor)
    return visit().workspace.table(name, int(found)), int(row)


def _shown(dictionary: Dictionary, name: str, asked: list[str] | None) -> list[str]:
    personal = {column.name for column in dictionary.of(Semantic.PERSONAL)}
    for column in asked or ():
        if column not in dictionary:
            raise dictionary.no_column(column, name)
        if column in personal:
            raise DataError(say("Column {name:quoted} is personal: its values are not shown.", name=column))
    return list(dict.fromkeys(asked)) if asked else [one for one in dictionary.names if one not in personal]


@lru_cache(maxsize=2)
def _rows(workspace: Workspace, name: str, version: int) -> pa.Table:
    return workspace.read(workspace.table(name, version))
