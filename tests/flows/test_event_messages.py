"""A study's messages: declared ones are checked before anything runs, and all are written beside the predictions."""

import csv
import json

import pytest

from campanile.flows import read_study
from campanile.flows.events import StudyMessages
from campanile.tables import dictionary_of
from campanile.words import speaking
from campanile.workspace import Workspace
from campanile.workspace.errors import SpecError

from .eventworlds import SHOP, run, shop

CLASSES = """
[targets.loyal.classes]
true = { en = "loyal", pl = "lojalny", es = "leal" }
false = { en = "not yet loyal" }
"""
ENGAGED = """
name = "engaged"
entity = "users"
attributes = ["age", "abandoned_cart", "user_category"]

[world]
kind = "shop"
users = 240

[tables]
users = { source = "none.csv", key = "user_id" }
sessions = { source = "none_either.csv", entity = "user_id", time = "timestamp" }

[features.duration]
expression = "avg(session_duration)"

[targets.marketing_target]
column = "marketing_target"

[targets.marketing_target.classes]
1 = { en = "low" }
2 = { en = "medium" }
3 = { en = "high", pl = "wysokie" }

[predictions]
key = "test_id"
"""


def test_every_table_under_messages_is_the_text_for_a_class(tmp_path):
    study = read_study(
        shop(tmp_path, SHOP + CLASSES + '[messages.Loyal]\nen = "Thank you"\n[messages.false]\nes = "Ven"\n')
    )
    assert study.messages == StudyMessages(classes={"Loyal": {"en": "Thank you"}, "false": {"es": "Ven"}})
    assert study.messages.file == "messages.csv"


@pytest.mark.parametrize(("said", "told"), [
    ('[messages.loyall]\nen = "x"\n', "'loyall', and the classes of 'loyal' are: true (loyal), false (not yet loyal)"),
    ('[messages.true]\nde = "x"\n', "needs a text for one of the languages"),
    ('[messages.true]\nen = " "\n', "needs a text for one of the languages"),
    ('[messages]\nfile = "messages.xlsx"\n', "use a name that ends in .csv, .parquet or .jsonl"),
    ('[messages]\nwhose = "some"\n', "whose"),
])  # fmt: skip
def test_a_message_for_what_is_no_class_or_language_or_form_is_refused_before_anything_runs(said, told, tmp_path):
    with pytest.raises(SpecError) as refused:
        read_study(shop(tmp_path, SHOP + CLASSES + said))
    assert told in str(refused.value)


def test_labels_of_classes_stand_in_the_table(workspace, tmp_path):
    run(workspace, shop(tmp_path, SHOP + CLASSES))
    target = dictionary_of(workspace.table("shop_features"))["loyal"]
    assert str(target.valued("true")) == "true (loyal)"
    assert str(target.valued("false")) == "false (not yet loyal)"


def test_a_label_for_what_is_no_value_is_refused_and_says_which_values_there_are(workspace, tmp_path):
    with pytest.raises(SpecError, match="speak of 'maybe', and its values are: false, true"):
        run(workspace, shop(tmp_path, SHOP + CLASSES + 'maybe = { en = "perhaps" }\n'))


def told(study):
    with open(study.parent / "messages.csv", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_the_messages_of_a_made_up_shop_are_written_reported_and_changed_without_training_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    study = tmp_path / "study.toml"
    study.write_text("quick = true\n" + ENGAGED)
    workspace = Workspace.open(tmp_path / "workspace")
    with speaking("en"):
        done = run(workspace, study, "report")
    assert done.to_dict()["messages"] == str(tmp_path / "messages.csv")
    assert any(str(line) == f"The messages: {tmp_path / 'messages.csv'}" for line in done.words())
    rows, predicted = told(study), json.loads((tmp_path / "predictions.json").read_text())["target"]
    assert len(rows) == len({row["user_id"] for row in rows}) == len(predicted)
    assert sorted(row["class"] for row in rows) == sorted(map(str, predicted.values()))
    report = (tmp_path / "report.html").read_text()
    assert "A message for each kind of customer" in report
    assert "A response here means that Marketing target is 3 (high)." in report
    study.write_text("quick = true\n" + ENGAGED + '[messages.low]\nen = "Come back!"\n')
    with speaking("en"):
        again = run(workspace, study, "report")
    assert [again.seconds_by_step[name] for name in ("features", "train", "explain")] == [0.0, 0.0, 0.0]
    assert {row["message"] for row in told(study) if row["class"] == "1"} == {"Come back!"}
    assert "Come back!" in (tmp_path / "report.html").read_text()
    workspace.close()


@pytest.mark.slow
def test_every_test_user_of_the_real_shop_gets_one_message(tmp_path, monkeypatch, real_data):
    from tests.test_examples import EXAMPLES

    monkeypatch.chdir(tmp_path)
    workspace = Workspace.open(tmp_path / "workspace")
    with speaking("es"):
        study = read_study(EXAMPLES / "clickstream" / "study.toml", quick=True)
        from campanile.flows import run_events

        done = run_events(workspace, study, until="report", report=tmp_path / "report.html")
    with open(done.messages, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    asked = (real_data / "clickstream" / "user_test.csv").read_text().splitlines()[1:]
    assert sorted(row["user_id"] for row in rows) == sorted(line.partition(";")[0] for line in asked)
    assert {row["message"].partition(",")[0] for row in rows} == {"Compromiso"}
    assert all("se espera" in row["message"] for row in rows)
    assert "Un mensaje para cada tipo de cliente" in (tmp_path / "report.html").read_text()
    workspace.close()
