"""Made-up worlds: tables like real ones, of which the truth is known.

>>> from campanile.sources.worlds import campaign
>>> world = campaign(rows=500, seed=1)
>>> world.table.num_rows, len(world.drivers)
(500, 5)
"""

from campanile.sources.worlds.campaign import campaign
from campanile.sources.worlds.events import EventWorld
from campanile.sources.worlds.music import music
from campanile.sources.worlds.specs import MusicSpec, ShopSpec
from campanile.sources.worlds.truth import Driver, Segment, World, Zone
from campanile.sources.worlds.writing import DIALECTS, Hand, write

__all__ = [
    "DIALECTS", "Driver", "EventWorld", "Hand", "MusicSpec", "Segment", "ShopSpec", "World", "Zone", "campaign",
    "music", "write",
]  # fmt: skip
