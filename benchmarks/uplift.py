"""Uplift: a real e-mail test beside class transformation, and made-up trials whose truth is known."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from bars import Bar, Finding, Row
from numpy.typing import NDArray
from running import campanile, folder
from trials import trial

from campanile.experiments.uplift.crossfit import crossed
from campanile.experiments.uplift.learning import along, learn
from campanile.experiments.uplift.preparing import Prepared, prepare
from campanile.experiments.uplift.spec import UpliftSpec
from campanile.experiments.uplift.trial import Trial
from campanile.sources import read

Floats = NDArray[np.float64]
Rank = Callable[[Floats, Floats, Floats, Floats], Floats]
LEVEL, BEST = 0.05, 0.3
Asked = tuple[str, int, int, float, bool]
"""World, rows, seed, share of the treated, amounts."""


def measure(*, reduced: bool) -> Finding | None:
    data = os.environ.get("CAMPANILE_DATA")
    if data is None:
        return None
    file = Path(data) / "experiments" / "hillstrom.csv"
    splits, alike, amounts, unlike = (3, 16, 8, 4) if reduced else (20, 800, 200, 60)
    return Finding(
        "Uplift",
        (
            *commands(file),
            *split_rows(file, WOMEN, splits),
            *split_rows(file, EITHER, splits),
            *world_rows(unlike // 4),
            *trial_rows(alike, amounts, unlike),
        ),
        (
            "Hillstrom's e-mail test: the commands as a user runs them, with start-up; then"
            f" {splits} random halves, learned from one, the best 30 % of the other by predicted effect, the same"
            " halves for all; and the Qini coefficient of the whole order, per 10,000 customers. Differences are"
            " paired; their interval is mean ± 1.96 standard errors over the splits, which share customers.",
            "Class transformation as a user would write it: one-hot columns, then scikit-learn's logistic regression,"
            " or xgboost's classifier, as they come. Columns as Campanile chose them, without conversion and spend.",
            f"Made-up trials: {alike} of 2,000 customers, half treated, yes or no; {amounts} with a quarter treated and"
            f" amounts of money; nobody more persuadable than another in either. {unlike} of 4,000 customers in each"
            " world where some are: an effect as spread as it is large along one column (line), all of it on a third"
            " of the customers (step), and told only by the signs of two columns together (both). The bar at"
            " level 5 % is the number of wrong verdicts that a test that keeps its level exceeds once in 40 times.",
            f"In the same worlds, learned from {unlike // 4} of these trials: the best 30 % of 20,000 other customers,"
            " and what they truly gain over the average, of what the truly best 30 % gain over it.",
            *(("Reduced: fewer splits and trials.",) if reduced else ()),
        ),
    )


def commands(file: Path) -> tuple[Row, ...]:
    """Run the command on both arms."""
    with folder() as place:
        told = {
            arm: campanile(
                "experiments", "uplift", file, "--treatment", "segment", "--control", "No E-Mail", "--arm", arm,
                "--outcome", "visit", workspace=place / "workspace",
            )
            for arm in ("Womens E-Mail", "Mens E-Mail")
        }  # fmt: skip
    women, men = told["Womens E-Mail"], told["Mens E-Mail"]
    return (
        Row("women's e-mail, visit: average effect", 100 * women.said["average_effect"]["estimate"], "points"),
        Row("… in the best 30 %, everybody cross-fitted", 100 * women.said["uplift_at_30"]["estimate"], "points"),
        Row("… called targetable", float(women.said["targetable"]), "", Bar(1, at_least=True, must=True)),
        Row("men's e-mail, visit: average effect", 100 * men.said["average_effect"]["estimate"], "points"),
        Row("… called targetable", float(men.said["targetable"]), "", Bar(0, must=True)),
        Row("time of a command, 42,693 customers", women.seconds, "s", Bar(60)),
        Row("peak memory", women.peak_mb, "MB"),
    )


@dataclass(frozen=True)
class Question:
    """An arm against another, and whether the best 30 % must not be below that of class transformation."""

    label: str
    control: str
    arm: str
    must: bool


WOMEN = Question("women's e-mail", "No E-Mail", "Womens E-Mail", must=True)
EITHER = Question("women's e-mail rather than men's", "Mens E-Mail", "Womens E-Mail", must=False)


def split_rows(file: Path, asked: Question, splits: int) -> tuple[Row, ...]:
    """Compare the uplift in the best 30 %, and the whole order, on the same halves."""
    found = read(file)
    spec = UpliftSpec(
        source=str(file), treatment="segment", control=asked.control, arm=asked.arm, outcome="visit"
    )  # fmt: skip
    ready = prepare(found.table, found.dictionary, spec)
    told = np.array([_one_split(ready, seed) for seed in range(splits)])
    best, order = 100 * told[:, 0], 10_000 * told[:, 1]
    return (
        *_beside(f"{asked.label}: uplift in the best 30 %, mean of the splits", "points", best, must=asked.must),
        *_beside(f"{asked.label}: Qini coefficient, mean of the splits", "of 10,000", order),
    )


def _beside(what: str, unit: str, told: Floats, *, must: bool = False) -> tuple[Row, ...]:
    """Tell ours beside its peers, and what it is more than each; ``told`` is (splits, ours and peers)."""
    rows = [Row(what, float(told[:, 0].mean()), unit, None,
                {name: float(told[:, at].mean()) for at, name in enumerate(PEERS, start=1)})]  # fmt: skip
    for at, name in enumerate(PEERS, start=1):
        less = told[:, 0] - told[:, at]
        half = 1.96 * float(less.std(ddof=1)) / math.sqrt(len(less))
        rows += [
            Row(f"… less {name}, paired", float(less.mean()), unit),
            Row("… … low", float(less.mean()) - half, unit),
            Row("… … high", float(less.mean()) + half, unit, Bar(0, at_least=True, must=True) if must else None),
        ]
    return tuple(rows)


def _one_split(ready: Prepared, seed: int) -> tuple[list[float], list[float]]:
    whole = ready.trial
    order = np.random.default_rng(seed).permutation(len(whole))
    one, other = np.sort(order[: len(order) // 2]), np.sort(order[len(order) // 2 :])
    inside, outside = replace(whole.take(one), seed=seed), whole.take(other)
    learned = learn(inside)
    scores = [learned.effect(outside.X), *_peers(inside, outside.X)]
    noisy = learned.score(outside)
    best = [_best(score, outside.treated, outside.y) for score in scores]
    return best, [float(along(noisy, score, outside).mean()) for score in scores]


def _peers(inside: Trial, fresh: Floats) -> list[Floats]:
    hot = _one_hot(np.vstack([inside.X, fresh]), inside.levels)
    return [rank(hot[: len(inside)], inside.treated, inside.y, hot[len(inside) :]) for rank in PEERS.values()]


def world_rows(trials: int) -> tuple[Row, ...]:
    """Compare the true effect in the best 30 % of customers not seen, where it is known."""
    rows = []
    for world in ("line", "step", "both"):
        told = np.array([_one_world(world, seed) for seed in range(trials)])
        rows += _beside(f"made-up trials ({world}): of the best 30 %'s gain over all, found", "%", told)
    return tuple(rows)


def _one_world(world: str, seed: int) -> list[float]:
    inside, _ = trial(world, 4000, seed)
    fresh, effect = trial(world, 20_000, seed + 10_000)
    count = int(BEST * len(effect))
    whole, most = float(effect.mean()), float(np.sort(effect)[-count:].mean())
    scores = [learn(inside).effect(fresh.X), *_peers(inside, fresh.X)]
    firsts = [np.argsort(-score, kind="stable")[:count] for score in scores]
    return [100 * (float(effect[first].mean()) - whole) / (most - whole) for first in firsts]


def _best(score: Floats, treated: Floats, y: Floats) -> float:
    first = np.argsort(-score, kind="stable")[: int(BEST * len(score))]
    with_it = treated[first] > 0
    return float(y[first][with_it].mean() - y[first][~with_it].mean())


def _one_hot(X: Floats, levels: tuple[int, ...]) -> Floats:
    parts = [X[:, at] == level for at, count in enumerate(levels) for level in range(count)]
    numbers = np.nan_to_num(X[:, [at for at, count in enumerate(levels) if not count]])
    return np.column_stack([numbers, *parts])


def logistic(X: Floats, treated: Floats, y: Floats, fresh: Floats) -> Floats:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return np.asarray(model.fit(X, treated == y).predict_proba(fresh)[:, 1])


def trees(X: Floats, treated: Floats, y: Floats, fresh: Floats) -> Floats:
    from xgboost import XGBClassifier

    model = XGBClassifier(n_jobs=1, random_state=0).fit(X, (treated == y).astype(int))
    return np.asarray(model.predict_proba(fresh)[:, 1], dtype=np.float64)


PEERS: dict[str, Rank] = {"class transformation, logistic": logistic, "class transformation, xgboost": trees}


def trial_rows(alike: int, amounts: int, unlike: int) -> tuple[Row, ...]:
    """Count how often effects are said to differ, where they do and where they do not."""
    wrong = _share(p_values(("alike", 2000, seed, 0.5, False) for seed in range(alike)))
    dear = _share(p_values(("alike", 2000, seed, 0.25, True) for seed in range(amounts)))
    rows = [
        Row("made-up trials, effects alike: called targetable", wrong, "%", Bar(_bound(alike), must=True)),
        Row("… amounts, a quarter treated", dear, "%", Bar(_bound(amounts), must=True)),
    ]
    for world in ("line", "step", "both"):
        found = _share(p_values((world, 4000, seed, 0.5, False) for seed in range(unlike)))
        rows.append(Row(f"made-up trials, effects unlike ({world}): found", found, "%"))
    return tuple(rows)


def p_values(asked: Iterable[Asked]) -> list[float]:
    with ProcessPoolExecutor() as pool:
        return list(pool.map(_p, asked))


def _p(asked: Asked) -> float:
    world, rows, seed, share, amounts = asked
    return crossed(trial(world, rows, seed, share=share, amounts=amounts)[0], 5).p


def _share(p: list[float]) -> float:
    return 100 * sum(one < LEVEL for one in p) / len(p)


def _bound(trials: int) -> float:
    from scipy.stats import binom

    return 100 * float(binom.ppf(0.975, trials, LEVEL)) / trials
