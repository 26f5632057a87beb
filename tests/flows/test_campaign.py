"""The whole chain on a made-up campaign: its truth is recovered, and programs find what they rely on."""

import pytest

from campanile.flows import demo, read_study
from campanile.words import speaking
from campanile.workspace import Workspace
from campanile.workspace.errors import SourceError, SpecError


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    workspace = Workspace.open(folder / "workspace")
    with speaking("en"):
        yield demo(workspace, rows=2240, seed=4, quick=True, report=folder / "report.html")
    workspace.close()


def test_the_true_drivers_are_found(done):
    assert len(done.found) >= 4


def test_the_model_comes_near_to_perfect_knowledge_and_not_above_it(done):
    auc = done.profile.training[done.profile.training.best].metrics["roc_auc"]
    assert done.world.ceiling_auc - 0.05 < auc.estimate
    assert auc.low < done.world.ceiling_auc


def test_the_expected_profit_covers_the_true_one(done):
    judged = done.profile.audience.judged
    assert judged.profit_out_of_fold is not None
    assert judged.profit_out_of_fold.estimate > judged.profit_contact_all


def test_programs_find_what_they_rely_on(done):
    said = done.profile.to_dict()
    assert {
        "rows", "positives", "auc", "baseline_auc", "profit_out_of_fold", "profit_contact_all", "responders_expected",
        "responders_actual", "features", "target_groups", "leaks", "models", "report", "seconds",
    } <= set(said)  # fmt: skip
    assert set(said["auc"]) == {"estimate", "low", "high"}
    assert all({"name", "label", "influence"} <= set(feature) for feature in said["features"])
    keys = {"words", "size", "share_caught", "response", "low", "high", "lift"}
    assert said["target_groups"]
    assert all(keys <= set(group) and group["size"] > 0 for group in said["target_groups"])


def test_the_report_is_one_file_in_the_language_asked_for(done):
    page = done.profile.report.read_text()
    assert len(page.encode()) < 6_000_000
    assert '<html lang="en"' in page


def test_a_result_shows_its_words_in_a_notebook(done):
    for result in (done, done.profile, done.profile.training, done.profile.quality, done.profile.audience,
                   done.profile.explanation, done.profile.load):  # fmt: skip
        assert "<p>" in result._repr_html_()


def test_nothing_personal_reaches_the_report(tmp_path):
    from campanile import sources
    from campanile.flows import StudySpec, profile

    rows = "".join(
        f"{i},Ada{i} Lovelace{i},ada{i}@example.org,{20 + i * 7 % 50},{i * 37 % 500},{int(i * 7 % 50 > 25)}\n"
        for i in range(200)
    )
    (tmp_path / "people.csv").write_text("ID,full_name,email,age,spend,response\n" + rows)
    workspace = Workspace.open(tmp_path / "workspace")
    study = StudySpec(source=tmp_path / "people.csv", target="response", quick=True)
    done = profile(workspace, study, report=tmp_path / "report.html")
    assert {str(sources.read(study.source).dictionary[name].semantic) for name in ("full_name", "email")} == {
        "personal"
    }
    assert "Lovelace" not in done.report.read_text()
    assert "example.org" not in done.report.read_text()
    workspace.close()


def test_a_study_file_says_what_a_profile_is_asked(tmp_path):
    (tmp_path / "study.toml").write_text(
        '[study]\nsource = "customers.csv"\ntarget = "response"\n'
        '[columns.age]\nunit = "year"\nlabel = { en = "Age", pl = "Wiek" }\n'
    )
    study = read_study(tmp_path / "study.toml", minutes=2)
    assert study.source == tmp_path / "customers.csv"
    assert study.columns["age"].unit == "year"
    assert study.minutes == 2


def test_a_study_file_with_faults_is_told_all_of_them(tmp_path):
    (tmp_path / "study.toml").write_text('[study]\nsource = "x.csv"\ntargett = "response"\ncontact_cost = -1\n')
    with speaking("en"), pytest.raises(SpecError) as caught:
        read_study(tmp_path / "study.toml")
    assert "Did you mean 'target'?" in str(caught.value)
    assert "contact_cost" in str(caught.value)


def test_a_study_file_that_is_no_toml_is_refused(tmp_path):
    (tmp_path / "study.toml").write_text("[study\n")
    with speaking("en"), pytest.raises(SourceError, match="not TOML"):
        read_study(tmp_path / "study.toml")


def test_what_is_known_only_after_the_outcome_is_told_with_the_remedy(tmp_path):
    from campanile.flows import StudySpec, profile

    rows = "".join(
        f"{i},{20 + i * 7 % 50},{i * 37 % 500},{(i * 7 % 50 > 25) * 12.5},{int(i * 7 % 50 > 25)}\n" for i in range(300)
    )
    (tmp_path / "orders.csv").write_text("ID,age,visits,order_value_eur,response\n" + rows)
    workspace = Workspace.open(tmp_path / "workspace")
    done = profile(workspace, StudySpec(source=tmp_path / "orders.csv", target="response", quick=True),
                   report=tmp_path / "report.html")  # fmt: skip
    assert "order_value_eur" in {finding.column for finding in done.leaks}
    assert "--exclude order_value_eur" in " ".join(map(str, done.words()))
    workspace.close()
