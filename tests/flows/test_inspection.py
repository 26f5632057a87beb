"""A first look at a file changes nothing and tells what it would be as a table."""

from __future__ import annotations

import pytest

from campanile.flows import inspection
from campanile.flows.inspection import InspectSpec
from campanile.workspace.errors import SourceError


@pytest.fixture
def look(workspace, tmp_path):
    def at(content: str, **asked):
        path = tmp_path / "file.csv"
        path.write_text(content)
        return inspection.inspect(workspace, InspectSpec(path=path, **asked)).to_dict()

    return at


def test_columns_keys_and_first_rows_are_told_and_personal_values_are_not(workspace, look):
    told = look("id,email,city\n" + "".join(f"{n},p{n}@example.org,Lima\n" for n in range(30)))
    assert told["keys"][0] == "id"
    assert "city" not in told["keys"]
    assert told["personal"] == ["email"]
    assert len(told["preview"]) == 20
    assert told["preview"][3] == {"id": 3, "email": None, "city": "Lima"}
    assert "@example.org" not in str(told)
    assert workspace.artifacts() == ()


def test_more_refused_rows_than_an_import_would_take_are_still_told(look):
    told = look("id,spent\n" + "1,2\n" * 3 + "4\n" * 3)
    assert told["refused"] == 3
    assert told["too_many_refused"]
    assert not look("id,spent\n" + "1,2\n" * 3 + "4\n" * 3, refuse_share=0.5)["too_many_refused"]


def test_corrections_are_obeyed(look):
    told = look("id;when\n1;03/04/2024\n2;05/06/2024\n", dates="dmy", types={"when": "date"})
    assert told["dialect"]["dates"] == "dmy"
    assert told["preview"][0]["when"] == "2024-04-03"


def test_of_a_long_text_only_the_beginning_is_read(look, monkeypatch):
    monkeypatch.setattr(inspection, "HEAD_BYTES", 1000)
    told = look("id,spent\n" + "".join(f"{n},{n}\n" for n in range(5000)))
    assert told["rows"] < 5000
    assert 0 < told["share"] < 0.1


def test_what_is_no_table_is_refused_under_the_name_that_people_know(look):
    with pytest.raises(SourceError, match=r"Clients\.csv") as error:
        look("", called="Clients.csv")
    assert "file.csv" not in str(error.value)
