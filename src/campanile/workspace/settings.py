"""What the environment says: the only place that reads ``CAMPANILE_*``."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of the process, each overridable by ``CAMPANILE_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="CAMPANILE_", frozen=True)

    workspace: Path = Path(".campanile")
    lock_wait_seconds: float = 30.0
    memory_limit: str = "4GB"
    threads: int = 0
