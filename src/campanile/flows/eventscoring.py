"""Scores as data arrives: new events come in, and whoever has not responded yet is scored by the study's model."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from campanile.features.events.panel import CUTOFF
from campanile.flows.arrivals import receive
from campanile.flows.events import EventStudy, kept_study
from campanile.flows.eventscores import LeftOut, ScoreStudySpec, StudyScores
from campanile.flows.eventtables import Brought, bring_kept, for_engine, note_sources
from campanile.flows.steps import Steps
from campanile.tables.scores import described
from campanile.words import Sentence, say
from campanile.workspace.errors import DataError, NotFound
from campanile.workspace.progress import Progress, quiet

if TYPE_CHECKING:
    from campanile.features.events.computing import Looked
    from campanile.features.events.spec import PanelSpec
    from campanile.models.model import Model
    from campanile.tables.destination import Destination
    from campanile.workspace import Workspace
    from campanile.workspace.engines import Engine
    from campanile.workspace.runs import Run

_PIECE_ROWS = 65_536

Opened = Callable[[], AbstractContextManager["Engine"]]


@dataclass(frozen=True)
class _Scoring:
    """What the parts of a scoring share."""

    workspace: Workspace
    study: EventStudy
    spec: ScoreStudySpec
    model: Model
    declared: PanelSpec
    panel: PanelSpec
    opened: Opened
    progress: Progress

    @property
    def entity(self) -> str:
        """The column that names the entity."""
        return str(self.panel.tables[self.panel.entity].key)

    @property
    def table(self) -> str:
        """The table that the scores become."""
        return self.spec.table or self.study.prepared.removesuffix("_features") + "_scores"

    @property
    def event(self) -> str | None:
        """The condition that the target is, where it is an event."""
        return self.panel.targets[self.model.target].event


@dataclass(frozen=True)
class _Made:
    """The scores as files, and what they are of."""

    files: tuple[Path, ...]
    schema: pa.Schema
    day: date
    left_out: Callable[[int], LeftOut]
    notes: tuple[Sentence, ...]


def score_study(
    workspace: Workspace, spec: ScoreStudySpec, study: EventStudy | None = None, *, progress: Progress = quiet,
    opened: Opened | None = None,
) -> StudyScores:  # fmt: skip
    """Take new events in and score; both are kept, or, whatever goes wrong, neither.

    ``study`` is by default the one of that name that was run here; ``opened`` opens the engine. Raises NotFound where
    no model was trained, DataError for events that do not fit or a cut-off beyond them, and the errors of engines.
    """
    from campanile.workspace.engines import open_engine

    begun = time.monotonic()
    study = study or kept_study(workspace, spec.study)
    model = _model(workspace, study, spec)
    engine = opened or (lambda: open_engine(spec.engine, master=spec.master))
    declared = _declared(model)
    scoring = _Scoring(workspace, study, spec, model, declared, _looked_at(declared, model), engine, progress)
    _must_be_scores(workspace, scoring.table)
    place = _place(scoring)
    # What another process delivers at the same time is waited for: the same file would be counted twice.
    with workspace.lock_table(f"{study.prepared}_arrivals"), workspace.lock_table(scoring.table):
        brought = bring_kept(workspace, study, Steps(workspace, study.name, progress))
        return replace(_scored(scoring, brought, place), seconds=time.monotonic() - begun)


def _model(workspace: Workspace, study: EventStudy, spec: ScoreStudySpec) -> Model:
    """Return the model that is named, else the chosen one if it is the study's, else the best of its last training."""
    from campanile.models import load
    from campanile.models.registry import CHOSEN

    name, version = spec.model, spec.version
    if name is None:
        trained = Steps(workspace, study.name, quiet).last("train")
        if trained is None:
            raise NotFound(
                say("No model was trained for the study {name:quoted} yet.", name=study.name),
                say("Train one: {command}", command="campanile study run STUDY.toml"),
            )
        roles = workspace.catalog.roles("model")
        chosen = [key for key, role in roles.items() if role == CHOSEN]
        ours = [key for key in chosen if workspace.artifact("model", *key).meta["table"] == study.prepared]
        name, version = ours[0] if ours else (trained["model"], None)
    model: Model = load(workspace, name, version)
    return model


def _declared(model: Model) -> PanelSpec:
    """Return the declaration that the model has learned from: it counts, whatever the study's file says by now."""
    from campanile.features.events.spec import PanelSpec

    declared = model.table.meta.get("panel")
    if declared is None or model.target not in declared["targets"]:
        raise DataError(
            say("Model {name:quoted} v{version} was not trained by a study of events.", name=model.name,
                version=model.version),
            say("Score a table or a file with it: {command}", command="campanile predict"),
        )  # fmt: skip
    return PanelSpec(**declared)


def _looked_at(spec: PanelSpec, model: Model) -> PanelSpec:
    """Return the part of a panel that a model looks at."""
    used, every = set(model.plan.sources), spec.calendar.every
    return spec.model_copy(update={
        "features": {name: feature for name, feature in spec.features.items() if name in used},
        "targets": {model.target: spec.targets[model.target]},
        "attributes": tuple(name for name in spec.attributes if name in used),
        # What features look back over unless they say otherwise came of the calendar, which goes.
        "window": spec.window or (f"1 {every}" if every else None),
    })  # fmt: skip


def _must_be_scores(workspace: Workspace, name: str) -> None:
    """Raise DataError where another kind of table has the name: its newest version would be scores."""
    kept = workspace.artifacts("table", name)
    if kept and "model_version" not in kept[-1].meta:
        raise DataError(
            say("Table {table:quoted} holds no scores: it is not written over.", table=name),
            say("Name another table."),
        )


def _place(scoring: _Scoring) -> Destination | None:
    """Return where the scores are written back, once it is sure that it takes them."""
    from campanile.tables.destination import destination

    spec = scoring.spec
    if spec.to is None:
        return None
    place = destination(spec.to, spec.into, scoring.table)
    key = scoring.model.table.meta["dictionary"]["columns"][0]["type"]
    kind = {"int64": pa.int64(), "double": pa.float64()}.get(key, pa.string())
    place.check(_ship(scoring).schema(pa.schema([(scoring.entity, kind), (CUTOFF, pa.date32())])))
    return place


def _ship(scoring: _Scoring) -> Any:
    from campanile.models.scoring import ship

    return ship(scoring.workspace, scoring.model, (scoring.entity, CUTOFF))


def _scored(scoring: _Scoring, brought: Brought, place: Destination | None) -> StudyScores:
    from campanile.models.doubts import doubts

    workspace, spec, model = scoring.workspace, scoring.spec, scoring.model
    doubted = doubts(workspace, model)
    asked = {**spec.model_dump(mode="json", exclude={"to", "into"}), "to": place.shown if place else None}
    with workspace.run("score", asked) as run:
        run.read(model.artifact)
        folder = workspace.path / "artifacts" / f"{run.id}-scores"
        try:
            now, delivered = receive(workspace, run, scoring.study, scoring.declared, brought, spec.events)
            note_sources(workspace, run, now)
            made = _made(scoring, now, folder)
            draft, expected = _keep(scoring, run, made)
            if place is not None:
                scoring.progress(say("Writing the scores"), 0.0)
                keys = (scoring.entity, CUTOFF)
                place.replace(_pieces(made), made.schema, keys, (CUTOFF, made.day))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return StudyScores(
        scoring.study.name, spec.engine, draft.name, run.artifact(draft).version, draft.meta["rows"], made.day,
        model.name, model.version, model.target, scoring.event is not None, expected,
        made.left_out(draft.meta["rows"]), delivered,
        (*((brought.made_up,) if brought.made_up else ()), *made.notes, *doubted),
        place.shown if place else None, label=model.column.named(), response=model.response,
    )  # fmt: skip


def _made(scoring: _Scoring, brought: Brought, folder: Path) -> _Made:
    """Compute the features as of the cut-off, and the scores of them where the engine works."""
    from campanile.features.events.calendar import midnight
    from campanile.features.events.computing import lay, look, nobody, present
    from campanile.flows.eventrun import moment

    panel, at, ship = scoring.panel, scoring.spec.at, _ship(scoring)
    known = moment(scoring.study)
    scoring.progress(say("Computing features"), 0.0)
    with scoring.opened() as engine:
        looked = look(engine, panel, for_engine(scoring.workspace, engine, brought), known)
        day, notes = _cutoff(looked, at, known.date())
        panel, looked = _as_of(panel, looked, day, midnight(day) - timedelta(microseconds=1))
        rows = lay(engine, panel, looked, (day,))
        if scoring.event is None:
            rows = rows.filter(rows[scoring.model.target].isnull())
        schema = ship.schema(_canonical(rows.schema().to_pyarrow()))
        scoring.progress(say("Scoring"), 0.0)
        files = engine.mapped(rows, ship, schema, folder)
        everybody, there = present(engine, panel, looked, day)
    made = _Made(tuple(files), schema, day, lambda rows: LeftOut(there - rows, everybody - there),
                 (*looked.notes, *notes))  # fmt: skip
    if not any(piece.num_rows for piece in _pieces(made)):
        raise nobody((day,))
    return made


def _canonical(schema: pa.Schema) -> pa.Schema:
    from campanile.workspace.engines.types import canonical

    found: pa.Schema = canonical(schema)
    return found


def _cutoff(looked: Looked, at: date | None, today: date) -> tuple[date, tuple[Sentence, ...]]:
    """Return the cut-off: the one asked for, else the first day that begins after all events."""
    end = looked.within.end
    if at is not None and at > end:
        raise DataError(
            say("The events end on {last:date}: as of {at:date} the days between would count as silence.",
                last=looked.within.last.date(), at=at),
            say("Bring newer events, or choose {end:date} or earlier; without a day it is {end:date}.", end=end),
        )  # fmt: skip
    if at is not None or end >= today:
        return at or end, ()
    return end, (
        say("The data ends on {last:date}: the scores are as of the day after, {end:date}, not of today.",
            last=looked.within.last.date(), end=end),
    )  # fmt: skip


def _as_of(panel: PanelSpec, looked: Looked, day: date, before: Any) -> tuple[PanelSpec, Looked]:
    """Return the panel at one cut-off; without a calendar, the events as they were known until then."""
    from campanile.features.events.spec import CalendarSpec

    if panel.calendar.every or panel.calendar.at:
        return panel.model_copy(update={"calendar": CalendarSpec(at=(day,))}), looked
    if day < looked.within.end:
        last = before.replace(tzinfo=looked.within.last.tzinfo)
        looked = replace(looked, within=replace(looked.within, last=last, now=before, whole=frozenset()))
    return panel, looked


def _keep(scoring: _Scoring, run: Run, made: _Made) -> tuple[Any, float]:
    """Keep the scores as a table; return it, and how many responses are expected."""
    import pyarrow.compute as pc

    expected = 0.0

    def summed() -> Iterator[pa.RecordBatch]:
        nonlocal expected
        for piece in _pieces(made):
            expected += pc.sum(piece["probability"]).as_py() or 0.0
            yield piece

    model = scoring.model
    meta: Mapping[str, Any] = {
        "dictionary": described(made.schema, scoring.entity).to_dict(), "refused": 0, "study": scoring.study.name,
        "model": model.name, "model_version": model.version, "cutoff": str(made.day), "target": model.target,
    }  # fmt: skip
    draft = run.save_pieces(scoring.table, made.schema, summed(), key=scoring.entity, meta=meta)
    return draft, expected


def _pieces(made: _Made) -> Iterator[pa.RecordBatch]:
    """Yield the scores, cut alike however the engine wrote them."""
    import pyarrow.dataset as ds

    if made.files:
        files = ds.dataset([str(path) for path in made.files], schema=made.schema, format="parquet")
        for piece in files.to_batches(batch_size=_PIECE_ROWS):
            if piece.num_rows:
                yield piece
