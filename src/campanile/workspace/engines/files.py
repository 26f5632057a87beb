"""Files that engines read and write, and the folder in which they put what does not fit into memory."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
from filelock import FileLock, Timeout

from campanile.words import say
from campanile.workspace.errors import DataError, SourceError, StorageError, not_found
from campanile.workspace.store import told


def alike(paths: Sequence[Path], columns: Sequence[str] | None) -> Mapping[pa.Schema, list[Path]]:
    """Return Parquet files by what they hold, told from their footers; only ``columns``, where given.

    Raises SourceError for a file that is not there or not Parquet, and NotFound for a column that no file has.
    """
    if not paths:
        raise DataError(say("There are no files to read."))
    groups: dict[pa.Schema, list[Path]] = {}
    for path in paths:
        schema = _footer(path)
        wanted = [field for field in schema if columns is None or field.name in columns]
        groups.setdefault(pa.schema(wanted), []).append(path.absolute())
    known = {name for schema in groups for name in schema.names}
    for name in columns or ():
        if name not in known:
            raise not_found(say("column"), name, known)
    return groups


def joined(schemas: Sequence[pa.Schema]) -> pa.Schema:
    """Return the columns of all files, in order of first mention, in the wider of two types of numbers."""
    try:
        return pa.unify_schemas(list(schemas), promote_options="permissive").remove_metadata()
    except pa.ArrowException as error:
        raise DataError(
            say("The files do not fit together: {reason}.", reason=str(error).splitlines()[0].rstrip(".")),
            say("Load them as tables of their own."),
        ) from None


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """Give a path to write a folder of files to; it becomes ``folder`` when all went well, else it goes.

    Raises StorageError where ``folder`` exists already.
    """
    if folder.exists():
        raise StorageError(
            say("{path:quoted} exists already.", path=str(folder)), say("Choose another folder, or remove this one.")
        )
    part = folder.with_name(f"{folder.name}.{uuid4().hex}.part")
    with told(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield part
            os.replace(part, folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)


@contextmanager
def spill(parent: Path | None) -> Iterator[Path]:
    """Give a folder of this engine's own, gone with it; what engines left behind that were killed goes first.

    Each holds the lock on a file beside its folder as long as it lives.
    """
    place = parent or Path(tempfile.gettempdir()) / f"campanile-{os.getuid()}"
    with told(place):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(place)
        folder = place / f"engine-{uuid4().hex}"
        lock = FileLock(folder.with_suffix(".lock"))
        with lock:
            folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
                Path(lock.lock_file).unlink(missing_ok=True)


def _sweep(place: Path) -> None:
    for path in place.glob("engine-*.lock"):
        lock = FileLock(path, timeout=0)
        try:
            with lock:
                shutil.rmtree(path.with_suffix(""), ignore_errors=True)
                path.unlink(missing_ok=True)
        except Timeout:
            continue


def _footer(path: Path) -> pa.Schema:
    import pyarrow.parquet as pq

    try:
        return pq.read_schema(path).remove_metadata()
    except (pa.ArrowException, OSError) as error:
        raise SourceError(
            say("{path:quoted} cannot be read: {reason}.",
                path=str(path), reason=str(error).splitlines()[0].rstrip(".")),
            say("It must be a Parquet file."),
        ) from None  # fmt: skip
