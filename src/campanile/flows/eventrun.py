"""A study of events run to its end, step by step; what is done already is not done again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from campanile.flows.events import EngineName, EventStudy, keep_study
from campanile.flows.eventtables import Brought, bring
from campanile.flows.steps import Steps, told
from campanile.words import Sentence, Told, say
from campanile.workspace.progress import Progress, quiet

if TYPE_CHECKING:
    from campanile.workspace import Workspace

Until = Literal["load", "quality", "features", "train", "predict", "explain", "report"]
UNTIL: tuple[Until, ...] = ("load", "quality", "features", "train", "predict", "explain", "report")


@dataclass(frozen=True)
class EventProfile(Told):
    """What a study of events answered; parts that were not asked for are empty."""

    study: str
    engine: str
    features: tuple[str, ...]
    rows: int
    seconds_by_step: Mapping[str, float]
    told: tuple[Sentence, ...]
    training: Mapping[str, Any] = field(default_factory=dict)
    looks: Mapping[str, Any] = field(default_factory=dict)
    predictions: Path | None = None
    messages: Path | None = None
    report: Path | None = None
    seconds: float = 0.0

    def words(self) -> tuple[Sentence, ...]:
        """Say what was found."""
        return self.told

    def to_dict(self) -> dict[str, Any]:
        """Return what ``campanile study run --json`` prints."""
        return {
            "study": self.study, "engine": self.engine, "feature_names": list(self.features), "rows": self.rows,
            "seconds_by_step": dict(self.seconds_by_step), "metrics": self.training.get("metrics", {}),
            "baseline": self.training.get("baseline", {}),
            "naive_split_metrics": self.training.get("naive_split_metrics"),
            "leak_scan": told(self.looks.get("leak_scan")), "correlations": told(self.looks.get("correlations")),
            "model": self.training.get("model"), "words": [str(line) for line in self.told],
            "predictions": str(self.predictions) if self.predictions else None,
            "messages": str(self.messages) if self.messages else None,
            "report": str(self.report) if self.report else None, "seconds": round(self.seconds, 2),
        }  # fmt: skip


@dataclass(frozen=True)
class Running:
    """What the steps of a running study share."""

    workspace: Workspace
    study: EventStudy
    steps: Steps
    brought: Brought
    engine: EngineName
    now: datetime
    progress: Progress
    opened: Callable[[], AbstractContextManager[Any]]


def run_events(
    workspace: Workspace, study: EventStudy, *, engine: EngineName = "duckdb", master: str = "local[*]",
    until: Until = "report", report: str | Path = "report.html", progress: Progress = quiet,
) -> EventProfile:  # fmt: skip
    """Run a study as far as ``until``. Raises the errors of the rooms it passes; what was finished before is kept."""
    from campanile.flows import eventanswers, eventfeatures, eventlooks
    from campanile.workspace.engines import open_engine

    begun = time.monotonic()
    steps = Steps(workspace, study.name, progress)
    brought = bring(workspace, study, steps)
    about = {"panel": study.panel().model_dump(mode="json"), "sources": brought.about}
    steps.do("check", say("Checking the study"), about, lambda: _checked(workspace, study, brought))
    keep_study(workspace, study)
    running = Running(workspace, study, steps, brought, engine, moment(study), progress,
                      lambda: open_engine(engine, master=master))  # fmt: skip
    asked = UNTIL[: UNTIL.index(until) + 1]
    found: dict[str, Any] = {}
    if "quality" in asked:
        found["quality"] = eventanswers.checked(running)
    if "features" in asked:
        found["features"] = eventfeatures.made(running)
    if study.trained_for is not None and "train" in asked:
        found["correlations"] = eventlooks.correlations(running, found["features"])
        found["leak_scan"] = eventlooks.leak_scan(running, found["features"])
        found |= eventanswers.answered(running, found["features"], asked, Path(report))
    return _profile(running, found, begun)


def moment(study: EventStudy) -> datetime:
    """Return the moment that a study takes for now, in UTC without a zone."""
    return datetime.combine(study.now, datetime.min.time()) if study.now else datetime.now(UTC).replace(tzinfo=None)


def _checked(workspace: Workspace, study: EventStudy, brought: Brought) -> Mapping[str, Any]:
    """Hold the study against its tables before anything is computed; raises SpecError."""
    from campanile.features.events import check
    from campanile.flows.eventtables import schemas

    check(study.panel(), schemas(workspace, brought))
    return {}


def _profile(running: Running, found: Mapping[str, Any], begun: float) -> EventProfile:
    features = found.get("features", {})
    written = found.get("predictions"), found.get("messages", {}).get("path"), found.get("report")
    predictions, messages, report = (Path(one) if one else None for one in written)
    made_up = (running.brought.made_up,) if running.brought.made_up else ()
    return EventProfile(
        running.study.name, running.engine, tuple(features.get("names", ())), features.get("rows", 0),
        running.steps.seconds, (*made_up, *_told(found)), found.get("training", {}),
        {name: found.get(name) for name in ("leak_scan", "correlations")}, predictions, messages, report,
        time.monotonic() - begun,
    )  # fmt: skip


def _told(found: Mapping[str, Any]) -> Sequence[Sentence]:
    answers = [
        found.get(name) or {} for name in ("training", "messages", "leak_scan", "correlations", "features", "quality")
    ]
    kept = [line for answer in answers for line in answer.get("words", ())]
    where = [say("The predictions: {path}", path=found["predictions"])] if found.get("predictions") else []
    sent = [say("The messages: {path}", path=found["messages"]["path"])] if found.get("messages") else []
    paper = [say("The report: {path}", path=found["report"])] if found.get("report") else []
    return [*(Sentence.from_dict(line) for line in kept), *where, *sent, *paper]
