"""What would a leak have claimed? Each feature by itself, of periods cut at the event, beside the honest panel."""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "LeakScan": "campanile.models.leak.result",
        "Scanned": "campanile.models.leak.spec",
        "Side": "campanile.models.leak.spec",
        "scanned": "campanile.models.leak.areas",
        "sections": "campanile.models.leak.section",
    },
)
