"""Whom does it persuade, on the command line: from a file to a list."""

import csv

import numpy as np
import pytest


@pytest.fixture
def trial(tmp_path):
    random = np.random.default_rng(3)
    member, mailed = random.random(2500) < 0.4, random.random(2500) < 0.5
    visit = random.random(2500) < 0.1 + 0.25 * member * mailed
    rows = zip(
        random.integers(18, 80, 2500), member, np.where(mailed, "mail", "nothing"), visit, visit * 3, strict=True
    )
    with (tmp_path / "trial.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("age", "member", "got", "visit", "spend_eur"), *(map(str, row) for row in rows)])
    return tmp_path / "trial.csv"


def test_it_prints_what_programs_rely_on_and_audience_cuts_its_list(campanile, trial, tmp_path):
    said = campanile(
        "experiments", "uplift", trial, "--treatment", "got", "--control", "nothing", "--arm", "mail", "--outcome",
        "visit", "--learner", "two_model", "--json",
    ).json  # fmt: skip
    for name in ("average_effect", "uplift_at_30", "qini"):
        assert said[name]["low"] <= said[name]["estimate"] <= said[name]["high"]
    assert said["targetable"] is True
    assert "spend_eur" in said["excluded"]
    assert said["words"].startswith("Of 100 customers with 'mail'")
    listed = campanile(
        "audience", "--uplift", said["scores"], "--capacity", "100", "--out", tmp_path / "l.csv", "--json"
    )
    assert listed.json["customers"] == 100
    assert len((tmp_path / "l.csv").read_text().splitlines()) == 2501


def test_without_control_the_values_are_named_and_the_code_is_2(campanile, trial):
    ended = campanile("experiments", "uplift", trial, "--treatment", "got", "--outcome", "visit")
    assert ended.code == 2
    assert "'mail' and 'nothing'" in ended.err


def test_a_failed_check_leaves_the_estimates_empty_and_says_what_to_repair(campanile, trial):
    said = campanile(
        "experiments", "uplift", trial, "--treatment", "got", "--control", "nothing", "--outcome", "visit",
        "--percent", "20", "--json",
    )  # fmt: skip
    assert said.code == 0
    assert [said.json[name] for name in ("average_effect", "uplift_at_30", "qini")] == [None, None, None]
    assert said.json["targetable"] is False
    assert "spend_eur" in said.json["excluded"]
    assert "where 20% were meant" in said.json["words"]
    assert "Find out who was lost" in said.json["words"]


def test_several_arms_must_be_named_and_the_code_is_2(campanile, tmp_path):
    rows = "".join(f"{at},{('call', 'mail', 'nothing')[at % 3]},{at % 2}\n" for at in range(600))
    (tmp_path / "arms.csv").write_text("age,got,visit\n" + rows)
    asked = ("experiments", "uplift", tmp_path / "arms.csv", "--treatment", "got", "--outcome", "visit", "--json")
    ended = campanile(*asked, "--control", "nothing")
    assert ended.code == 2
    assert "--arm" in ended.json["error"]
    assert "'call' and 'mail'" in ended.json["error"]
    ended = campanile(*asked)
    assert ended.code == 2
    assert "'call', 'mail' and 'nothing'" in ended.json["error"]


def test_next_months_customers_are_scored_by_the_trial_and_listed(campanile, trial, tmp_path):
    asked = ("--treatment", "got", "--control", "nothing", "--outcome", "visit", "--learner", "two_model")
    campanile("experiments", "uplift", trial, *asked)
    random = np.random.default_rng(9)
    member = random.random(400) < 0.4
    age = random.integers(18, 80, 400)
    rows = "".join(f"n{at},{age[at]},{member[at]}\n" for at in range(400))
    (tmp_path / "next.csv").write_text("name,age,member\n" + rows)
    said = campanile(
        "predict", tmp_path / "next.csv", "--uplift", "trial@1", "--key", "name", "--as", "november", "--json"
    )
    assert (said.json["rows"], said.json["scores"], said.json["in_trial"]) == (400, "november", 0)
    listed = campanile(
        "audience", "--uplift", "november", "--capacity", "100", "--out", tmp_path / "list.csv", "--json"
    ).json
    assert listed["in_trial"] is False
    assert listed["by_response"] is None
    assert listed["outcomes"]["low"] < 25 < listed["outcomes"]["high"]
    with (tmp_path / "list.csv").open() as file:
        first = [row["name"] for row in csv.DictReader(file)][:100]
    assert all(member[int(name[1:])] for name in first)
    shown = campanile("tables", "november")
    assert shown.code == 0


def test_options_that_do_not_go_together_are_refused(campanile, trial, tmp_path):
    ended = campanile("predict", trial, "--uplift", "trial", "--out", tmp_path / "s.csv")
    assert ended.code == 2
    assert "--as" in ended.err
    assert campanile("predict", trial, "--as", "scores").code == 2
