"""A made-up world in place of a study's files: written once into the workspace, with its truth beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from campanile.flows.events import EventStudy, WorldSpec
from campanile.words import say
from campanile.workspace.errors import SourceError

if TYPE_CHECKING:
    from campanile.workspace import Workspace

_WHOLE = "whole"
"""A file that is there once a world is written to its end."""


def world_files(workspace: Workspace, study: EventStudy, world: WorldSpec) -> Mapping[str, tuple[Path, ...]]:
    """Return the files of a study's tables in its made-up world. Raises SourceError for a table that it has not."""
    folder = workspace.path / "worlds" / f"{world.kind}-{world.users}-{world.seed}"
    if not (folder / _WHOLE).exists():
        _write(folder, world)
        (folder / _WHOLE).touch()
    files = {name: tuple(sorted(folder.glob(f"{name}.*"))) for name in study.tables}
    if world.kind == "shop":
        kinds = {"users": "user", "sessions": "session"}
        files = {name: tuple(folder / f"{kinds.get(name, name)}_{part}.csv" for part in ("train", "test"))
                 for name in study.tables}  # fmt: skip
    for name, found in files.items():
        if not found or not all(file.is_file() for file in found):
            raise SourceError(
                say("The made-up world {kind:quoted} has no table {name:quoted}.", kind=world.kind, name=name),
                say("Name the study's tables as the world does, or bring their files."),
            )
    return files


def _write(folder: Path, world: WorldSpec) -> None:
    from campanile.sources import worlds

    if world.kind == "music":
        worlds.music(folder, worlds.MusicSpec(users=world.users, seed=world.seed))
    else:
        worlds.shop(folder, worlds.ShopSpec(users=world.users, seed=world.seed))
