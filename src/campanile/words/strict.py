"""Values as strict JSON can hold them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from campanile.words.sentence import Sentence


def finite(value: Any) -> Any:
    """Return ``value`` as strict JSON can hold it: sentences told, what is not a finite number null."""
    if isinstance(value, Sentence):
        return str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): finite(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(part) for part in value]
    return value
