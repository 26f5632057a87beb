"""Data in: any table file, in any dialect, to typed and versioned tables; and made-up worlds with known truth.

>>> from campanile.sources import LoadSpec, load
>>> from campanile.workspace import Workspace
>>> done = load(Workspace.open(), LoadSpec(path="customers.csv", key="ID"))      # doctest: +SKIP
>>> done.rows, done.refused                                                       # doctest: +SKIP
(2240, 0)
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Dialect": "campanile.sources.result",
        "Load": "campanile.sources.result",
        "LoadSpec": "campanile.sources.spec",
        "ReadSpec": "campanile.sources.spec",
        "Reading": "campanile.sources.result",
        "load": "campanile.sources.loading",
        "read": "campanile.sources.reading",
        "read_like": "campanile.sources.alike",
    },
)
