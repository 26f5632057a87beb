"""The versions of a rollout compared on what happened: on their own customers, shadows on the champion's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate
from campanile.estimates.splits import split_p
from campanile.models.registry import find as find_model
from campanile.models.rollouts.contrast import Measured, Sample, concluded, measured
from campanile.models.rollouts.outcomes import Joined, Outcomes, join, read
from campanile.models.rollouts.result import Against, Comparison, Judged, Verdict
from campanile.models.rollouts.rollout import Rollout
from campanile.models.rollouts.spec import CompareSpec
from campanile.models.rollouts.standing import artifact, find
from campanile.words import Sentence, plural, say
from campanile.workspace.catalog import Artifact
from campanile.workspace.place import Workspace

KIND = "comparison"
SPLIT_P = 0.001
_RANK = {"better": 0, "worse": 1, "alike": 2, "early": 3, "blocked": 4}


def compare(workspace: Workspace, spec: CompareSpec) -> Comparison:
    """Compare the versions of a rollout on the outcomes in a table, and keep what came out.

    Answers of one declaration are compared: within it customers are dealt at random, by shares that stay. Raises
    NotFound, and DataError for a column that holds no such outcome.
    """
    rollout = find(workspace, spec.rollout, spec.declaration)
    models = [find_model(workspace, *arm.named) for arm in rollout.arms]
    with workspace.run("compare", spec, seed=spec.seed) as run:
        run.read(artifact(workspace, rollout))
        table = run.read(workspace.table(spec.table))
        known = read(workspace, rollout, spec, models[0])
        joined = [join(workspace, rollout, arm, spec, known) for arm in rollout.arms]
        done = _compared(workspace, rollout, spec, table, known, joined, models)
        run.save_result(KIND, rollout.name, done, meta={"declaration": rollout.declaration, "table": spec.table})
    return done


def _compared(
    workspace: Workspace, rollout: Rollout, spec: CompareSpec, table: Artifact, known: Outcomes,
    joined: Sequence[Joined], models: Sequence[Artifact],
) -> Comparison:  # fmt: skip
    samples = _samples(joined)
    pairs = [
        _pair(joined[0], one, (samples[0], sample)) if one.arm.role == "shadow" else None
        for one, sample in zip(joined, samples, strict=True)
    ]
    extra = [samples[0].at(pair[0]) for pair in pairs if pair is not None]
    extra += [sample.at(pair[1]) for sample, pair in zip(samples, pairs, strict=True) if pair is not None]
    found = measured([*samples, *extra], spec.resamples, spec.seed)
    judged = tuple(_judged(workspace, one, sample, model, found.figures(place)) for place, (one, sample, model)
                   in enumerate(zip(joined, samples, models, strict=True)))  # fmt: skip
    split = _split(joined)
    blocked = split is not None and split < SPLIT_P
    level = 1 - 0.05 / max(len(joined) - 1, 1)
    shadows, against = iter(range(len(extra) // 2)), []
    for place, one in enumerate(joined[1:], start=1):
        if pairs[place] is None:
            sides = (place, 0)
        else:
            at = next(shadows)
            sides = (len(samples) + len(extra) // 2 + at, len(samples) + at)
        against.append(_against(rollout, spec, one, [*samples, *extra], found, sides, level, blocked=blocked))
    return Comparison(
        rollout.name, rollout.declaration, spec.table, table.version, spec.outcome, spec.within_days, known.end.date(),
        str(rollout.arms[0].told()), judged, tuple(against), split, _verdict(against, blocked=blocked),
        tuple(_notes(spec, known, joined)),
    )  # fmt: skip


def _samples(joined: Sequence[Joined]) -> list[Sample]:
    """Return the answers with customers numbered alike in all versions."""
    keys = np.concatenate([one.keys for one in joined])
    _, codes = np.unique(keys, return_inverse=True)
    pieces = np.split(codes.astype(np.int64), np.cumsum([len(one.keys) for one in joined])[:-1])
    return [Sample(piece, one.probability, one.responded) for piece, one in zip(pieces, joined, strict=True)]


def _pair(
    champion: Joined, shadow: Joined, samples: tuple[Sample, Sample]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of the answers that both gave to the same customer at the same moment."""
    moments = np.unique(np.concatenate([champion.micros, shadow.micros]))
    here, there = (
        sample.customers * max(len(moments), 1) + np.searchsorted(moments, one.micros)
        for one, sample in zip((champion, shadow), samples, strict=True)
    )
    _, first, second = np.intersect1d(here, there, return_indices=True)
    return first.astype(np.int64), second.astype(np.int64)


def _split(joined: Sequence[Joined]) -> float | None:
    """Return how probable the split of the traffic is, among all who were answered and among those judged."""
    answering = [one for one in joined if one.arm.role != "shadow" and one.arm.share > 0]
    shares = [one.arm.share for one in answering]
    found = [split_p(counts, shares) for counts in (
        [one.customers for one in answering], [len(np.unique(one.keys)) for one in answering],
    )] if len(answering) > 1 else []  # fmt: skip
    return min((p for p in found if p is not None), default=None)


def _judged(workspace: Workspace, one: Joined, sample: Sample, model: Artifact, metrics: dict[str, Estimate]) -> Judged:
    rate = float(np.mean(workspace.frame(model, "oof")["actual"].to_numpy() == int(model.meta["positive"])))
    y = sample.responded.astype(np.float64)
    naive = (
        {
            "log_loss": float(-(y * np.log(rate) + (1 - y) * np.log1p(-rate)).mean()),
            "brier": float(((y - rate) ** 2).mean()),
        }
        if len(y)
        else {}
    )
    return Judged(
        one.arm.model, one.arm.version, one.arm.role, one.answers, one.customers, one.failed, len(y), int(y.sum()),
        float(sample.probability.sum()), metrics, naive,
    )  # fmt: skip


def _against(
    rollout: Rollout, spec: CompareSpec, one: Joined, samples: Sequence[Sample], found: Measured,
    sides: tuple[int, int], level: float, *, blocked: bool,
) -> Against:  # fmt: skip
    figures = found.less(*sides, level)
    figures.pop("gap", None)
    mine, champions = samples[sides[0]], samples[sides[1]]
    customers = len(np.union1d(mine.customers, champions.customers))
    counts = [int(n) for side in (mine, champions) for n in (side.responded.sum(), (~side.responded).sum())]
    loss = float(found.whole[sides[1]]["log_loss"][0])
    state, more = concluded(figures.get("log_loss"), loss, spec.relevant, customers, min(counts))
    if blocked:
        state, more = "blocked", None
    paired = one.arm.role == "shadow"
    told = _told(state, rollout, one, figures.get("log_loss"), more, spec, customers, paired=paired)
    return Against(one.arm.model, one.arm.version, one.arm.role, paired, customers, figures, state, more, told)


def _told(
    state: Verdict, rollout: Rollout, one: Joined, loss: Estimate | None, more: int | None, spec: CompareSpec,
    customers: int, *, paired: bool,
) -> Sentence:  # fmt: skip
    version, champion = one.arm.told(), rollout.arms[0].told()
    if state == "blocked":
        return _BLOCKED
    if state == "early" or loss is None:
        if more is None:
            return say("Too early to tell {version} from {champion}: hardly any outcome is known yet.",
                       version=version, champion=champion)  # fmt: skip
        return plural(
            "Too early to tell {version} from {champion}: it takes about {n:number} more customer.",
            "Too early to tell {version} from {champion}: it takes about {n:number} more customers.",
            more, version=version, champion=champion,
        )  # fmt: skip
    if state == "alike":
        return say("No difference is seen between {version} and {champion} on {customers:number} customers; one of"
                   " {relevant:percent} of the log loss would have been.", version=version, champion=champion,
                   customers=customers, relevant=spec.relevant)  # fmt: skip
    by = loss if state == "worse" else Estimate(-loss.estimate, -loss.high, -loss.low, loss.level)
    better, worse = (version, champion) if state == "better" else (champion, version)
    if paired:
        return say("{better} is better than {worse}: on the same customers its log loss is lower by {by}.",
                   better=better, worse=worse, by=by.told())  # fmt: skip
    return say("{better} is better than {worse}: its log loss is lower by {by}.", better=better, worse=worse,
               by=by.told())  # fmt: skip


def _verdict(against: Sequence[Against], *, blocked: bool) -> Sentence:
    if not against:
        return say("There is no challenger to compare the champion with.")
    if blocked:
        return _BLOCKED
    return min(against, key=lambda one: (_RANK[one.state], _loss(one))).verdict


def _loss(one: Against) -> float:
    return one.figures["log_loss"].estimate if "log_loss" in one.figures else 0.0


def _notes(spec: CompareSpec, known: Outcomes, joined: Sequence[Joined]) -> Iterator[Sentence]:
    young = sum(one.customers - one.matured for one in joined if one.arm.role != "shadow")
    unknown = sum(one.matured - len(np.unique(one.keys)) for one in joined if one.arm.role != "shadow")
    if young:
        yield plural("{n:number} customer was answered too recently to be judged.",
                     "{n:number} customers were answered too recently to be judged.", young)  # fmt: skip
    if unknown:
        yield plural("Of {n:number} customer who was answered the table tells no outcome.",
                     "Of {n:number} customers who were answered the table tells no outcome.", unknown)  # fmt: skip
    if not known.timed:
        yield say("The table does not say when: an outcome from before the answer would count too. Name the column that"
                  " says when it was.")  # fmt: skip
    elif spec.within_days is None:
        yield say("Without --within, later answers had less time for an outcome than earlier ones.")
    for one in joined:
        if one.failed:
            yield plural("{version} could not score {n:number} customer.",
                         "{version} could not score {n:number} customers.",
                         one.failed, version=one.arm.told())  # fmt: skip


_BLOCKED = say("Customers were not dealt to the versions as declared: something sends or logs them otherwise. Until"
               " that is found, no version can be judged.")  # fmt: skip
