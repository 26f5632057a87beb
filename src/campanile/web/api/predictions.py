"""Predictions: customers in, probabilities out, by any version of any model at the same time.

A call for a few customers takes well under a millisecond of arithmetic and is answered on the event loop, together
with those that arrived in the same turn of it; a call for many is answered beside it, in a thread.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pydantic_core
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from campanile.web.api.route import asks
from campanile.web.metrics import Metrics
from campanile.web.problems import Refused
from campanile.words import Sentence, say
from campanile.workspace.errors import SpecError

if TYPE_CHECKING:
    from campanile.models.asked import Asked
    from campanile.models.serving import Answered, Floats, Served, Serving
    from campanile.web.api.rolled import Rolled

MOST_CUSTOMERS = 10_000
MOST_BODY_BYTES = 64 * 2**20
_FEW_BYTES = 64 * 2**10

Value = str | int | float | bool | None


class Customers(BaseModel):
    """Customers to predict for, each an object of the training table's columns and their values."""

    model_config = ConfigDict(extra="forbid", title="Customers")

    model: str | None = Field(None, description="A model's name; null: the one that is chosen.")
    version: int | None = Field(None, ge=1, description="Its version; null: the newest that is not retired.")
    rollout: str | None = Field(None, description="In their place a rollout: each customer by the version it keeps.")
    customers: list[dict[str, Value]] = Field(
        min_length=1, max_length=MOST_CUSTOMERS,
        description="Numbers, texts, true or false, dates as 2024-06-30; null where a value is not known.",
    )  # fmt: skip


class Prediction(BaseModel):
    """What the model says of one customer; ``key`` is there where the customers have the training table's key."""

    key: str | int | float | None = Field(None, description="The customer's key, as it was given.")
    probability: float = Field(ge=0, le=1, description="How probable a response is.")
    prediction: str = Field(description="The class that is predicted.")
    p: dict[str, float] | None = Field(None, description="The probability of each class, where there are more than 2.")
    model: str | None = Field(None, description="Under a rollout: the model that answered.")
    version: int | None = Field(None, description="Under a rollout: its version.")


class Predictions(BaseModel):
    """Predictions in the order of the customers, by which model or rollout, and what there is to say about them."""

    model: str | None = None
    version: int | None = None
    rollout: str | None = None
    target: str
    predictions: list[Prediction]
    notes: list[str] = Field(default_factory=list)


def router(serving: Serving, metrics: Metrics, rolled: Rolled) -> APIRouter:
    """Return the operation for one workspace's models."""
    told = asks("predict", "not-found", "too-large", "conflict", body=True)
    body = {"required": True, "content": {"application/json": {"schema": Customers.model_json_schema()}}}
    told["responses"] |= {200: {"model": Predictions, "description": "Probabilities, in the order of the customers."}}
    told["openapi_extra"] |= {"requestBody": body}
    routes, crowd = APIRouter(tags=["predictions"]), _Crowd()
    # Two that read at the same time only hand Python's lock to and fro.
    one_by_one = asyncio.Lock()

    @routes.post("/predictions", summary="Predict who will respond", operation_id="predict", **told)
    async def predictions(request: Request) -> Response:
        """Predict for 1 to 10,000 customers with a named version of a model, or with the one that is chosen."""
        content = await _content(request)
        if len(content) > _FEW_BYTES:
            async with one_by_one:
                return await asyncio.to_thread(all_at_once, content)
        asked = _read(content)
        if asked.get("rollout") is not None:
            return await rolled.answer(asked, crowd.score)
        artifact = serving.find(asked.get("model"), asked.get("version"))
        served = serving.ready(artifact)
        if served is None:
            served = await asyncio.to_thread(serving.load, artifact)
        customers = served.read(asked["customers"])
        return answer(served, served.answer(customers, await crowd.score(served, customers)))

    def all_at_once(content: bytes) -> Response:
        asked = _read(content)
        if asked.get("rollout") is not None:
            return rolled.all_at_once(asked)
        served = serving.load(serving.find(asked.get("model"), asked.get("version")))
        customers = served.read(asked["customers"])
        return answer(served, served.answer(customers, served.score(customers.matrix)))

    def answer(served: Served, answered: Answered) -> Response:
        model = served.model
        metrics.predicted(model.name, model.version, answered.probabilities[:, model.positive])
        return Response(_written(served, answered), media_type="application/json")

    return routes


class _Crowd:
    """Requests that arrive together are scored together: a call of a model costs more than a customer."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, list[tuple[Served, Asked, asyncio.Future[Floats]]]] = defaultdict(list)

    async def score(self, served: Served, asked: Asked) -> Floats:
        """Return probabilities (customers, classes), with all who ask the same model in this turn of the loop."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Floats] = loop.create_future()
        waiting = self._waiting[served.model.artifact.id]
        if not waiting:
            loop.call_soon(self._score, served.model.artifact.id)
        waiting.append((served, asked, future))
        return await future

    def _score(self, model: str) -> None:
        waiting = self._waiting.pop(model)
        try:
            scores = waiting[0][0].score(np.concatenate([asked.matrix for _, asked, _ in waiting]))
        except Exception as error:
            for _, _, future in waiting:
                if not future.done():
                    future.set_exception(error)
            return
        start = 0
        for _, asked, future in waiting:
            end = start + len(asked.matrix)
            if not future.done():  # who asked may have gone
                future.set_result(scores[start:end])
            start = end


async def _content(request: Request) -> bytes:
    """Return the body. Raises Refused where it is not JSON by its own account, or too large."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused("wrong-type", say("The body of the request must be JSON."),
                      say("Say so in its header: Content-Type: application/json."))  # fmt: skip
    pieces, length = [], 0
    async for piece in request.stream():
        pieces.append(piece)
        length += len(piece)
        if length > MOST_BODY_BYTES:
            raise Refused("too-large", say("The body of the request is too large."),
                          say("Send fewer customers at a time."))  # fmt: skip
    return b"".join(pieces)


def _read(content: bytes) -> Mapping[str, Any]:
    """Return what was asked for, its envelope checked; its customers are checked by the model's reader."""
    try:
        asked = pydantic_core.from_json(content, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        raise Refused("unreadable", say("The body is not JSON: {reason}.", reason=str(error))) from None
    if not isinstance(asked, dict):
        raise SpecError([say("The body must be an object with {name:quoted}.", name="customers")], "customers")
    found = list(_faults(asked))
    if found:
        raise SpecError([fault for fault, _ in found], "customers", [place for _, place in found])
    return asked


def _faults(asked: Mapping[str, Any]) -> Sequence[tuple[Sentence, tuple[str, ...]]]:
    found: list[tuple[Sentence, tuple[str, ...]]] = [
        (say("There is no field {name:quoted}. There are: model, version, rollout, customers.", name=name), (name,))
        for name in asked
        if name not in Customers.model_fields
    ]
    name, version, customers = asked.get("model"), asked.get("version"), asked.get("customers")
    if not isinstance(name, str | None):
        found.append((say("The model must be a name or null."), ("model",)))
    if type(version) not in (int, type(None)) or (version is not None and version < 1):
        found.append((say("The version must be a whole number from 1, or null."), ("version",)))
    elif version is not None and name is None:
        found.append((say("A version needs the name of its model."), ("version",)))
    rollout = asked.get("rollout")
    if not isinstance(rollout, str | None):
        found.append((say("The rollout must be a name or null."), ("rollout",)))
    elif rollout is not None and (name, version) != (None, None):
        found.append((say("Name a model or a rollout, not both."), ("rollout",)))
    if not isinstance(customers, list) or not 1 <= len(customers) <= MOST_CUSTOMERS:
        words = say("Give a list of 1 to {most:number} customers.", most=MOST_CUSTOMERS)
        found.append((words, ("customers",)))
    return found


def _written(served: Served, answered: Answered) -> bytes:
    """Return the answer in JSON; its shape is ``Predictions``, whose validation thousands of rows can do without."""
    model, scores = served.model, answered.probabilities
    labels = [model.classes[at] for at in answered.likeliest.tolist()]
    rows: list[dict[str, Any]] = [
        {"probability": p, "prediction": label}
        for p, label in zip(scores[:, model.positive].tolist(), labels, strict=True)
    ]
    if answered.keys is not None:
        rows = [{"key": key, **row} for key, row in zip(answered.keys, rows, strict=True)]
    if len(model.classes) > 2:
        rows = [
            {**row, "p": dict(zip(model.classes, p, strict=True))} for row, p in zip(rows, scores.tolist(), strict=True)
        ]
    told = {"model": model.name, "version": model.version, "target": model.target, "predictions": rows}
    notes = {"notes": [str(note) for note in answered.notes]} if answered.notes else {}
    return pydantic_core.to_json(told | notes)
