"""A rollout from its declaration to what happened, on the command line."""

import json
import shutil
import subprocess
import sys

import pytest


@pytest.fixture
def ready(trained, tmp_path):
    shutil.copytree(trained, tmp_path / "workspace")


CHAMPION = ("--champion", "response-logistic@1")


def test_a_rollout_is_declared_asked_compared_and_watched(campanile, ready, tmp_path):
    made = campanile("rollout", "set", "spring", *CHAMPION, "--challenger", "response-baseline@1=40", "--json")
    assert made.code == 0, made.err
    assert [one["share"] for one in made.json["versions"]] == [60, 40]
    assert "answers 40% of the customers" in made.err
    listed = campanile("rollout", "list", "--json").json["rollouts"]
    assert listed == [made.json]
    scored = campanile("predict", "customers", "--rollout", "spring", "--out", tmp_path / "scores.jsonl", "--json")
    assert scored.code == 0, scored.err
    rows = [json.loads(line) for line in (tmp_path / "scores.jsonl").read_text().splitlines()]
    assert {(one["model"], one["version"]) for one in rows} == {("response-logistic", 1), ("response-baseline", 1)}
    assert {"customer_id", "probability", "prediction"} <= set(rows[0])
    asked = ("--outcomes", "customers.response", "--until", "2099-12-31", "--json")
    compared = campanile("rollout", "compare", "spring", *asked)
    assert compared.code == 0, compared.err
    assert sum(one["judged"] for one in compared.json["versions"]) == len(rows)
    watched = campanile("rollout", "drift", "spring", "--json")
    assert watched.code == 0, watched.err
    assert {one["model"] for one in watched.json["versions"]} == {"response-logistic", "response-baseline"}
    # Each version's answers are a file; one day, so there is nothing to join.
    assert campanile("rollout", "tidy", "spring", "--keep-days", "30", "--json").json == {
        "rollout": "spring",
        "files": 0,
    }
    assert "champion" in campanile("rollout", "list").out


@pytest.mark.parametrize(("asked", "said"), [
    (("set", "spring", "--champion", "response-logistic"), "write MODEL@VERSION"),
    (("set", "spring", *CHAMPION, "--challenger", "response-baseline@1"), "MODEL@VERSION=PERCENT"),
    (("set", "spring", *CHAMPION, "--challenger", "baseline@1:30"), "'baseline@1:30' names no version"),
    (("set", "spring", *CHAMPION, "--challenger", "response-baseline@1=120"), "must be at most 100"),
    (("set", "spring", *CHAMPION, "--challenger", "response-logistic@1=20"), "is named twice"),
    (("set", "spring", "--champion", "response-logistik@1"), "Did you mean 'response-logistic'"),
    (("compare", "spring", "--outcomes", "customers.response"), "There is no rollout yet"),
    (("compare", "spring", "--outcomes", "customers"), "TABLE.COLUMN"),
    (("drift", "spring"), "There is no rollout yet"),
])  # fmt: skip
def test_what_cannot_be_is_told_with_exit_code_2(campanile, ready, asked, said):
    done = campanile("rollout", *asked)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_help_tells_of_the_commands():
    told = subprocess.run([sys.executable, "-m", "campanile", "rollout", "--help"], capture_output=True, text=True,
                          check=False).stdout  # fmt: skip
    for name in ("set", "list", "compare", "drift", "tidy"):
        assert name in told
