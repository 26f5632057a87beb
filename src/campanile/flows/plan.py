"""A test that is planned from a search over levers: the search is named, and its draft fills in what is not given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from campanile.experiments.spec import DesignSpec
from campanile.words import say
from campanile.workspace.errors import DataError

if TYPE_CHECKING:
    from campanile.experiments.result import Design
    from campanile.tables.draft import Draft
    from campanile.workspace import Workspace


class PlanSpec(DesignSpec):
    """A test to be planned. ``simulation`` is the search that drafted it, by its model's name; None: nobody did.

    ``simulation_version`` is the search's own version (None: the newest of that model).
    """

    simulation: str | None = None
    simulation_version: int | None = Field(None, ge=1)

    @model_validator(mode="after")
    def _named_search(self) -> PlanSpec:
        if self.simulation is None and self.simulation_version is not None:
            raise ValueError(say("Name the model whose search drafted the test, beside the version of the search."))
        return self


def plan(workspace: Workspace, spec: PlanSpec) -> Design:
    """Plan a test. Raises what ``experiments.design`` raises, and NotFound for a search that is not kept."""
    from campanile.experiments import design

    drafted = draft_of(workspace, spec.simulation, spec.simulation_version) if spec.simulation is not None else None
    planned: Design = design(workspace, spec, drafted)
    return planned


def draft_of(workspace: Workspace, model: str, version: int | None = None) -> Draft:
    """Return the draft of a kept search. Raises NotFound, and DataError where it found nothing to test."""
    from campanile.simulate import Simulation

    kept = workspace.artifact("simulation", model, version)
    draft: Draft | None = workspace.result(kept, Simulation).draft
    if draft is None:
        raise DataError(
            say("The search {model:quoted} v{version} found nothing to test.", model=model, version=kept.version),
            say("Search anew, with other levers or a larger budget."),
        )
    return draft
