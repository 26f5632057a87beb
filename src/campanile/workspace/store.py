"""Table versions as Delta Lake, and files written so that a killed process leaves none half done."""

from __future__ import annotations

import errno
import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError

from campanile.words import say
from campanile.workspace.errors import StorageError, Tampered


def write_table(folder: Path, table: pa.Table | pa.RecordBatchReader, *, append_to: int | None = None) -> int:
    """Write a new version of the table in ``folder`` and return Delta's number of it.

    With ``append_to`` the rows join that version: what a killed process may have left behind it in
    the log is undone first.
    """
    with told(folder):
        if append_to is None:
            write_deltalake(folder, table, mode="overwrite", schema_mode="overwrite")
        else:
            lake = DeltaTable(folder)
            if lake.version() != append_to:
                lake.restore(append_to)
            write_deltalake(folder, table, mode="append")
        return int(DeltaTable(folder).version())


def read_table(folder: Path, version: int, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the table, or some columns of it, as it was in Delta's ``version``; rows in no particular order."""
    with _there(folder, version):
        return DeltaTable(folder, version=version).to_pyarrow_table(columns=list(columns) if columns else None)


def table_files(folder: Path, version: int) -> list[Path]:
    """Return the Parquet files that hold Delta's ``version`` of a table."""
    with _there(folder, version):
        return [Path(name) for name in DeltaTable(folder, version=version).file_uris()]


@contextmanager
def _there(folder: Path, version: int) -> Iterator[None]:
    """Tell in our words that a version of a table is gone."""
    try:
        yield
    except (TableNotFoundError, FileNotFoundError, DeltaError) as error:
        raise Tampered(
            say("The table in {path:quoted} has lost its version {version}: {reason}.",
                path=str(folder), version=version, reason=str(error).splitlines()[0]),
            say("Restore the folder from a backup or load the source again."),
        ) from None  # fmt: skip


def write_file(path: Path, content: bytes) -> str:
    """Write a file that is whole or not there, and return its SHA-256."""
    with whole_file(path) as file:
        file.write(content)
    return hashlib.sha256(content).hexdigest()


def writable(path: Path) -> None:
    """Make sure that a file can be written, before work that takes long. Raises StorageError."""
    part = path.with_name(path.name + ".part")
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        part.touch()
        part.unlink()


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to; it becomes ``path`` when all went well, else it goes."""
    part = path.with_name(path.name + ".part")
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def read_file(path: Path, sha256: str) -> bytes:
    """Return a file's content; refuse it when it is not what was recorded."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise Tampered(say("The file {path:quoted} is gone.", path=str(path))) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Tampered(
            say("The file {path:quoted} is not the one that was saved: its fingerprint differs.", path=str(path)),
            say("Do not use it. Train again, or restore it from a backup."),
        )
    return content


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, read once in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Tell a refusing disk in our words."""
    try:
        yield
    except (OSError, DeltaError, sqlite3.OperationalError) as error:
        if not _of_storage(error):
            raise
        raise StorageError(
            say("{path:quoted} cannot be written: {reason}.", path=str(path), reason=str(error).splitlines()[0]),
            say("Nothing was changed. Free some space or check the folder's permissions, then try again."),
        ) from None


def _of_storage(error: Exception) -> bool:
    number = getattr(error, "errno", None)
    return number in _REFUSALS or any(sign in str(error).lower() for sign in _SIGNS)


_REFUSALS = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EACCES,
    errno.EROFS,
    errno.EPERM,
    errno.EFBIG,
    errno.EEXIST,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.ENAMETOOLONG,
}
_SIGNS = ("no space left", "disk is full", "permission denied", "read-only", "file too large")
