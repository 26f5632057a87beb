"""Checks before the verdict: while one of them does not pass there is none, only what to repair."""

from __future__ import annotations

from collections.abc import Callable

from campanile.experiments.gates import membership, numbers, times
from campanile.experiments.gates.evidence import Evidence
from campanile.experiments.result import Gate

GATES: dict[str, Callable[[Evidence], Gate]] = {
    "names": membership.names,
    "empty": membership.empty,
    "two_groups": membership.two_groups,
    "repeated": membership.repeated,
    "moved": membership.moved,
    "exclusive": membership.exclusive,
    "sizes": membership.sizes,
    "contaminated": times.contaminated,
    "reached": times.reached,
    "exposure_before": times.exposure_before,
    "outcome_before": times.outcome_before,
    "clock": times.clock,
    "matured": times.matured,
    "missing": numbers.missing,
    "values": numbers.values,
    "giant": numbers.giant,
    "balance": numbers.balance,
    "too_early": times.too_early,
}


def examine(evidence: Evidence) -> tuple[Gate, ...]:
    """Put the evidence through all gates, in the order in which their faults are repaired."""
    return tuple(gate(evidence) for gate in GATES.values())
