"""Did it work?

>>> from campanile.experiments import AnalyseSpec, AssignSpec, DesignSpec, analyse, assign, design
>>> asked = DesignSpec(name="premium-offer", metrics=("premium_share",), baseline=0.02, lift=0.2)
>>> planned = design(workspace, asked)                              # doctest: +SKIP
>>> assign(workspace, AssignSpec(name="premium-offer", users="users.csv", key="user_id", month="2026-11"))
... # doctest: +SKIP
>>> told = analyse(workspace, AnalyseSpec(name="premium-offer"))    # doctest: +SKIP
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "AaSpec": "campanile.experiments.spec",
        "Analysis": "campanile.experiments.result",
        "AnalyseSpec": "campanile.experiments.spec",
        "AssignSpec": "campanile.experiments.spec",
        "DesignSpec": "campanile.experiments.spec",
        "Metric": "campanile.experiments.spec",
        "analyse": "campanile.experiments.analysis",
        "assign": "campanile.experiments.assignment",
        "design": "campanile.experiments.planning",
        "ledger": "campanile.experiments.looks",
        "sections": "campanile.experiments.section",
        "simulate_aa": "campanile.experiments.honesty",
    },
)
