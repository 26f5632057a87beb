"""The colours, by what they mean; each with its value on a light and on a dark page."""

from __future__ import annotations

from typing import Literal

Theme = Literal["light", "dark"]

ACCENT = "#B4532A"
INK = "#1F2933"
GOOD = "#0F766E"
CAUTION = "#B7791F"
STONE = "#6B7280"
STONE_LIGHT = "#D6D3D1"

CATEGORIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
"""Okabe and Ito's colours, told apart by people with any colour vision."""

ZONE_OPACITY = 0.12
