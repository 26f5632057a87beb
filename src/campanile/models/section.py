"""A training as a section of a page: which model, how good, beside the baseline."""

from __future__ import annotations

from campanile.estimates.estimate import Estimate
from campanile.models import figure, ranking_figure
from campanile.models.ranks import Confusion, Ranking
from campanile.models.result import Trained, Training
from campanile.report import Grid, Heading, Picture, Prose, Section
from campanile.words import Sentence, plural, say

QUESTION = say("Who will respond?")


def sections(training: Training, name: str | None = None, ranking: Ranking | None = None) -> tuple[Section, ...]:
    """Return the section "models"; ``name`` is the model that the page speaks of (default: the best).

    With its ``ranking`` the section shows its curves too.
    """
    chosen = training[name or training.best]
    told = cautions(training, chosen)
    return (
        Section(
            anchor="models",
            question=QUESTION,
            answer=training.verdict,
            blocks=(
                leaderboard(training, chosen),
                figures(training, chosen),
                calibration(chosen),
                *(pictures(ranking) if ranking is not None else ()),
                *((compared(training),) if training.comparisons else ()),
                *((Prose(told, "caution"),) if told else ()),
            ),
            method=method(training, chosen),
            context=(
                say("Table {table} v{version}, {rows:number} customers", table=training.table,
                    version=training.table_version, rows=training.rows),
                say("Model {name}", name=chosen.name),
            ),
        ),
    )  # fmt: skip


def leaderboard(training: Training, chosen: Trained) -> Picture:
    """Return the methods side by side, the chosen one marked."""
    return Picture(_title(training, chosen), figure.compared(training, chosen.name), _leaderboard(training))


def cautions(training: Training, chosen: Trained) -> tuple[Sentence, ...]:
    """Return what is to be read with care."""
    return (*training.notes, *chosen.limits[2:], *(one.verdict for one in training.comparisons))


def calibration(model: Trained) -> Picture:
    """Return the picture of expected beside actual responders, by tenths and in all."""
    told, outside = model.calibration, model.calibration.deciles_outside
    rows = (
        *((number, one.rows, one.expected, one.actual) for number, one in enumerate(told.deciles, 1)),
        (say("All"), sum(one.rows for one in told.deciles), told.expected, told.actual),
    )
    headings = (
        Heading(say("Tenth of the customers, the least likely first")), Heading(say("Customers"), "number"),
        Heading(say("Responders expected"), "estimate"), Heading(say("Responders that came"), "number"),
    )  # fmt: skip
    title = (
        plural(
            "As many responded as expected in all but {n} tenth of the customers",
            "As many responded as expected in all but {n} tenths of the customers", outside,
        )
        if outside
        else say("As many responded as expected in each tenth of the customers")
    )  # fmt: skip
    note = say(
        "In all {expected} responders were expected and {actual:number} came.",
        expected=told.expected.told(), actual=told.actual,
    )  # fmt: skip
    return Picture(title, figure.tenths(model), Grid(headings, rows), note)


def pictures(ranking: Ranking, at: Confusion | None = None) -> tuple[Picture, Picture]:
    """Return the ROC and the precision-recall curve, the threshold ``at`` (default: where a contact pays) marked."""
    mark = at or ranking.paying
    headings = (
        Heading(say("Probability above"), "percent"), Heading(say("Customers"), "number"),
        Heading(say("Of those chosen, who respond"), "estimate_percent"),
        Heading(say("Responders above the threshold"), "estimate_percent"),
    )  # fmt: skip
    rows = tuple((one.threshold, one.called, one.precision, one.recall) for one in ranking.confusions[::5])
    table = Grid(headings, rows)
    return (
        Picture(
            say("A responder is ranked before another customer {auc:percent} of the time",
                auc=ranking.roc_auc.estimate),
            ranking_figure.roc(ranking, mark), table, say("ROC-AUC {auc}", auc=ranking.roc_auc.told()), wide=False,
        ),
        Picture(
            say("The fewer are chosen, the more of them respond; of all customers {base:percent} do",
                base=ranking.base_rate),
            ranking_figure.pr(ranking, mark), table, say("PR-AUC {auc}", auc=ranking.pr_auc.told()), wide=False,
        ),
    )  # fmt: skip


def compared(training: Training) -> Grid:
    """Return the earlier versions beside those of this training."""
    headings = (
        Heading(say("Model")), Heading(say("Versions")), Heading(say("Customers"), "number"),
        Heading(say("ROC-AUC before"), "estimate"), Heading(say("ROC-AUC now"), "estimate"),
        Heading(say("Log loss before"), "estimate"), Heading(say("Log loss now"), "estimate"),
        Heading(say("Gain in log loss"), "estimate"),
    )  # fmt: skip
    rows = tuple(
        (one.name, f"v{one.old_version} → v{one.new_version}", one.rows, one.old.get("roc_auc"),
         one.new.get("roc_auc"), one.old.get("log_loss"), one.new.get("log_loss"), one.gain)
        for one in training.comparisons
    )  # fmt: skip
    return Grid(headings, rows, say("Before and now, on the same customers"))


def _title(training: Training, chosen: Trained) -> Sentence:
    if "roc_auc" not in chosen.metrics or not chosen.beats_baseline:
        return say("No method tells responders from the others")
    if len(training.models) == 2:
        return say("{method} is the only method that was tried", method=chosen.label)
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


def figures(training: Training, chosen: Trained) -> Grid:
    """Return the model's figures beside the baseline's, with what each tells."""
    baseline = training["baseline"]
    rows = tuple(
        (told, chosen.metrics[name], baseline.metrics.get(name), meaning)
        for name, (told, meaning) in METRICS.items()
        if name in chosen.metrics
    )
    headings = (
        Heading(say("Measure")), Heading(say("Chosen model"), "estimate"), Heading(say("Base rate alone"), "estimate"),
        Heading(say("What it tells")),
    )  # fmt: skip
    return Grid(headings, rows, say("The chosen model's figures, on customers it had not seen"))


_CHOSEN_BY = say("The model was chosen by its log loss in folds within the folds, which the figures here do not enter.")


def method(training: Training, chosen: Trained) -> tuple[Sentence, ...]:
    """Return how the figures came about."""
    return (
        *(
            (say("Those who are judged were scored by models that knew nothing later than their cut-off."),)
            if training.period is not None
            else ()
        ),
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


METRICS: dict[str, tuple[Sentence, Sentence]] = {
    "roc_auc": (say("ROC-AUC"), say("how often a responder is ranked before another customer; by chance .5")),
    "pr_auc": (say("PR-AUC"), say("how pure the list of likely responders is, over all lengths")),
    "log_loss": (say("Log loss"), say("how far the probabilities are from what happened; lower is better")),
    "brier": (say("Brier score"), say("the mean squared error of the probabilities; lower is better")),
    "calibration_slope": (
        say("Calibration slope"), say("1 where high and low probabilities are as far apart as they should be"),
    ),
    "accuracy": (say("Accuracy"), say("of how many customers the predicted class is the one that came")),
    "f1_macro": (say("F1, classes alike"), say("balance of precision and recall, each class counting alike")),
    "f1_weighted": (say("F1, by class size"), say("balance of precision and recall, each customer counting alike")),
    "lift_10": (say("Lift among the best 10 %"), say("times as many responders as among customers taken at random")),
    "lift_20": (say("Lift among the best 20 %"), say("times as many responders as among customers taken at random")),
    "lift_30": (say("Lift among the best 30 %"), say("times as many responders as among customers taken at random")),
    "profit": (say("Profit"), say("of contacting those for whom a contact pays")),
}  # fmt: skip
