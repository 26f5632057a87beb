"""The shape of tables of uplift scores: what experiments leave there, and lists are cut by.

A row for each customer of a trial. Beside the scores stand what the customer got and what became of them, so that who
reads the table can tell what a list by ``uplift`` brings, and what one by ``response`` would, on the same customers.

Customers outside the trial have scores and no outcomes. Their table tells in ``meta["measured"]`` what the trial
measured among its own customers with predictions as high.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from campanile.tables.dictionary import Column, Dictionary, Semantic

UPLIFT = "uplift"
"""The predicted effect, in the outcome's unit, by models that had not seen the customer."""

RESPONSE = "response"
"""The predicted outcome of the customer if treated, by models that had not seen them."""

FOLD = "fold"
"""Which models scored the customer: only scores of one fold are compared with each other."""

TREATED, OUTCOME, WEIGHT, GROUP = "treated", "outcome", "weight", "group"
"""1 or 0; what became of them; one over the chance of what they got; copies of one customer share a group."""

ROW = "row"
"""The customer's row in the scored table, from 1, where the table has no key."""

KIND = "uplift"
"""``meta["scores"]`` of such a table; ``meta`` has ``arm``, ``control``, ``target``, ``targetable``."""

MEASURED = "measured"
"""``meta`` has it where the customers were not in the trial."""

_LABELS = {
    UPLIFT: {"en": "Predicted effect", "pl": "Przewidywany efekt", "es": "Efecto previsto"},
    RESPONSE: {"en": "Predicted outcome with the contact", "pl": "Przewidywany wynik z kontaktem",
               "es": "Resultado previsto con el contacto"},
    FOLD: {"en": "Part", "pl": "Część", "es": "Parte"},
    TREATED: {"en": "Had the contact", "pl": "Z kontaktem", "es": "Con contacto"},
    OUTCOME: {"en": "Outcome", "pl": "Wynik", "es": "Resultado"},
    WEIGHT: {"en": "Weight", "pl": "Waga", "es": "Peso"},
    GROUP: {"en": "Copies of one customer", "pl": "Kopie jednego klienta", "es": "Copias de un cliente"},
    ROW: {"en": "Row in the scored table", "pl": "Wiersz ocenianej tabeli", "es": "Fila de la tabla puntuada"},
}  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """What a trial measured down to each per cent of its customers by predicted effect.

    At each depth: the ``lowest`` predicted effect, and ``effect``: estimate, low and high among the customers so far.
    """

    lowest: tuple[float, ...]
    effect: tuple[tuple[float, float, float], ...]

    def down_to(self, score: float) -> tuple[float, tuple[float, float, float]]:
        """Return the share of the trial's customers predicted at least so high, and the effect among them."""
        at = max(sum(lowest >= score for lowest in self.lowest), 1)
        return at / len(self.lowest), self.effect[at - 1]

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, shape: Mapping[str, Sequence[Any]]) -> Measured:
        """Read what ``to_dict`` wrote."""
        return cls(tuple(shape["lowest"]), tuple((one[0], one[1], one[2]) for one in shape["effect"]))


def described(schema: pa.Schema, key: str | None) -> Dictionary:
    """Return the dictionary of such a table; ``key`` names whose scores they are."""
    columns = (
        Column(field.name, Semantic.IDENTIFIER if field.name in (key, ROW, GROUP) else Semantic.NUMBER,
               str(field.type), label=_LABELS.get(field.name, {}) if field.name != key else {})
        for field in schema
    )  # fmt: skip
    return Dictionary(tuple(columns), key)
