"""A study's features before any model: what moves together stands in the report, and the leak scan names its leak."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from campanile.words import speaking
from campanile.workspace import Workspace

from .eventworlds import SHOP, in_a_new_process, run, shop, written

STUDY = """
name = "plays"
entity = "users"
calendar = { every = "month" }
quick = true

[tables]
users = { source = "users.parquet", key = "id" }
sessions = { source = "sessions.parquet", entity = "who", time = "when" }

[targets.buys]
event = "kind = 'BUY'"
within_days = 28

[features.plays]
expression = "count(*) FILTER (WHERE kind = 'PLAY')"
label = { en = "Tracks played", pl = "Odtworzone utwory", es = "Pistas reproducidas" }
description = "All plays, heard to their end or not."

[features.average]
expression = "avg(length) FILTER (WHERE kind = 'PLAY')"
"""


def service(folder, users=250, months=4):
    """Write a music service in which who buys, and when, hangs on nothing; return the study's file."""
    rng = np.random.default_rng(1)
    start, days = np.datetime64("2024-01-01", "us"), 121
    who = np.repeat(np.arange(users), rng.poisson(12 * months, users))
    buyers = np.flatnonzero(rng.random(users) < 0.5)

    def moments(n):
        return start + (rng.random(n) * days * 86_400_000_000).astype("timedelta64[us]")

    pq.write_table(pa.table({"id": np.arange(users)}), folder / "users.parquet")
    when = np.concatenate([moments(len(who)), moments(len(buyers))])
    pq.write_table(pa.table({
        "who": np.concatenate([who, buyers]), "when": pa.array(when),
        "kind": ["PLAY"] * len(who) + ["BUY"] * len(buyers), "length": rng.normal(200, 30, len(who) + len(buyers)),
    }), folder / "sessions.parquet")  # fmt: skip
    return written(folder, STUDY)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The study of such a service, run to its report: workspace, file, answer, page."""
    folder = tmp_path_factory.mktemp("plays")
    file = service(folder)
    workspace = Workspace.open(folder / "workspace")
    with speaking("en"):
        yield workspace, file, run(workspace, file, "report", report=folder / "report.html"), folder / "report.html"
    workspace.close()


def test_the_cut_month_is_named_as_a_leak_where_the_honest_panel_knows_nothing(told):
    scan = json.loads(json.dumps(told[2].to_dict()))["leak_scan"]
    assert scan["named"] == ["plays"]
    assert scan["features"]["plays"]["cut"]["high"] < 0.4
    honest = scan["features"]["plays"]["honest"]
    assert honest["low"] < 0.5 < honest["high"]
    assert "Tracks played alone would have “predicted” Buys" in scan["words"][0]
    assert scan["words"][0] in map(str, told[2].words())


def test_the_correlations_are_of_the_features_and_the_target(told):
    found = told[2].to_dict()["correlations"]
    assert found["columns"][0] == "buys"
    assert {tie["column"] for tie in found["targets"]["buys"]["ties"]} == {"plays", "average", "exposure_days"}


def test_both_stand_in_the_report_by_label(told):
    page = told[3].read_text(encoding="utf-8")
    for question in ("What would a leak have claimed?", "What moves together?"):
        assert question in page
    assert "Had each month been cut at the event, Tracks played alone" in page


def test_what_a_feature_is_stands_in_the_table_and_in_the_pictures_hover(told):
    from campanile.tables import dictionary_of

    columns = {one.name: one for one in dictionary_of(told[0].table("plays_features"))}
    assert columns["plays"].description == "All plays, heard to their end or not."
    page = told[3].read_text(encoding="utf-8").replace("<br>", " ").replace("\\u003cbr>", " ")
    assert "All plays, heard to their end or not." in page


def test_run_again_both_are_told_in_another_language_and_nothing_is_computed(told):
    workspace, file, _, report = told
    again = in_a_new_process(workspace, file, "train", report)
    assert again["seconds"]["leaks"] == again["seconds"]["correlations"] == 0.0
    assert not {name.split(".")[0] for name in again["modules"]} & {"sklearn", "ibis", "scipy", "pandas"}
    with speaking("pl"):
        polish = run(workspace, file, "train").to_dict()["leak_scan"]["words"][0]
    assert "Odtworzone utwory" in polish
    assert "Gdyby" in polish


def test_without_events_to_cut_at_nothing_is_scanned(tmp_path):
    workspace = Workspace.open(tmp_path / "workspace")
    people = "id,loyal,town\n" + "".join(f"{at},{'yes' if at % 3 else 'no'},Krk\n" for at in range(60))
    visits = "who,when,spent,page\n" + "".join(f"{at % 60},2024-01-05T10:00:00,{at % 7},home\n" for at in range(200))
    done = run(workspace, shop(tmp_path, "quick = true\n" + SHOP, people=people, visits=visits), "train")
    assert done.to_dict()["leak_scan"] is None
    assert done.to_dict()["correlations"]["columns"][0] == "loyal"
    workspace.close()


@pytest.mark.slow
def test_in_the_real_service_the_number_of_plays_alone_would_have_seemed_to_foretell_the_purchase(tmp_path, real_data):
    from campanile.flows import read_study, run_events

    workspace = Workspace.open(tmp_path / "workspace")
    study = read_study(Path(__file__).parents[2] / "examples" / "premium" / "study.toml", quick=True)
    found = run_events(workspace, study, until="train").to_dict()
    plays = found["leak_scan"]["features"]["number_of_tracks"]
    assert 1 - plays["cut"]["estimate"] == pytest.approx(0.88, abs=0.005)
    assert found["leak_scan"]["named"][0] == "number_of_tracks"
    assert (found["leak_scan"]["rows"], found["leak_scan"]["events"]) == (104, 28)
    assert plays["honest"]["low"] < 0.5 < plays["honest"]["high"]
    assert not any(tie["sure"] for one in found["correlations"]["targets"].values() for tie in one["ties"])
    workspace.close()


def test_of_many_events_the_same_customers_are_looked_at_in_both_panels(told, tmp_path, monkeypatch):
    from campanile.features.events import cut

    wanted = cut.cut_short
    monkeypatch.setattr(cut, "cut_short", lambda *given: wanted(*given, most_events=4_000))
    workspace = Workspace.open(tmp_path / "workspace")
    scan = run(workspace, told[1], "train").to_dict()["leak_scan"]
    assert scan["one_in"] == 4
    assert 0 < scan["rows"] < told[2].to_dict()["leak_scan"]["rows"] / 2
    assert any("one in 4 customers" in line for line in scan["words"])
    workspace.close()
