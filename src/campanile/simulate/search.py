"""A genetic search over whole steps of levers: cost against expected response, a population in one model call.

Source: Deb, Pratap, Agarwal and Meyarivan (2002), A fast and elitist multiobjective genetic algorithm: NSGA-II; here
pymoo's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from campanile.simulate.checking import Bound
from campanile.words import say
from campanile.workspace.errors import BadInput

Floats = NDArray[np.float64]
Steps = NDArray[np.int64]


@dataclass(frozen=True)
class Worth:
    """What changes cost an average customer, what share responds then, and what share is too far from real ones."""

    cost: Floats
    response: Floats
    outside: Floats


_MATINGS = 8
"""How often a generation is mated to fill it: of few levers with few steps most changes are there already."""

Look = Callable[[Steps], Worth]
"""From changes (changes, levers), counted in steps, to what they are worth: one call of the model."""


@dataclass
class Tried:
    """Every change that was tried, each once, with what it is worth; ``calls`` counts how often the model was asked."""

    look: Look
    calls: int = 0
    _at: dict[tuple[int, ...], int] = field(default_factory=dict)
    _worth: list[Worth] = field(default_factory=list)

    def worth(self, steps: Steps) -> Worth:
        """Return what changes are worth; those that are new are looked at together."""
        told = [tuple(row) for row in steps.tolist()]
        new = [row for row in dict.fromkeys(told) if row not in self._at]
        if new:
            self._worth.append(self.look(np.array(new, dtype=np.int64)))
            self._at.update({row: len(self._at) + place for place, row in enumerate(new)})
            self.calls += 1
        whole, places = self.whole, [self._at[row] for row in told]
        return Worth(whole.cost[places], whole.response[places], whole.outside[places])

    @property
    def steps(self) -> Steps:
        """The changes that were tried, shape (changes, levers)."""
        return np.array(list(self._at), dtype=np.int64)

    @property
    def whole(self) -> Worth:
        """What they are worth, in the same order."""
        return Worth(*(np.concatenate([getattr(one, name) for one in self._worth])
                       for name in ("cost", "response", "outside")))  # fmt: skip


def search(
    levers: Sequence[Bound], look: Look, *, population: int, generations: int, tolerated: float,
    most_cost: float | None, seed: int,
) -> Tried:  # fmt: skip
    """Return all changes that were tried. At most ``tolerated`` of the customers may be too far from real ones.

    ``most_cost`` bounds what an average customer may cost. Raises BadInput where the library is not installed.
    """
    try:
        from pymoo.algorithms.moo.nsga2 import NSGA2, binary_tournament
        from pymoo.core.duplicate import DefaultDuplicateElimination
        from pymoo.core.evaluator import Evaluator
        from pymoo.core.mating import Mating
        from pymoo.core.problem import Problem
        from pymoo.operators.crossover.sbx import SBX
        from pymoo.operators.mutation.pm import PM
        from pymoo.operators.repair.rounding import RoundingRepair
        from pymoo.operators.selection.tournament import TournamentSelection
        from pymoo.problems.static import StaticProblem
    except ImportError:
        raise BadInput(say("The search for better levers needs a library that is not installed."),
                       say("Install it: {command}", command="pip install 'campanile[simulate]'")) from None  # fmt: skip
    tried = Tried(look)
    low, high = np.array([one.least for one in levers]), np.array([one.most for one in levers])
    problem = Problem(n_var=len(levers), n_obj=2, n_ieq_constr=2, xl=low, xu=high, vtype=int)
    mating = Mating(
        TournamentSelection(func_comp=binary_tournament), SBX(prob=0.9, eta=3.0, vtype=float, repair=RoundingRepair()),
        PM(prob=0.9, eta=3.0, vtype=float, repair=RoundingRepair()), n_max_iterations=_MATINGS,
        eliminate_duplicates=DefaultDuplicateElimination(),
    )  # fmt: skip
    algorithm = NSGA2(pop_size=population, sampling=_first(low, high, population, seed), mating=mating)
    algorithm.setup(problem, termination=("n_gen", generations), seed=seed, verbose=False)
    while algorithm.has_next():
        asked = algorithm.ask()
        if asked is None or len(asked) == 0:
            break
        worth = tried.worth(np.asarray(asked.get("X"), dtype=np.int64))
        over = np.zeros(len(worth.cost)) if most_cost is None else worth.cost - most_cost
        told = StaticProblem(
            problem,
            F=np.column_stack([worth.cost, -worth.response]),
            G=np.column_stack([worth.outside - tolerated, over]),
        )
        Evaluator().eval(told, asked)
        algorithm.tell(infills=asked)
    return tried


def _first(low: Steps, high: Steps, population: int, seed: int) -> Steps:
    """Return the first generation: nothing changed, each lever by itself, and changes at random."""
    alone = [np.zeros((1, len(low)), dtype=np.int64)]
    for place in range(len(low)):
        ends = np.unique(np.round(np.linspace(low[place], high[place], 5)).astype(np.int64))
        one = np.zeros((len(ends), len(low)), dtype=np.int64)
        one[:, place] = ends
        alone.append(one)
    drawn = np.random.default_rng(seed).integers(low, high + 1, size=(population, len(low)))
    # What the library keeps of several that are alike is one; the rest of the generation is drawn at random.
    first = np.unique(np.concatenate(alone), axis=0)[: population // 2]
    if not (first == 0).all(axis=1).any():
        first[0] = 0
    return np.concatenate([first, drawn])[:population]
