"""A kept model is fitted again on resampled customers: with its settings, calibrated as it was, copies together."""

import numpy as np
import pyarrow as pa
import pytest

from campanile.models import TrainSpec, load, train
from campanile.models.methods import METHODS
from campanile.models.preparation import learned_from
from campanile.models.refits import drawn, refits, refitted
from campanile.tables import Column, Dictionary, Semantic, dictionary_of
from campanile.workspace import Workspace

ROWS = 400
LONG = ("additive", "forest", "few")
DICTIONARY = Dictionary((
    Column("user", Semantic.IDENTIFIER, "int64"), Column("visits", Semantic.NUMBER, "double"),
    Column("plan", Semantic.CATEGORY), Column("buys", Semantic.FLAG, "bool"),
), key="user")  # fmt: skip


def customers(count=ROWS, seed=0):
    draw = np.random.default_rng(seed)
    visits = np.round(draw.normal(0, 1, count), 2)
    buys = draw.random(count) < 1 / (1 + np.exp(1 - 2 * visits))
    plan = draw.choice(["free", "trial"], count)
    # Every tenth customer stands there twice.
    visits[1::10], plan[1::10], buys[1::10] = visits[::10], plan[::10], buys[::10]
    known = pa.array(buys, mask=np.arange(count) >= count - 20)
    return pa.table({"user": np.arange(count), "visits": visits, "plan": plan, "buys": known})


def trained(folder, *methods):
    workspace = Workspace.open(folder / "workspace")
    with workspace.run("load", {}) as run:
        run.save_table("users", customers(), key="user", meta={"dictionary": DICTIONARY.to_dict()})
    asked = {"quick": True, "minutes": 0, "folds": 2, "jobs": 1, "resamples": 50}
    train(workspace, TrainSpec(table="users", target="buys", methods=methods, **asked))
    return workspace


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    workspace = trained(tmp_path_factory.mktemp("home"), *(set(METHODS) - set(LONG)))
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def slow_home(tmp_path_factory):
    workspace = trained(tmp_path_factory.mktemp("home"), *LONG)
    yield workspace
    workspace.close()


def problem_of(workspace, model, **said):
    spec = TrainSpec(table="users", target="buys", **said)
    return learned_from(workspace.read(model.table), dictionary_of(model.table), model.plan, spec)


@pytest.mark.parametrize("method", [
    one if one not in LONG else pytest.param(one, marks=pytest.mark.slow) for one in METHODS
])  # fmt: skip
def test_every_method_is_fitted_again_and_answers_near_the_kept_model(request, method):
    workspace = request.getfixturevalue("slow_home" if method in LONG else "home")
    model = load(workspace, f"buys-{method}")
    made = refitted(workspace, model, 2, jobs=1)
    features = model.numbers(workspace.read(model.table))
    told = np.stack([one.predict_proba(features) for one in made.pipelines])
    assert told.sum(axis=2) == pytest.approx(1)
    whole = model.pipeline.predict_proba(features)[:, 1]
    assert abs(told[:, :, 1].mean() - whole.mean()) < 0.06
    assert len({one.round(12).tobytes() for one in told}) > 1  # other customers, other answers


def test_copies_and_rows_without_an_outcome_go_with_their_customer(home):
    model = load(home, "buys-logistic")
    _, row, groups = problem_of(home, model)
    seen = refitted(home, model, 8, jobs=1).seen
    assert seen.shape == (8, ROWS)
    assert len(row) == ROWS - 20
    for group in np.unique(groups):
        assert (seen[:, groups == group] == seen[:, groups == group][:, :1]).all()
    assert 0.5 < seen.mean() < 0.7  # who is drawn as often as there are customers misses 37 in 100
    fresh = np.setdiff1d(groups, groups[row])
    assert not seen[:, np.isin(groups, fresh)].any()


def test_a_draw_has_every_class_in_two_groups_and_repeats_whole_groups(home):
    model = load(home, "buys-logistic")
    problem, *_ = problem_of(home, model)
    rare = np.zeros(len(problem.y), dtype=np.int64)
    rare[np.unique(problem.groups, return_index=True)[1][:5]] = 1
    from dataclasses import replace

    for number in range(30):
        rows = drawn(replace(problem, y=rare), 0, number)
        assert len(np.unique(problem.groups[rows][rare[rows] == 1])) >= 2
        times = np.bincount(rows, minlength=len(rare))
        for group in np.unique(problem.groups)[:50]:
            assert len(set(times[problem.groups == group])) == 1


def test_the_same_training_gives_the_same_models_whatever_the_threads(home):
    model = load(home, "buys-boosting")
    features = model.numbers(home.read(model.table))
    one, two = (refitted(home, model, 4, jobs=jobs) for jobs in (1, 2))
    for first, second in zip(one.pipelines, two.pipelines, strict=True):
        assert (first.predict_proba(features) == second.predict_proba(features)).all()
    assert (one.seen == two.seen).all()


def test_what_was_fitted_is_kept_and_read_back_bit_for_bit(home):
    model = load(home, "buys-boosting")
    features = model.numbers(home.read(model.table))
    told = []
    with home.run("simulate", {}) as run:
        made = refits(home, run, model, most=6, progress=lambda share, doing: told.append(share))
    assert told[-1] == 1
    kept = home.artifacts("refits", model.name)[-1]
    with home.run("simulate", {}) as run:
        again = refits(home, run, model, most=6, progress=lambda *_: pytest.fail("it was fitted again"))
    assert home.catalog.parents(run.id) == (kept,)
    assert len(again.pipelines) == 6
    assert (again.seen == made.seen).all()
    for first, second in zip(made.pipelines, again.pipelines, strict=True):
        assert (first.predict_proba(features) == second.predict_proba(features)).all()


def test_a_method_that_takes_long_is_fitted_less_often_but_five_times_at_least(home):
    from campanile.models import Training
    from campanile.models import refits as room

    model = load(home, "buys-boosting")
    (training,) = [one for one in home.catalog.made_by(model.artifact.run_id) if one.kind == "training"]
    seconds = home.result(training, Training)[model.name].seconds
    assert room._count(home, model, 20) == 20
    each = seconds / (len(model.folds) + 1)
    for budget, count in ((each * 12.5, 12), (each / 2, 5)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(room, "_SECONDS", budget)
            assert room._count(home, model, 20) == count


def test_ctrl_c_leaves_nothing_behind(home):
    model = load(home, "buys-neighbours")
    before = home.artifacts()

    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), home.run("simulate", {}) as run:
        refits(home, run, model, most=5, jobs=1, progress=stop)
    assert home.artifacts() == before
    with home.run("simulate", {}) as run:
        assert len(refits(home, run, model, most=5).pipelines) == 5


def test_of_a_panel_a_customer_is_drawn_with_all_its_rows_also_those_without_an_outcome(tmp_path):
    from datetime import date

    months, count = [date(2026, month, 1) for month in (1, 2, 3)], 120
    single = customers(count)
    draw = np.random.default_rng(1)
    rows = pa.table({
        "user": np.repeat(np.arange(count), 3), "month": pa.array(months * count, pa.date32()),
        "visits": draw.normal(size=3 * count).round(3), "plan": np.repeat(single["plan"].to_numpy(), 3),
        "buys": pa.array(draw.random(3 * count) < 0.3, mask=np.tile([False, False, True], count)),
    })  # fmt: skip
    columns = (*DICTIONARY.columns[:1], Column("month", Semantic.DATE, "date32"), *DICTIONARY.columns[1:])
    workspace = Workspace.open(tmp_path / "workspace")
    with workspace.run("load", {}) as run:
        run.save_table("users", rows, key=None, meta={"dictionary": Dictionary(columns).to_dict()})
    train(workspace, TrainSpec(table="users", target="buys", entity="user", time="month", horizon_days=28, quick=True,
                               minutes=0, methods=("logistic",), folds=2, jobs=1, resamples=50))  # fmt: skip
    seen = refitted(workspace, load(workspace, "buys-logistic"), 6, jobs=1).seen
    whose = workspace.read("users")["user"].to_numpy()
    assert all((seen[:, whose == user] == seen[:, whose == user][:, :1]).all() for user in range(count))
    assert 0.5 < seen.mean() < 0.75
    workspace.close()
