"""Each customer gets the message for its kind: the one that was declared, else one that is drafted."""

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv

from campanile.audience import AudienceSpec, MessagesSpec, customers, draft, select
from campanile.audience.messages import written
from campanile.audience.messages_section import messages_section
from campanile.tables import Column, Dictionary, Semantic
from campanile.words import speaking
from campanile.workspace import Workspace
from campanile.workspace.errors import BadInput, SpecError

LABELS = {"1": {"en": "low", "pl": "niskie"}, "2": {"en": "medium"}, "3": {"en": "high", "es": "alto"}}
MODEL = "engagement-logistic"
OWN = {"high": {"en": "Thank you!", "pl": "Dziękujemy!"}}


def shop(rows=360, seed=0):
    """Return users of three classes, of whom every sixth has none yet; visits and an abandoned cart tell the class."""
    draw = np.random.default_rng(seed)
    visits, cart = draw.gamma(2, 10, rows), draw.random(rows) < 0.4
    score = 0.1 * visits + 2 * cart + draw.normal(0, 0.7, rows)
    level = np.searchsorted(np.quantile(score, [0.6, 0.85]), score) + 1
    target = [None if at % 6 == 0 else int(value) for at, value in enumerate(level)]
    table = pa.table({
        "user": np.arange(rows) + 1, "mail": [f"u{n}@x.org" for n in range(rows)], "visits": visits,
        "abandoned_cart": cart, "engagement": pa.array(target, pa.int64()),
    })  # fmt: skip
    dictionary = Dictionary((
        Column("user", Semantic.IDENTIFIER, "int64"), Column("mail", Semantic.PERSONAL),
        Column("visits", Semantic.NUMBER, "double"), Column("abandoned_cart", Semantic.FLAG, "bool"),
        Column("engagement", Semantic.CATEGORY, "int64", classes=LABELS),
    ), key="user")  # fmt: skip
    return table, dictionary


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    """Return a workspace with a model of three classes and its list."""
    from campanile.models import TrainSpec, train

    workspace = Workspace.open(tmp_path_factory.mktemp("messages") / "workspace")
    rows, dictionary = shop()
    with workspace.run("load", {}) as run:
        run.save_table("users", rows, key="user", meta={"dictionary": dictionary.to_dict()})
    train(workspace, TrainSpec(table="users", target="engagement", methods=("logistic",), minutes=0, quick=True, jobs=1,
                               folds=3, resamples=50))  # fmt: skip
    yield workspace, select(workspace, AudienceSpec(model=MODEL, resamples=50, segments=3))
    workspace.close()


def sent(workspace, path, **asked):
    draft(workspace, MessagesSpec(model=MODEL, **asked))
    return csv.read_csv(written(workspace, path, MODEL)).to_pylist()


def test_those_without_an_outcome_get_one_message_each_with_class_probability_and_segment(listed, tmp_path):
    workspace, audience = listed
    rows = sent(workspace, tmp_path / "messages.csv")
    assert [row["user"] for row in rows] == list(range(1, 361, 6))
    segment = {row["user"]: row["segment"] for row in customers(workspace, audience).to_pylist()}
    for row in rows:
        assert list(row) == ["user", "class", "probability", "segment", "segment_name", "message"]
        assert row["class"] in (1, 2, 3)
        assert 0 < row["probability"] <= 1
        assert row["segment"] == segment[row["user"]]
        assert row["segment_name"] not in row["message"]
        assert ("(high)" in row["message"]) == (row["class"] == 3)


def test_all_customers_can_be_asked_for_and_kinds_add_up(listed, tmp_path):
    workspace, _ = listed
    assert len(sent(workspace, tmp_path / "all.csv", whose="all")) == 360
    done = draft(workspace, MessagesSpec(model=MODEL, whose="all"))
    assert sum(kind.customers for kind in done.kinds) == done.customers == 360
    assert "360 customers" in str(done.words()[0])


def test_those_whose_class_is_known_are_called_by_a_model_that_had_not_seen_them(listed, tmp_path):
    from campanile.models import load

    workspace, _ = listed
    rows = {row["user"]: row for row in sent(workspace, tmp_path / "all.csv", whose="all")}
    model = load(workspace, MODEL)
    seen = model.oof.slice(0, 1).to_pylist()[0]
    p = np.array([[seen["p_0"], seen["p_1"], seen["p_2"]]])
    row = rows[seen["row"] + 1]
    assert str(row["class"]) == model.classes[model.called(p)[0]]
    assert row["probability"] == pytest.approx(p[0, row["class"] - 1])


def test_a_declared_message_stands_in_for_a_drafted_one_and_that_of_a_segment_comes_first(listed, tmp_path):
    workspace, _ = listed
    rows = sent(workspace, tmp_path / "own.csv", whose="all", classes=OWN, segments={1: {"en": "Segment one."}})
    for row in rows:
        if row["segment"] == 1:
            assert row["message"] == "Segment one."
        elif row["class"] == 3:
            assert row["message"] == "Thank you!"
        else:
            assert "To be tested" in row["message"]
    assert {row["segment"] == 1 for row in rows} == {True, False}


def test_messages_are_written_in_the_language_at_hand(listed, tmp_path):
    workspace, _ = listed
    draft(workspace, MessagesSpec(model=MODEL, whose="all", classes=OWN))
    with speaking("pl"):
        rows = csv.read_csv(written(workspace, tmp_path / "pl.csv", MODEL)).to_pylist()
    assert {row["message"] for row in rows if row["class"] == 3} == {"Dziękujemy!"}
    assert all("Do sprawdzenia" in row["message"] for row in rows if row["class"] == 1)


def test_what_is_no_class_and_no_segment_is_refused_all_at_once(listed):
    workspace, _ = listed
    asked = MessagesSpec(model=MODEL, classes={"hihg": {"en": "x"}, "LOW": {"en": "y"}}, segments={9: {"en": "z"}})
    with pytest.raises(SpecError) as refused:
        draft(workspace, asked)
    told = " ".join(map(str, refused.value.faults))
    assert "'hihg'" in told
    assert "3 (high)" in told
    assert "no segment 9" in told
    assert len(refused.value.faults) == 2


def test_a_form_that_is_none_is_refused(listed, tmp_path):
    draft(listed[0], MessagesSpec(model=MODEL))
    with pytest.raises(BadInput, match="xlsx"):
        written(listed[0], tmp_path / "messages.xlsx", MODEL)


def test_no_personal_data_is_in_a_message(listed, tmp_path):
    rows = sent(listed[0], tmp_path / "all.csv", whose="all")
    assert not [row for row in rows if "@" in row["message"] or "mail" in row]


def test_a_segment_tells_what_its_unseen_customers_turned_out_to_be(listed):
    from campanile.models import load

    workspace, audience = listed
    shares = {segment.number: segment.mix for segment in audience.segments}
    member = {row["user"]: row["segment"] for row in customers(workspace, audience).to_pylist()}
    model = load(workspace, MODEL)
    told = [(member[row + 1], k) for row, k in zip(*(model.oof[n].to_pylist() for n in ("row", "actual")), strict=True)]
    for number, mix in shares.items():
        mine = [k for segment, k in told if segment == number]
        assert [str(one.label) for one in mix] == ["1 (low)", "2 (medium)", "3 (high)"]
        assert [one.share.estimate for one in mix] == pytest.approx([mine.count(k) / len(mine) for k in range(3)])
        assert all(one.share.low <= one.share.estimate <= one.share.high for one in mix)


def test_the_section_has_a_row_for_each_kind_and_the_classes_of_each_segment(listed):
    workspace, audience = listed
    done = draft(workspace, MessagesSpec(model=MODEL, whose="all"))
    kinds, mix = messages_section(done).blocks
    assert len(kinds.rows) == len(done.kinds)
    assert len(mix.rows) == len(audience.segments)
    assert len(mix.headings) == 5


def test_the_answers_of_a_model_of_three_classes_name_the_class_of_a_response(listed):
    from campanile.audience import sections
    from campanile.explain import ExplainSpec, ReasonsSpec, explain, reasons
    from campanile.explain import sections as why
    from campanile.models import Training
    from campanile.models import sections as judged

    workspace, audience = listed
    training = workspace.result(workspace.artifact("training"), Training)
    explained = explain(workspace, ExplainSpec(model=MODEL, features=2, sample=200))
    meant = "A response here means that Engagement is 3 (high)."
    answers = [audience.words, training.verdict, explained.words, judged(training)[0].answer]
    answers += [section.answer for section in why(explained)]
    answers.append(reasons(workspace, ReasonsSpec(key=2, model=MODEL, features=2)).words)
    assert all(str(answer).endswith(meant) for answer in answers)
    for section in sections(audience):
        assert [meant in str(one) for one in (*section.context, section.answer)].count(True) == 1


def test_with_two_classes_each_kind_is_a_segment_with_what_is_expected(kept, tmp_path):
    workspace, audience = kept
    done = draft(workspace, MessagesSpec(model=audience.model, audience=audience.version))
    assert audience.response is None
    assert done.customers == audience.rows
    assert {kind.value for kind in done.kinds} <= {"false", "true"}
    assert all("Response, expected: " in str(kind.message) for kind in done.kinds)
