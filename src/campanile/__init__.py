"""Campaign intelligence: who will respond, why, whom to talk to, and what it earns.

>>> import campanile as cp
>>> spec = cp.StudySpec(source="customers.csv", target="response", contact_cost=3, sale_value=11)
>>> profile = cp.profile(cp.Workspace.open("my workspace"), spec)        # doctest: +SKIP
>>> profile.words()                                                      # doctest: +SKIP
"""

from campanile._faces import lazy

__version__ = "0.1.0"

__getattr__, __dir__ = lazy(
    __name__,
    {
        "StudySpec": "campanile.flows",
        "Workspace": "campanile.workspace",
        "check": "campanile.quality",
        "explain": "campanile.explain",
        "load": "campanile.sources",
        "predict": "campanile.models",
        "profile": "campanile.flows",
        "read_study": "campanile.flows",
        "sample_campaign": "campanile.flows",
        "select": "campanile.audience",
        "train": "campanile.models",
        "write_report": "campanile.flows",
    },
)
