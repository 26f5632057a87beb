"""Engines that tests run on: every test that asks for ``engine`` runs on each."""

import importlib.util
import os
import shutil
from collections.abc import Iterator

import pytest

from campanile.workspace.engines import Engine, open_engine


@pytest.fixture(scope="session")
def duckdb() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


@pytest.fixture(scope="session")
def spark() -> Iterator[Engine]:
    needs_spark()
    with open_engine("spark", master="local[2]") as opened:
        yield opened


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=pytest.mark.slow)])
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue(request.param)


def needs_spark() -> None:
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("needs Spark: pip install 'campanile[spark]'")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("needs Java: apt-get install openjdk-17-jre-headless")
