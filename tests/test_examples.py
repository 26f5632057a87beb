"""The examples run from end to end, as a newcomer would run them."""

import os
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
