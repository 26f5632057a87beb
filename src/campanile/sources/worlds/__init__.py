"""Made-up worlds: tables like real ones, of which the truth is known.

>>> from campanile.sources.worlds import campaign
>>> world = campaign(rows=500, seed=1)
>>> world.table.num_rows, len(world.drivers)
(500, 5)
"""

from campanile.sources.worlds.campaign import campaign
from campanile.sources.worlds.truth import Driver, Segment, World, Zone
from campanile.sources.worlds.writing import DIALECTS, Hand, write

__all__ = ["DIALECTS", "Driver", "Hand", "Segment", "World", "Zone", "campaign", "write"]
