"""Which version answers whom? Champion and challengers side by side, and how each does.

Each customer keeps a version by a salted hash of its key. What is answered is logged, joined later with what happened
(``compare``), and held against what the version was trained on (``drift``).

>>> from campanile.models import rollouts
>>> spec = rollouts.RolloutSpec(name="spring", champion={"model": "response-boosting", "version": 1}, challengers=[
...     {"model": "response-boosting", "version": 2, "share": 20}])
>>> rollouts.declare(workspace, spec).arm("customer 42").version        # doctest: +SKIP
1
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "CompareSpec": "campanile.models.rollouts.spec",
        "Comparison": "campanile.models.rollouts.result",
        "Drift": "campanile.models.rollouts.result",
        "DriftSpec": "campanile.models.rollouts.spec",
        "RolloutSpec": "campanile.models.rollouts.spec",
        "Scorer": "campanile.models.rollouts.scoring",
        "compare": "campanile.models.rollouts.comparing",
        "declare": "campanile.models.rollouts.declaring",
        "drift": "campanile.models.rollouts.drifting",
        "find": "campanile.models.rollouts.standing",
        "rollouts": "campanile.models.rollouts.standing",
        "tidy": "campanile.models.rollouts.files",
    },
)
