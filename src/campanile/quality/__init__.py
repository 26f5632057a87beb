"""Can we trust it? What a table holds, what may be wrong with it, and repairs that can be undone.

>>> from campanile.quality import QualitySpec, check
>>> quality = check(workspace, QualitySpec(table="customers", target="Response"))    # doctest: +SKIP
>>> for finding in quality.found:                                                    # doctest: +SKIP
...     print(finding.severity, finding.words)
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Finding": "campanile.quality.result",
        "Quality": "campanile.quality.result",
        "QualitySpec": "campanile.quality.spec",
        "RepairSpec": "campanile.quality.spec",
        "Repaired": "campanile.quality.result",
        "check": "campanile.quality.inspection",
        "repair": "campanile.quality.mending",
        "revert": "campanile.quality.mending",
        "sections": "campanile.quality.section",
    },
)
