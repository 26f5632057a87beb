"""The report: the newest answers of each room about one model, put together as one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from campanile.words import Sentence, Told, current, say, speaking
from campanile.workspace.errors import NotFound, not_found
from campanile.workspace.spec import Spec
from campanile.workspace.store import write_file

if TYPE_CHECKING:
    from campanile.report import Section
    from campanile.workspace import Artifact, Workspace

Part = Literal["audience", "simulate", "why", "models", "quality"]
PARTS: tuple[Part, ...] = ("audience", "simulate", "why", "models", "quality")


class WriteReportSpec(Spec):
    """What a report shows: a model (None: the one chosen), in which language, which answers, and how.

    ``features`` shows so many influential features of those that were explained. The list is the newest unless
    ``list_version`` names one; ``customers``, costs and limits cut it: what is not given is as it was selected,
    and what ``lifted`` names is left out. ``experiment`` names a test whose last look is told at the end, ``uplift``
    a table on which was measured last whom a contact persuades.
    """

    model: str | None = None
    version: int | None = Field(None, ge=1)
    language: Literal["en", "pl", "es"] | None = None
    title: str | None = Field(None, max_length=200)
    sections: tuple[Part, ...] = Field(PARTS, min_length=1)
    features: int | None = Field(None, ge=1, le=50)
    list_version: int | None = Field(None, ge=1)
    customers: int | None = Field(None, ge=0)
    contact_cost: float | None = Field(None, ge=0, allow_inf_nan=False)
    sale_value: float | None = Field(None, gt=0, allow_inf_nan=False)
    budget: float | None = Field(None, ge=0, allow_inf_nan=False)
    capacity: int | None = Field(None, ge=0)
    experiment: str | None = Field(None, max_length=80)
    uplift: str | None = Field(None, max_length=200)
    lifted: tuple[Literal["contact_cost", "sale_value", "budget", "capacity"], ...] = ()


@dataclass(frozen=True)
class Report(Told):
    """A kept report, and how many answers it holds."""

    artifact: Artifact
    answers: int

    def words(self) -> tuple[Sentence, ...]:
        """Say what was written."""
        model, version = self.artifact.name, str(self.artifact.meta["model_version"])
        told = say("The report is written: {n:number} answers about model {model:quoted}, version {version}.",
                   n=self.answers, model=model, version=version)  # fmt: skip
        return (told,)

    def to_dict(self) -> dict[str, Any]:
        """Return what a program needs to read it."""
        return {"id": self.artifact.id, "name": self.artifact.name, "version": self.artifact.version}


def keep_report(workspace: Workspace, spec: WriteReportSpec, title: Sentence | None = None) -> Report:
    """Make the report of a model and keep it; it holds those of its answers that have been asked for.

    Raises NotFound where no model was trained yet.
    """
    from campanile import models

    told = spec.language or current()
    chosen = models.load(workspace, spec.model, spec.version)
    heading = say("{title}", title=spec.title) if spec.title else title
    with speaking(told), workspace.run("report", spec) as run:
        run.read(chosen.artifact)
        sections = _sections(workspace, chosen, spec, run)
        content = _page(chosen, sections, heading, told).encode()
        meta = {"language": told, "model_version": chosen.version, "title": str(heading or _title(chosen))}
        draft = run.save_files("report", chosen.name, {"report.html": content}, meta)
    return Report(run.artifact(draft), len(sections))


def write_report(
    workspace: Workspace, path: str | Path = "report.html", *, title: Sentence | None = None, **asked: Any
) -> Path:
    """Write the report that ``WriteReportSpec(**asked)`` asks for as one HTML file and return its path."""
    report = keep_report(workspace, WriteReportSpec(**asked), title)
    target = Path(path)
    write_file(target, workspace.file(report.artifact, "report.html"))
    return target.resolve()


def _page(model: Any, sections: tuple[Section, ...], title: Sentence | None, language: str) -> str:
    from campanile.report import Page, render

    context = (
        say("Table {table} v{version}, {rows:number} customers", table=model.table.name, version=model.table.version,
            rows=model.table.meta["rows"])
        if model.artifact.meta.get("panel") is None
        # A customer has several rows there, one for each cut-off.
        else say("Table {table} v{version}, {rows:number} rows", table=model.table.name, version=model.table.version,
                 rows=model.table.meta["rows"]),
        say("Model {name} v{version}", name=model.name, version=model.version),
        say("{day:date}", day=model.artifact.created_at),
    )  # fmt: skip
    return str(render(Page(title or _title(model), context, sections), language))


def _title(model: Any) -> Sentence:
    from campanile.tables import dictionary_of

    return say("Who responded, and why: {target}", target=dictionary_of(model.table)[model.target].named())


def _sections(workspace: Workspace, model: Any, spec: WriteReportSpec, run: Any) -> tuple[Section, ...]:
    """Gather the answers that speak of this model and its table, in the order of the questions.

    Where the model claims nothing, that is said before what would be done if it did.
    """
    from campanile import explain, models, quality, simulate

    training = workspace.result(_training_of(workspace, model), models.Training)
    order = PARTS if training.claims else ("models", *(name for name in PARTS if name != "models"))
    parts: dict[Part, tuple[Answer, ...]] = {
        "audience": ((_list(workspace, model, spec), partial(_whom, workspace, spec, run)),),
        "simulate": ((
            newest(workspace, "simulation", model.artifact),
            lambda found: simulate.sections(workspace.result(found, simulate.Simulation)),
        ),),
        "why": ((
            newest(workspace, "explanation", model.artifact),
            lambda found: explain.sections(_fewer(workspace.result(found, explain.Explanation), spec.features)),
        ),),
        "models": ((
            _training_of(workspace, model),
            lambda _: models.sections(
                training, name=model.name, ranking=models.ranking(workspace, model.name, model.version)
            ),
        ), (newest(workspace, "leak", model.table), partial(_leak, workspace, model, training))),
        "quality": ((
            newest(workspace, "quality", model.table),
            lambda found: quality.sections(workspace.result(found, quality.Quality)),
        ), (newest(workspace, "correlation", model.table), partial(_together, workspace))),
    }  # fmt: skip
    asked = [answer for name in order if name in spec.sections for answer in parts[name]]
    told = tuple(section for found, tell in asked if found is not None for section in tell(run.read(found)))
    return (
        *told,
        *(_test(workspace, spec.experiment, run) if spec.experiment is not None else ()),
        *(_uplift(workspace, spec.uplift, run) if spec.uplift is not None else ()),
    )


Answer = tuple["Artifact | None", Callable[["Artifact"], "tuple[Section, ...]"]]
"""What a section speaks of, None where that was not asked for, and what lays it out."""


def _test(workspace: Workspace, name: str, run: Any) -> tuple[Section, ...]:
    """Return what was said at the last look at a test, its checks and its ledger."""
    from campanile import experiments
    from campanile.experiments import declaration

    declaration.read(workspace, name)
    looks = workspace.artifacts("analysis", name)
    if not looks:
        raise NotFound(say("Nobody has looked at {name:quoted}.", name=name),
                       say("Look at it first: campanile experiments analyse {name}", name=name))  # fmt: skip
    said = workspace.result(run.read(looks[-1]), experiments.Analysis)
    return tuple(experiments.sections(said, experiments.ledger(workspace, name)))


def _uplift(workspace: Workspace, table: str, run: Any) -> tuple[Section, ...]:
    """Return whom a contact persuades, as it was measured last on a table, and whether that trial can be trusted."""
    from campanile.experiments.uplift import Uplift, sections

    kept = workspace.artifacts("uplift", table)
    if not kept:
        raise not_found(say("measured uplift"), table, {one.name for one in workspace.artifacts("uplift")})
    return tuple(sections(workspace.result(run.read(kept[-1]), Uplift)))


def _leak(workspace: Workspace, model: Any, training: Any, kept: Artifact) -> tuple[Section, ...]:
    """Return what leaks would have claimed, where the scan was for the model's target."""
    from campanile.models.leak import LeakScan, sections

    if kept.meta["target"] != model.target:
        return ()
    return tuple(sections(workspace.result(kept, LeakScan), training))


def _together(workspace: Workspace, kept: Artifact) -> tuple[Section, ...]:
    from campanile.quality.correlation import Correlated, sections

    return tuple(sections(workspace.result(kept, Correlated)))


def _whom(workspace: Workspace, spec: WriteReportSpec, run: Any, kept: Artifact) -> tuple[Section, ...]:
    """Return the list's answer, cut where the spec asks, and what to say to each kind of its customers."""
    return (*_listed(workspace, spec, kept), *_messages(workspace, run, kept))


def _messages(workspace: Workspace, run: Any, kept: Artifact) -> tuple[Section, ...]:
    from campanile.audience.messages_section import messages_section
    from campanile.audience.result import Messages

    found = newest(workspace, "messages", kept)
    return () if found is None else (messages_section(workspace.result(run.read(found), Messages)),)


def _listed(workspace: Workspace, spec: WriteReportSpec, kept: Artifact) -> tuple[Section, ...]:
    """Return the list's answer, cut where the spec asks."""
    from campanile import audience
    from campanile.audience.held import columns_of, on_list

    held = audience.hold(workspace, kept)
    cut = audience.CutSpec(**held.asked.model_dump() | _cut(spec))
    if cut == held.asked:
        return tuple(audience.sections(held.audience))
    told = audience.recut(held, cut)
    listed = on_list(held, told.cut.customers, *columns_of(workspace, held.audience))
    return tuple(audience.sections(replace(told, chosen=listed)))


def _cut(spec: WriteReportSpec) -> Mapping[str, Any]:
    names = ("customers", "contact_cost", "sale_value", "budget", "capacity")
    given = {name: getattr(spec, name) for name in names if getattr(spec, name) is not None}
    return {**given, **dict.fromkeys(spec.lifted)}


def _fewer(explanation: Any, features: int | None) -> Any:
    """Return the explanation with so many of its influential features shown."""
    if features is None:
        return explanation
    curves = explanation.curves[:features]
    names = {curve.name for curve in curves}
    zones = tuple(zone for zone in explanation.zones if zone.name in names)
    return replace(explanation, shown=min(features, len(explanation.features)), curves=curves, zones=zones)


def _list(workspace: Workspace, model: Any, spec: WriteReportSpec) -> Artifact | None:
    if spec.list_version is not None:
        return workspace.artifact("audience", model.name, spec.list_version)
    return newest(workspace, "audience", model.artifact)


def _training_of(workspace: Workspace, model: Any) -> Artifact:
    """Return the training that made the model: its table may have been trained on for other targets since."""
    made = workspace.catalog.made_by(model.artifact.run_id)
    return next(artifact for artifact in made if artifact.kind == "training")


def newest(workspace: Workspace, kind: str, about: Artifact) -> Artifact | None:
    """Return the newest answer of that kind whose run read ``about``, other than to compare a later version with it."""
    for answer in reversed(workspace.artifacts(kind)):
        fits = answer.meta.get("table_version", about.version) == about.version
        if fits and about in workspace.catalog.parents(answer.run_id):
            return answer
    return None
