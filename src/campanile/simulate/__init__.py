"""What if? A search over the levers that the company can pull, inside what has been observed.

>>> from campanile.simulate import SimulateSpec, simulate
>>> spec = SimulateSpec(levers={"average_popularity": {"step": 1, "cost": 0.1, "direction": "up"}})
>>> found = simulate(workspace, spec)                               # doctest: +SKIP
>>> str(found.answers[0].words)                                     # doctest: +SKIP
'Average popularity +6: 4.1% (3.2% to 5.0%) would be expected to respond instead of 2.9% (2.1% to 3.7%), …'
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Lever": "campanile.simulate.spec",
        "SimulateSpec": "campanile.simulate.spec",
        "Simulation": "campanile.simulate.result",
        "ending_of": "campanile.simulate.files",
        "read": "campanile.simulate.simulation",
        "read_levers": "campanile.simulate.files",
        "sections": "campanile.simulate.section",
        "simulate": "campanile.simulate.simulation",
        "targets": "campanile.simulate.people",
        "write": "campanile.simulate.files",
    },
)
