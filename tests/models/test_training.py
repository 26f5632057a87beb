"""Training is honest, keeps what it made, and says when there is nothing to find."""

import numpy as np
import pyarrow as pa
import pytest

from campanile.models import TrainSpec, load, train
from campanile.models.methods import METHODS
from campanile.models.result import Training
from campanile.tables import Column, Dictionary, Semantic
from campanile.words.numbers import number
from campanile.workspace.errors import DataError, NotFound

from .conftest import Campaign, campaign, keep

FAST = {"minutes": 0, "quick": True, "folds": 3, "resamples": 100, "jobs": 1}


def spec(**changed):
    return TrainSpec(**{"table": "customers", "target": "Response", **FAST, **changed})


def with_target(made, values):
    place = made.rows.column_names.index("Response")
    return Campaign(made.rows.set_column(place, "Response", pa.array(values)), made.dictionary, made.truth)


def test_all_methods_are_trained_and_the_figures_are_beside_the_baseline(training):
    assert {model.method for model in training.models} == set(METHODS)
    assert training["baseline"].metrics["roc_auc"].estimate == 0.5
    assert training["stack"].beats_baseline
    assert training["stack"].metrics["roc_auc"].low > 0.6
    assert training.profit_contact_all == 11 * training.positives - 3 * training.rows
    assert training.best == training[training.best].name


def test_accuracy_and_f1_with_intervals_are_among_the_figures_of_every_model(training):
    for model in training.to_dict()["models"]:
        for name in ("accuracy", "f1_macro", "f1_weighted"):
            one = model["metrics"][name]
            assert 0 <= one["low"] <= one["estimate"] <= one["high"] <= 1
    largest = max(training.positives, training.rows - training.positives) / training.rows
    assert training["baseline"].metrics["accuracy"].estimate == pytest.approx(largest)


def test_a_result_comes_back_and_is_told_in_three_languages(home, training):
    from campanile.words import speaking

    kept = home.result(home.artifacts("training")[0], Training)
    assert kept.best == training.best
    told = []
    for language in ("en", "pl", "es"):
        with speaking(language):
            told.append(str(kept.verdict))
            assert kept.to_dict()["words"]
    assert len(set(told)) == 3


def test_the_probabilities_of_a_known_world_are_recovered(workspace):
    made = campaign(3000, seed=3)
    keep(workspace, made)
    trained = train(workspace, spec(methods=("logistic",)))["logistic"]
    model = load(workspace, trained.name)
    error = np.abs(model.oof["probability"].to_numpy() - made.truth)
    assert error.mean() < 0.05
    assert not trained.calibration.expected.excludes(trained.calibration.actual)
    assert trained.calibration.deciles_outside <= 1
    assert trained.metrics["calibration_slope"].low < 1 < trained.metrics["calibration_slope"].high


def test_it_is_said_when_nothing_beats_the_base_rate(workspace):
    made = campaign(300, seed=5)
    keep(workspace, with_target(made, np.random.default_rng(0).random(300) < 0.3))
    training = train(workspace, spec(methods=("logistic",)))
    assert not training["logistic"].beats_baseline
    assert str(training.verdict).startswith("No method beats the base rate")


def test_three_classes_are_trained_and_judged(workspace):
    made = campaign(400, seed=2)
    bands = np.digitize(made.truth, np.quantile(made.truth, [0.6, 0.85]))
    keep(workspace, with_target(made, [("low", "medium", "high")[band] for band in bands]))
    training = train(workspace, spec(methods=("logistic", "boosting", "stack")))
    assert training.classes == ("high", "low", "medium")
    assert training.positive == "high"
    metrics = training["stack"].metrics
    assert metrics["f1_macro"].estimate > 0.6
    assert {"roc_auc_weighted", "f1_weighted", "pr_auc", "accuracy"} <= set(metrics)
    assert {"accuracy", "f1_macro", "f1_weighted"} <= set(training["baseline"].metrics)
    p = load(workspace).predict(made.rows)
    assert p.shape == (400, 3)


def test_the_same_seed_gives_the_same_figures_whatever_the_order_of_rows(workspace, made):
    keep(workspace, made)
    keep(
        workspace,
        Campaign(made.rows.take(np.random.default_rng(0).permutation(400)), made.dictionary, made.truth),
        "shuffled",
    )
    one = train(workspace, spec(methods=("logistic",)))["logistic"].metrics
    other = train(workspace, spec(methods=("logistic",), table="shuffled", name="other", jobs=2))["logistic"].metrics
    assert one == other


def test_rows_without_outcome_are_not_learned_from(workspace, made):
    values = made.rows["Response"].to_pylist()
    keep(workspace, with_target(made, [None] * 40 + values[40:]))
    training = train(workspace, spec(methods=("logistic",)))
    assert training.rows == 360
    assert "40 rows have no outcome yet" in str(training.notes[0])
    assert load(workspace).oof["row"].to_pylist()[0] == 40


def test_copies_are_kept_in_one_fold_and_counted(workspace, made):
    again = made.rows.slice(0, 100).set_column(0, "ID", pa.array(range(1001, 1101)))
    keep(workspace, Campaign(pa.concat_tables([made.rows, again]), made.dictionary, made.truth))
    training = train(workspace, spec(methods=("logistic",)))
    assert training.copies == 100
    oof = load(workspace).oof.to_pydict()
    fold_of = {}
    assert all(fold_of.setdefault(group, fold) == fold for group, fold in zip(oof["group"], oof["fold"], strict=True))


def bad(workspace, rows, dictionary, **changed):
    keep(workspace, Campaign(rows, dictionary, np.empty(0)))
    with pytest.raises(DataError) as raised:
        train(workspace, spec(**changed))
    assert raised.value.remedy
    assert workspace.artifacts("model") == ()
    return str(raised.value)


def test_what_cannot_be_learned_from_is_refused_with_the_remedy(workspace, made):
    rows, dictionary = made.rows, made.dictionary
    assert "nothing to predict" in bad(workspace, with_target(made, [True] * 400).rows, dictionary)
    assert "Only 1 customer" in bad(workspace, with_target(made, [i == 7 for i in range(400)]).rows, dictionary)
    assert "too few" in bad(workspace, rows.slice(0, 6), dictionary)
    alike = pa.concat_tables([rows.slice(0, 1)] * 40).set_column(0, "ID", pa.array(range(40)))
    alike = alike.set_column(alike.num_columns - 1, "Response", pa.array([True, False] * 20))
    assert "copies of one another" in bad(workspace, alike, dictionary)
    only = Dictionary((Column("ID", Semantic.IDENTIFIER, "int64"), Column("Response", Semantic.FLAG, "bool")), key="ID")
    assert "no column to predict from" in bad(workspace, rows.select(["ID", "Response"]), only)


def test_an_unknown_target_is_told_with_the_nearest_name(workspace, made):
    keep(workspace, made)
    with pytest.raises(NotFound, match="Did you mean 'Response'"):
        train(workspace, spec(target="Respons"))


def test_progress_goes_from_nothing_to_all(workspace, made):
    keep(workspace, made)
    told, lines = [], []

    def progress(share, doing, found=None):
        told.append((share, str(doing)))
        lines.append([str(line) for line in found or ()])

    training = train(workspace, spec(methods=("logistic",)), progress)
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert any("Logistic regression" in words for _, words in told)
    (line,) = lines[-1]
    auc = training["logistic"].metrics["roc_auc"].estimate
    assert line.startswith(f"Logistic regression: AUC {number(auc)} (")


def test_ctrl_c_keeps_the_methods_that_are_finished(workspace, made, monkeypatch):
    from campanile.models import crossfit

    keep(workspace, made)

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setitem(METHODS, "forest", METHODS["forest"])
    original = crossfit.fit_part

    def fit_part(problem, method, settings, rows):
        return stop() if method is METHODS["forest"] else original(problem, method, settings, rows)

    monkeypatch.setattr(crossfit, "fit_part", fit_part)
    training = train(workspace, spec(methods=("logistic", "forest"), quick=False))
    assert training.interrupted
    assert [model.method for model in training.models] == ["baseline", "logistic"]
    assert "Stopped early" in str(training.notes[0])
    monkeypatch.setattr(crossfit, "fit_part", stop)
    with pytest.raises(KeyboardInterrupt):
        train(workspace, spec())
    assert len(workspace.artifacts("training")) == 1


def test_a_new_category_and_a_missing_value_are_scored_and_a_missing_column_is_told(home, training, made):
    model = load(home, training["stack"].name)
    row = made.rows.slice(0, 1).set_column(made.rows.column_names.index("city"), "city", pa.array(["Atlantis"]))
    assert 0 < model.predict(row)[0, 1] < 1
    empty = pa.table({name: pa.nulls(1, made.rows.schema.field(name).type) for name in model.plan.sources})
    assert 0 < model.predict(empty)[0, 1] < 1
    with pytest.raises(DataError, match="lack 1 column that the model needs: 'recency'"):
        model.predict(made.rows.drop_columns(["recency"]))


@pytest.mark.real
def test_the_real_campaign_is_predicted_as_well_as_promised(workspace, real_data):
    from campanile.sources import LoadSpec
    from campanile.sources import load as load_file

    load_file(workspace, LoadSpec(path=real_data / "ifood" / "marketing_campaign.csv", table="customers", key="ID"))
    best = train(workspace, TrainSpec(table="customers", target="Response", contact_cost=3, sale_value=11, quick=True))[
        "stack"
    ]
    assert best.metrics["roc_auc"].estimate >= 0.915
    assert best.metrics["profit"].estimate >= 1330
    assert not best.calibration.expected.excludes(best.calibration.actual)
    assert best.calibration.deciles_outside <= 1
