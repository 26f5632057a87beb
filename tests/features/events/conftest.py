"""Engines over tables of a test: DuckDB for all, Spark for those that must be the same on both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pytest

from campanile.workspace.engines import open_engine
from tests.workspace.conftest import needs_spark


class Bench:
    """An engine, and tables put into it."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.name = engine.name

    def tables(self, given: Mapping[str, pa.Table]) -> dict[str, Any]:
        return {name: self.engine.arrow(name, table) for name, table in given.items()}

    def arrow(self, name: str, table: pa.Table) -> Any:
        return self.engine.arrow(name, table)

    def to_arrow(self, expression: Any) -> pa.Table:
        return self.engine.to_arrow(expression)


@pytest.fixture(scope="module")
def engine() -> Iterator[Bench]:
    with open_engine("duckdb") as opened:
        yield Bench(opened)


@pytest.fixture(scope="module")
def spark() -> Iterator[Bench]:
    needs_spark()
    with open_engine("spark", master="local[2]") as opened:
        yield Bench(opened)
