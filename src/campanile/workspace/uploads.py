"""Files that people bring: streamed to disk under names of ours, kept for two days, never half there."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from campanile.words import say
from campanile.workspace.errors import NotFound
from campanile.workspace.store import told, write_file

KEPT_DAYS = 2
SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".xlsb", ".xls", ".ods")
LONGEST_NAME = 200


@dataclass(frozen=True)
class Upload:
    """A file that somebody brought: ``name`` is theirs, where it lies is ours."""

    id: str
    name: str
    bytes: int
    sha256: str
    who: str
    created_at: datetime


class Arriving:
    """A file on its way in: what has come so far is in a part that nobody else sees."""

    def __init__(self, file: BinaryIO) -> None:
        self.bytes = 0
        self._file = file
        self._digest = hashlib.sha256()

    def write(self, piece: bytes) -> None:
        """Take the next piece."""
        with told(Path(self._file.name)):
            self._file.write(piece)
        self._digest.update(piece)
        self.bytes += len(piece)

    @property
    def sha256(self) -> str:
        """The fingerprint of what has come so far."""
        return self._digest.hexdigest()


class Uploads:
    """The uploads of a workspace: ``workspace.uploads``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "uploads"

    @contextmanager
    def arriving(self, name: str, who: str) -> Iterator[tuple[str, Arriving]]:
        """Take a file in: it is there, under the id, once the block ends well; otherwise nothing of it is left.

        Raises StorageError where the disk refuses it.
        """
        upload_id = uuid.uuid4().hex
        folder = self._folder / upload_id
        with told(self._folder):
            self._folder.mkdir(exist_ok=True)
            # Held while it arrives: whoever can take it has found a part that nobody writes any more.
            alive = self._lock(upload_id)
            alive.acquire()
        try:
            with told(folder):
                folder.mkdir()
                part = folder / "content.part"
                file = part.open("wb")
            with file:
                arriving = Arriving(file)
                yield upload_id, arriving
                file.flush()
                os.fsync(file.fileno())
            shown = called(name)
            os.replace(part, folder / ("content" + suffix(shown)))
            done = Upload(upload_id, shown, arriving.bytes, arriving.sha256, who, datetime.now(UTC))
            # Its description is what makes it one.
            write_file(folder / "upload.json", json.dumps(asdict(done), default=str).encode())
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        finally:
            alive.release()
            self._unlock(upload_id)

    def upload(self, upload_id: str) -> Upload:
        """Return what is known of an upload. Raises NotFound."""
        described = self._folder / upload_id / "upload.json"
        if not re.fullmatch(r"[0-9a-f]{32}", upload_id) or not described.is_file():
            raise NotFound(
                say("There is no upload {id:quoted}.", id=upload_id),
                say("Uploads are kept for {days:number} days. Bring the file again.", days=KEPT_DAYS),
            )
        known = json.loads(described.read_text(encoding="utf-8"))
        return Upload(**{**known, "created_at": datetime.fromisoformat(known["created_at"])})

    def path(self, upload: Upload) -> Path:
        """Return where the content of an upload lies."""
        return self._folder / upload.id / ("content" + suffix(upload.name))

    def remove(self, upload_id: str) -> None:
        """Remove an upload. Raises NotFound."""
        shutil.rmtree(self._folder / self.upload(upload_id).id, ignore_errors=True)

    def sweep(self, now: datetime | None = None) -> None:
        """Clear what is old, and the parts of uploads whose process died."""
        oldest = (now or datetime.now(UTC)) - timedelta(days=KEPT_DAYS)
        for folder in self._folder.glob("*/"):
            if (folder / "upload.json").is_file():
                if self.upload(folder.name).created_at < oldest:
                    shutil.rmtree(folder, ignore_errors=True)
                continue
            try:
                with self._lock(folder.name, wait=0):
                    shutil.rmtree(folder, ignore_errors=True)
            except Timeout:
                continue
            self._unlock(folder.name)

    def _lock(self, upload_id: str, wait: float = -1) -> FileLock:
        # Pieces are written by one thread after another.
        return FileLock(self._folder / f"{upload_id}.lock", timeout=wait, thread_local=False)

    def _unlock(self, upload_id: str) -> None:
        (self._folder / f"{upload_id}.lock").unlink(missing_ok=True)


def called(name: str) -> str:
    """Return a file's own name out of what a browser or program calls it: no folders, nothing unprintable."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(sign for sign in last if sign.isprintable()).strip()
    return shown[-LONGEST_NAME:] or "file"


def suffix(name: str) -> str:
    """Return the ending that tells a table's format, out of a fixed list; empty for any other."""
    stem, packed = (name[:-3], ".gz") if name.lower().endswith(".gz") else (name, "")
    return next((ending + packed for ending in SUFFIXES if stem.lower().endswith(ending)), packed)
