"""The report: the newest answers of each room about one model, put together as one page."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campanile.words import Sentence, current, say, speaking
from campanile.workspace.store import write_file

if TYPE_CHECKING:
    from campanile.report import Section
    from campanile.workspace import Artifact, Workspace


def write_report(
    workspace: Workspace,
    path: str | Path = "report.html",
    *,
    model: str | None = None,
    version: int | None = None,
    language: str | None = None,
    title: Sentence | None = None,
) -> Path:
    """Write the report of a model (default: the one chosen) as one HTML file and return its path.

    It holds every answer that has been asked for: quality of the table, models, explanation, audience.
    Raises NotFound where no model was trained yet.
    """
    from campanile import models

    told = language or current()
    chosen = models.load(workspace, model, version)
    with speaking(told), workspace.run("report", {"model": chosen.name, "version": chosen.version}) as run:
        run.read(chosen.artifact)
        sections = _sections(workspace, chosen, run)
        content = _page(chosen, sections, title, told).encode()
        run.save_files("report", chosen.name, {"report.html": content}, {"language": told})
    target = Path(path)
    write_file(target, content)
    return target.resolve()


def _page(model: Any, sections: tuple[Section, ...], title: Sentence | None, language: str) -> str:
    from campanile.report import Page, render

    heading = title or say("Who responded, and why: {target}", target=_label(model))
    context = (
        say("Table {table} v{version}, {rows:number} customers", table=model.table.name, version=model.table.version,
            rows=model.table.meta["rows"]),
        say("Model {name} v{version}", name=model.name, version=model.version),
        say("{day:date}", day=model.artifact.created_at),
    )  # fmt: skip
    return str(render(Page(heading, context, sections), language))


def _label(model: Any) -> Sentence:
    from campanile.tables import dictionary_of

    label: Sentence = dictionary_of(model.table)[model.target].named()
    return label


def _sections(workspace: Workspace, model: Any, run: Any) -> tuple[Section, ...]:
    """Gather the newest answers that speak of this model and its table, in the order of the questions."""
    from campanile import audience, explain, models, quality

    parts: list[Section] = []
    for kind, about, shape, describe in (
        ("audience", model.artifact, audience.Audience, audience.sections),
        ("explanation", model.artifact, explain.Explanation, explain.sections),
        ("training", None, models.Training, partial(models.sections, name=model.name)),
        ("quality", model.table, quality.Quality, quality.sections),
    ):
        found = _newest(workspace, kind, about) if about is not None else _training_of(workspace, model)
        if found is not None:
            parts += describe(workspace.result(run.read(found), shape))
    return tuple(parts)


def _training_of(workspace: Workspace, model: Any) -> Artifact:
    """Return the training that made the model: its table may have been trained on for other targets since."""
    made = workspace.catalog.made_by(model.artifact.run_id)
    return next(artifact for artifact in made if artifact.kind == "training")


def _newest(workspace: Workspace, kind: str, about: Artifact) -> Artifact | None:
    """Return the newest answer of that kind whose run read ``about``, other than to compare a later version with it."""
    for answer in reversed(workspace.artifacts(kind)):
        fits = answer.meta.get("table_version", about.version) == about.version
        if fits and about in workspace.catalog.parents(answer.run_id):
            return answer
    return None
