"""What the environment says: the only place that reads ``CAMPANILE_*``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import ByteSize, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def _memory() -> str:
    """Return 6 GB, or six tenths of the machine's memory where that is less: the rest is for what is not the engine."""
    try:
        megabytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1_000_000
    except (AttributeError, ValueError, OSError):  # not every system tells
        return "6GB"
    return "6GB" if megabytes >= 10_000 else f"{megabytes * 6 // 10}MB"


class Settings(BaseSettings):
    """Settings of the process, each overridable by ``CAMPANILE_<NAME>``.

    An engine may have ``memory_limit`` (such as 6GB); what does not fit goes to disk. ``threads`` 0 means one per core.
    Of jobs, ``heavy_jobs`` run at once (0: one per core) beside ``light_jobs``;
    each may take ``job_memory`` (such as 8GB). ``upload_limit`` bounds a file that somebody brings.
    """

    model_config = SettingsConfigDict(env_prefix="CAMPANILE_", frozen=True)

    workspace: Path = Path(".campanile")
    lock_wait_seconds: float = 30.0
    memory_limit: str = Field(default_factory=_memory)
    threads: int = 0
    log: Literal["console", "json"] = "console"
    upload_limit: ByteSize = ByteSize(4 * 1024**3)
    secret: SecretStr | None = None
    heavy_jobs: int = Field(default=0, ge=0, le=256)
    light_jobs: int = Field(default=2, ge=1, le=64)
    job_memory: ByteSize = ByteSize(8_000_000_000)


def variable(name: str) -> str | None:
    """Return what a variable that people name themselves says, such as the address of a database; never our secret."""
    return None if name == "CAMPANILE_SECRET" else os.environ.get(name)
