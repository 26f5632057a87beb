"""Did it work? Tests as they were declared, looks at them, and the verbs that plan, fill and compare them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, model_validator
from starlette.responses import Response

from campanile.experiments.declaration import declared, experiments, read
from campanile.experiments.looks import KIND, ledger
from campanile.experiments.result import Analysis, Experiment
from campanile.experiments.spec import AaSpec, AnalyseSpec, AssignSpec
from campanile.flows.plan import PlanSpec, draft_of
from campanile.web.api.jobs import JOB, accepted
from campanile.web.api.kept import result
from campanile.web.api.paging import Cursor, Limit, Page, page
from campanile.web.api.route import Route, asks
from campanile.web.visit import visit
from campanile.words.strict import finite

router = APIRouter(tags=["experiments"], route_class=Route)

_ASKED = asks("write", "not-found", writes=True, body=True)


class ArmShape(BaseModel):
    """A group and the percent of users that belong in it."""

    name: str
    percent: float = Field(ge=0, le=100)


class CohortShape(BaseModel):
    """The users who joined in one month, and the percents they were put into groups by."""

    month: str
    arms: list[ArmShape]


class ExperimentShape(BaseModel):
    """An experiment as it is declared; ``metrics`` are as they were named, ``looks`` how often somebody looked."""

    name: str
    salt: str
    algorithm: int
    arms: list[ArmShape]
    control: str
    layer: str | None
    holdout: float
    users: str | None = Field(description="The table of users; null where they were never put into groups here.")
    key: str | None
    cohorts: list[CohortShape]
    metrics: list[dict[str, Any]]
    planned_users: int | None
    window_days: int
    looks: int = Field(ge=0)


class LookShape(BaseModel):
    """One line of the ledger; ``late`` metrics were named after the first look, ``failed`` checks did not pass."""

    number: int = Field(ge=1)
    at: datetime
    month: str
    metrics: list[str]
    late: list[str]
    failed: list[str]
    decision: str | None
    users: int


class WholeExperiment(ExperimentShape):
    """An experiment with its ledger, the first look first, and what was said at one look (null: nobody looked)."""

    ledger: list[LookShape]
    analysis: dict[str, Any] | None


@router.get("/experiments", response_model=Page[ExperimentShape], summary="List experiments", **asks("read"))
def listed(limit: Limit = 100, cursor: Cursor = None) -> Any:
    """Return every experiment as it is declared, the newest first."""
    shown, following = page(experiments(visit().workspace), lambda one: one.name, limit, cursor)
    return Page(items=[ExperimentShape(**_shape(one)) for one in shown], next=following)


@router.get("/experiments/{name}", response_model=WholeExperiment, summary="See an experiment and the verdict",
            **asks("read", "not-found"))  # fmt: skip
def experiment(
    name: str, look: Annotated[int | None, Query(ge=1, le=2**31, description="Which look; null: the last.")] = None
) -> Any:
    """Return the declaration, the ledger, and a look's gates, verdict (null while one fails) and effects."""
    workspace = visit().workspace
    found, looks = read(workspace, name), ledger(workspace, name)
    said = None
    if looks or look is not None:
        kept = workspace.artifact(KIND, name, look)
        said = finite(result(workspace, kept.id, Analysis).to_dict())
    return WholeExperiment(**_shape(found), ledger=[LookShape(**vars(one)) for one in looks], analysis=said)


class PlanShape(PlanSpec):
    """A test to be planned. Where ``simulation`` names a search, its draft fills in what is not given.

    Without it, ``name`` and one metric are needed.
    """

    name: str = Field("", validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _drafted(cls, said: Any) -> Any:
        search = said.get("simulation") if isinstance(said, dict) else None
        version = said.get("simulation_version") if search else None
        if not isinstance(search, str) or not isinstance(version, int | None):
            return said
        return {**draft_of(visit().workspace, search, version).asked(), **said}


@router.post("/designs", summary="Plan an experiment", **JOB, **_ASKED)
def plan(body: PlanShape) -> Response:
    """Ask how many users and months it takes; the metric counts as declared before the first look."""
    _there(body.table)
    return accepted("design", body)


@router.post("/assignments", summary="Put users into groups", **JOB, **_ASKED)
def assign(body: AssignSpec) -> Response:
    """Put the users of a table into groups, for life; `GET /tables/<name>_assignments/rows` reads who is where."""
    _there(body.users)
    return accepted("assign", body)


@router.post("/analyses", summary="Compare the groups", **JOB, **_ASKED)
def compare(body: AnalyseSpec) -> Response:
    """Compare the groups and note the look in the ledger; a test that others assigned names its column ``group``."""
    _there(body.outcomes, body.exposures)
    if body.group is None:
        read(visit().workspace, body.name)
    return accepted("analyse", body)


@router.post("/aa-tests", summary="Try the method where there is nothing to find", **JOB, **_ASKED)
def try_method(body: AaSpec) -> Response:
    """Split the users of a table at random, again and again, and count wrong verdicts."""
    _there(body.table)
    return accepted("simulate-aa", body)


def _there(*tables: str | None) -> None:
    """Raise NotFound for a table that is not kept: whoever asks by the API cannot name a file of the server."""
    for name in tables:
        if name is not None:
            visit().workspace.table(name)


def _shape(one: Experiment) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ExperimentShape.model_fields if hasattr(one, name)}
    arms = [vars(arm) for arm in one.arms]
    cohorts = [{"month": cohort.month, "arms": [vars(arm) for arm in cohort.arms]} for cohort in one.cohorts]
    metrics = [metric.model_dump(mode="json", exclude_defaults=True) for metric in declared(one)]
    looks = len(visit().workspace.artifacts(KIND, one.name))
    return {**told, "arms": arms, "cohorts": cohorts, "metrics": metrics, "looks": looks}
