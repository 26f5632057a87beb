"""Engines over tables of a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest


class Duck:
    """DuckDB in memory."""

    name = "duckdb"

    def __init__(self) -> None:
        import ibis

        self.connection = ibis.duckdb.connect()

    def tables(self, given: Mapping[str, pa.Table]) -> dict[str, Any]:
        return {name: self.connection.create_table(name, table, overwrite=True) for name, table in given.items()}

    def to_arrow(self, expression: Any) -> pa.Table:
        return self.connection.to_pyarrow(expression)


@pytest.fixture
def engine() -> Duck:
    return Duck()
