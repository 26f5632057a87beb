"""What a service's tables can hold that is wrong is found, in its place and number; clean ones raise no alarm."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from campanile.quality import QualitySpec, check
from campanile.quality.checks import CHECKS
from campanile.quality.inspection import findings_of
from campanile.quality.links import Reference, references
from campanile.tables import Column, Dictionary, Semantic
from campanile.tables.lists import STRINGS
from campanile.workspace.errors import NotFound, SpecError
from quality.events import EVENTS, MEASURES, TRACKS, USERS, events, tracks, users
from quality.made import changed, kept, look, of

PLAYED, KNOWN, PEOPLE = events(), tracks(), users()
AS_OF = date(2026, 3, 1)


def service(table, dictionary, **asked):
    return look(table, dictionary, **{"target": None, "as_of": AS_OF, **asked})


def found(check_name, table, dictionary, column=None, **asked):
    return of(CHECKS[check_name](service(table, dictionary, **asked)), column)


@pytest.mark.parametrize(("make", "dictionary"), [(events, EVENTS), (tracks, TRACKS)])
@pytest.mark.parametrize("seed", range(5))
def test_clean_tables_of_a_service_raise_no_alarm(make, dictionary, seed):
    told = of(findings_of(service(make(seed=seed), dictionary)))
    assert {f.check for f in told} == {"personal"}
    assert {f.severity for f in told} == {"info"}
    assert {f.check for f in of(findings_of(service(PEOPLE, USERS)))} == {"personal"}


def test_events_of_two_users_at_once_are_no_repeats():
    table = PLAYED.slice(0, 60)
    other = table.set_column(1, "user_id", pa.array([99] * 60)).set_column(4, "session_id", pa.array([9] * 60))
    assert found("duplicates", pa.concat_tables([table, other]), EVENTS) == []
    assert [f.count for f in found("duplicates", pa.concat_tables([table, table.slice(0, 3)]), EVENTS)] == [3]


def test_a_flag_without_no_says_nothing():
    table = PEOPLE.set_column(2, "premium", pa.array([True] * 38 + [None] * 2))
    (told,) = found("constant", table, USERS)
    assert (told.column, told.count, told.severity) == ("premium", 38, "warning")
    assert "Premium is never no: 38 rows say yes, and 2 are empty." in str(told.words)
    table = PEOPLE.set_column(2, "premium", pa.array([False] * 38 + [None] * 2))
    assert "Premium is never yes" in str(found("constant", table, USERS)[0].words)


WITH_ID = Dictionary((*USERS.columns, Column("id", Semantic.IDENTIFIER, "int64")), "user_id")
WITH_COUPON = Dictionary((*USERS.columns, Column("coupon_id", Semantic.IDENTIFIER, "int64")), "user_id")


@pytest.mark.parametrize("values", [[-1] * 5, [1, 2, 3, 4, 5], [7, 9, 8, 6, 5]])
def test_an_id_filled_in_a_few_rows_beside_the_key_is_stray(values):
    table = PEOPLE.append_column("id", pa.array([*values, *[None] * 35], pa.int64()))
    (told,) = found("stray", table, WITH_ID)
    assert (told.column, told.count) == ("id", 5)
    assert "filled in 5 of 40 rows, while User id names every row" in str(told.words)


def test_a_reference_that_few_rows_have_is_not_stray():
    table = PEOPLE.append_column("coupon_id", pa.array([7, 9, 8, 6, 5, *[None] * 35], pa.int64()))
    assert found("stray", table, WITH_COUPON) == []
    same = PEOPLE.append_column("coupon_id", pa.array([*range(1, 6), *[None] * 35], pa.int64()))
    assert [f.column for f in found("stray", same, WITH_COUPON)] == ["coupon_id"]


@pytest.mark.parametrize("mark", [-1, -99])
def test_marks_of_unknown_ids_are_found_where_no_other_id_lies_below_nought(mark):
    told = [f for f in found("personal", changed(PLAYED, "user_id", {3: mark, 8: mark}), EVENTS, "user_id")
            if f.severity == "serious"]  # fmt: skip
    assert [(f.count, f.repair) for f in told] == [(2, "unknown_ids_to_missing")]
    signed = changed(PLAYED, "user_id", {3: -1, 8: -712})
    assert all(f.severity == "info" for f in found("personal", signed, EVENTS, "user_id"))


def zeroed(rows, columns=MEASURES):
    table = KNOWN
    for name in columns:
        table = changed(table, name, dict.fromkeys(rows, 0.0))
    return table


def test_rows_whose_measures_are_nought_at_once_are_found():
    (told,) = found("zeros", zeroed([4, 9], MEASURES[:4]), TRACKS)
    assert (told.count, told.repair, told.examples.rows[0]) == (
        2, "zeros_to_missing", ("t4", "energy, valence, tempo, liveness"),
    )  # fmt: skip
    assert "2 rows hold 0 in 4 measures at once" in str(told.words)
    assert "Energy, Valence, Tempo and Liveness" in str(told.words)
    assert found("zeros", zeroed([4], MEASURES), TRACKS)[0].count == 1


def test_noughts_that_are_frequent_few_or_counted_are_no_such_rows():
    assert found("zeros", zeroed([4, 9], MEASURES[:2]), TRACKS) == []
    assert found("zeros", zeroed(range(60), MEASURES), TRACKS) == []
    draw = np.random.default_rng(0)
    counts = {name: pa.array(draw.poisson(5, 400)) for name in "abcdef"}
    said = Dictionary(tuple(Column(name, Semantic.NUMBER, "int64") for name in counts))
    assert found("zeros", pa.table(counts), said) == []


def test_a_nought_far_below_all_others_stands_for_an_unknown_value():
    (told,) = found("placeholders", changed(KNOWN, "tempo", {1: 0.0, 2: 0.0}), TRACKS)
    assert (told.column, told.count, told.repair) == ("tempo", 2, "impossible_to_missing")
    low = Dictionary(tuple(
        Column("tempo", Semantic.NUMBER, "double", low=0) if c.name == "tempo" else c for c in TRACKS
    ), "id")  # fmt: skip
    assert [f.count for f in found("placeholders", changed(KNOWN, "tempo", {1: 0.0, 2: 0.0}), low)] == [2]


@pytest.mark.parametrize("tail", ["energy", "plays"])
def test_a_nought_near_the_others_is_ordinary(tail):
    value = 0.0 if tail == "energy" else 0
    assert found("placeholders", changed(KNOWN, tail, {1: value, 2: value}), TRACKS) == []


@pytest.mark.parametrize(("low", "high", "words"), [
    (None, 0, "Loudness: 2 values are impossible: above 0 dB, the declared most."),
    (-90, None, None),
    (-60, 0, "Loudness: 2 values are impossible: outside the declared range, -60 to 0 dB."),
])  # fmt: skip
def test_the_declared_range_is_held_against_the_values_and_told_with_its_unit(low, high, words):
    said = Dictionary(tuple(
        Column(c.name, c.semantic, c.type, unit="dB", low=low, high=high) if c.name == "loudness" else c for c in TRACKS
    ), "id")  # fmt: skip
    told = found("impossible", changed(KNOWN, "loudness", {1: 0.5, 2: 2.0}), said)
    assert [str(f.words) for f in told] == ([words] if words else [])


def test_dates_to_the_day_the_month_and_the_year_in_one_column_are_told_apart():
    table = changed(KNOWN, "released", {1: "1994", 2: "1987", 3: "1956-03"})
    (told,) = found("units", table, TRACKS)
    assert (told.column, told.count, told.severity) == ("released", 3, "warning")
    assert "197 to the day, 1 to the month and 2 to the year" in str(told.words)
    assert found("personal", table, TRACKS, "released") == []
    free = KNOWN.set_column(1, "released", pa.array([f"take {row}" for row in range(200)]))
    assert found("units", free, TRACKS) == []


def test_telephone_numbers_are_no_dates():
    table = KNOWN.set_column(1, "released", pa.array([f"600-{row:03}-111" for row in range(200)]))
    assert [f.severity for f in found("personal", table, TRACKS, "released")] == ["serious"]


def test_a_category_far_rarer_than_the_others_is_rare():
    rare = changed(PLAYED, "event_type", dict.fromkeys(range(18), "BUY"))
    (told,) = found("rare", rare, EVENTS)
    assert (told.column, told.count, told.repair) == ("event_type", 18, None)
    assert "BUY (18)" in str(told.words)
    usual = changed(PLAYED, "event_type", dict.fromkeys(range(60), "BUY"))
    assert found("rare", usual, EVENTS) == []
    assert found("rare", changed(PLAYED, "event_type", dict.fromkeys(range(3), "BUY")), EVENTS)[0].repair == "join_rare"


def test_one_of_two_categories_is_not_rare_for_being_seldom():
    table = PLAYED.set_column(3, "event_type", pa.array(["NO"] * 1182 + ["YES"] * 18))
    assert found("rare", table, EVENTS) == []


def test_words_of_lists_are_rare_by_the_rows_that_have_them():
    genres = PEOPLE["genres"].to_pylist()
    genres[0], genres[1], genres[2], genres[3] = ["filmi", "filmi"], ["mpb", "soul"], None, []
    (told,) = found("rare", PEOPLE.set_column(1, "genres", pa.array(genres, STRINGS)), USERS)
    assert (told.column, told.count, told.examples.rows) == ("genres", 2, (("filmi", 1), ("mpb", 1)))
    assert "2 of 6 different words of the lists stand in fewer than 5 rows" in str(told.words)


def test_what_other_rows_of_the_group_tell_is_found():
    table = changed(PLAYED, "user_id", dict.fromkeys([0, 1, 8, 21, *range(40, 44)]))
    (told,) = found("groups", table, EVENTS)
    assert (told.column, told.count, told.repair) == ("user_id", 4, "fill_from_group")
    assert "4 of 8 missing values can be told from other rows with the same Session id" in str(told.words)


def test_groups_that_agree_by_chance_or_do_not_agree_tell_nothing():
    assert found("groups", changed(PLAYED, "track_id", {1: None}), EVENTS) == []
    nearly = PLAYED.set_column(3, "event_type", pa.array([None, *["PLAY"] * 1198, "SKIP"]))
    assert found("groups", nearly, EVENTS) == []
    torn = changed(changed(PLAYED, "user_id", {0: None}), "user_id", {4 * group + 5: 77 for group in range(20)})
    assert found("groups", torn, EVENTS) == []


def test_values_that_have_no_place_in_a_category_are_told_and_are_no_fault():
    kinds = PLAYED["event_type"].to_pylist()
    table = changed(PLAYED, "track_id", {row: None for row, kind in enumerate(kinds) if kind == "LIKE" or row < 6})
    told = found("missing", table, EVENTS)
    likes = kinds.count("LIKE")
    rest = sum(kind != "LIKE" for kind in kinds[:6])
    assert [(f.column, f.severity, f.count) for f in told] == [
        ("track_id", "info", likes + rest), ("track_id", "info", likes),
    ]  # fmt: skip
    assert f"where Event type is LIKE: it seems to have no place there. Elsewhere, {rest} are missing." in str(
        told[1].words
    )


@pytest.mark.parametrize(("days", "months", "snapshots", "severity"), [
    (365, 12, 11, None), (87, 2, 1, "warning"), (40, 1, 0, "serious"), (20, 0, 0, "serious"),
])  # fmt: skip
def test_the_length_of_the_history_is_told_with_what_it_means(days, months, snapshots, severity):
    told = [f for f in CHECKS["history"](service(events(days=days), EVENTS)) if f.column]
    assert [(f.column, f.count, f.passed) for f in told] == [("timestamp", days, severity is None)]
    if severity is None:
        assert f"{months} whole months, from 1 January 2025 to 31 December 2025" in str(told[0].words)
    else:
        assert told[0].severity == severity
        assert f"{months} whole month" in str(told[0].words)
        assert f"known for {snapshots} month" in str(told[0].words)


def test_the_columns_of_a_history_and_its_length_can_be_asked_for():
    (told,) = found(
        "history", PLAYED, EVENTS, history_months=24, time="timestamp", entity="session_id", horizon_days=90
    )
    assert "(Session id: 300 different)" in str(told.words)
    assert "the 90 days that follow a month is known for 9 months" in str(told.words)
    with pytest.raises(NotFound, match="Did you mean 'timestamp'"):
        service(PLAYED, EVENTS, time="timestamps")


def kept_service(workspace, played=PLAYED, known=KNOWN):
    kept(workspace, played, "sessions", EVENTS)
    kept(workspace, known, "tracks", TRACKS)
    kept(workspace, PEOPLE, "users", USERS)


def told_of(workspace, table, **asked):
    answer = check(workspace, QualitySpec(table=table, as_of=AS_OF, **asked))
    return [(f.column, f.passed, f.severity, f.count) for f in answer.findings if f.check == "references"]


def test_tables_that_know_each_other_pass(workspace):
    kept_service(workspace)
    for table in ("sessions", "tracks", "users"):
        assert told_of(workspace, table) == [(None, True, "info", 0)]


def test_ids_that_are_not_there_and_rows_never_referred_to_are_counted(workspace):
    more = pa.concat_tables([KNOWN, tracks(320).slice(200)])
    kept_service(workspace, changed(PLAYED, "user_id", {0: 99, 1: 99, 2: 98, 3: None}), more)
    assert told_of(workspace, "sessions") == [("user_id", False, "warning", 3)]
    assert told_of(workspace, "tracks") == [("id", False, "info", 120)]
    words = [str(f.words) for f in check(workspace, QualitySpec(table="tracks")).found if f.check == "references"]
    assert words == [
        "120 of 320 rows (37.5%) never occur in table sessions (track_id): nothing is known there about them."
    ]
    quality = workspace.artifact("quality", "tracks")
    assert {"tracks", "sessions"} <= {link.artifact.name for link in workspace.lineage(quality).parents}


def test_references_are_declared_where_their_names_do_not_tell(workspace):
    kept(workspace, PLAYED.rename_columns(["timestamp", "who", "what", "event_type", "session_id"]), "log", Dictionary(
        tuple(Column({"user_id": "who", "track_id": "what"}.get(c.name, c.name), c.semantic, c.type) for c in EVENTS)
    ))  # fmt: skip
    kept(workspace, KNOWN.slice(0, 150), "tracks", TRACKS)
    assert told_of(workspace, "log") == [(None, True, "info", 0)]
    (told,) = told_of(workspace, "log", references={"what": "tracks.id"})
    assert (told[0], told[3]) == ("what", sum(int(name[1:]) >= 150 for name in PLAYED["track_id"].to_pylist()))
    assert told_of(workspace, "tracks", references={"log.what": "tracks.id"}) == [(None, True, "info", 0)]
    with pytest.raises(NotFound, match="Did you mean 'tracks'"):
        told_of(workspace, "log", references={"what": "track.id"})
    with pytest.raises(NotFound, match="no column 'wath'"):
        told_of(workspace, "log", references={"wath": "tracks.id"})
    with pytest.raises(SpecError, match=r"write table\.column"):
        QualitySpec(table="log", references={"what": "tracks"})


def test_references_are_found_by_the_names_of_tables_and_keys():
    text, number = (Column("id", Semantic.IDENTIFIER, kind) for kind in ("string", "int64"))

    def table(*columns, key=None):
        return Dictionary(tuple(
            Column(name, Semantic.IDENTIFIER, "string") if isinstance(name, str) else name for name in columns
        ), key)  # fmt: skip

    tables = {
        "tracks": table(text, "id_artist", key="id"), "shop_artists": table(text, key="id"),
        "track_storage": table("track_id", key="track_id"), "sessions": table("track_id", "account_no", "city_id"),
        "accounts_2024": table("account_no", key="account_no"), "cities": table(number, key="id"),
    }  # fmt: skip
    found = {(one.table, one.column, one.parent, one.key) for name in tables for one in references(name, tables, {})}
    assert found == {
        ("sessions", "track_id", "tracks", "id"), ("track_storage", "track_id", "tracks", "id"),
        ("tracks", "id_artist", "shop_artists", "id"), ("sessions", "account_no", "accounts_2024", "account_no"),
    }  # fmt: skip
    assert references("tracks", tables, {"id_artist": "cities.id"})[0] == Reference(
        "tracks", "id_artist", "cities", "id"
    )
