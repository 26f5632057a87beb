"""The answer from plain material: scores, unseen outcomes, clusters and columns; no model, no workspace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.audience import gains
from campanile.audience.brought import brought
from campanile.audience.chosen import chosen
from campanile.audience.cut import choose, earned, expectation, ranks
from campanile.audience.deciles import deciles
from campanile.audience.judge import Unseen, judged
from campanile.audience.list import listed
from campanile.audience.result import Audience, Campaign, Economics, Planned
from campanile.audience.segments import Asked, Classes, Customers, by_response, segments
from campanile.audience.sentences import answer, cautions
from campanile.audience.spec import AudienceSpec, CutSpec
from campanile.audience.success import answers, campaign, earlier
from campanile.audience.traits import Known
from campanile.tables import Dictionary, with_response
from campanile.words import Sentence, say
from campanile.workspace.errors import SpecError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Named:
    """Which model, target and table the answer speaks of; ``exact`` says how the reasons were found."""

    model: str
    model_version: int
    method: str
    target: str
    table: str
    table_version: int
    exact: bool
    response: Sentence | None = None


@dataclass(frozen=True)
class Material:
    """What is known of the customers of a list; ``probability`` and ``members`` have shape (rows,).

    ``own``: the list is the model's training table, and the probabilities are the unseen ones. ``seen``
    counts training customers in another table. ``responded`` is 1, 0 or NaN, None where no outcome is known.
    ``entity`` tells customers apart in a table without a key; ``classes`` speak of clusters as ``members`` does.
    """

    rows: pa.Table
    dictionary: Dictionary
    probability: Floats
    members: NDArray[np.int64]
    columns: Sequence[Known]
    unseen: Unseen
    responded: Floats | None
    own: bool
    classes: Classes
    seen: int = 0
    entity: str | None = None


def compose(material: Material, spec: AudienceSpec, named: Named) -> tuple[Audience, pa.Table]:
    """Answer: the cut with what it brings, the judgement, curves, campaigns, segments; and the list."""
    economics = economics_of(spec)
    probability, unseen = material.probability, material.unseen
    choice = choose(
        probability, contact_cost=spec.contact_cost, sale_value=spec.sale_value, budget=spec.budget,
        capacity=spec.capacity, average=unseen.average,
    )  # fmt: skip
    ranked = unseen.ranked(spec.resamples, spec.seed)
    counts = ranked.tally(gains.grid(len(unseen.row)))
    contacted = ranks(probability) <= choice.customers
    spread = spread_by_share(counts)
    cut = brought(
        choice, probability[contacted], unseen, ranked, economics, spec.contact_cost,
        spread(choice.customers / max(len(probability), 1)), own=material.own,
    )  # fmt: skip
    members = by_response(material.members, probability)
    asked = campaigns_of(material, named.target)
    classes = _renumbered(material, members)
    known = Customers(probability, contacted, material.responded, asked, economics, spread(1.0), classes)
    verdict = judged(unseen, ranked, economics)
    tenths = deciles(unseen.probability, unseen.responded)
    audience = Audience(
        words=with_response(answer(cut, len(probability), economics), named.response),
        **vars(named),
        rows=len(probability),
        unseen=material.own,
        economics=economics,
        cut=cut,
        judged=verdict,
        curve=gains.curve(counts, economics),
        plan=planned(probability, economics, spread),
        deciles=tenths,
        campaigns=tuple(_overall(one) for one in asked),
        segments=segments(members, material.columns, known),
        notes=cautions(verdict, economics, tenths, own=material.own, seen=material.seen),
        chosen=chosen(contacted, probability, material.responded, material.columns, spread(1.0)),
    )
    rows, dictionary = material.rows, material.dictionary
    return audience, listed(rows, dictionary, probability, choice.customers, members, economics, material.entity)


def _renumbered(material: Material, members: NDArray[np.int64]) -> Classes:
    """Return the classes with their clusters numbered as ``members`` are; clusters that nobody is in are left out."""
    found = material.classes.members
    number = np.full(max(int(part.max(initial=-1)) for part in (found, material.members)) + 1, -1)
    number[material.members] = members
    return replace(material.classes, members=number[found])


def economics_of(spec: AudienceSpec | CutSpec) -> Economics | None:
    """Return the money of a contact where both sides are known. Raises SpecError for a budget without a cost."""
    if spec.budget is not None and spec.contact_cost is None:
        raise SpecError([say("A budget needs the cost of one contact: give {name:quoted} too.", name="contact_cost")])
    if spec.contact_cost is None or spec.sale_value is None:
        return None
    return Economics(spec.contact_cost, spec.sale_value)


def planned(probability: Floats, economics: Economics | None, spread: Callable[[float], float]) -> tuple[Planned, ...]:
    """Return what the list is expected to bring, by depth; ``spread`` as ``spread_by_share`` gives it."""
    falling = -np.sort(-probability)
    return tuple(
        _planned(falling[:depth], len(falling), economics, spread) for depth in gains.grid(len(falling)).tolist()
    )


def spread_by_share(counts: gains.Tallies) -> Callable[[float], float]:
    """Return how surely the number of responders is known (relative error) by the share of customers contacted."""
    shares = counts.depths / max(float(counts.customers_total[0]), 1.0)
    known = gains.spreads(counts)
    return lambda share: float(np.interp(share, shares, known))


def campaigns_of(material: Material, target: str) -> tuple[Asked, ...]:
    """Return the earlier campaigns in order of number, and the analysed one where its outcomes are known."""
    found = [
        Asked(name, material.dictionary[name].named(), answers(material.rows, name), number)
        for name, number in earlier(material.dictionary, material.rows, exclude=(target,))
    ]
    if material.responded is not None:
        label = material.dictionary[target].named() if target in material.dictionary else say("{name}", name=target)
        found.append(Asked(target, label, material.responded, analysed=True))
    return tuple(found)


def _overall(asked: Asked) -> Campaign:
    return campaign(asked.column, asked.label, asked.responded, asked.number, analysed=asked.analysed)


def _planned(first: Floats, rows: int, economics: Economics | None, spread: Callable[[float], float]) -> Planned:
    depth, share = len(first), len(first) / max(rows, 1)
    responders = expectation(first, spread(share))
    return Planned(depth, share, responders, None if economics is None else earned(responders, depth, economics))
