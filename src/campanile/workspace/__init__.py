"""Where everything lives: tables with their versions, models, results, and how each came to be.

>>> from campanile.workspace import Workspace
>>> workspace = Workspace.open("/tmp/doctest-campanile")            # doctest: +SKIP
>>> workspace.artifacts("table")                                    # doctest: +SKIP
()
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Artifact": "campanile.workspace.catalog",
        "Run": "campanile.workspace.runs",
        "Settings": "campanile.workspace.settings",
        "Spec": "campanile.workspace.spec",
        "Workspace": "campanile.workspace.place",
        "content_hash": "campanile.workspace.content",
        "query": "campanile.workspace.engine",
    },
)
