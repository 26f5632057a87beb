"""Real models in a workspace: everybody, a segment, one customer; the file of levers; the command; what is kept."""

import json
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from campanile.audience import AudienceSpec, select
from campanile.models import TrainSpec, train
from campanile.simulate import SimulateSpec, read, read_levers, simulate, targets, write
from campanile.tables.draft import read_draft
from campanile.words import speaking
from campanile.workspace import Workspace
from campanile.workspace.errors import BadInput, DataError, NotFound, SourceError, SpecError
from tests.simulate import conftest as made

FILE = """
value = 90
currency = "PLN"

[levers.popular]
step = 3
cost = 0.5
direction = "up"
follows = { energy = 0.01 }
label = { en = "Popular tracks", pl = "Popularne utwory" }

[levers.favourite]
cost = 1
direction = "up"
"""
QUICK = {"population": 16, "generations": 4, "sample": 120, "levers": {"popular": {"step": 3, "direction": "up"}}}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    workspace = Workspace.open(tmp_path_factory.mktemp("home") / "workspace")
    rows = made.world(700)
    with workspace.run("load", {}) as run:
        run.save_table("users", rows, key="user", meta={"dictionary": made.DICTIONARY.to_dict()})
    train(
        workspace,
        TrainSpec(table="users", target="buys", quick=True, minutes=0, methods=("logistic",), folds=3, jobs=1),
    )
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def audience(home):
    return select(home, AudienceSpec(contact_cost=1, sale_value=10, resamples=50))


def test_everybody_one_customer_and_a_segment_are_found(home, audience):
    everybody = simulate(home, SimulateSpec(**QUICK))
    one = simulate(home, SimulateSpec(whom="customer:17", **QUICK))
    assert (everybody.customers, one.customers) == (700, 1)
    assert one.draft is None
    for segment in audience.segments:
        by_number = simulate(home, SimulateSpec(whom=f"segment:{segment.number}", **QUICK))
        assert by_number.customers == segment.customers
        for language in ("en", "pl"):
            with speaking(language):
                name = str(segment.name).upper().replace(" ", "-")
            assert simulate(home, SimulateSpec(whom=f"segment:{name}", **QUICK)).customers == segment.customers


def test_who_is_not_there_is_told(home, audience):
    with pytest.raises(NotFound, match="no customer 'nobody'"):
        simulate(home, SimulateSpec(whom="customer:nobody", **QUICK))
    with pytest.raises(NotFound, match="no segment of customers 'whales'"):
        simulate(home, SimulateSpec(whom="segment:whales", **QUICK))


def test_what_can_be_asked_for_is_listed(home, audience):
    told = targets(home, audience.model, audience.model_version)
    assert [one.whom for one in told] == ["everybody", *(f"segment:{one.number}" for one in audience.segments)]


def test_without_an_audience_it_says_how_to_make_one(tmp_path, home):
    from types import SimpleNamespace

    from campanile.simulate.people import people

    model = SimpleNamespace(name="other", version=3)
    with pytest.raises(DataError, match="campanile audience --model other --version 3"):
        people(home, model, SimulateSpec(whom="segment:1", **QUICK))


def test_it_is_kept_with_its_lineage_and_read_back_in_any_language(home, audience):
    found = simulate(home, SimulateSpec(whom="segment:1", **QUICK))
    again = read(home, found.model)
    assert again == found
    (artifact,) = [one for one in home.artifacts("simulation", found.model) if one.version == found.version]
    assert {one.kind for one in home.catalog.parents(artifact.run_id)} == {"model", "table", "audience", "refits"}
    with speaking("pl"):
        assert "model oczekuje" in str(again.headline)


def test_held_out_customers_are_asked_of_models_that_had_not_seen_them(home):
    found = simulate(home, SimulateSpec(**{**QUICK, "sample": 20_000}))
    from campanile.models import load

    honest = float(np.mean(load(home).oof["probability"].to_numpy()))
    assert found.before.estimate == pytest.approx(honest, abs=0.005)


def test_too_few_responders_are_carried_over(home):
    from campanile.models import load
    from campanile.simulate.simulation import standing

    model = load(home)
    card = model.artifact.meta["card"]
    weak = {**card, "beats_baseline": False}
    object.__setattr__(model.artifact, "meta", {**model.artifact.meta, "card": weak})
    told = standing(home, model)
    assert told
    assert str(told[0])


def test_a_file_says_levers_and_money(tmp_path, home):
    file = tmp_path / "levers.toml"
    file.write_text(FILE)
    said = read_levers(file)
    assert (said["value"], said["currency"], set(said["levers"])) == (90, "PLN", {"popular", "favourite"})
    (tmp_path / "study.toml").write_text('[study]\nname = "s"\nbudget = 3\n' + FILE.partition("\n\n")[2])
    assert set(read_levers(tmp_path / "study.toml")) == {"levers"}


def test_a_file_that_is_wrong_is_told(tmp_path):
    with pytest.raises(SourceError, match="no levers file"):
        read_levers(tmp_path / "absent.toml")
    (tmp_path / "broken.toml").write_text("[levers.popular]\nstep 1")
    with pytest.raises(SourceError, match=r"is not TOML: .*line 2") as told:
        read_levers(tmp_path / "broken.toml")
    assert "[levers.advertisements]" in str(told.value.remedy)
    with pytest.raises(SourceError, match="cannot be read: Is a directory"):
        read_levers(tmp_path)
    (tmp_path / "latin.toml").write_bytes("[levers.größe]".encode("latin-1"))
    with pytest.raises(SourceError, match="no text in UTF-8"):
        read_levers(tmp_path / "latin.toml")
    (tmp_path / "empty.toml").write_text("bugdet = 3")
    with pytest.raises(SpecError) as told:
        read_levers(tmp_path / "empty.toml")
    assert [str(one) for one in told.value.faults] == [
        "The file declares no lever; write a table for each: [levers.COLUMN].",
        "'bugdet' is not known. Did you mean 'budget'?",
    ]


def test_faults_within_levers_say_where_and_all_at_once():
    levers = {
        "popular": {"stp": 1, "low": "much"}, "favourite": {"step": -1, "cost": -2, "follows": {"energy": "some"}},
    }  # fmt: skip
    with pytest.raises(SpecError) as told:
        SimulateSpec(levers=levers, budget=-1)
    assert [str(one) for one in told.value.faults] == [
        "'levers.popular.low' is 'much', which cannot be read as a number.",
        "'levers.popular.stp' is not known. Did you mean 'step'?",
        "'levers.favourite.step' is -1; it must be more than 0.",
        "'levers.favourite.cost' is -2; it must be at least 0.",
        "'levers.favourite.follows.energy' is 'some', which cannot be read as a table of names and values.",
        "'budget' is -1; it must be at least 0.",
    ]


def test_a_price_that_is_not_given_is_told_also_to_a_job(home):
    asked = SimulateSpec(**{**QUICK, "levers": {"popular": {"step": 3}, "favourite": {"cost": 2}}})
    found = simulate(home, SimulateSpec(**asked.model_dump(mode="json")))
    (told,) = [str(one) for one in found.cautions if "No cost" in str(one)]
    assert told == "No cost was given for Popular: a unit for one customer is taken to cost 1."
    assert [one.cost for one in found.levers] == [1, 2]


def test_the_second_search_with_a_model_asks_the_models_that_the_first_one_fitted(home):
    first, second = (simulate(home, SimulateSpec(models=7, seed=seed, **QUICK)) for seed in (0, 1))
    assert (first.models, second.models) == (7, 7)
    assert len([one for one in home.artifacts("refits") if one.meta["most"] == 7]) == 1


def test_fewer_models_than_were_asked_for_are_told(home, monkeypatch):
    from campanile.models import refits

    monkeypatch.setattr(refits, "_SECONDS", 0.0)
    found = simulate(home, SimulateSpec(models=8, **QUICK))
    assert found.models == 5
    assert any("5 models instead of 8" in str(one) for one in found.notes)


def test_levers_are_refused_before_anything_is_fitted(home):
    before = home.artifacts("refits")
    with pytest.raises(SpecError, match="Did you mean 'popular'"):
        simulate(home, SimulateSpec(levers={"populr": {}}, models=9))
    assert home.artifacts("refits") == before


def test_a_name_is_found_however_its_accents_are_written():
    import unicodedata

    from campanile.simulate.people import _plain

    assert _plain(unicodedata.normalize("NFD", "Größe: mała · ZAŻÓŁĆ")) == _plain("größe mała zażółć")


def test_where_answers_cannot_be_written_it_is_told_before_the_search(tmp_path, home):
    from campanile.cli.app import app

    (tmp_path / "levers.toml").write_text(FILE)
    before = home.artifacts("simulation")
    for option, name in (("--out", "answers.xml"), ("--draft", "draft.txt")):
        asked = ["simulate", str(tmp_path / "levers.toml"), option, str(tmp_path / name), "--workspace", str(home.path)]
        done = CliRunner().invoke(app, asked)
        assert done.exit_code == 2
        assert "ends in" in done.output
    assert home.artifacts("simulation") == before


def test_a_job_can_hold_what_is_asked():
    asked = SimulateSpec(levers={"popular": {"follows": {"energy": {"elasticity": 2}, "favourite": "estimated"}}})
    assert SimulateSpec(**asked.model_dump(mode="json")) == asked


def test_answers_are_written_as_tables_and_json(tmp_path, home):
    found = simulate(home, SimulateSpec(**QUICK))
    import pyarrow.csv
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(write(found, tmp_path / "answers.parquet"))
    assert table["lever"].to_pylist() == [one.name for answer in found.answers for one in answer.changes]
    assert pyarrow.csv.read_csv(write(found, tmp_path / "answers.csv")).num_rows == table.num_rows
    assert json.loads(write(found, tmp_path / "answers.json").read_text())["answers"][0]["number"] == 1
    with pytest.raises(BadInput, match=r"'\.xml'"):
        write(found, tmp_path / "answers.xml")


def test_the_command_prints_the_answer_and_writes_the_draft(tmp_path, home, audience):
    from campanile.cli.app import app

    (tmp_path / "levers.toml").write_text(FILE)
    files = ["--draft", str(tmp_path / "draft.json"), "--out", str(tmp_path / "a.csv")]
    asked = ["simulate", str(tmp_path / "levers.toml"), "--for", "segment:1", "--budget", "2000", *files, "--json",
             "--workspace", str(home.path)]  # fmt: skip
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["asked"] == "segment:1"
    assert said["answers"][0]["cost"] <= 2000
    draft = read_draft(tmp_path / "draft.json")
    assert draft.segment == "segment:1"
    assert draft.baseline == pytest.approx(said["draft"]["baseline"])
    assert (tmp_path / "a.csv").is_file()


def test_the_command_tells_all_faults_and_ends_with_two(tmp_path, home):
    from campanile.cli.app import app

    (tmp_path / "levers.toml").write_text("[levers.populr]\n[levers.unused]\n")
    done = CliRunner().invoke(app, ["simulate", str(tmp_path / "levers.toml"), "--workspace", str(home.path)])
    assert done.exit_code == 2
    assert "Did you mean 'popular'?" in done.output
    assert "does not use 'unused'" in done.output


def test_without_the_library_it_says_how_to_install_it(home, monkeypatch):
    for name in [one for one in sys.modules if one.partition(".")[0] == "pymoo"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pymoo", None)
    with pytest.raises(BadInput, match=r"pip install 'campanile\[simulate\]'"):
        simulate(home, SimulateSpec(**QUICK))


def test_as_a_job_it_gives_the_same(home):
    from campanile.flows.work import WORK

    told = []
    data, words = WORK["simulate"].do(home, SimulateSpec(**QUICK), lambda *what: told.append(what))
    assert data["headline"] == str(words[0])
    assert told


def test_the_report_tells_it(home):
    from campanile.flows.paper import WriteReportSpec, keep_report

    found = simulate(home, SimulateSpec(**QUICK))
    report = keep_report(home, WriteReportSpec(sections=("simulate",)))
    page = home.file(report.artifact, "report.html").decode()
    assert "What if we changed what we control?" in page
    assert str(found.answers[0].words).replace("'", "&#39;")[:30] in page


def test_a_version_that_is_not_there_is_told_though_no_model_was_named(home):
    with pytest.raises(NotFound, match="9"):
        simulate(home, SimulateSpec(version=9, **QUICK))
