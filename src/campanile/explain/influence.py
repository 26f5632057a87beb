"""How much each thing moves the model's answers, with intervals over folds, ranked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from campanile.estimates import Estimate
from campanile.explain.evidence import Evidence, Question, answers
from campanile.explain.intervals import over_folds
from campanile.explain.result import Influence
from campanile.explain.shapley import COMPARED, exact, sampled
from campanile.explain.subjects import Subject


def influences(
    evidence: Evidence, *, sample: int, seed: int, level: float = 0.95, tested: int | None = None
) -> tuple[Influence, ...]:
    """Rank the subjects by their share of what moves the answers, the most influential first.

    ``sample`` bounds how many customers are looked at: fully for exact values, a tenth for sampled ones.
    Only the first ``tested`` (default: all) are shuffled to see what the AUC loses.
    """
    customers = evidence.sample(looked_at(evidence, sample), seed)
    values = attributed(evidence, customers, seed)
    moved = _by_fold(np.abs(values), evidence.fold[customers])
    shares = moved / np.maximum(moved.sum(axis=1, keepdims=True), 1e-12)
    order = sorted(range(shares.shape[1]), key=lambda at: (-shares[:, at].mean(), evidence.subjects[at].name))
    shuffled = [evidence.subjects[at] for at in order[:tested]]
    lost = permuted(evidence, shuffled, evidence.sample(2 * sample, seed), seed)
    return tuple(
        _influence(evidence, evidence.subjects[at], customers, values[:, at],
                   over_folds(shares[:, at], level, floor=0.0), over_folds(moved[:, at], level, floor=0.0),
                   over_folds(lost[:, rank], level) if rank < lost.shape[1] else None)
        for rank, at in enumerate(order)
    )  # fmt: skip


def looked_at(evidence: Evidence, sample: int) -> int:
    """Return how many customers the influence is read from."""
    return min(len(evidence.outcome), sample if evidence.terms else _few(evidence, sample))


def _few(evidence: Evidence, sample: int) -> int:
    """Return how many customers' sampled values can be afforded: each asks the model ten times for each subject."""
    return max(20, min(sample // 10, 20_000 // max(1, len(evidence.subjects))))


def attributed(evidence: Evidence, customers: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    """Return Shapley values (customers, subjects), each customer by the model of its fold."""
    values = np.zeros((len(customers), len(evidence.subjects)))
    for k in np.unique(evidence.fold[customers]):
        chosen = np.flatnonzero(evidence.fold[customers] == k)
        values[chosen] = _of_fold(evidence, int(k), customers[chosen], seed)
    return values


def _of_fold(evidence: Evidence, k: int, customers: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    features = evidence.features.take(customers)
    terms = evidence.fold_terms[k] if evidence.fold_terms else evidence.terms
    if terms is not None:
        return exact(terms, features, evidence.subjects)
    random = np.random.default_rng((seed, k))
    background = evidence.features.take(random.choice(evidence.features.num_rows, COMPARED))
    return sampled(evidence.scorers[k], features, background, evidence.subjects, seed)


def _by_fold(values: NDArray[np.float64], fold: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.stack([values[fold == k].mean(axis=0) for k in np.unique(fold)])


def permuted(
    evidence: Evidence, subjects: Sequence[Subject], customers: NDArray[np.int64], seed: int
) -> NDArray[np.float64]:
    """Return what the AUC of each fold loses when a subject is shuffled, shape (folds, subjects).

    A business column is shuffled as a whole, with everything made from it, among held-out customers of
    one fold. NaN where a fold's customers all responded alike.

    Source: Breiman (2001), Random forests; grouped as in Au et al. (2022), Grouped feature importance.
    """
    repeats = int(np.clip(4000 // max(1, len(customers)), 1, 5))
    fold = evidence.fold[customers]
    random = np.random.default_rng(seed)
    shuffled = [_shuffled(customers, fold, random) for _ in range(repeats)]
    questions = [
        Question(subject, customers, evidence.column(subject).take(order).combine_chunks())
        for subject in subjects for order in shuffled
    ]  # fmt: skip
    told = np.stack(answers(evidence, questions)) if questions else np.empty((0, len(customers)))
    outcome, folds = evidence.outcome[customers], np.unique(fold)
    lost = np.full((len(folds), len(subjects)), np.nan)
    for place, k in enumerate(folds):
        held = fold == k
        whole = auc(evidence.probability[customers[held]][None], outcome[held])
        after = auc(told[:, held], outcome[held]).reshape(len(subjects), repeats)
        lost[place] = whole - after.mean(axis=1)
    return lost


def _shuffled(customers: NDArray[np.int64], fold: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.int64]:
    order = customers.copy()
    for k in np.unique(fold):
        held = np.flatnonzero(fold == k)
        order[held] = customers[random.permutation(held)]
    return order


def auc(scores: NDArray[np.float64], outcome: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the AUC of each row of ``scores`` (many, customers): the chance that a responder scores higher."""
    from scipy.stats import rankdata

    positives = int(outcome.sum())
    negatives = len(outcome) - positives
    if positives == 0 or negatives == 0:
        return np.full(len(scores), np.nan)
    ranks = rankdata(scores, axis=1)[:, outcome].sum(axis=1)
    return np.asarray((ranks - positives * (positives + 1) / 2) / (positives * negatives))


def _influence(
    evidence: Evidence, subject: Subject, customers: NDArray[np.int64], values: NDArray[np.float64],
    share: Estimate, shapley: Estimate, permutation: Estimate | None,
) -> Influence:  # fmt: skip
    leaning = None if subject.kind == "category" else _leaning(evidence.amounts(subject)[customers], values)
    return Influence(
        subject.name, subject.label, subject.sources, subject.features, share, shapley, permutation, leaning,
        subject.description,
    )  # fmt: skip


def _leaning(amounts: NDArray[np.float64], values: NDArray[np.float64]) -> float | None:
    """Return Spearman's correlation of value and contribution, None where one of them never varies."""
    from scipy.stats import rankdata

    known = np.isfinite(amounts)
    if known.sum() < 3 or np.ptp(amounts[known]) == 0 or np.ptp(values[known]) == 0:
        return None
    return float(np.corrcoef(rankdata(amounts[known]), rankdata(values[known]))[0, 1])
