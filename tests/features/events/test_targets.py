"""What became of each entity after its cut-off, as far as it is known, and its own columns: by hand."""

import pyarrow as pa
import pytest

from campanile.workspace.errors import DataError, SpecError

from .hand import asked, at, column, happened, people, whole

MONTHLY = {"every": "month"}
BUYS = {"buys": {"event": "kind = 'BUY'", "within_days": 30}}
# February begins with a cut-off; the 30 days from it end as the 2nd of March begins.
STORY = happened(
    "who ts kind",
    ("early", "01-05", "PLAY"), ("early", "02-10", "BUY"), ("never", "01-05", "PLAY"), ("edge", "01-05", "PLAY"),
    ("edge", "03-02", "BUY"), ("last moment", "01-05", "PLAY"), ("last moment", "03-01 23:59:59.999999", "BUY"),
    ("at once", "01-05", "PLAY"), ("at once", "02-01", "BUY"), ("recent", "01-05", "PLAY"), ("recent", "05-10", "BUY"),
    ("never", "05-20", "PLAY"),
)  # fmt: skip
EVERYBODY = people("early", "never", "edge", "last moment", "at once", "recent")


def bought(engine, targets=BUYS, name="buys", events=STORY):
    """Return a target by entity and cut-off."""
    told: dict[str, dict] = {}
    spec = asked(calendar=MONTHLY, targets=targets)
    for (who, cut), label in column(engine, name, spec, users=EVERYBODY, events=events).items():
        told.setdefault(who, {})[cut] = label
    return told


def test_a_target_is_whether_the_event_happens_from_the_cutoff_until_its_horizon_ends(engine):
    found = bought(engine)
    assert found["early"] == {"02-01": 1}
    assert found["edge"] == {"02-01": 0, "03-01": 1}
    assert found["last moment"] == {"02-01": 1, "03-01": 1}
    assert found["at once"] == {"02-01": 1}


def test_what_the_events_do_not_reach_is_missing_even_where_it_happened(engine):
    found = bought(engine)
    assert found["never"] == {"02-01": 0, "03-01": 0, "04-01": 0, "05-01": None}
    assert found["recent"] == {"02-01": 0, "03-01": 0, "04-01": 0, "05-01": None}


@pytest.mark.parametrize(("horizon", "label"), {18: 1, 19: 1, 20: None, 9: 0, 10: 1}.items())
def test_a_horizon_is_known_once_there_are_events_at_its_end(engine, horizon, label):
    targets = {"buys": {"event": "kind = 'BUY'", "within_days": horizon}}
    # The last event is of the 20th of May at midnight, nineteen days after the cut-off; the purchase of the tenth.
    assert bought(engine, targets)["recent"]["05-01"] == label


def test_a_target_without_a_horizon_is_whether_it_ever_happens(engine):
    found = bought(engine, {"ever": {"event": "kind = 'BUY'"}}, "ever")
    assert found["early"] == {"02-01": 1}
    assert found["edge"] == {"02-01": 1, "03-01": 1}
    assert found["recent"] == dict.fromkeys(("02-01", "03-01", "04-01", "05-01"), 1)
    assert found["never"] == dict.fromkeys(("02-01", "03-01", "04-01", "05-01"), 0)


def test_a_row_stays_while_one_of_its_targets_is_open(engine):
    two = {"buys": {"event": "kind = 'BUY'", "within_days": 30}, "likes": {"event": "kind = 'LIKE'"}}
    assert bought(engine, two)["early"] == {"02-01": 1, "03-01": None, "04-01": None, "05-01": None}
    assert bought(engine, two, "likes")["early"] == dict.fromkeys(("02-01", "03-01", "04-01", "05-01"), 0)


def test_whoever_bought_before_the_first_cutoff_is_never_a_row(engine):
    told = happened("who ts kind", ("early", "01-05", "BUY"), ("early", "03-05", "BUY"), ("never", "01-05", "PLAY"),
                    ("never", "05-20", "PLAY"))  # fmt: skip
    assert set(bought(engine, events=told)) == {"never"}


def test_an_event_before_the_cutoff_that_is_told_of_later_leaves_the_row_without_an_outcome(engine):
    told = happened("who ts kind came", ("early", "01-05", "PLAY", "01-05"), ("early", "02-20", "BUY", "03-05"),
                    ("never", "05-20", "PLAY", "05-20"))  # fmt: skip
    spec = asked(calendar=MONTHLY, targets=BUYS, events={"arrived": "came"})
    found = column(engine, "buys", spec, users=EVERYBODY, events=told)
    assert found == {("early", "02-01"): 1, ("early", "03-01"): None}


def test_a_purchase_of_which_nobody_knows_yet_does_not_count(engine):
    told = happened("who ts kind came", ("early", "01-05", "PLAY", "01-05"), ("early", "02-20", "BUY", "06-05"),
                    ("early", "05-20", "PLAY", "05-20"))  # fmt: skip
    spec = asked(calendar=MONTHLY, targets=BUYS, events={"arrived": "came"})
    found = column(engine, "buys", spec, at("06-01"), users=people("early"), events=told)
    assert found["early", "02-01"] == 0


def test_a_target_may_speak_of_joined_tables(engine):
    told = happened("who ts item", ("early", "01-05", 1), ("early", "02-10", 2), ("early", "05-20", 1))
    spec = asked(calendar=MONTHLY, tables={"items": {"key": "item"}}, joins=["events.item = items.item"],
                 targets={"red": {"event": "items.colour = 'red'", "within_days": 30}})  # fmt: skip
    items = pa.table({"item": [1, 2], "colour": ["blue", "red"]})
    assert column(engine, "red", spec, users=people("early"), events=told, items=items) == {("early", "02-01"): 1}


@pytest.mark.parametrize("condition", ["kind = 'PLAY' AND liked", "days_between(ts, cutoff) = 0"])
def test_a_target_speaks_of_events_alone_neither_of_marks_nor_of_the_cutoff(engine, condition):
    told = happened("who ts kind", ("a", "01-05", "PLAY"), ("a", "02-05", "LIKE"), ("a", "03-10", "PLAY"),
                    ("a", "05-20", "SKIP"))  # fmt: skip
    spec = asked(calendar=MONTHLY, marks={"liked": {"table": "events", "after": "kind = 'LIKE'"}},
                 targets={"hit": {"event": condition, "within_days": 30}})  # fmt: skip
    with pytest.raises(SpecError, match="there is no column"):
        whole(engine, spec, users=people("a"), events=told)


def test_a_column_may_be_the_target_and_columns_stay_as_they_are(engine):
    users = people("a", "b", "c", group=["x", None, "y"], age=[40, 50, None])
    told = happened("who ts", ("a", "01-05"), ("b", "01-06"), ("a", "02-29"))
    spec = asked(targets={"class": {"column": "group"}}, attributes=["age"])
    rows = whole(engine, spec, users=users, events=told).rows
    assert rows.select(["id", "class", "age", "n"]).to_pylist() == [
        {"id": "a", "class": "x", "age": 40, "n": 2}, {"id": "b", "class": None, "age": 50, "n": 1},
        {"id": "c", "class": "y", "age": None, "n": 0},
    ]  # fmt: skip
    monthly = asked(calendar=MONTHLY, targets={"class": {"column": "group"}})
    every = whole(engine, monthly, users=users, events=told).rows
    assert every["class"].to_pylist() == ["x", "x", None, None]


def test_one_column_may_be_an_attribute_and_the_target(engine):
    spec = asked(targets={"class": {"column": "group"}}, attributes=["group"])
    told = happened("who ts", ("a", "01-05"))
    rows = whole(engine, spec, users=people("a", group=["x"]), events=told).rows
    assert (rows["group"].to_pylist(), rows["class"].to_pylist()) == (["x"], ["x"])


def test_nobody_left_to_predict_is_an_error_that_says_so(engine):
    told = happened("who ts kind", ("a", "01-05", "BUY"), ("a", "02-29", "PLAY"))
    with pytest.raises(DataError, match="had happened"):
        whole(engine, asked(calendar=MONTHLY, targets=BUYS), users=people("a"), events=told)
