"""The form that plans a test: what the metric is today, the change worth finding, how many users join."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from campanile.experiments.result import Design
from campanile.tables.draft import Draft
from campanile.web.pages import experiments_fields as fields
from campanile.web.pages.experiments_shown import Shown
from campanile.words import say
from campanile.workspace import Artifact, Workspace

_FIELDS = (
    "name", "metric", "baseline", "lift", "monthly", "months", "table", "spread", "share", "window", "power",
)  # fmt: skip


@dataclass(frozen=True)
class Drafted:
    """The draft of a test, and the search over levers that made it."""

    draft: Draft
    search: Artifact

    @property
    def named(self) -> dict[str, Any]:
        """What asks for the plan by the search."""
        return {"simulation": self.search.name, "simulation_version": self.search.version}


def form(workspace: Workspace, here: Shown | None, drafted: Drafted | None = None) -> Component:
    """Return the form, filled in as the test was ``drafted``, else as it was planned last."""
    plan = here.design if here is not None else None
    share = plan is None or plan.kind == "proportion"
    filled = _filled(plan, share) if drafted is None else _of(drafted.draft)
    made = fields.form(
        "design", say("Plan a test"),
        [
            fields.text(_id("name"), say("Name of the test"), filled.get("name", ""), placeholder="premium-offer"),
            fields.text(_id("metric"), say("Metric"), filled.get("metric", ""),
                        say("A column's name, or NAME=COLUMN."), "premium"),
            fields.number(_id("baseline"), say("What it is today"), filled.get("baseline"),
                          say("A share in percent; of amounts the average.")),
            fields.number(_id("lift"), say("The change worth finding, in percent"), filled.get("lift", 10),
                          say("10: a tenth more than today."), least=None),
            fields.number(_id("monthly"), say("New users a month"), plan.monthly if plan else None, whole=True),
            fields.number(_id("months"), say("Months it may take"), plan.months if plan else 6,
                          say("Each is a look."), whole=True, least=1, most=120),
        ],
        say("Plan the test"),
        [
            fields.choice(_id("table"), say("A table that tells what it is today"), fields.tables(workspace),
                          hint=say("In place of the figure above."), placeholder=say("none")),
            fields.number(_id("spread"), say("How much users differ"), None if share or not plan else plan.spread,
                          say("Of amounts: the standard deviation. Empty for a share.")),
            fields.number(_id("share"), say("Percent of users who are treated"), filled.get("share", 50), least=1,
                          most=99),
            fields.number(_id("window"), say("Days until an outcome is complete"), 0, whole=True),
            fields.number(_id("power"), say("Found in so many of 100 tests"), 100 * plan.power if plan else 80,
                          least=6, most=99),
        ],
        opened=here is None,
    )  # fmt: skip
    return html.Div([made, dcc.Store(id=_id("search"), data=_search(workspace, here) if drafted is None
                                     else drafted.named)])  # fmt: skip


def callbacks(app: Dash) -> None:
    """Add what the form does."""

    @app.callback(
        Output("experiments-design-asked", "children"), Output("state", "data", allow_duplicate=True),
        Input("experiments-design", "n_clicks"), State(_id("search"), "data"),
        *(State(_id(name), "value") for name in _FIELDS), prevent_initial_call=True,
    )  # fmt: skip
    def plan(clicks: int | None, search: dict[str, Any], *values: Any) -> Any:
        if not clicks:
            return no_update, no_update
        said = dict(zip(_FIELDS, values, strict=True))
        return fields.asked("design", {**spec_of(said), **search})


def spec_of(said: dict[str, Any]) -> dict[str, Any]:
    """Return what the fields ask for; shares are written in percent there."""
    share = not isinstance(said["spread"], int | float) and not said["table"]
    return {
        "name": said["name"], "metrics": [said["metric"]] if said["metric"] else [],
        "baseline": _part(said["baseline"]) if share else said["baseline"], "lift": _part(said["lift"]),
        "monthly": said["monthly"], "months": said["months"], "table": said["table"], "spread": said["spread"],
        "share": said["share"], "window_days": said["window"], "power": _part(said["power"]),
    }  # fmt: skip


def _id(name: str) -> str:
    return f"experiments-design-{name}"


def _filled(plan: Design | None, share: bool) -> dict[str, Any]:
    """Return what the fields of a plan say, shares in percent."""
    if plan is None:
        return {}
    return {"name": plan.name, "metric": plan.metric, "baseline": _percent(plan.baseline, share),
            "lift": 100 * plan.lift, "share": plan.share}  # fmt: skip


def _of(draft: Draft) -> dict[str, Any]:
    """Return what the fields of a draft say; figures as people write them."""
    figures = {"baseline": 100 * draft.baseline, "lift": 100 * draft.worth_finding}
    rounded = {name: float(f"{value:.4g}") for name, value in figures.items()}
    return {"name": draft.name, "metric": draft.metric, "share": draft.share, **rounded}


def _search(workspace: Workspace, here: Shown | None) -> dict[str, Any]:
    """Return the search that a test was planned from last, if it was: a new plan is of the same one."""
    kept = workspace.artifacts("design", here.experiment.name) if here is not None else ()
    said = workspace.catalog.run(kept[-1].run_id).spec if kept else {}
    return {name: said[name] for name in ("simulation", "simulation_version") if said.get(name)}


def _percent(value: float, share: bool) -> float:
    return 100 * value if share else value


def _part(percent: Any) -> Any:
    return round(percent / 100, 12) if isinstance(percent, int | float) else percent
