"""Tables made for the tests of quality: clean ones, and ones with planted faults."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from campanile.quality.look import look_at
from campanile.quality.spec import QualitySpec
from campanile.tables import Column, Dictionary, Semantic

TODAY = date(2026, 5, 3)

CUSTOMERS = Dictionary(
    (
        Column("id", Semantic.IDENTIFIER, "int64"),
        Column("birth_year", Semantic.NUMBER, "int64"),
        Column("income", Semantic.MONEY, "double"),
        Column("visits", Semantic.NUMBER, "int64"),
        Column("city", Semantic.CATEGORY, "string"),
        Column("joined", Semantic.DATE, "date32[day]"),
        Column("email", Semantic.PERSONAL, "string"),
        Column("member", Semantic.FLAG, "bool"),
        Column("response", Semantic.FLAG, "bool"),
    ),
    key="id",
)


def customers(rows: int = 600, seed: int = 0) -> pa.Table:
    """Customers without a fault: heavy-tailed income, no value missing, every category frequent."""
    draw = np.random.default_rng(seed)
    visits = draw.poisson(5, rows)
    chance = 1 / (1 + np.exp(2 - 0.2 * visits))
    return pa.table({
        "id": pa.array(np.arange(rows) + 1000),
        "birth_year": pa.array(draw.integers(1945, 2005, rows)),
        "income": pa.array(np.round(np.exp(draw.normal(10, 0.6, rows)), 2)),
        "visits": pa.array(visits),
        "city": pa.array(np.array(["Kraków", "Łódź", "Gdańsk"])[draw.integers(0, 3, rows)]),
        "joined": pa.array([date(2023, 1, 2) + timedelta(days=int(day)) for day in draw.integers(0, 900, rows)]),
        "email": pa.array([f"person{number}@example.org" for number in range(rows)]),
        "member": pa.array(draw.random(rows) < 0.4),
        "response": pa.array(draw.random(rows) < chance),
    })  # fmt: skip


def changed(table: pa.Table, column: str, values: dict[int, object]) -> pa.Table:
    """Return the table with some cells of ``column`` set."""
    cells = table.column(column).to_pylist()
    for row, value in values.items():
        cells[row] = value
    place = table.schema.get_field_index(column)
    return table.set_column(place, column, pa.array(cells, table.schema.field(column).type))


def look(table: pa.Table, dictionary: Dictionary = CUSTOMERS, *, before=None, **asked):
    """Look at ``table`` as a check does."""
    spec = QualitySpec(**{"table": "customers", "target": "response", "as_of": TODAY, **asked})
    return look_at(table, dictionary, spec, before=(before, dictionary) if before is not None else None)


def of(findings, column=None, check=None):
    """Pick the findings that did not pass, of one column or check."""
    return [
        f for f in findings if not f.passed and column in (None, f.column) and check in (None, f.check)
    ]  # fmt: skip


def kept(workspace, table: pa.Table, name: str = "customers", dictionary: Dictionary = CUSTOMERS):
    """Keep ``table`` in the workspace as an import would."""
    with workspace.run("load", {"table": name}) as run:
        draft = run.save_table(name, table, key=dictionary.key, meta={"dictionary": dictionary.to_dict()})
    return run.artifact(draft)
