"""Faults of ours: the user is told that there was one, what we need to mend it goes to a file of the workspace."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime
from pathlib import Path


def keep(folder: Path, error: BaseException) -> Path | None:
    """Write an error with its traceback under ``folder``; None where even that cannot be done."""
    path = folder / "faults" / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:
        return None
    return path
