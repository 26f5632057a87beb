"""Made-up worlds: tables like real ones, of which the truth is known.

>>> from campanile.sources.worlds import campaign
>>> world = campaign(rows=500, seed=1)
>>> world.table.num_rows, len(world.drivers)
(500, 5)

Worlds of events are written to files, to any size, without ever being held whole:

>>> from tempfile import TemporaryDirectory
>>> from campanile.sources.worlds import MusicSpec, ShopSpec, music, shop
>>> with TemporaryDirectory() as folder:
...     songs = music(folder, MusicSpec(users=50, months=3, tracks=200, events_per_user_month=20, seed=1))
...     clicks = shop(folder, ShopSpec(users=50, seed=1))
>>> list(songs.files), songs.drivers[0].name
(['users', 'sessions', 'tracks', 'artists', 'track_storage'], 'number_of_advertisements')
>>> list(clicks.files), [driver.name for driver in clicks.drivers][:2]
(['user_train', 'session_train', 'user_test', 'session_test'], ['mean_session_duration', 'age'])
"""

from campanile.sources.worlds.campaign import campaign
from campanile.sources.worlds.events import EventWorld
from campanile.sources.worlds.music import music
from campanile.sources.worlds.shop import shop
from campanile.sources.worlds.specs import MusicSpec, ShopSpec
from campanile.sources.worlds.trial import trial
from campanile.sources.worlds.truth import Driver, Segment, World, Zone
from campanile.sources.worlds.writing import DIALECTS, Hand, write

__all__ = [
    "DIALECTS", "Driver", "EventWorld", "Hand", "MusicSpec", "Segment", "ShopSpec", "World", "Zone", "campaign",
    "music", "shop", "trial", "write",
]  # fmt: skip
