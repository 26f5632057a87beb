"""What the checks are called where people read of them."""

from __future__ import annotations

from collections.abc import Mapping

from campanile.words import Sentence, say

LABELS: Mapping[str, Sentence] = {
    "names": say("Groups that were assigned"),
    "empty": say("Users in every group and month"),
    "two_groups": say("One group for each user"),
    "repeated": say("Each user there once"),
    "moved": say("Users where they were put"),
    "exclusive": say("No rival test"),
    "sizes": say("Groups as large as was meant"),
    "contaminated": say("Control left alone"),
    "reached": say("Treatment reached its users"),
    "exposure_before": say("Nobody reached before being assigned"),
    "outcome_before": say("No outcome from before"),
    "clock": say("No times in the future"),
    "matured": say("Outcomes that have had their time"),
    "missing": say("Outcomes known in all groups"),
    "values": say("Possible values"),
    "giant": say("Nobody outweighs all others"),
    "balance": say("Groups alike before the test"),
    "too_early": say("Enough users"),
}


def label(gate: str) -> Sentence:
    """Return what a check is called; one of an older version by its bare name."""
    return LABELS.get(gate) or say("{gate}", gate=gate)
