"""A sample campaign whose truth is known, profiled, and held against that truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from campanile.flows.campaign import Profile, profile
from campanile.flows.study import StudySpec
from campanile.words import Sentence, Told, say
from campanile.workspace.progress import Progress, quiet
from campanile.workspace.spec import Spec

if TYPE_CHECKING:
    from campanile.sources.worlds import World
    from campanile.workspace import Workspace


class SampleSpec(Spec):
    """Ask for the sample campaign with all answers about it, quickly."""

    rows: int = Field(2240, ge=200, le=1_000_000)
    seed: int = Field(0, ge=0)


@dataclass(frozen=True)
class Demo(Told):
    """The profile of a made-up campaign; ``found`` are the true drivers among as many most influential features."""

    profile: Profile
    world: World
    found: tuple[str, ...]

    def words(self) -> tuple[Sentence, ...]:
        """Say what was found, and how it compares with the truth."""
        truth = say(
            "This campaign is made up, so the truth is known: {found:number} of its {all:number} true influences were "
            "found; the model's AUC is {auc:number}, and perfect knowledge would reach {ceiling:number}.",
            found=len(self.found), all=len(self.world.drivers),
            auc=self.profile.training[self.profile.training.best].metrics["roc_auc"].estimate,
            ceiling=self.world.ceiling_auc,
        )  # fmt: skip
        return (*self.profile.words(), truth)

    def to_dict(self) -> dict[str, Any]:
        """Return what ``campanile demo --json`` prints."""
        truth = {"drivers": [driver.name for driver in self.world.drivers], "found": list(self.found),
                 "ceiling_auc": self.world.ceiling_auc}  # fmt: skip
        return {**self.profile.to_dict(), "truth": truth}


def sample_campaign(path: str | Path, *, rows: int = 2240, seed: int = 0) -> Path:
    """Write a made-up campaign as a CSV file, as such files are found, and return its path."""
    from campanile.sources import worlds

    Path(path).parent.mkdir(parents=True, exist_ok=True)
    return worlds.write(worlds.campaign(rows=rows, seed=seed), Path(path), seed=seed)


def demo(
    workspace: Workspace, *, rows: int = 2240, seed: int = 0, quick: bool = False,
    report: str | Path = "report.html", progress: Progress = quiet,
) -> Demo:  # fmt: skip
    """Make a sample campaign in the workspace's folder, profile it, and compare with the truth."""
    from campanile.sources import worlds

    world = worlds.campaign(rows=rows, seed=seed)
    source = sample_campaign(workspace.path / "sample" / "campaign.csv", rows=rows, seed=seed)
    study = StudySpec(
        source=source, name="demo", target=world.target, key=world.key, contact_cost=world.contact_cost_eur,
        sale_value=world.sale_value_eur, quick=quick, seed=seed,
    )  # fmt: skip
    done = profile(workspace, study, report=report, progress=progress)
    return Demo(done, world, _found(workspace, done, world))


def _found(workspace: Workspace, done: Profile, world: World) -> tuple[str, ...]:
    """Return the true drivers that stand among as many most influential features."""
    from campanile import models

    best = done.training[done.training.best]
    plan = models.load(workspace, best.name, best.version).plan
    top = done.explanation.features[: len(world.drivers)]
    sources = {source for feature in top for name in feature.features for source in plan[name].sources}
    return tuple(driver.name for driver in world.drivers if set(driver.columns) <= sources)
