"""Is the truth of a music service recovered from its raw events? Beside the true probabilities of the same rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bars import Bar, Finding, Row
from events import study
from running import campanile, folder

USERS, MONTHS, EVENTS = 50_000, 6, 30
NEAR = 0.02


def measure(*, reduced: bool) -> Finding:
    from campanile.sources.worlds import MusicSpec, music

    users = 2_000 if reduced else USERS
    with folder() as place:
        asked = MusicSpec(users=users, months=MONTHS, tracks=20_000, events_per_user_month=EVENTS, seed=1)
        world = music(place / "world", asked)
        quick = ("--quick",) if reduced else ()
        ours = campanile("study", "run", study(place), "--until", "explain", *quick, workspace=place / "w")
        found = recovered(place / "w", world)
    gap = found["true"] - found["auc"]
    drivers = len(world.drivers)
    return Finding(
        f"Who buys in a made-up music service of {users:,} users, from {world.events:,} events",
        (
            Row("AUC below that of the true probabilities, same rows", gap, "",
                Bar(NEAR, must=True) if not reduced else None),
            Row("… AUC of the model", found["auc"], "", None, {"true probabilities": found["true"]}),
            Row("… low end of its interval", ours.said["metrics"]["auc"]["low"]),
            Row("… high end", ours.said["metrics"]["auc"]["high"]),
            Row("true drivers met before any feature that plays no part", found["met"], f"of {drivers}",
                Bar(drivers, at_least=True) if not reduced else None),
            Row("… among the first of as many features", found["on_top"], f"of {drivers}"),
            Row("… explained with the sign of their effect", found["signs"], f"of {drivers}",
                Bar(drivers, at_least=True) if not reduced else None),
            Row("… share of influence", found["share"]),
            Row("… greatest share of a feature that plays no part", found["other"]),
            Row("rows judged", found["rows"]),
            Row("… purchases among them", found["bought"]),
            Row("whole command, until explained", ours.seconds, "s"),
            Row("peak memory", ours.peak_mb, "MB"),
        ),
        (
            f"The study of examples/premium over made-up files: {MONTHS} months, 25 monthly features, as many purchases"
            " as 2 in 100 users and months. The model is the one of the least inner loss:"
            f" {ours.said['model']}.",
            "The rows judged are those of the last month whose outcome is known; the model knew neither their users nor"
            " an outcome of that month. The true probabilities are judged on the very same rows.",
            f"Influence, the first {drivers + 1}: {found['first']}.",
            "A feature plays a part when it is a driver, or says nearly the same as one (rank correlation above .95, as"
            f" the study tells): {found['twins'] or 'none does'}. The sign is that of the rank correlation of value and"
            " contribution.",
            *((f"Reduced: {users:,} users, too few purchases for the bars; fastest methods.",) if reduced else ()),
        ),
    )  # fmt: skip


def recovered(place: Path, world: Any) -> dict[str, Any]:
    """Hold the chosen model and its explanation against the truth."""
    import campanile as cp
    from campanile import explain, models
    from campanile.quality.correlation import Correlated

    workspace = cp.Workspace.open(place)
    model = models.load(workspace)
    rows, oof = workspace.read(model.table), model.oof
    together = workspace.result(workspace.artifacts("correlation")[-1], Correlated)
    why = workspace.result(workspace.artifacts("explanation")[-1], explain.Explanation)
    workspace.close()
    return judged(rows, oof, world) | explained(why, together, world)


def judged(rows: Any, oof: Any, world: Any) -> dict[str, Any]:
    """Return the AUC of the model and of the true probabilities on the rows that were judged."""
    import pandas as pd
    import pyarrow.parquet as pq
    from sklearn.metrics import roc_auc_score

    keys = ["user_id", "cutoff"]
    truth = pq.read_table(world.truth, columns=[*keys, "probability"]).to_pandas()
    truth["cutoff"] = truth["cutoff"].dt.date
    seen = rows.select(keys).take(oof["row"]).to_pandas()
    seen["cutoff"] = pd.to_datetime(seen["cutoff"]).dt.date
    true = seen.merge(truth, how="left", on=keys, validate="one_to_one")["probability"]
    if true.isna().any():
        raise ValueError(f"{int(true.isna().sum())} judged rows have no true probability")
    actual = oof["actual"].to_numpy() == 1
    return {
        "auc": float(roc_auc_score(actual, oof["probability"].to_numpy())), "true": float(roc_auc_score(actual, true)),
        "rows": len(actual), "bought": int(actual.sum()),
    }  # fmt: skip


def explained(why: Any, together: Any, world: Any) -> dict[str, Any]:
    """Return how many drivers lead the explanation, and how many with the sign of their effect."""
    shapes = {driver.name: driver.shape for driver in world.drivers}
    first = why.features[: len(shapes)]
    pairs = [(one, other) for a, b, _ in together.alike for one, other in ((a, b), (b, a))]
    twins = {one: other for one, other in pairs if other in shapes and one not in shapes}
    idle = [place for place, one in enumerate(why.features) if one.name not in shapes and one.name not in twins]
    before = why.features[: min(idle, default=len(why.features))]
    known = {one.name: one for one in why.features if one.name in shapes}
    others = [why.features[place].share.estimate for place in idle]
    signs = [
        one.leaning is not None and (one.leaning > 0) == (shapes[name] == "rising") for name, one in known.items()
    ]  # fmt: skip
    return {
        "met": sum(one.name in shapes for one in before), "on_top": sum(one.name in shapes for one in first),
        "signs": sum(signs),
        "share": sum(one.share.estimate for one in known.values()), "other": max(others, default=0.0),
        "twins": ", ".join(f"{one} of {other}" for one, other in twins.items()),
        "first": ", ".join(f"{one.name} {one.share.estimate:.3f}" for one in why.features[: len(shapes) + 1]),
    }  # fmt: skip
