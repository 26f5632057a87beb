"""Models are kept by name and version, in files that cannot run code."""

import json
import zipfile

import numpy as np
import pytest

from campanile.models import load, models, promote, retire
from campanile.models.methods import METHODS
from campanile.models.registry import TRUSTED, dumped, parsed
from campanile.workspace.errors import NotFound, Tampered


def test_every_method_is_kept_with_card_plan_and_out_of_fold_predictions(home, training, made):
    for name in METHODS:
        model = load(home, training[name].name)
        assert model.classes == ("false", "true")
        assert model.oof.column_names == ["row", "fold", "group", "actual", "probability", "p_0", "p_1"]
        assert model.oof.num_rows == made.rows.num_rows
        assert {"data", "features", "metrics", "baseline", "settings", "limits"} <= set(model.card)


def test_out_of_fold_predictions_are_those_of_the_fold_that_had_not_seen_the_row(home, training, made):
    model = load(home, training["logistic"].name)
    features = model.features(made.rows)
    fold, kept = model.oof["fold"].to_numpy(), model.oof["probability"].to_numpy()
    for one in model.folds:
        test = fold == one.fold
        assert np.array_equal(one.probabilities(features)[test, 1], kept[test]) or np.allclose(
            one.probabilities(features)[test, 1], kept[test], rtol=1e-12
        )


def test_the_best_is_loaded_unless_another_is_chosen(home, training):
    assert load(home).name == training.best
    promote(home, training["additive"].name)
    assert load(home).name == training["additive"].name
    promote(home, training["forest"].name, role="live")
    promote(home, training["neighbours"].name, role="live")
    roles = {one.method: one.role for one in models(home)}
    assert (roles["additive"], roles["forest"], roles["neighbours"]) == ("chosen", "live", "live")
    retire(home, training["additive"].name)
    assert load(home).name == training.best


def test_unknown_names_are_told_with_the_nearest(home, training):
    with pytest.raises(NotFound, match="Did you mean 'response-forest'"):
        load(home, "response-forrest")
    with pytest.raises(NotFound):
        load(home, training.best, version=99)
    with pytest.raises(NotFound, match="There is no role"):
        promote(home, training.best, role="king")


def test_a_changed_file_is_refused(home, training):
    artifact = load(home, training["neighbours"].name).artifact
    path = home.path / artifact.location / "model.skops"
    before = path.read_bytes()
    try:
        path.write_bytes(before[:-1] + b"x")
        with pytest.raises(Tampered, match="fingerprint differs"):
            load(home, artifact.name)
    finally:
        path.write_bytes(before)


def test_a_file_with_any_other_kind_of_object_is_refused(tmp_path):
    from sklearn.preprocessing import FunctionTransformer

    evil = dumped(FunctionTransformer(func=np.linalg.inv))
    with pytest.raises(Tampered, match="not one that Campanile writes"):
        parsed(evil, "evil")
    file = tmp_path / "evil.skops"
    with zipfile.ZipFile(file, "w") as written:
        written.writestr(
            "schema.json", json.dumps({"__class__": "system", "__module__": "os", "__loader__": "FunctionNode"})
        )
    with pytest.raises(Tampered):
        parsed(file.read_bytes(), "evil")
    with pytest.raises(Tampered):
        parsed(b"no zip file", "evil")


def test_nothing_is_trusted_that_can_run_code_of_others():
    assert not [name for name in TRUSTED if name.startswith(("builtins", "os", "subprocess", "functools", "operator"))]


def test_no_room_uses_pickle():
    from importlib import resources

    for room in ("models", "features"):
        for file in resources.files(f"campanile.{room}").iterdir():
            if file.name.endswith(".py"):
                text = file.read_text(encoding="utf-8")
                assert "import pickle" not in text
                assert "joblib" not in text
