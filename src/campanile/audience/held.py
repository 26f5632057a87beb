"""A kept answer, held ready to be cut elsewhere: moving the cut is arithmetic on what was kept, no new run."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.audience.brought import brought
from campanile.audience.chosen import chosen
from campanile.audience.compose import economics_of, spread_by_share
from campanile.audience.cut import choose, earned, expectation
from campanile.audience.gains import Ranked, Tallies, grid, priced
from campanile.audience.judge import Unseen, judged
from campanile.audience.list import keyed
from campanile.audience.result import Audience, Chosen, Economics, Planned, Segment
from campanile.audience.sentences import answer, repriced
from campanile.audience.spec import AudienceSpec, CutSpec
from campanile.audience.traits import Known, known
from campanile.models.present import Panel
from campanile.tables import dictionary_of, with_response

if TYPE_CHECKING:
    from campanile.workspace import Artifact, Workspace

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Held:
    """An answer with its list, and the unseen outcomes it was judged on.

    ``listed`` is the list, the likeliest first; ``asked`` is the cut that was kept; ``counts`` are the tallies
    behind the curve, ``spread`` how surely the number of responders is known by the share contacted.
    """

    audience: Audience
    asked: CutSpec
    listed: pa.Table
    unseen: Unseen
    ranked: Ranked
    counts: Tallies
    spread: Callable[[float], float]

    @property
    def probability(self) -> Floats:
        """The list's probabilities, falling, shape (rows,)."""
        return np.asarray(self.listed.column("probability").to_numpy(), dtype=np.float64)


def hold(workspace: Workspace, artifact: Artifact) -> Held:
    """Read what was kept of an answer; a fraction of a second, once, after which ``recut`` takes milliseconds."""
    audience = replace(workspace.result(artifact, Audience), version=artifact.version)
    spec = AudienceSpec(**workspace.catalog.run(artifact.run_id).spec)
    model = workspace.artifact("model", audience.model, audience.model_version)
    unseen = Unseen.of(workspace.frame(model, "oof"), int(model.meta["positive"]))
    ranked = unseen.ranked(spec.resamples, spec.seed)
    counts = ranked.tally(grid(len(unseen.row)))
    return Held(
        audience, CutSpec(**{name: getattr(spec, name) for name in CutSpec.model_fields if name != "customers"}),
        workspace.frame(artifact, "list"), unseen, ranked, counts, spread_by_share(counts),
    )  # fmt: skip


def recut(held: Held, spec: CutSpec) -> Audience:
    """Return the answer as it is with the list cut as ``spec`` asks, at its costs and limits.

    Who is on the list (``chosen``) is left open: ask ``on_list``. Raises SpecError for a budget without the
    cost of a contact.
    """
    kept, probability, unseen = held.audience, held.probability, held.unseen
    economics = economics_of(spec)
    choice = choose(probability, **spec.model_dump(), average=unseen.average)
    cut = brought(
        choice, probability[: choice.customers], unseen, held.ranked, economics, spec.contact_cost,
        held.spread(choice.customers / max(len(probability), 1)), own=kept.unseen,
    )  # fmt: skip
    same = economics == kept.economics
    verdict = kept.judged if same else judged(unseen, held.ranked, economics)
    return replace(
        kept,
        words=with_response(answer(cut, kept.rows, economics), kept.response),
        economics=economics,
        cut=cut,
        judged=verdict,
        curve=kept.curve if same else priced(kept.curve, held.counts, economics),
        plan=kept.plan if same else _repriced(kept.plan, economics),
        segments=_segments(held, cut.customers, economics),
        notes=repriced(kept.notes, verdict, economics),
        chosen=None,
    )


def on_list(held: Held, customers: int, columns: Sequence[Known], place: NDArray[np.int64]) -> Chosen | None:
    """Describe the likeliest ``customers``; ``columns`` and ``place`` as ``columns_of`` and ``places`` give them."""
    contacted = np.zeros(len(place), dtype=bool)
    contacted[place[:customers]] = True
    probability = np.empty(len(place))
    probability[place] = held.probability
    return chosen(contacted, probability, _responded(held), columns, held.spread(1.0))


def columns_of(workspace: Workspace, audience: Audience) -> tuple[Sequence[Known], NDArray[np.int64]]:
    """Return what is known of the customers, and where in their table each of the list stands; shape (rows,)."""
    from campanile.features import FeaturePlan, build

    table = workspace.table(audience.table, audience.table_version)
    rows, dictionary = workspace.read(table), dictionary_of(table)
    model = workspace.artifact("model", audience.model, audience.model_version)
    plan = FeaturePlan.from_dict(json.loads(workspace.file(model, "plan.json")))
    listed = workspace.frame(workspace.artifact("audience", audience.model, audience.version), "list")
    panel = Panel.of(model.meta)
    rows = rows.take(pa.array(panel.present(rows)))
    name, key = keyed(rows, dictionary, set(listed.column_names[1:]), panel.entity)
    place = pc.index_in(listed.column(name), value_set=key.combine_chunks() if hasattr(key, "combine_chunks") else key)
    return known(plan, dictionary, rows, build(plan, rows)), np.asarray(place.to_numpy(), dtype=np.int64)


def _responded(held: Held) -> Floats | None:
    """Return the outcomes of the table's customers: known where it is the one of the training."""
    if not held.audience.unseen:
        return None
    told = np.full(held.audience.rows, np.nan)
    told[held.unseen.row] = held.unseen.responded
    return told


def _segments(held: Held, customers: int, economics: Economics | None) -> tuple[Segment, ...]:
    first = held.probability[:customers]
    segment = np.asarray(held.listed.column("segment").to_numpy())[:customers]
    found = []
    for one in held.audience.segments:
        likely = first[segment == one.number]
        profit = None
        if economics is not None:
            profit = earned(expectation(likely, held.spread(1.0)), len(likely), economics)
        found.append(replace(one, contacted=len(likely), profit=profit))
    return tuple(found)


def _repriced(plan: Sequence[Planned], economics: Economics | None) -> tuple[Planned, ...]:
    return tuple(
        replace(one, profit=None if economics is None else earned(one.responders, one.customers, economics))
        for one in plan
    )
