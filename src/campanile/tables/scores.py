"""The shape of score tables: a key, what the scores are of, and probabilities."""

from __future__ import annotations

import pyarrow as pa

from campanile.tables.dictionary import Column, Dictionary, Semantic

_LABELS = {
    "cutoff": {"en": "As of", "pl": "Stan na", "es": "A fecha de"},
    "probability": {"en": "Probability of a response", "pl": "Prawdopodobieństwo odpowiedzi",
                    "es": "Probabilidad de respuesta"},
    "model": {"en": "Model", "pl": "Model", "es": "Modelo"},
    "version": {"en": "Version of the model", "pl": "Wersja modelu", "es": "Versión del modelo"},
}  # fmt: skip


def described(schema: pa.Schema, key: str | None) -> Dictionary:
    """Return the dictionary of scores with these columns; ``key`` names whose they are."""
    return Dictionary(tuple(_column(field, key) for field in schema), key)


def _column(field: pa.Field, key: str | None) -> Column:
    kind, label = str(field.type), _LABELS.get(field.name, {})
    if field.name == key:
        return Column(field.name, Semantic.IDENTIFIER, kind)
    if pa.types.is_floating(field.type):
        return Column(field.name, Semantic.NUMBER, kind, low=0.0, high=1.0, label=label)
    semantic = Semantic.DATE if pa.types.is_temporal(field.type) else Semantic.CATEGORY
    return Column(field.name, semantic, kind, label=label)
