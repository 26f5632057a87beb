"""Profile a real campaign: who responded, how well is that told, and what would it have earned?"""

from __future__ import annotations

from pathlib import Path
from statistics import mean

from bars import Bar, Finding, Row
from running import campanile, folder, peer, real

PEERS = {
    "plain logistic regression": "plain",
    "careful logistic regression": "careful",
    "tuned XGBoost": "boosted",
    "FLAML, 60 s a fold": "flaml",
}
SLOW = ("boosted", "flaml")

Figures = dict[str, float]


def measure(*, reduced: bool) -> Finding | None:
    """Three seeds (reduced: one, without FLAML): campanile profile beside scripts by hand on the same kind of folds."""
    file = real("ifood", "marketing_campaign.csv")
    if file is None:
        return None
    seeds = (0,) if reduced else (0, 1, 2)
    ours = [profile(file, seed, minutes=0.3 if reduced else 1) for seed in seeds]
    peers = {name: by_hand(file, method, seeds) for name, method in PEERS.items() if not (reduced and method in SLOW)}
    rows = [row for at, seed in enumerate(seeds) for row in judged(seed, ours[at], nth(peers, at))]
    return Finding(
        "Profile of a real campaign (2,240 customers, 334 responders)",
        (*rows, *together(ours, peers)),
        (
            "Five folds; rows that are equal but for ID and Response stay together. Profit: contact 3, sale 11, out of"
            " fold, whole file; everybody contacted -3,046, perfect knowledge +2,672.",
            "Peers: pandas and scikit-learn by hand (benchmarks/peers/ifood_models.py), same kind of folds, same seeds;"
            " XGBoost and FLAML, which take minutes, for the first seed only.",
            *(("Reduced: one seed, a third of a minute of training; no tuned XGBoost, no FLAML.",) if reduced else ()),
        ),
    )


def profile(file: Path, seed: int, *, minutes: float) -> Figures:
    """Run the command; one minute is its default."""
    with folder() as place:
        asked = ("--target", "Response", "--contact-cost", 3, "--sale-value", 11, "--seed", seed, "--minutes", minutes)
        ran = campanile("profile", file, *asked, "--out", place / "report.html", workspace=place / "workspace")
    said, expected = ran.said, ran.said["responders_interval"]
    return {
        "auc": said["auc"]["estimate"],
        "profit": said["profit_out_of_fold"],
        "off": said["responders_expected"] - said["responders_actual"],
        "outside": float(not expected["low"] <= said["responders_actual"] <= expected["high"]),
        "tenths": float(sum(not one["inside"] for one in said["deciles"])),
        "seconds": ran.seconds,
        "peak_mb": ran.peak_mb,
    }


def by_hand(file: Path, method: str, seeds: tuple[int, ...]) -> list[Figures]:
    """Run a peer for each seed, the slow ones for the first."""
    asked = seeds[:1] if method in SLOW else seeds
    ran = [peer("ifood_models.py", file, method, seed, own=method != "flaml") for seed in asked]
    return [one.said if one else {} for one in ran]


def nth(peers: dict[str, list[Figures]], at: int) -> dict[str, Figures]:
    return {name: ran[at] for name, ran in peers.items() if at < len(ran)}


def judged(seed: int, ours: Figures, peers: dict[str, Figures]) -> list[Row]:
    """The bars of one seed."""
    bars = {
        "auc": ("AUC", Bar(0.915, at_least=True, must=True)),
        "profit": ("profit", Bar(1330, at_least=True, must=True)),
        "off": ("responders expected less actual", None),
        "outside": ("actual total outside its 95 % interval", Bar(0, must=True)),
        "tenths": ("tenths outside theirs", Bar(1, must=True)),
    }
    unlike = ("outside", "tenths")  # peers state no intervals
    return [
        Row(f"{what}, seed {seed}", ours[name], "", bar,
            {} if name in unlike else {peer: ran.get(name) for peer, ran in peers.items()})
        for name, (what, bar) in bars.items()
    ]  # fmt: skip


def together(ours: list[Figures], peers: dict[str, list[Figures]]) -> list[Row]:
    """Means over the seeds, against what is aimed at."""
    aims = {
        "auc": ("AUC, mean (aim)", "", Bar(0.925, at_least=True)),
        "profit": ("profit, mean (aim)", "", Bar(1430, at_least=True)),
        "seconds": ("time, mean", "s", None),
    }
    rows = [
        Row(what, mean(one[name] for one in ours), unit, bar,
            {peer: mean(one[name] for one in ran) if all(ran) else None for peer, ran in peers.items()})
        for name, (what, unit, bar) in aims.items()
    ]  # fmt: skip
    return [*rows, Row("peak memory", max(one["peak_mb"] for one in ours), "MB")]
