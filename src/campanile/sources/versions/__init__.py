"""What changed between two versions of a table?

>>> from campanile.sources import versions
>>> spec = versions.DifferenceSpec(table="customers", before=1, after=2)
>>> print(versions.difference(workspace, spec).answer)                  # doctest: +SKIP
From v1 to v2 of table 'customers': 120 rows added, 0 removed, 3 changed.
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Difference": "campanile.sources.versions.result",
        "DifferenceSpec": "campanile.sources.versions.spec",
        "difference": "campanile.sources.versions.comparison",
        "sections": "campanile.sources.versions.section",
    },
)
