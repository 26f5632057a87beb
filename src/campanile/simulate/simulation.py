"""What if? The search, and what its answers are worth, kept with what they came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from campanile.simulate import sentences
from campanile.simulate.answering import answers_of, front_of, points_of, pulled
from campanile.simulate.bench import bench_of
from campanile.simulate.checking import bound, label_of
from campanile.simulate.drafting import draft
from campanile.simulate.expecting import as_share
from campanile.simulate.people import People, people
from campanile.simulate.result import Simulation
from campanile.simulate.search import search
from campanile.tables import dictionary_of
from campanile.words import Sentence, say

if TYPE_CHECKING:
    from campanile.models.model import Model
    from campanile.models.refits import Refits
    from campanile.simulate.spec import SimulateSpec
    from campanile.workspace import Workspace

KIND = "simulation"

Tell = Callable[[float, Sentence], None]
"""Told the share done and what is being done."""

_FEW = 30
_SHARE_FOR_FITS = 0.6


def simulate(workspace: Workspace, spec: SimulateSpec, progress: Tell | None = None) -> Simulation:
    """Search for the cheapest changes of levers that raise the expected response, and keep what was found.

    The first search with a model fits it again on resampled customers, which is kept for those that follow. Raises
    SpecError with all that is wrong with the levers, NotFound for a segment or customer that is not there.
    """
    from campanile.models import load
    from campanile.models.refits import refits

    tell = progress or (lambda share, doing: None)
    model = load(workspace, spec.model, spec.version)
    with workspace.run("simulate", spec, seed=spec.seed) as run:
        run.read(model.artifact)
        who, audience = people(workspace, model, spec)
        run.read(who.table)
        if audience is not None:
            run.read(audience)
        known = who.rows if who.table.id == model.table.id else workspace.read(run.read(model.table))
        # What is wrong with the levers is told before anybody waits for models.
        bound(spec.levers, model.plan, model.target, dictionary_of(who.table), known)
        others = refits(workspace, run, model, most=spec.models, jobs=spec.jobs,
                        progress=lambda share, doing, _=None: tell(_SHARE_FOR_FITS * share, doing))  # fmt: skip
        tell(_SHARE_FOR_FITS, say("Searching for better levers"))
        result = simulated(model, who, known, others, spec, cautions=standing(workspace, model))
        about = {"model_version": model.version, "whom": spec.whom, "answers": len(result.answers)}
        made = run.save_result(KIND, model.name, result, meta=about)
    return replace(result, version=run.artifact(made).version)


def read(workspace: Workspace, name: str | None = None, version: int | None = None) -> Simulation:
    """Return a kept answer: by default the newest. ``name`` is that of its model."""
    artifact = workspace.artifact(KIND, name, version)
    kept: Simulation = workspace.result(artifact, Simulation)
    return replace(kept, version=artifact.version)


def simulated(
    model: Model, who: People, known: pa.Table, others: Refits, spec: SimulateSpec,
    cautions: tuple[Sentence, ...] = (),
) -> Simulation:  # fmt: skip
    """Answer for ``who``; ``known`` are the rows of the model's own table, which say what was ever observed.

    ``others`` are models of the same kind that tell how sure the answer is.
    """
    dictionary, count = dictionary_of(who.table), len(who.places)
    levers = bound(spec.levers, model.plan, model.target, dictionary, known)
    bench = bench_of(model, who, known, levers, spec, others)
    tried = search(levers, bench.look, population=spec.population, generations=spec.generations,
                   tolerated=bench.tolerated, most_cost=bench.most_cost, seed=spec.seed)  # fmt: skip
    steps, worth = front_of(bench, tried)
    labels = {name: label_of(name, model.plan, dictionary) for name in bench.ground.own}
    answers, seen = answers_of(bench, steps, worth, spec, count, labels), pulled(levers, tried)
    before = as_share(bench.shares(np.zeros((1, len(levers)), dtype=np.int64), spec.level)[0].before)
    return Simulation(
        sentences.headline(who.called, answers, spec, count), who.called, spec.whom, model.name, model.version,
        model.method, model.target, who.table.name, who.table.version, spec.currency, count, bench.ground.count,
        before, answers, points_of(steps, worth, levers, count), seen, bench.real.limit, len(others.pipelines),
        spec.generations, tried.calls, len(tried.steps), draft(model, who, spec, answers[0]) if answers else None,
        (*cautions, *sentences.short_of(spec, answers), *sentences.unpriced(levers), *sentences.idle(seen)),
        sentences.notes(spec, bench.ground.count, count, len(others.pipelines), levers, len(tried.steps),
                        labels),
        model.response,
    )  # fmt: skip


def standing(workspace: Workspace, model: Model) -> tuple[Sentence, ...]:
    """Carry over what was said against the model when it was trained: too few responders, no better than guessing."""
    from campanile.models import Training

    card = model.card
    limits = tuple(Sentence.from_dict(one) for one in card["limits"][2:])
    if card["beats_baseline"] and card["data"]["judged_positives"] >= _FEW:
        return limits
    trained = (one for one in workspace.catalog.made_by(model.artifact.run_id) if one.kind == "training")
    return (*(workspace.result(one, Training).verdict for one in trained), *limits)
