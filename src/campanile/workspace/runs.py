"""A run: one piece of work, whose results become visible all together or not at all."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import TypeAdapter

from campanile.workspace import store
from campanile.workspace.catalog import Artifact, Draft, as_json
from campanile.workspace.content import content_hash


class Run:
    """Work in progress. Made by ``Workspace.run``; what is saved here is published at its end."""

    def __init__(self, folder: Path, run_id: str) -> None:
        self.folder = folder
        self.id = run_id
        self.made: tuple[Artifact, ...] = ()
        self.drafts: list[Draft] = []
        self.parents: list[str] = []

    def read(self, artifact: Artifact) -> Artifact:
        """Note that the run read ``artifact``: the thread of lineage."""
        self.parents.append(artifact.id)
        return artifact

    def save_table(
        self,
        name: str,
        table: pa.Table,
        *,
        key: str | None,
        meta: Mapping[str, Any],
        append_to: Artifact | None = None,
        whole: pa.Table | None = None,
    ) -> Draft:
        """Keep ``table`` as a new version of table ``name``; rows come back sorted by ``key``.

        With ``append_to`` only the new rows are given as ``table`` and the whole as ``whole``, whose
        content is fingerprinted. Hold ``Workspace.lock_table(name)`` from reading to the run's end.
        """
        folder = self.folder / "tables" / name
        base = append_to.meta["delta_version"] if append_to is not None else None
        delta_version = store.write_table(folder, table, append_to=base)
        complete = whole if whole is not None else table
        facts = {"delta_version": delta_version, "rows": complete.num_rows, "key": key}
        return self._draft("table", name, content_hash(complete, key), f"tables/{name}", {}, {**meta, **facts})

    def save_pieces(
        self,
        name: str,
        schema: pa.Schema,
        pieces: Iterable[pa.RecordBatch],
        *,
        key: str | None,
        meta: Mapping[str, Any],
    ) -> Draft:
        """Keep rows that come in pieces as a new version of table ``name``, without holding them.

        Its fingerprint is that of the pieces in their order. Hold ``Workspace.lock_table(name)`` to the run's end.
        """
        marks, rows = hashlib.sha256(), 0

        def seen() -> Iterator[pa.RecordBatch]:
            nonlocal rows
            for piece in pieces:
                marks.update(content_hash(pa.Table.from_batches([piece])).encode())
                rows += piece.num_rows
                yield piece

        reader = pa.RecordBatchReader.from_batches(schema, seen())
        delta_version = store.write_table(self.folder / "tables" / name, reader)
        facts = {"delta_version": delta_version, "rows": rows, "key": key}
        return self._draft("table", name, marks.hexdigest(), f"tables/{name}", {}, {**meta, **facts})

    def save_folder(
        self, kind: str, name: str, write: Callable[[Path], Mapping[str, Any]], meta: Mapping[str, Any]
    ) -> Draft:
        """Keep the files that ``write`` puts into a folder as a new version of ``kind`` ``name``: for large ones.

        What it returns of them joins ``meta``.
        """
        location = f"artifacts/{self.id}-{len(self.drafts)}"
        folder = self.folder / location
        with store.told(folder):
            folder.mkdir(parents=True)
            facts = write(folder)
            hashes = {path.name: store.file_hash(path) for path in sorted(folder.iterdir())}
        return self._draft(kind, name, _joint(hashes), location, hashes, {**meta, **facts})

    def save_files(
        self, kind: str, name: str, files: Mapping[str, bytes], meta: Mapping[str, Any] | None = None
    ) -> Draft:
        """Keep files as a new version of ``kind`` ``name``, each with its fingerprint."""
        location = f"artifacts/{self.id}-{len(self.drafts)}"
        folder = self.folder / location
        hashes = {file: store.write_file(folder / file, content) for file, content in files.items()}
        return self._draft(kind, name, _joint(hashes), location, hashes, dict(meta or {}))

    def save_result(
        self, kind: str, name: str, result: Any, tables: Mapping[str, pa.Table] | None = None,
        meta: Mapping[str, Any] | None = None, files: Mapping[str, bytes] | None = None,
    ) -> Draft:  # fmt: skip
        """Keep a result (a dataclass of plain values) as JSON, its tables as Arrow files, and ``files`` as they are.

        ``Workspace.result`` reads it back into its class.
        """
        told = {"result.json": TypeAdapter(type(result)).dump_json(result, warnings="error")}
        told |= {f"{table_name}.arrow": to_bytes(table) for table_name, table in (tables or {}).items()}
        return self.save_files(kind, name, {**told, **(files or {})}, meta)

    def save_fingerprint(
        self, path: Path, meta: Mapping[str, Any] | None = None, *, name: str | None = None, sha256: str | None = None
    ) -> Draft:
        """Keep the name and hash (``sha256``, where it is known) of a file from outside: where lineage begins."""
        found = sha256 or store.file_hash(path)
        return self._draft("file", name or path.name, found, str(path.resolve()), {}, dict(meta or {}))

    def artifact(self, draft: Draft) -> Artifact:
        """Return the published artifact of ``draft``, once the run has ended."""
        return next(artifact for artifact in self.made if artifact.id == draft.id)

    def _draft(
        self, kind: str, name: str, fingerprint: str, location: str, files: dict[str, str], meta: Mapping[str, Any]
    ) -> Draft:
        draft = Draft(uuid.uuid4().hex, kind, name, fingerprint, location, files, as_json(dict(meta)))
        self.drafts.append(draft)
        return draft


def to_bytes(table: pa.Table) -> bytes:
    """Return ``table`` as an Arrow file, compressed."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def from_bytes(content: bytes) -> pa.Table:
    """Read what ``to_bytes`` wrote."""
    with pa.ipc.open_file(pa.BufferReader(content)) as reader:
        return reader.read_all()


def _joint(hashes: Mapping[str, str]) -> str:
    return hashlib.sha256("\n".join(f"{name} {hashes[name]}" for name in sorted(hashes)).encode()).hexdigest()
