"""A file to be scored is read as the table that the model learned from was read."""

from pathlib import Path

from campanile.sources import LoadSpec, load, read_like


def _csv(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_types_are_those_of_the_table_though_columns_lack_or_are_more(workspace, tmp_path):
    rows = "".join(f"{number},{number * 10},{number % 3},c{number % 2},{number % 2}\n" for number in range(30))
    load(workspace, LoadSpec(path=_csv(tmp_path, "customers.csv", f"id,income,kids,town,response\n{rows}"), key="id"))
    new = _csv(tmp_path, "new.csv", "town,kids,id,income,extra\n7,1,900,12.5,x\nc1,0,901,NA,y\n")
    reading = read_like(new, workspace.table("customers"))
    assert reading.table.to_pylist() == [
        {"town": "7", "kids": 1, "id": 900, "income": 12.5, "extra": "x"},
        {"town": "c1", "kids": 0, "id": 901, "income": None, "extra": "y"},
    ]
