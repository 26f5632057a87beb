"""Repairs of a service's tables fill and empty what the checks found, and nothing else."""

import pyarrow as pa
import pyarrow.compute as pc

from campanile.quality import QualitySpec, RepairSpec
from campanile.quality.look import look_at
from campanile.quality.mending import mend
from campanile.quality.repairs import REPAIRS
from campanile.tables import Column, Dictionary, Semantic
from quality.events import EVENTS, MEASURES, TRACKS, events, tracks
from quality.made import changed

PLAYED, KNOWN = events(), tracks(600)
SPEC = RepairSpec(table="sessions")
LOST = [0, 1, 8, 21, *range(40, 44)]


def test_missing_values_are_filled_from_the_group_and_where_it_is_silent_they_stay():
    mended = mend(changed(PLAYED, "user_id", dict.fromkeys(LOST)), EVENTS, SPEC)
    assert mended.rows.equals(changed(PLAYED, "user_id", dict.fromkeys(range(40, 44))))
    assert [(step.repair, step.column, step.values) for step in mended.steps] == [("fill_from_group", "user_id", 4)]
    users = PLAYED["user_id"].to_pylist()
    assert [(line["row"], line["before"], line["after"]) for line in mended.changes.to_pylist()] == [
        (row + 1, None, str(users[row])) for row in LOST[:4]
    ]


def test_a_group_that_contradicts_itself_is_left_alone():
    table = changed(PLAYED, "user_id", {0: None, 1: 77, 8: None})
    assert mend(table, EVENTS, SPEC).rows.equals(changed(table, "user_id", {8: PLAYED["user_id"][8].as_py()}))


def test_the_target_is_never_filled():
    table = changed(PLAYED, "user_id", dict.fromkeys(LOST))
    view = QualitySpec(table="sessions", target="user_id")
    assert REPAIRS["fill_from_group"].changes(look_at(table, EVENTS, view)) == ()


def test_a_mark_of_an_unknown_id_is_emptied_and_then_filled():
    table = changed(PLAYED, "user_id", {0: -1, 21: -1})
    mended = mend(table, EVENTS, SPEC)
    assert mended.rows.equals(PLAYED)
    assert [step.repair for step in mended.steps] == ["unknown_ids_to_missing", "fill_from_group"]


def test_a_key_keeps_its_marks():
    said = Dictionary((Column("id", Semantic.IDENTIFIER, "int64"), Column("x", Semantic.NUMBER, "int64")), "id")
    table = pa.table({"id": [-1, *range(60)], "x": list(range(61))})
    assert mend(table, said, RepairSpec(table="t")).steps == ()


def test_filled_personal_values_are_not_written_into_the_record():
    said = Dictionary((*EVENTS.columns, Column("name", Semantic.PERSONAL)))
    names = pa.array([f"Jan {user}" for user in PLAYED["user_id"].to_pylist()])
    table = changed(PLAYED.append_column("name", names), "name", {0: None, 8: None})
    mended = mend(table, said, SPEC)
    assert mended.rows["name"].null_count == 0
    assert mended.changes["after"].null_count == mended.changes.num_rows == 2


def test_noughts_of_rows_that_were_not_measured_become_missing_and_others_stay():
    table = KNOWN
    for name in MEASURES:
        table = changed(table, name, {4: 0.0, 9: 0.0})
    table = changed(changed(table, "liveness", {20: 0.0}), "plays", {4: 0, 9: 0})
    mended = mend(table, TRACKS, RepairSpec(table="tracks"))
    assert {step.repair for step in mended.steps} == {"zeros_to_missing"}
    for name in MEASURES:
        assert pc.indices_nonzero(mended.rows[name].is_null()).to_pylist() == [4, 9]
    assert mended.rows["liveness"][20].as_py() == 0
    assert mended.rows["plays"].equals(table["plays"])
