"""Predictions under a rollout: each customer by its version, shadows beside it, all of it logged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pydantic_core
from starlette.responses import Response

from campanile.models.rollouts.dealing import Dealt, Hand, deal
from campanile.models.rollouts.log import Log, noted
from campanile.models.rollouts.shadows import Shadows
from campanile.models.rollouts.standing import find
from campanile.web.metrics import Metrics
from campanile.workspace.errors import SpecError
from campanile.workspace.fresh import Fresh

if TYPE_CHECKING:
    from campanile.models.asked import Asked
    from campanile.models.rollouts.rollout import Rollout
    from campanile.models.serving import Answered, Floats, Served, Serving

Score = Callable[["Served", "Asked"], Awaitable["Floats"]]
Answer = tuple[Hand, "Served", "Answered"]


class Rolled:
    """Answers under the rollouts of a workspace; ``score`` scores customers whom a model has read."""

    def __init__(self, serving: Serving, metrics: Metrics, log: Log, shadows: Shadows) -> None:
        self.serving = serving
        self.metrics = metrics
        self.log = log
        self.shadows = shadows
        self._found: Fresh[str, Rollout] = Fresh(serving.workspace.catalog)

    async def answer(self, asked: Mapping[str, Any], score: Score) -> Response:
        """Answer a few customers on the event loop."""
        dealt = self._dealt(asked)
        answers = []
        for hand in dealt.hands:
            artifact = self.serving.find(*hand.arm.named)
            served = self.serving.ready(artifact)
            if served is None:
                served = await asyncio.to_thread(self.serving.load, artifact)
            customers = _read(served, hand, dealt)
            answers.append(self._noted(dealt, hand, served, customers, await score(served, customers)))
        return self._response(dealt, answers)

    def all_at_once(self, asked: Mapping[str, Any]) -> Response:
        """Answer many customers, in a thread."""
        dealt = self._dealt(asked)
        return self._response(dealt, [self._by(hand, dealt) for hand in dealt.hands])

    def _dealt(self, asked: Mapping[str, Any]) -> Dealt:
        name = asked["rollout"]
        return deal(self._found.get(name, lambda: find(self.serving.workspace, name)), asked["customers"])

    def _by(self, hand: Hand, dealt: Dealt) -> Answer:
        served = self.serving.load(self.serving.find(*hand.arm.named))
        customers = _read(served, hand, dealt)
        return self._noted(dealt, hand, served, customers, served.score(customers.matrix))

    def _noted(self, dealt: Dealt, hand: Hand, served: Served, customers: Asked, p: Floats) -> Answer:
        self.metrics.rolled(dealt.rollout.name, hand.arm, len(p))
        self.log.note(noted(dealt.rollout, hand.arm, served.model, hand.keys, p, customers.matrix, dealt.micros))
        return hand, served, served.answer(customers, p)

    def _response(self, dealt: Dealt, answers: Sequence[Answer]) -> Response:
        for _, served, answered in answers:
            model = served.model
            self.metrics.predicted(model.name, model.version, answered.probabilities[:, model.positive])
        self.shadows.put(dealt)
        return Response(_written(dealt, answers), media_type="application/json")


def _read(served: Served, hand: Hand, dealt: Dealt) -> Asked:
    try:
        return served.read(hand.customers)
    except SpecError:
        # Told again of all customers, so that places are those of the request.
        served.read(dealt.customers)
        raise


def _written(dealt: Dealt, answers: Sequence[Answer]) -> bytes:
    """Return the answer in JSON, in the order of the customers; its shape is ``Predictions``."""
    rows: list[Any] = [None] * len(dealt.keys)
    for hand, served, answered in answers:
        for place, row in zip(hand.places, _rows(hand, served, answered), strict=True):
            rows[place] = row
    told = {"rollout": dealt.rollout.name, "target": dealt.rollout.target, "predictions": rows}
    notes = dict.fromkeys(str(note) for _, _, answered in answers for note in answered.notes)
    return pydantic_core.to_json(told | ({"notes": list(notes)} if notes else {}))


def _rows(hand: Hand, served: Served, answered: Answered) -> Iterator[dict[str, Any]]:
    model, several = served.model, len(served.model.classes) > 2
    for key, p, at in zip(hand.keys, answered.probabilities.tolist(), answered.likeliest.tolist(), strict=True):
        yield {
            "key": key, "probability": p[model.positive], "prediction": model.classes[at], "model": model.name,
            "version": model.version, **({"p": dict(zip(model.classes, p, strict=True))} if several else {}),
        }  # fmt: skip
