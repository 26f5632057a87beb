"""A training as a section of a page: which model, how good, beside the baseline."""

from __future__ import annotations

from campanile.estimates.estimate import Estimate
from campanile.models import figure
from campanile.models.result import Trained, Training
from campanile.report import Grid, Heading, Picture, Prose, Section
from campanile.words import Sentence, plural, say


def sections(training: Training, name: str | None = None) -> tuple[Section, ...]:
    """Return the section "models"; ``name`` is the model that the page speaks of (default: the best)."""
    chosen = training[name or training.best]
    cautions = (*training.notes, *chosen.limits[2:], *(one.verdict for one in training.comparisons))
    return (
        Section(
            anchor="models",
            question=say("Who will respond?"),
            answer=training.verdict,
            blocks=(
                Picture(_title(training, chosen), figure.compared(training, chosen.name), _leaderboard(training)),
                _figures(chosen, training["baseline"]),
                *((Prose(cautions, "caution"),) if cautions else ()),
            ),
            method=_method(training, chosen),
            context=(
                say("Table {table} v{version}, {rows:number} customers", table=training.table,
                    version=training.table_version, rows=training.rows),
                say("Model {name}", name=chosen.name),
            ),
        ),
    )  # fmt: skip


def _title(training: Training, chosen: Trained) -> Sentence:
    if "roc_auc" not in chosen.metrics or not chosen.beats_baseline:
        return say("No method tells responders from the others")
    return say("{method} is chosen among {n:number} methods", method=chosen.label, n=len(training.models) - 1)


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


def _figures(chosen: Trained, baseline: Trained) -> Grid:
    rows = tuple(
        (told, chosen.metrics[name], baseline.metrics.get(name), meaning)
        for name, (told, meaning) in _METRICS.items()
        if name in chosen.metrics
    )
    headings = (
        Heading(say("Measure")), Heading(say("Chosen model"), "estimate"), Heading(say("Base rate alone"), "estimate"),
        Heading(say("What it tells")),
    )  # fmt: skip
    return Grid(headings, rows, say("The chosen model's figures, on customers it had not seen"))


_CHOSEN_BY = say("The model was chosen by its log loss in folds within the folds, which the figures here do not enter.")


def _method(training: Training, chosen: Trained) -> tuple[Sentence, ...]:
    return (
        say("Customers were split into folds; each was scored by a model fitted without it, preparation included."),
        say("Rows that are equal but for their number count as one customer and never stand on both sides."),
        *((_CHOSEN_BY,) if chosen.name == training.best else ()),
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
