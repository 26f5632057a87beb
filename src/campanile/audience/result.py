"""What is answered: the cut, what it earns, the curves behind it, segments, and earlier campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from campanile.estimates import Estimate
from campanile.words import Sentence, Told, plural

Rule = Literal["profit", "budget", "capacity", "above_average", "asked"]
Direction = Literal["high", "low", "is", "is_not"]


@dataclass(frozen=True)
class Economics:
    """What one contact costs and what one response is worth, in the same money."""

    contact_cost: float
    sale_value: float

    @property
    def break_even(self) -> float:
        """The probability above which a contact earns more than it costs."""
        return self.contact_cost / self.sale_value


@dataclass(frozen=True)
class Depth:
    """What contacting the likeliest ``customers`` would have brought, out of fold.

    ``caught`` is the share of all responders among them; ``lift`` their response over everybody's.
    """

    customers: int
    share: float
    caught: Estimate
    lift: Estimate | None
    profit: Estimate | None


@dataclass(frozen=True)
class Planned:
    """What contacting the likeliest ``customers`` of the list is expected to bring."""

    customers: int
    share: float
    responders: Estimate
    profit: Estimate | None


@dataclass(frozen=True)
class Cut:
    """Where the list is cut: ``customers`` are contacted, the least likely of them at ``threshold``.

    ``rule`` is the limit that binds; ``worth`` counts the customers for whom a contact pays. ``profit``,
    ``caught`` and ``lift`` are None where money or outcomes are unknown.
    """

    rule: Rule
    customers: int
    threshold: float | None
    worth: int | None
    cost: float | None
    responders: Estimate
    profit: Estimate | None
    caught: Estimate | None
    lift: Estimate | None
    words: Sentence


@dataclass(frozen=True)
class Judged:
    """What the model was worth on customers that it had not seen when it scored them.

    Profits are those of the rule "contact where it pays" without limits of budget or capacity.
    """

    rows: int
    contacted: int | None
    profit_out_of_fold: Estimate | None
    profit_contact_all: float | None
    profit_perfect: float | None
    responders_expected: Estimate
    responders_actual: int


@dataclass(frozen=True)
class Decile:
    """A tenth of the customers by predicted probability (1: the likeliest), predicted against actual."""

    number: int
    customers: int
    predicted: float
    actual: int
    interval: Estimate
    inside: bool


@dataclass(frozen=True)
class Campaign:
    """The share of customers who responded to one campaign; ``column`` is where that is told."""

    column: str
    label: Sentence
    number: int | None
    customers: int
    responders: int
    rate: Estimate
    analysed: bool = False


@dataclass(frozen=True)
class Trait:
    """What tells a segment from the other customers.

    ``effect`` is between -1 and 1: how much more often a customer of the segment has the higher value
    (or that category) than one of the others. ``here`` and ``others`` are typical values (days since 1970 for
    dates), or with ``share`` shares of customers; ``here_told`` and ``others_told`` are the same in words.
    ``kind`` is the column's: number, money, share (of a total), year, date, flag, category.
    """

    column: str
    label: Sentence
    direction: Direction
    effect: float
    here: float
    others: float
    here_told: Sentence
    others_told: Sentence
    category: str | None = None
    share: bool = False
    kind: str = "number"


@dataclass(frozen=True)
class Share:
    """How many of a segment's customers, whom the model had not seen, turned out to be of one class."""

    label: Sentence
    share: Estimate


@dataclass(frozen=True)
class Segment:
    """Customers whose scores have the same reasons. Segment 1 is the most likely to respond.

    ``words`` are what follows its ``name``; ``typical`` tells how its customers differ from the others.
    ``observed`` is what happened (None for customers without outcomes), ``expected`` what the model
    expects; ``profit`` is that of its ``contacted`` customers. ``mix`` has a share for each class of the target.
    """

    number: int
    name: Sentence
    words: Sentence
    typical: Sentence
    customers: int
    share: float
    contacted: int
    traits: tuple[Trait, ...]
    observed: Estimate | None
    expected: Estimate
    profit: Estimate | None
    campaigns: tuple[Campaign, ...]
    angle: Sentence
    mix: tuple[Share, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """The customers on the list beside all customers.

    ``observed`` and ``everybody`` are the shares that responded, on the list and of all (None without
    outcomes); ``expected`` is the share on the list that the model expects.
    """

    customers: int
    share: float
    observed: Estimate | None
    everybody: Estimate | None
    expected: Estimate
    traits: tuple[Trait, ...]
    typical: Sentence
    words: Sentence


@dataclass(frozen=True)
class Audience:
    """Whom to contact among the customers of a table, what that is expected to bring, and who they are.

    The list itself is kept beside: ``campanile.audience.customers(workspace, audience)``. ``unseen`` tells
    that the scores of the list are out of fold (the model's own training customers).
    """

    words: Sentence
    model: str
    model_version: int
    method: str
    target: str
    table: str
    table_version: int
    rows: int
    unseen: bool
    economics: Economics | None
    cut: Cut
    judged: Judged
    curve: tuple[Depth, ...]
    plan: tuple[Planned, ...]
    deciles: tuple[Decile, ...]
    campaigns: tuple[Campaign, ...]
    segments: tuple[Segment, ...]
    exact: bool
    notes: tuple[Sentence, ...] = ()
    chosen: Chosen | None = None
    version: int = 0
    response: Sentence | None = None

    @property
    def profit_out_of_fold(self) -> Estimate | None:
        """Profit of contacting where it pays, judged on unseen customers."""
        return self.judged.profit_out_of_fold

    @property
    def profit_contact_all(self) -> float | None:
        """Profit of contacting every customer."""
        return self.judged.profit_contact_all

    @property
    def profit_perfect(self) -> float | None:
        """Profit of contacting exactly those who respond: out of reach, the upper bound."""
        return self.judged.profit_perfect

    @property
    def responders_expected(self) -> Estimate:
        """Responders that the out-of-fold probabilities add up to."""
        return self.judged.responders_expected

    @property
    def responders_actual(self) -> int:
        """Responders there were."""
        return self.judged.responders_actual

    @property
    def deciles_outside(self) -> int:
        """How many tenths responded otherwise than predicted, beyond chance."""
        return sum(not decile.inside for decile in self.deciles)

    def to_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints: plain values, sentences told in the current language."""
        from dataclasses import fields

        return {field.name: plain(getattr(self, field.name)) for field in fields(self)} | {
            "deciles_outside": self.deciles_outside
        }

    def _repr_html_(self) -> str:
        return self.words._repr_html_()


@dataclass(frozen=True)
class Kind:
    """Customers of one segment of whom one class is expected, and the message for them.

    ``value`` is the class as the table has it, ``label`` the class for people. ``drafted`` tells that the message is
    a suggestion of ours, not one that was declared.
    """

    segment: int
    name: Sentence
    value: str
    label: Sentence
    customers: int
    message: Sentence
    drafted: bool


@dataclass(frozen=True)
class Messages(Told):
    """A message for each kind among ``customers`` customers; ``audience`` is the version of the list."""

    model: str
    model_version: int
    target: Sentence
    audience: int
    customers: int
    kinds: tuple[Kind, ...]
    segments: tuple[Segment, ...]

    def words(self) -> tuple[Sentence, ...]:
        """Say for how many customers there is a message."""
        return (
            plural(
                "Each of {customers:number} customers has a message: that of its kind, of which there is {n:number}.",
                "Each of {customers:number} customers has a message: that of its kind, of which there are {n:number}.",
                len(self.kinds), customers=self.customers,
            ),
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold; sentences are told in the current language."""
        kinds = [{field: plain(value) for field, value in vars(kind).items()} for kind in self.kinds]
        return {"model": self.model, "model_version": self.model_version, "customers": self.customers, "kinds": kinds,
                "words": [str(line) for line in self.words()]}  # fmt: skip


def plain(value: Any) -> Any:
    """Turn a result's value into what JSON can hold; sentences are told."""
    from dataclasses import fields, is_dataclass

    if isinstance(value, Sentence):
        return str(value)
    if isinstance(value, Estimate):
        return value.to_dict()
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value
