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
