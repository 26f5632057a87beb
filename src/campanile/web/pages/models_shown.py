"""What the page Models shows at an address: a training, one of its models, and the threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from campanile.words import say
from campanile.workspace import Artifact, Workspace
from campanile.workspace.errors import NotFound

if TYPE_CHECKING:
    from campanile.models.ranks import Confusion, Ranking
    from campanile.models.result import Trained, Training

PATH = "/models"


@dataclass(frozen=True)
class Shown:
    """``source`` is the training, ``artifact`` the model; ``roles`` are those of all models by name and version."""

    source: Artifact
    training: Training
    model: Trained
    artifact: Artifact
    made: Mapping[str, Artifact]
    ranking: Ranking
    cut: Confusion
    roles: Mapping[tuple[str, int], str]

    @property
    def chosen(self) -> tuple[str, int] | None:
        """The name and version of the model on which the analysis rests, where one was chosen."""
        return next((named for named, role in self.roles.items() if role == "chosen"), None)

    @property
    def state(self) -> dict[str, Any]:
        """The page's state without the threshold, as its address tells it."""
        return {"page": PATH, "training": self.source.id, "model": self.model.method}


def shown(workspace: Workspace, asked: Mapping[str, str]) -> Shown | None:
    """Return what is asked for: by default the newest training and of it the model chosen, else the best.

    None where nothing was trained yet. Raises NotFound.
    """
    trainings = workspace.artifacts("training")
    if not trainings:
        return None
    source = next((one for one in trainings if one.id == asked["training"]), None) if "training" in asked else (
        trainings[-1]
    )  # fmt: skip
    if source is None:
        raise NotFound(say("That training is not kept here."), say("Choose one of those on this page."))
    training, made = read(workspace, source.id)
    roles = workspace.catalog.roles("model")
    chosen = (one.name for one in made.values() if roles.get((one.name, one.version)) == "chosen")
    try:
        model = training[asked.get("model") or next(chosen, training.best)]
    except KeyError:
        raise NotFound(say("That model is not of this training."), say("Choose one of those on this page.")) from None
    artifact = made[model.name]
    ranks = ranked(workspace, artifact.name, artifact.version)
    return Shown(source, training, model, artifact, made, ranks, cut(ranks, asked.get("cut")), roles)


@lru_cache(maxsize=32)
def read(workspace: Workspace, source_id: str) -> tuple[Training, dict[str, Artifact]]:
    """Return a training and the models that it made, by name."""
    from campanile.models import Training

    source = next(one for one in workspace.artifacts("training") if one.id == source_id)
    made = {one.name: one for one in workspace.catalog.made_by(source.run_id) if one.kind == "model"}
    return workspace.result(source, Training), made


@lru_cache(maxsize=64)
def ranked(workspace: Workspace, name: str, version: int) -> Ranking:
    """Return the curves of a model: they never change."""
    from campanile.models.ranks import ranking

    return ranking(workspace, name, version)


def cut(ranking: Ranking, asked: str | None) -> Confusion:
    """Return what happens at the threshold asked for in percent: by default where a contact pays, or the base rate."""
    if asked is not None and asked.isdecimal():
        return ranking.at(int(asked) / 100)
    return ranking.at(ranking.paying.threshold if ranking.paying is not None else ranking.base_rate)
