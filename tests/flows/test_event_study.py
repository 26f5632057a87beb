"""A study of events: its features are the truth of a made-up world, and what is done once is not done again."""

import os
import signal

import pyarrow.parquet as pq
import pytest

from campanile.flows import check_study, read_study
from campanile.words import speaking
from campanile.workspace import Workspace
from campanile.workspace.engines.spark import Spark
from campanile.workspace.errors import DataError, EngineError, SourceError, SpecError
from tests.workspace.conftest import needs_spark

from .eventworlds import MUSIC, PEOPLE, SHOP, VISITS, features_step, in_a_new_process, music_world, run, shop, written


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """A music service whose study was run to its features: workspace, study file, answer."""
    folder = tmp_path_factory.mktemp("service")
    file = music_world(folder)
    workspace = Workspace.open(folder / "workspace")
    with speaking("en"):
        yield workspace, file, run(workspace, file)
    workspace.close()


def rows_of(workspace, name="listeners_features"):
    return workspace.read(workspace.table(name))


def test_the_features_are_the_truth_of_the_world(service):
    workspace, file, done = service
    told = pq.read_table(file.parent / "truth.parquet").to_pylist()
    truth = {(row["user_id"], row["cutoff"].date()): row for row in told}
    rows = rows_of(workspace).to_pylist()
    assert done.rows == len(rows) > 500
    matured = [row for row in rows if row["bought"] is not None]
    assert sum(row["bought"] for row in matured) > 20
    for row in matured:
        true = truth[row["user_id"], row["cutoff"]]
        assert [row[name] for name in done.features] == pytest.approx([true[name] for name in done.features])
        assert row["bought"] == true["bought"]


def test_whoever_bought_is_no_row_any_more(service):
    rows = rows_of(service[0]).to_pylist()
    bought = {row["user_id"]: row["cutoff"] for row in rows if row["bought"]}
    assert not [row for row in rows if row["cutoff"] > bought.get(row["user_id"], row["cutoff"])]


def test_the_table_knows_labels_units_and_that_the_target_is_known_only_after(service):
    from campanile.tables import dictionary_of

    columns = {one.name: one for one in dictionary_of(service[0].table("listeners_features"))}
    assert columns["number_of_advertisements"].label["pl"] == "Usłyszane reklamy"
    assert columns["number_of_advertisements"].unit == "event"
    assert columns["bought"].known == "after"
    assert columns["cutoff"].type == "date32"


def test_the_table_tells_from_which_files_it_comes(service):
    workspace = service[0]
    assert "sessions.parquet" in str(workspace.lineage(workspace.table("listeners_features")))


@pytest.fixture
def again(tmp_path, service):
    """The music service's study in a workspace of its own, run once."""
    workspace = Workspace.open(tmp_path / "workspace")
    file = tmp_path / "study.toml"
    for parquet in service[1].parent.glob("*.parquet"):
        os.link(parquet, tmp_path / parquet.name)
    written(tmp_path, MUSIC)
    run(workspace, file)
    yield workspace, file
    workspace.close()


def test_a_second_run_computes_nothing_and_imports_nothing_that_could(again, tmp_path):
    workspace, file = again
    done = in_a_new_process(workspace, file, "features", tmp_path / "report.html")
    assert set(done["seconds"]) >= {"load-listeners_users", "load-listeners_sessions", "quality", "features"}
    assert set(done["seconds"].values()) == {0.0}
    assert done["rows"] == rows_of(workspace).num_rows
    assert not {name.split(".")[0] for name in done["modules"]} & {"sklearn", "ibis", "scipy", "pandas", "optuna"}


def test_of_changed_features_only_those_are_computed_and_the_table_is_as_if_all_were(again, tmp_path):
    workspace, file = again
    before = rows_of(workspace)
    changed = MUSIC.replace("avg(tracks.popularity)", "max(tracks.popularity)")
    written(tmp_path, changed)
    run(workspace, file)
    assert features_step(workspace, "listeners")["computed"] == ["average_popularity"]
    after = rows_of(workspace)
    assert after.drop(["average_popularity"]).equals(before.drop(["average_popularity"]))
    whole = Workspace.open(tmp_path / "other")
    run(whole, file)
    assert after.equals(rows_of(whole))
    whole.close()


def test_a_feature_that_is_taken_away_leaves_the_table_and_nothing_is_computed(again, tmp_path):
    workspace, file = again
    written(tmp_path, MUSIC[: MUSIC.index("[features.average_popularity]")])
    run(workspace, file)
    assert features_step(workspace, "listeners")["computed"] == []
    assert "average_popularity" not in rows_of(workspace).column_names


def test_a_new_label_stands_in_the_table_and_no_other_feature_is_computed(again, tmp_path):
    from campanile.tables import dictionary_of

    workspace, file = again
    written(tmp_path, MUSIC.replace("Usłyszane reklamy", "Reklamy"))
    run(workspace, file)
    columns = {one.name: one for one in dictionary_of(workspace.table("listeners_features"))}
    assert columns["number_of_advertisements"].label["pl"] == "Reklamy"
    assert set(features_step(workspace, "listeners")["computed"]) <= {"number_of_advertisements"}


def test_another_target_or_calendar_computes_all_anew(again, tmp_path):
    workspace, file = again
    written(tmp_path, MUSIC.replace("within_days = 30", "within_days = 20"))
    run(workspace, file)
    assert len(features_step(workspace, "listeners")["computed"]) == 5


def test_going_back_to_what_was_once_declared_brings_its_table_back(again, tmp_path):
    workspace, file = again
    before = rows_of(workspace)
    written(tmp_path, MUSIC.replace("avg(tracks.popularity)", "max(tracks.popularity)"))
    run(workspace, file)
    written(tmp_path, MUSIC)
    run(workspace, file)
    assert rows_of(workspace).equals(before)


def test_a_row_more_in_a_file_is_loaded_and_counted(workspace, tmp_path):
    file = shop(tmp_path / "shop")
    run(workspace, file)
    assert rows_of(workspace, "shop_features")["visits"].to_pylist() == [2, 1, 0, 0]
    assert rows_of(workspace, "shop_features")["spent"].to_pylist() == [7.5, None, None, None]
    (tmp_path / "shop" / "visits.csv").write_text(VISITS + "4,2024-01-20T10:00:00,1.5,home\n")
    done = run(workspace, file)
    assert done.seconds_by_step["load-shop_people"] == 0.0
    assert done.seconds_by_step["load-shop_visits"] > 0
    assert features_step(workspace, "shop")["computed"] == ["visits", "spent"]
    assert rows_of(workspace, "shop_features")["visits"].to_pylist() == [2, 1, 0, 1]


def test_a_file_that_is_only_touched_is_loaded_but_nothing_else_is_done(workspace, tmp_path):
    file = shop(tmp_path / "shop")
    run(workspace, file)
    os.utime(tmp_path / "shop" / "visits.csv", (1, 1))
    assert run(workspace, file).seconds_by_step["features"] == 0.0


def test_two_files_of_one_table_lie_below_one_another_and_what_one_lacks_is_missing(workspace, tmp_path):
    file = shop(tmp_path, SHOP.replace('"visits.csv"', '["visits.csv", "more.csv"]'))
    (tmp_path / "more.csv").write_text("who,when,spent\n3,2024-02-02T10:00:00,4\n1,2024-02-01T10:00:00,1\n")
    run(workspace, file)
    assert rows_of(workspace, "shop_features")["visits"].to_pylist() == [3, 1, 1, 0]
    assert rows_of(workspace, "shop_features")["spent"].to_pylist() == [8.5, None, 4.0, None]


def test_without_features_they_are_proposed_and_identifiers_are_not_made_any_of(workspace, tmp_path):
    file = shop(tmp_path, SHOP[: SHOP.index("[features.visits]")])
    done = run(workspace, file)
    assert "visits_count" in done.features
    assert "visits_spent_sum" in done.features
    rows = rows_of(workspace, "shop_features")
    assert rows["visits_count"].to_pylist() == [2, 1, 0, 0]
    assert rows["visits_page_home_share"].to_pylist() == [0.5, 1.0, None, None]
    assert not [name for name in done.features if "who" in name]


def test_events_of_the_future_are_told_of_and_looked_at_again_tomorrow(workspace, tmp_path):
    file = shop(tmp_path, visits=VISITS + "4,2999-01-20T10:00:00,1.5,home\n")
    done = run(workspace, file)
    assert any("lies in the future" in str(line) for line in done.words())
    assert features_step(workspace, "shop")["future"] == 1
    assert run(workspace, file).seconds_by_step["features"] == 0.0


def test_a_study_that_failed_goes_on_from_what_was_loaded(workspace, tmp_path):
    file = shop(tmp_path, SHOP.replace("sum(spent)", "sum(page)"))
    with pytest.raises(SpecError, match="needs a number"):
        run(workspace, file)
    written(tmp_path, SHOP)
    done = run(workspace, file)
    assert done.seconds_by_step["load-shop_visits"] == 0.0
    assert done.rows == 4


def test_people_who_stand_twice_in_a_table_are_an_error(workspace, tmp_path):
    file = shop(tmp_path, people=PEOPLE + "4,yes,Krk\n")
    with pytest.raises(DataError, match="multiply rows: 5 rows have 4 keys"):
        run(workspace, file)


def test_a_check_tells_what_the_study_will_do(workspace, service, tmp_path):
    told = [str(line) for line in check_study(workspace, read_study(service[1])).words()]
    assert told[-2:] == ["5 features are declared, each expression checked against the tables.", "The study can run."]
    assert told[1] == "Table 'sessions': events of 'user_id', 5 columns, from sessions.parquet."
    none = SHOP[: SHOP.index("[targets.loyal]")]
    said = [str(line) for line in check_study(workspace, read_study(shop(tmp_path, none))).words()]
    assert "No features are declared: they will be proposed from the tables of events." in said
    assert "No target is declared: the study ends with its features." in said
    assert workspace.artifacts() == ()


def test_a_check_tells_all_faults_and_a_missing_source(workspace, tmp_path):
    wrong = SHOP.replace("sum(spent)", "sum(spend)").replace('column = "loyal"', 'column = "royal"')
    with pytest.raises(SpecError) as refused:
        check_study(workspace, read_study(shop(tmp_path, wrong)))
    assert len(refused.value.faults) == 2
    (tmp_path / "visits.csv").unlink()
    with pytest.raises(SourceError, match=r"visits\.csv"):
        check_study(workspace, read_study(tmp_path / "study.toml"))


@pytest.mark.slow
@pytest.mark.parametrize("call", [1, 3])
def test_where_spark_dies_at_work_the_workspace_stays_as_it_was_and_the_next_run_ends_well(
    workspace, tmp_path, monkeypatch, call
):
    needs_spark()
    file, asked = shop(tmp_path), Spark.to_arrow
    run(workspace, file, until="load")
    before, calls = workspace.artifacts(), []

    def dies(engine, expression):
        calls.append(expression)
        if len(calls) == call:
            os.kill(engine._machine.process.pid, signal.SIGKILL)
        return asked(engine, expression)

    with monkeypatch.context() as patched:
        patched.setattr(Spark, "to_arrow", dies)
        with pytest.raises(EngineError, match="ended in the middle"):
            run(workspace, file, engine="spark", master="local[2]")
    now = workspace.artifacts()
    assert [one for one in now if one not in before and one.kind != "step"] == [
        one for one in now if one.kind == "quality"
    ]
    assert run(workspace, file, engine="spark", master="local[2]").rows == 4


def test_a_join_that_is_declared_later_is_checked_too(workspace, tmp_path):
    file = shop(tmp_path / "shop")
    (file.parent / "pages.csv").write_text("name,topic\nhome,a\nshelf,b\n")
    declared = SHOP.replace("[targets.loyal]", 'pages = { source = "pages.csv", key = "name" }\n\n[targets.loyal]')
    written(file.parent, declared)
    run(workspace, file)
    assert run(workspace, file).seconds_by_step["quality"] == 0.0
    written(file.parent, declared.replace("[tables]", 'joins = ["visits.page = pages.name"]\n\n[tables]', 1))
    assert run(workspace, file).seconds_by_step["quality"] > 0
