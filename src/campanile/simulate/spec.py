"""What is asked: the levers, whom it is for, and how far the search goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, field_validator

from campanile.words import Sentence, say, texts
from campanile.workspace.spec import Spec

Direction = Literal["up", "down", "both"]
Together = Literal["sum", "largest"]


class Follow(Spec):
    """How a feature that the company does not set itself follows a lever.

    By a ``slope`` it moves ``amount`` for each unit of the lever; by an ``elasticity`` it changes ``amount`` percent
    for each percent. What is ``estimated`` follows as the feature goes with the lever among customers as they are.
    """

    kind: Literal["slope", "elasticity", "estimated"] = "slope"
    amount: float = Field(1.0, allow_inf_nan=False)


class Lever(Spec):
    """A feature that the company controls, named by its column.

    ``low`` and ``high`` bound its value after a change (None: the lowest and highest that were observed); it moves in
    whole ``step`` s. ``cost`` is that of one unit for one customer (None: 1, and the answer says so). ``follows`` names
    the features that move with it; levers that move the same one say what both do to it ``together``: their "sum", or
    the "largest" of them.
    """

    label: dict[str, str] | str | None = None
    low: float | None = Field(None, allow_inf_nan=False)
    high: float | None = Field(None, allow_inf_nan=False)
    step: float = Field(1.0, gt=0, allow_inf_nan=False)
    cost: float | None = Field(None, ge=0, allow_inf_nan=False)
    direction: Direction = "both"
    follows: dict[str, Follow] = Field(default_factory=dict)
    together: Together | None = None

    @field_validator("follows", mode="before")
    @classmethod
    def _short(cls, said: Any) -> Any:
        return {name: _follow(one) for name, one in said.items()} if isinstance(said, Mapping) else said

    @property
    def price(self) -> float:
        """The cost of one unit for one customer: the declared one, or 1."""
        return 1.0 if self.cost is None else self.cost

    def named(self, otherwise: Sentence) -> Sentence:
        """Return the lever's label for people: the declared one, or the feature's own."""
        if self.label is None:
            return otherwise
        return texts({"en": self.label} if isinstance(self.label, str) else self.label)


class SimulateSpec(Spec):
    """Which change of the ``levers`` raises the expected response of whom, at which cost.

    ``whom`` is "everybody", "segment:NAME" (or its number) of the model's newest audience, or "customer:KEY"; of a
    ``table`` other than the model's, everybody or a customer. ``budget`` is what may be spent on all of them together,
    ``value`` what one response is worth, ``reach`` the share that should respond: the first answer is the most that the
    budget buys, the one that earns most, or the cheapest that reaches it.

    ``population`` changes are tried in each of ``generations``, on ``sample`` customers at most. Changed customers stay
    as near to ``neighbours`` real ones as the share ``near`` of real customers are. Intervals are over ``models`` (at
    most) that were fitted again on resampled customers, ``jobs`` side by side (0: one per core).
    """

    levers: dict[str, Lever] = Field(min_length=1)
    whom: str = "everybody"
    model: str | None = None
    version: int | None = Field(None, ge=1)
    table: str | None = None
    budget: float | None = Field(None, ge=0, allow_inf_nan=False)
    value: float | None = Field(None, gt=0, allow_inf_nan=False)
    reach: float | None = Field(None, gt=0, lt=1)
    currency: str = Field("EUR", max_length=3)
    answers: int = Field(4, ge=1, le=12)
    population: int = Field(100, ge=8, le=1000)
    generations: int = Field(40, ge=1, le=500)
    sample: int = Field(1000, ge=1, le=20_000)
    neighbours: int = Field(5, ge=1, le=50)
    models: int = Field(20, ge=5, le=200)
    jobs: int = Field(0, ge=0, le=64)
    near: float = Field(0.95, gt=0.5, lt=1)
    level: float = Field(0.95, gt=0.5, lt=1)
    seed: int = Field(0, ge=0, lt=2**31)

    @field_validator("whom")
    @classmethod
    def _whom(cls, whom: str) -> str:
        kind, _, name = whom.partition(":")
        if whom != "everybody" and (kind not in ("segment", "customer") or not name.strip()):
            raise ValueError(say("{whom:quoted} is nobody: say everybody, segment:NAME or customer:KEY.", whom=whom))
        return whom


def _follow(said: Any) -> Any:
    if said == "estimated":
        return {"kind": "estimated"}
    if isinstance(said, int | float) and not isinstance(said, bool):
        return {"amount": said}
    if isinstance(said, Mapping) and len(said) == 1 and set(said) <= {"slope", "elasticity"}:
        ((kind, amount),) = said.items()
        return {"kind": kind, "amount": amount}
    return said
