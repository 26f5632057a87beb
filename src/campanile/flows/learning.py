"""Training behind one command: progress told in the same way as everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campanile.words import say
from campanile.workspace.progress import Progress, quiet

if TYPE_CHECKING:
    from campanile.models import Training, TrainSpec
    from campanile.workspace import Workspace


def learn(workspace: Workspace, spec: TrainSpec, *, progress: Progress = quiet) -> Training:
    """Train models and tell how far it is; raises what ``models.train`` raises."""
    from campanile.models import train

    return train(workspace, spec, lambda share, doing, found=None: progress(_WHAT, share, doing, found))


_WHAT = say("Training models")
