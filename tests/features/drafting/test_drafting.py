"""A draft finds what made-up tables were made with, and says why."""

import random
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings

from campanile.features.drafting import draft
from campanile.workspace.errors import DataError

from .made import NOW, source, worlds


def drafted(**tables):
    return draft([source(name, pa.table(columns)) for name, columns in tables.items()], "study", NOW)


def days(n, step=1.0, first=datetime(2025, 1, 1, tzinfo=UTC)):
    return [first + timedelta(days=step * at) for at in range(n)]


def reason(found, *place):
    return next(str(one.reason) for one in found.decisions if one.place == place)


PEOPLE = {"user_id": list(range(101, 141)), "city": ["Waw", "Krk"] * 20}


def visits(n=400, **more):
    return {"user_id": [101 + at % 40 for at in range(n)], "time": days(n, 0.5), **more}


@settings(max_examples=20, deadline=None)
@given(world=worlds())
def test_the_keys_times_and_joins_that_a_world_was_made_with_are_found(world):
    said = draft([source(name, rows) for name, rows in world.tables.items()], "study", NOW).said
    assert said["study"]["entity"] == world.entity
    assert said["tables"][world.entity]["key"] == world.key
    assert said["tables"]["visits"]["entity"] == world.whose
    assert said["tables"]["visits"]["time"] == world.time
    assert frozenset(said["study"].get("joins", ())) == world.joins
    assert said["calendar"] == {"every": "month"}


@settings(max_examples=6, deadline=None)
@given(world=worlds())
def test_the_order_of_rows_changes_nothing(world):
    mixed = {}
    for name, rows in world.tables.items():
        order = list(range(rows.num_rows))
        random.Random(name).shuffle(order)
        mixed[name] = rows.take(order)
    one, other = (draft([source(name, rows) for name, rows in tables.items()], "study", NOW)
                  for tables in (world.tables, mixed))  # fmt: skip
    assert one.said == other.said


def test_each_decision_says_why_in_figures():
    found = drafted(users=PEOPLE, visits=visits())
    assert reason(found, "tables", "users", "key") == (
        "no two of the 40 rows share one, and 'visits.user_id' is found in it for 100%"
    )
    assert "from 1 January 2025 to 19 July 2025" in reason(found, "tables", "visits", "time")


def test_small_numbers_that_any_key_would_hold_are_no_join():
    codes = [f"c{at}" for at in range(20)]
    found = drafted(users=PEOPLE, visits=visits(pages=[1 + at % 9 for at in range(400)]),
                    shelves={"nr": list(range(1, 21)), "label": codes})  # fmt: skip
    assert "joins" not in found.said["study"]
    assert any("'shelves' is not used" in str(note) for note in found.notes)


def test_a_join_that_few_events_would_find_is_told_and_not_proposed():
    shops = {"shop_id": list(range(1, 11)), "size": [1.5] * 10}
    found = drafted(users=PEOPLE, visits=visits(shop_id=[1 + at % 40 for at in range(400)]), shops=shops)
    assert "joins" not in found.said["study"]
    told = "The join 'visits.shop_id = shops.shop_id' was not proposed: only 25% would find a row."
    assert told in [str(note) for note in found.notes]


def test_a_table_whose_key_is_not_one_says_so():
    shops = {"shop_id": [*range(1, 40), 39], "size": [1.5] * 40}
    found = drafted(users=PEOPLE, visits=visits(shop_id=[1 + at % 39 for at in range(400)]), shops=shops)
    assert "shops" not in found.said["tables"]
    assert any("'shop_id' does not tell its rows apart, of 40 only 39" in str(note) for note in found.notes)


def test_two_ways_to_the_same_table_are_one_join_with_the_other_named():
    shops = {"id": [f"s{at}" for at in range(30)], "size": [1.5] * 30}
    both = {"shop_id": [f"s{at % 30}" for at in range(400)], "old_shop": [f"s{at % 20}" for at in range(400)]}
    found = drafted(users=PEOPLE, visits=visits(**both), shops=shops)
    assert found.said["study"]["joins"] == ["visits.shop_id = shops.id"]
    joined = next(one for one in found.decisions if one.place == ("study", "joins", "0"))
    assert [str(line) for line in joined.instead] == ["visits.old_shop = shops.id, found for 100%"]


def test_joins_never_go_round_in_a_circle():
    left = {"a_code": [f"a{at}" for at in range(20)], "b_code": [f"b{at}" for at in range(20)]}
    right = {"b_code": left["b_code"], "a_code": left["a_code"]}
    more = {"a_code": [f"a{at % 20}" for at in range(400)]}
    other = {"user_id": visits()["user_id"], "at": days(400, 0.5), "b_code": [f"b{at % 20}" for at in range(400)]}
    found = drafted(users=PEOPLE, visits=visits(**more), calls=other, lefts=left, rights=right)
    from campanile.features.events.spec import PanelSpec

    assert {"lefts", "rights"} <= set(found.said["tables"])
    joins = found.said["study"]["joins"]
    assert not {"lefts.b_code = rights.b_code", "rights.a_code = lefts.a_code"} <= set(joins)
    tables = {name: {key: one[key] for key in ("key", "entity", "time") if key in one}
              for name, one in found.said["tables"].items()}  # fmt: skip
    PanelSpec(entity="users", tables=tables, joins=tuple(joins))


def test_a_second_time_that_is_never_earlier_is_when_events_arrived():
    late = [when + timedelta(hours=at % 30) for at, when in enumerate(days(400, 0.5))]
    found = drafted(users=PEOPLE, visits=visits(received=late))
    assert found.said["tables"]["visits"]["arrived"] == "received"
    early = [late[0] - timedelta(days=3), *late[1:]]
    assert "arrived" not in drafted(users=PEOPLE, visits=visits(received=early)).said["tables"]["visits"]


def test_a_date_far_ahead_is_not_when_events_arrived():
    due = [when + timedelta(days=90) for when in days(400, 0.5)]
    found = drafted(users=PEOPLE, visits=visits(due=due))
    assert "arrived" not in found.said["tables"]["visits"]
    assert "'visits.due' holds times too, and is not used." in [str(note) for note in found.notes]


def kinds(rare, n=400):
    """Return kinds of events of 40 users, of whom ten do the rare thing once, early in their time."""
    return [rare if at % 40 < 10 and at // 40 == 3 else "look" if at % 3 else "ask" for at in range(n)]


def test_a_rare_event_with_a_telling_name_is_the_target_and_its_period_the_month():
    found = drafted(users=PEOPLE, visits=visits(event=kinds("subscribe")))
    assert found.said["targets"] == {
        "subscribe": {"table": "visits", "event": "event = 'subscribe'", "within_days": 30}
    }
    assert found.said["calendar"] == {"every": "month"}
    assert reason(found, "targets", "subscribe", "event").startswith("10 of 400 events are such, and 10 had one")


def test_a_rare_event_after_which_another_ceases_says_so():
    what = kinds("gold")
    for at in range(400):
        if what[at] == "ask" and at % 40 < 10 and at // 40 > 3:
            what[at] = "look"
    found = drafted(users=PEOPLE, visits=visits(event=what))
    assert "after it no 'ask' follows" in reason(found, "targets", "gold", "event")


def test_a_rare_level_of_something_else_is_only_told():
    found = drafted(users=PEOPLE, visits=visits(browser=kinds("Lynx")))
    assert "targets" not in found.said
    assert any("It could be browser = 'Lynx'" in str(note) for note in found.notes)


def test_what_was_written_after_the_event_is_no_attribute():
    people = {**PEOPLE, "gold_card": [at < 10 for at in range(40)], "town": ["Waw", "Krk"] * 20}
    found = drafted(users=people, visits=visits(event=kinds("subscribe")))
    assert found.said["study"]["attributes"] == ["city", "town"]
    assert any("'users.gold_card' is no attribute: 10 of 10" in str(note) for note in found.notes)


def test_a_short_history_has_one_cut_off_with_days_left_for_the_event():
    found = drafted(users=PEOPLE, visits=visits(event=kinds("subscribe")) | {"time": days(400, 0.1)})
    assert found.said["calendar"] == {"at": datetime(2025, 2, 9).date() - timedelta(days=13)}
    assert found.said["targets"]["subscribe"]["within_days"] == 13


def test_a_target_column_has_no_cut_offs_and_rows_without_it_are_to_be_predicted():
    known = {**PEOPLE, "outcome": [1 + at % 3 for at in range(40)]}
    asked = {"user_id": list(range(141, 161)), "city": ["Waw", "Krk"] * 10, "test_id": list(range(1, 21))}
    events = {"user_id": [101 + at % 60 for at in range(600)], "time": days(600, 0.3)}
    found = drafted(user_train=known, user_test=asked, visits=events)
    assert found.said["tables"]["users"]["source"] == ["user_train.csv", "user_test.csv"]
    assert found.said["targets"] == {"outcome": {"column": "outcome"}}
    assert found.said["predictions"] == {"file": "predictions.json", "key": "test_id"}
    assert "calendar" not in found.said


def test_personal_columns_and_random_text_are_declared_and_kept_out():
    mails = [f"someone{at}@example.org" for at in range(40)]
    texts = [f"words {at} of {at * 7} and {at * 13}" for at in range(400)]
    found = drafted(users={**PEOPLE, "contact": mails}, visits=visits(query=texts))
    assert found.said["tables"]["users"]["columns"] == {"contact": {"semantic": "personal"}}
    assert found.said["tables"]["visits"]["columns"] == {"query": {"semantic": "text"}}
    assert found.said["study"]["attributes"] == ["city"]


@pytest.mark.parametrize(("tables", "words"), [
    ({"visits": visits()}, ["holds events", "one row for each 'user_id'", "a single column"]),
    ({"users": {**PEOPLE, "response": [True, False] * 20}}, ["no events", "campanile profile users.csv", "response"]),
    ({"users": {"user_id": list(range(900, 940))}, "visits": visits()}, ["with other values", "belong together"]),
    ({"users": {"user_id": [101, *range(101, 140)]}, "visits": visits()}, ["does not tell them apart", "40 rows"]),
    ({"users": PEOPLE, "visits": visits() | {"time": days(400, 1, datetime(2031, 1, 1, tzinfo=UTC))}},
     ["'visits' lie in the future"]),
    ({"users": {"email": [f"u{at}@example.org" for at in range(40)]},
      "visits": {"email": [f"u{at % 40}@example.org" for at in range(400)], "time": days(400)}},
     ["'email' alone leads from 'visits.csv' to 'users.csv'", "personal data"]),
    ({"people": {"id": [1, 2, 3, 4]}, "visits": {"who": [1, 1, 2, 3, 4, 4, 1], "when": days(7)}},
     ["'visits.who' could say", "by chance", "'people_id'"]),
])  # fmt: skip
def test_what_is_missing_for_a_study_of_events_is_told(tables, words):
    with pytest.raises(DataError) as refused:
        drafted(**tables)
    for word in words:
        assert word in str(refused.value)
