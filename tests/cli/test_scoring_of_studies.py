"""``campanile study score``: what it prints, where it writes, and how it tells what is wrong."""

import shutil
import sqlite3

import pytest

from campanile.flows import read_study, run_events
from campanile.workspace import Workspace
from tests.flows.eventworlds import shop, trained_shop


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """A study and the workspace in which it was run to its model; copy that before changing it."""
    folder = tmp_path_factory.mktemp("learned")
    file, workspace = trained_shop(folder / "shop"), Workspace.open(folder / "workspace")
    run_events(workspace, read_study(file, quick=True), until="train")
    workspace.close()
    return file, workspace.path


@pytest.fixture
def study(learned, tmp_path):
    file, workspace = learned
    shutil.copytree(workspace, tmp_path / "workspace")
    return file


def test_events_come_in_scores_are_told_and_written_back(campanile, study, tmp_path):
    more = tmp_path / "more.csv"
    more.write_text("who,when,spent,page\n2,2024-01-07T10:00:00,40,cart\n")
    out = tmp_path / "scores.csv"
    said = campanile("study", "score", study, "--events", f"visits={more}", "--to", out)
    assert said.code == 0, said.err
    told = said.out.splitlines()
    assert told[0].startswith("15 customers were scored as of 8 January 2024 by 'shop-")
    assert "45 were left out: 'Loyal' is known already." in told
    assert "The scores: table 'shop_scores' v1." in told
    assert f"They were written to {out}." in told
    assert "1 new row of 'visits' came with 'more.csv'." in told
    assert len(out.read_text().splitlines()) == 16


def test_for_programs_it_prints_one_object(campanile, study, tmp_path):
    address = f"sqlite:///{tmp_path / 'crm.db'}"
    said = campanile("study", "score", study, "--at", "2024-01-04", "--to", address, "--into", "loyalty", "--json")
    assert said.code == 0, said.err
    found = said.json
    assert (found["study"], found["engine"], found["rows"], found["cutoff"]) == ("shop", "duckdb", 15, "2024-01-04")
    assert found["left_out"] == {"happened": 45, "without_events": 0}
    assert found["to"] == address + "#loyalty"
    rows = sqlite3.connect(tmp_path / "crm.db").execute("SELECT id, cutoff, probability FROM loyalty").fetchall()
    assert len(rows) == 15
    assert found["expected"] == pytest.approx(sum(row[2] for row in rows))


@pytest.mark.parametrize(("asked", "words"), [
    (["--events", "visits"], "not of the form TABLE=FILE"), (["--events", "=x.csv"], "not of the form TABLE=FILE"),
    (["--events", "visits=nothing.csv"], "There is no file"), (["--at", "soon"], "soon"),
    (["--to", "scores.xls"], "'.xls'"), (["--model", "nobody"], "nobody"), (["--version", "1"], "name of its model"),
])  # fmt: skip
def test_what_is_asked_wrongly_is_told(campanile, study, asked, words):
    said = campanile("study", "score", study, *asked)
    assert said.code == 2, (said.out, said.err)
    assert words in said.err
    assert "Traceback" not in said.err


def test_a_study_without_a_model_and_one_of_a_campaign_are_told(campanile, tmp_path):
    said = campanile("study", "score", shop(tmp_path / "shop"))
    assert said.code == 2
    assert "No model was trained for the study 'shop' yet. Train one: campanile study run STUDY.toml" in said.err
    (tmp_path / "campaign.toml").write_text('source = "customers.csv"\ntarget = "response"\n')
    said = campanile("study", "score", tmp_path / "campaign.toml")
    assert said.code == 2
    assert "is a study of a campaign" in said.err
