"""The examples run from end to end, as a newcomer would run them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


def run(folder: Path, *arguments: object) -> str:
    ended = subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "CAMPANILE_WORKSPACE": str(folder / "workspace"), "LANG": "C.UTF-8"},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.slow
def test_the_script_profiles_a_made_up_campaign(tmp_path):
    told = run(tmp_path, EXAMPLES / "ifood" / "run.py")
    assert "worth a contact" in told
    assert (tmp_path / "report.html").is_file()


@pytest.mark.slow
def test_the_study_profiles_the_real_campaign_in_polish(tmp_path, real_data):
    source = real_data / "ifood" / "quoted_mdyyyy.csv"
    study = EXAMPLES / "ifood" / "study.toml"
    told = run(tmp_path, "-m", "campanile", "study", "run", study, "--source", source, "--quick", "--lang", "pl")
    assert "Dni od ostatniego zakupu" in told
    assert '<html lang="pl"' in (tmp_path / "report.html").read_text()


@pytest.mark.slow
def test_a_study_of_events_runs_in_a_made_up_world_where_its_files_are_not(tmp_path, monkeypatch):
    monkeypatch.delenv("CAMPANILE_DATA", raising=False)
    told = run(tmp_path, EXAMPLES / "clickstream" / "run.py")
    assert "made-up world" in told
    assert (tmp_path / "report.html").is_file()


@pytest.mark.slow
def test_the_premium_script_goes_from_events_to_a_verdict_on_what_it_recommends(tmp_path, monkeypatch):
    monkeypatch.delenv("CAMPANILE_DATA", raising=False)
    told = run(tmp_path, EXAMPLES / "premium" / "run.py")
    assert "made-up world" in told
    answers = dict(part.split("?\n", 1) for part in told.split("\n\n") if "?\n" in part)
    assert list(answers)[:3] == ["Who will buy", "What if", "How large must the test be"]
    truth = float(re.search(r"truly adds ([\d.]+)", answers["What is true"])[1])
    low, high = map(float, re.search(r"\(([-\d.]+) to ([\d.]+)\)", answers["Did it work, as of 2026-06"]).groups())
    assert low < truth < high
    assert "Did it work?" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "experiment.json").read_text())["metric"] == "buys_within_30_days"


@pytest.mark.slow
def test_the_clickstream_study_gives_every_test_user_of_the_real_shop_a_class_once(tmp_path, real_data):
    study = EXAMPLES / "clickstream" / "study.toml"
    told = json.loads(
        run(tmp_path, "-m", "campanile", "study", "run", study, "--until", "predict", "--json", "--quick")
    )
    written = json.loads((tmp_path / "predictions.json").read_text())
    assert list(written) == ["target"]
    asked = (real_data / "clickstream" / "user_test.csv").read_text().splitlines()[1:]
    assert sorted(written["target"]) == sorted(line.rpartition(";")[2] for line in asked)
    assert set(written["target"].values()) <= {1, 2, 3}
    assert set(told["metrics"]) >= {"accuracy", "f1_macro", "f1_weighted", "auc", "pr_auc"}
    assert told["metrics"]["f1_macro"]["low"] > told["baseline"]["f1_macro"]["high"]


@pytest.mark.slow
def test_the_premium_study_says_that_the_real_service_has_too_few_purchases(tmp_path, real_data):
    told = json.loads(
        run(tmp_path, "-m", "campanile", "study", "run", EXAMPLES / "premium" / "study.toml", "--quick", "--json")
    )
    assert len(told["feature_names"]) == 25
    assert told["rows"] == 54
    assert "too few" in told["words"][0]
    assert told["metrics"]["auc"]["high"] - told["metrics"]["auc"]["low"] > 0.4
