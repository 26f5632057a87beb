"""A training as a section of a page: which model, how good, beside the baseline."""

from __future__ import annotations

from campanile.estimates.estimate import Estimate
from campanile.models import figure
from campanile.models.result import Trained, Training
from campanile.report import Grid, Heading, Picture, Prose, Section
from campanile.words import Sentence, plural, say


def sections(training: Training) -> tuple[Section, ...]:
    """Return the section "models"."""
    best = training[training.best]
    cautions = (*training.notes, *best.limits[2:], *(one.verdict for one in training.comparisons))
    return (
        Section(
            anchor="models",
            question=say("Who will respond?"),
            answer=training.verdict,
            blocks=(
                Picture(_title(training, best), figure.compared(training), _leaderboard(training)),
                _figures(best, training["baseline"]),
                *((Prose(cautions, "caution"),) if cautions else ()),
            ),
            method=_method(training),
            context=(
                say("Table {table} v{version}, {rows:number} customers", table=training.table,
                    version=training.table_version, rows=training.rows),
                say("Model {name}", name=best.name),
            ),
        ),
    )  # fmt: skip


def _title(training: Training, best: Trained) -> Sentence:
    auc = best.metrics.get("roc_auc")
    if auc is None or not best.beats_baseline:
        return say("No method tells responders from the others")
    return say("{method} is chosen among {n:number} methods", method=best.label, n=len(training.models) - 1)


def _leaderboard(training: Training) -> Grid:
    money = any("profit" in model.metrics for model in training.models)
    headings = [
        Heading(say("Method")), Heading(say("ROC-AUC"), "estimate"), Heading(say("PR-AUC"), "estimate"),
        Heading(say("Log loss"), "estimate"), Heading(say("Brier score"), "estimate"),
        Heading(say("Lift among the best 10 %"), "estimate"),
    ]  # fmt: skip
    names = ["roc_auc", "pr_auc", "log_loss", "brier", "lift_10"]
    if money:
        headings.append(Heading(say("Profit"), "estimate_money"))
        names.append("profit")
    rows = tuple(
        (model.label, *(model.metrics.get(name) for name in names))
        for model in sorted(training.models, key=_loss)
    )  # fmt: skip
    return Grid(tuple(headings), rows)


def _figures(best: Trained, baseline: Trained) -> Grid:
    rows = tuple(
        (told, best.metrics[name], baseline.metrics.get(name), meaning)
        for name, (told, meaning) in _METRICS.items()
        if name in best.metrics
    )
    headings = (
        Heading(say("Measure")), Heading(say("Chosen model"), "estimate"), Heading(say("Base rate alone"), "estimate"),
        Heading(say("What it tells")),
    )  # fmt: skip
    return Grid(headings, rows, say("The chosen model's figures, on customers it had not seen"))


def _method(training: Training) -> tuple[Sentence, ...]:
    return (
        say("Customers were split into folds; each was scored by a model fitted without it, preparation included."),
        say("Rows that are equal but for their number count as one customer and never stand on both sides."),
        say("The model was chosen by its log loss in folds within the folds, which the figures here do not enter."),
        say("Intervals hold the figure in 95 of 100 samples of customers. The base rate predicts the same for all."),
        plural(
            "{n:number} feature was made from the columns.",
            "{n:number} features were made from the columns.",
            training.features,
        ),
    )


def _loss(model: Trained) -> float:
    return model.metrics.get("log_loss", Estimate(float("inf"), 0, 0)).estimate


_METRICS: dict[str, tuple[Sentence, Sentence]] = {
    "roc_auc": (say("ROC-AUC"), say("how often a responder is ranked before another customer; by chance .5")),
    "pr_auc": (say("PR-AUC"), say("how pure the list of likely responders is, over all lengths")),
    "log_loss": (say("Log loss"), say("how far the probabilities are from what happened; lower is better")),
    "brier": (say("Brier score"), say("the mean squared error of the probabilities; lower is better")),
    "calibration_slope": (
        say("Calibration slope"), say("1 where high and low probabilities are as far apart as they should be"),
    ),
    "f1_macro": (say("F1, classes alike"), say("balance of precision and recall, each class counting alike")),
    "f1_weighted": (say("F1, by class size"), say("balance of precision and recall, each customer counting alike")),
    "lift_10": (say("Lift among the best 10 %"), say("times as many responders as among customers taken at random")),
    "lift_20": (say("Lift among the best 20 %"), say("times as many responders as among customers taken at random")),
    "lift_30": (say("Lift among the best 30 %"), say("times as many responders as among customers taken at random")),
    "profit": (say("Profit"), say("of contacting those for whom a contact pays")),
}  # fmt: skip
