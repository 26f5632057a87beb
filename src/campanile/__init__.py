"""Campaign intelligence: who will respond, why, whom to talk to, and what it earns.

The rooms are at hand by name (``cp.sources``, ``cp.quality``, ``cp.models``, ``cp.explain``, ``cp.audience``); the
chain through all of them is ``cp.profile``.

>>> import campanile as cp
>>> spec = cp.StudySpec(source="customers.csv", target="response", contact_cost=3, sale_value=11)
>>> workspace = cp.Workspace.open("my workspace")                                # doctest: +SKIP
>>> profile = cp.profile(workspace, spec)                                        # doctest: +SKIP
>>> cp.models.train(workspace, cp.models.TrainSpec(table="customers", target="response"))    # doctest: +SKIP
"""

from campanile._faces import lazy

__version__ = "0.1.0"

__getattr__, __dir__ = lazy(
    __name__,
    {
        "StudySpec": "campanile.flows",
        "Workspace": "campanile.workspace",
        "profile": "campanile.flows",
        "read_study": "campanile.flows",
        "sample_campaign": "campanile.flows",
        "write_report": "campanile.flows",
    },
    rooms=("audience", "experiments", "explain", "models", "quality", "simulate", "sources"),
)
