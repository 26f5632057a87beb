"""One step of a lineage: what it is, when and how it was made, and what it holds."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from campanile.report import Grid, Heading
from campanile.web import blocks, trail, watch
from campanile.web.trail import KINDS, when
from campanile.words import Sentence, say
from campanile.workspace import Artifact, Workspace
from campanile.workspace.place import Link

if TYPE_CHECKING:
    from campanile.features import FeaturePlan

_PAGES = {"model": "/models", "training": "/models", "explanation": "/why", "audience": "/audience",
          "simulation": "/whatif", "quality": "/quality", "table": "/data"}  # fmt: skip


def named(artifact: Artifact) -> Sentence:
    """Name a kept thing: its kind, name and version."""
    kind = KINDS.get(artifact.kind, artifact.kind)
    return say("{kind} {name:quoted} v{version}", kind=kind, name=artifact.name, version=artifact.version)


def item(workspace: Workspace, step: Link, who: str | None) -> Component:
    """Return a step as an item of the timeline."""
    artifact = step.artifact
    kind = KINDS.get(artifact.kind, artifact.kind)
    title = html.H2(
        [f"{kind} ", trail.link(artifact, f"{artifact.name} v{artifact.version}")], className="title",
    )  # fmt: skip
    return dmc.TimelineItem(
        html.Div([
            html.P(_made(step, who), className="context"),
            *_holds(workspace, artifact),
            blocks.folded(say("How it was made"), _how(step)),
            *_page(workspace, artifact),
        ]),
        title=title,
    )  # fmt: skip


def _made(step: Link, who: str | None) -> str:
    verb = watch.NAMES.get(step.run.verb)
    told = [when(step.artifact.created_at)]
    if verb is not None:
        told.append(verb)
    if who is not None:
        told.append(say("asked for by {name}", name=who))
    if step.artifact.kind in ("table", "file"):
        told.append(say("fingerprint {start}…", start=step.artifact.hash[:12]))
    return " · ".join(map(str, told))


def _holds(workspace: Workspace, artifact: Artifact) -> list[Component]:
    meta, lines = artifact.meta, []
    if artifact.kind == "table":
        key = meta.get("key")
        lines.append(
            say("{rows:number} rows, key {key:quoted}", rows=meta["rows"], key=key)
            if key
            else say("{rows:number} rows, no key", rows=meta["rows"])
        )
    if artifact.kind == "model":
        data = meta["card"]["data"]
        lines.append(
            say("It predicts {target:quoted} from {n:number} features, learned from {rows:number} customers.",
                target=meta["target"], n=len(meta["card"]["features"]), rows=data["rows"])
        )  # fmt: skip
    parts: list[Component] = [html.P(str(line)) for line in lines]
    if artifact.kind == "model":
        parts.append(blocks.folded(say("Its features, and the columns that they come from"),
                                   blocks.grid(_features(_plan(workspace, artifact.id)))))  # fmt: skip
    return parts


def _page(workspace: Workspace, artifact: Artifact) -> list[Component]:
    if artifact.kind not in _PAGES:
        return []
    return [dcc.Link(str(say("See its page")), href=_address(workspace, artifact), className="quiet")]


def _address(workspace: Workspace, artifact: Artifact) -> str:
    page = _PAGES[artifact.kind]
    if artifact.kind == "training":
        return f"{page}?training={artifact.id}"
    if artifact.kind == "model":
        made = workspace.catalog.made_by(artifact.run_id)
        training = next((one.id for one in made if one.kind == "training"), None)
        return f"{page}?training={training}&model={artifact.meta['method']}" if training else page
    return page


def _how(step: Link) -> Component:
    run, artifact = step.run, step.artifact
    facts: list[tuple[Sentence | str, str]] = [
        (say("Version of Campanile"), run.code_version),
        (say("Began"), str(when(run.started_at))),
    ]
    if run.seed is not None:
        facts.append((say("Seed"), str(run.seed)))
    facts.append((say("Fingerprint (SHA-256)"), artifact.hash))
    settings = {name: _plain(name, value) for name, value in run.spec.items() if value not in (None, [], {}, "", False)}
    return html.Div([
        html.Table(html.Tbody([_fact(name, value) for name, value in facts])),
        html.H3(str(say("What was asked for"))) if settings else None,
        html.Table(html.Tbody([_fact(name, value) for name, value in settings.items()])) if settings else None,
    ], className="scroll", tabIndex=0)  # fmt: skip


def _fact(name: Sentence | str, value: str) -> Component:
    head = str(name) if isinstance(name, Sentence) else blocks.data(name)
    return html.Tr([html.Th(head, scope="row"), html.Td(blocks.data(value))])


def _plain(name: str, value: Any) -> str:
    """Return a setting as text; of a path only the file's name, for the folders are the server's own business."""
    if name in ("path", "source"):
        return PurePath(str(value)).name
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@lru_cache(maxsize=32)
def _plan(workspace: Workspace, model_id: str) -> FeaturePlan:
    from campanile.features import FeaturePlan

    model = next(one for one in workspace.artifacts("model") if one.id == model_id)
    return FeaturePlan.from_dict(json.loads(workspace.file(model, "plan.json")))


def _features(plan: FeaturePlan) -> Grid:
    headings = (Heading(say("Feature")), Heading(say("Unit")), Heading(say("Columns")))
    return Grid(headings, tuple((one.label, one.unit, ", ".join(one.sources)) for one in plan))
