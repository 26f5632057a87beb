"""The room on kept models, from a table to a kept explanation."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.csv
import pytest

from campanile.explain import ExplainSpec, Explanation, Reasons, ReasonsSpec, attributions, explain, reasons
from campanile.models import TrainSpec, load, train
from campanile.sources import LoadSpec
from campanile.sources import load as load_table
from campanile.sources.worlds import campaign as made_up
from campanile.workspace import Workspace
from campanile.workspace.errors import NotFound


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("explain")
    world = made_up(rows=900, seed=3)
    pyarrow.csv.write_csv(world.table, folder / "campaign.csv")
    workspace = Workspace.open(folder / "workspace")
    load_table(workspace, LoadSpec(path=folder / "campaign.csv", table="customers", key=world.key))
    train(workspace, TrainSpec(table="customers", target=world.target, minutes=0, quick=True, jobs=1, folds=3,
                               methods=("logistic", "boosting", "neighbours"), resamples=50))  # fmt: skip
    yield workspace, world
    workspace.close()


@pytest.mark.parametrize("method", ["logistic", "boosting"])
def test_the_true_drivers_are_found_and_the_explanation_is_kept(trained: Any, method: str) -> None:
    workspace, world = trained
    told = explain(workspace, ExplainSpec(model=f"response-{method}", features=6))
    columns = {column for driver in world.drivers for column in driver.columns}
    assert sum(bool(columns & set(one.sources)) for one in told.features[:5]) >= 4
    artifact = workspace.artifact("explanation", f"response-{method}")
    assert workspace.result(artifact, Explanation) == told
    assert load(workspace, f"response-{method}").artifact in workspace.catalog.parents(artifact.run_id)
    assert told.exact


def test_a_model_without_exact_terms_is_sampled(trained: Any) -> None:
    workspace, _ = trained
    told = explain(workspace, ExplainSpec(model="response-neighbours", features=2, sample=500))
    assert not told.exact
    assert len(told.curves) == 2


def test_the_same_seed_gives_the_same_explanation(trained: Any) -> None:
    workspace, _ = trained
    asked = ExplainSpec(model="response-logistic", features=3, seed=5)
    assert explain(workspace, asked) == explain(workspace, asked)


@pytest.mark.parametrize("method", ["logistic", "boosting", "neighbours"])
def test_contributions_add_up_to_the_answer(trained: Any, method: str) -> None:
    workspace, _ = trained
    model = load(workspace, f"response-{method}")
    rows = workspace.read(model.table).slice(0, 20)
    told = attributions(workspace, model, rows)
    p = np.clip(model.predict(rows)[:, model.positive], 1e-4, 1 - 1e-4)
    assert told.values.sum(axis=1) + told.expected == pytest.approx(np.log(p / (1 - p)), abs=2e-3)


def test_one_customers_reasons_are_told(trained: Any) -> None:
    workspace, world = trained
    key = world.table["customer_id"][0].as_py()
    told = reasons(workspace, ReasonsSpec(key=key, model="response-boosting"))
    sizes = [abs(one.contribution) for one in told.reasons]
    assert sizes == sorted(sizes, reverse=True)
    assert all(
        (change.probability >= told.threshold) != (told.probability >= told.threshold) for change in told.changes
    )
    assert str(key) in str(told.words)
    assert told.to_dict()["reasons"]
    kept = workspace.artifact("reasons", "response-boosting")
    assert kept.meta["key"] == str(key)
    assert workspace.result(kept, Reasons) == told


def test_an_unknown_customer_or_class_is_told(trained: Any) -> None:
    workspace, _ = trained
    with pytest.raises(NotFound, match="no customer 'nobody'"):
        reasons(workspace, ReasonsSpec(key="nobody", model="response-logistic"))
    with pytest.raises(NotFound, match="has no answer 'perhaps'"):
        explain(workspace, ExplainSpec(model="response-logistic", answer="perhaps"))


def test_the_other_class_is_explained_when_asked_for(trained: Any) -> None:
    workspace, _ = trained
    model = load(workspace, "response-logistic")
    yes = attributions(workspace, model, answer=model.classes[model.positive])
    no = attributions(workspace, model, answer=model.classes[1 - model.positive])
    assert no.values == pytest.approx(-yes.values)
    told = explain(
        workspace, ExplainSpec(model="response-logistic", answer=model.classes[1 - model.positive], features=2)
    )
    assert told.responders == 900 - world_responders(trained)


def world_responders(trained: Any) -> int:
    return int(np.sum(trained[1].table["response"].to_numpy(zero_copy_only=False)))
