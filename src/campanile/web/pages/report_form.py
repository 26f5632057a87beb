"""What a report shall show: the form, and the same as the page's address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from campanile.flows.paper import PARTS, WriteReportSpec
from campanile.models import models
from campanile.web.pages.audience_cut import number
from campanile.web.pages.audience_kept import WITHOUT
from campanile.words import LANGUAGES, Sentence, say
from campanile.workspace import Artifact, Workspace

LANGUAGE_NAMES = {"en": "English", "pl": "Polski", "es": "Español"}
CUT = ("contact_cost", "sale_value", "budget", "capacity")
"""What else the list's cut is made of: it comes with a link from the page Audience."""

_PART_NAMES: Mapping[str, Sentence] = {
    "audience": say("Whom to contact: the list, the segments, earlier campaigns"),
    "simulate": say("What if: changes of levers, and what the model expects of them"),
    "why": say("Why: influential features, zones, target groups"),
    "models": say("The models, side by side"),
    "quality": say("The quality of the data"),
}


def form(workspace: Workspace, model: Artifact, asked: Mapping[str, str], language: str) -> Component:
    """Return the form as the address fills it in."""
    spec = wished(model, asked, language)
    options = [
        {"value": f"{one.name}:{one.version}", "label": str(say("{model} v{version}", model=one.name,
                                                                version=one.version))}
        for one in reversed(models(workspace))
    ]  # fmt: skip
    languages = [{"value": name, "label": LANGUAGE_NAMES[name]} for name in LANGUAGES]
    return html.Div(
        [
            dmc.SimpleGrid(
                [
                    dmc.Select(id="report-model", label=str(say("Model")), data=options, allowDeselect=False,
                               value=f"{model.name}:{model.version}", attributes={"input": {"translate": "no"}}),
                    dmc.Select(id="report-language", label=str(say("Language of the report")), data=languages,
                               value=spec.language, allowDeselect=False, attributes={"input": {"translate": "no"}}),
                    number(say("Influential features"), "report-features", spec.features, step=1, whole=True, most=50,
                           hint=say("as explained")),
                    number(say("Customers on the list"), "report-customers", spec.customers, step=1, whole=True,
                           hint=say("as selected")),
                ],
                cols={"base": 1, "sm": 2, "md": 4}, verticalSpacing="xs",
            ),
            dmc.TextInput(id="report-title", label=str(say("Title")), value=spec.title or "", debounce=300,
                          attributes={"input": {"maxLength": 200}}, mt="sm",
                          placeholder=str(say("made from the campaign's name"))),
            _told_of(workspace, "report-experiment", "analysis", say("A test that it tells of, too"), spec.experiment),
            _told_of(workspace, "report-uplift", "uplift", say("A table of which it tells whom a contact persuades"),
                     spec.uplift),
            dmc.CheckboxGroup(
                dmc.Stack([dmc.Checkbox(label=str(_PART_NAMES[part]), value=part) for part in PARTS], gap="xs", mt=4),
                id="report-sections", label=str(say("What it tells")), value=list(spec.sections), mt="sm",
            ),
        ],
        className="controls",
    )  # fmt: skip


def _told_of(workspace: Workspace, id: str, kind: str, label: Sentence, named: str | None) -> Component:
    """Return what chooses an answer of another kind that the report tells, by its name; hidden where there is none."""
    kept = list(dict.fromkeys(one.name for one in reversed(workspace.artifacts(kind))))
    return dmc.Select(
        id=id, label=str(label), data=kept, value=named, mt="sm", clearable=True, placeholder=str(say("none")),
        attributes={"input": {"translate": "no"}}, display=None if kept else "none",
    )  # fmt: skip


def wished(model: Artifact, asked: Mapping[str, str], language: str) -> WriteReportSpec:
    """Return what the address asks for; raises SpecError where that cannot be."""
    told = ("title", "features", "customers", "experiment", "uplift", *CUT)
    said = {name: asked[name] for name in told if asked.get(name)}
    wanted: dict[str, Any] = {
        "model": model.name,
        "version": model.version,
        "language": asked.get("language") or language,
        "sections": tuple(asked["sections"].split(",")) if asked.get("sections") else PARTS,
        "list_version": asked.get("list") or None,
        "lifted": tuple(name for name in CUT if said.get(name) == WITHOUT),
    }
    return WriteReportSpec(**wanted, **{name: value for name, value in said.items() if value != WITHOUT})


def address(spec: WriteReportSpec) -> dict[str, Any]:
    """Return the page's state."""
    said = spec.model_dump(exclude={"sections", "lifted", "list_version"}, exclude_none=True)
    parts = [part for part in PARTS if part in spec.sections]
    told: dict[str, Any] = {
        "list": spec.list_version,
        "sections": None if len(parts) == len(PARTS) else ",".join(parts),
        **dict.fromkeys(spec.lifted, WITHOUT),
    }
    return {"page": "/report", **said, **{name: value for name, value in told.items() if value is not None}}
