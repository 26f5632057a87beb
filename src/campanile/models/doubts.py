"""What must be known of a model before anybody acts on what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campanile.models.result import Training
from campanile.words import Sentence

if TYPE_CHECKING:
    from campanile.models.model import Model
    from campanile.workspace import Workspace


def doubts(workspace: Workspace, model: Model) -> tuple[Sentence, ...]:
    """Return what the training said where it claims nothing: too few responded, or the base rate does as well."""
    made = workspace.catalog.made_by(model.artifact.run_id)
    trainings: list[Training] = [workspace.result(one, Training) for one in made if one.kind == "training"]
    return tuple(training.verdict for training in trainings if not training.claims)
