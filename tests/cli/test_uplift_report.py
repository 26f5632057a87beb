"""A report tells whom a contact persuades, as it was measured on a file or table."""

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest


@pytest.fixture
def trial(tmp_path):
    random = np.random.default_rng(3)
    member, mailed = random.random(2000) < 0.4, random.random(2000) < 0.5
    visit = random.random(2000) < 0.1 + 0.3 * member * mailed
    rows = {"age": random.integers(18, 80, 2000), "member": member, "got": np.where(mailed, "mail", "nothing"),
            "visit": visit}  # fmt: skip
    pyarrow.csv.write_csv(pa.table(rows), tmp_path / "trial.csv")
    return tmp_path / "trial.csv"


def test_the_report_tells_of_it_and_says_where_there_is_none(campanile, trial, campaign_file, tmp_path):
    for words in (
        ("load", campaign_file, "--as", "customers"),
        ("train", "customers", "--target", "response", "--method", "logistic", "--quick"),
        ("experiments", "uplift", trial, "--treatment", "got", "--control", "nothing", "--outcome", "visit",
         "--learner", "two_model"),
    ):  # fmt: skip
        assert campanile(*words).code == 0
    assert campanile("report", "--out", tmp_path / "r.html", "--uplift", "trial").code == 0
    assert "Whom does it persuade?" in (tmp_path / "r.html").read_text()
    ended = campanile("report", "--out", tmp_path / "r.html", "--uplift", "trail")
    assert (ended.code, "Did you mean 'trial'?" in ended.err) == (2, True)
