"""The benchmarks' own arithmetic: bars, tables, exit codes. What they measure is not asserted here."""

import importlib
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def bench(monkeypatch):
    """Import a benchmark's module as benchmarks/run.py does."""
    monkeypatch.syspath_prepend(str(FOLDER))
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and str(FOLDER) in str(sys.modules[name].__file__):
            del sys.modules[name]


def test_a_bar_is_met_on_its_own_side(bench):
    bar = bench("bars").Bar
    assert bar(3).met(3)
    assert not bar(3).met(3.1)
    assert bar(0.915, at_least=True).met(0.92)
    assert not bar(0.915, at_least=True).met(0.9)


def test_a_figure_that_was_not_measured_misses_its_bar(bench):
    bars = bench("bars")
    finding = bars.Finding("x", (bars.Row("a", None, "", bars.Bar(1, must=True)), bars.Row("b", 2, "", bars.Bar(1))))
    assert finding.musts_missed == ["a"]


def test_the_table_says_what_was_skipped_and_how_many_times_ours(bench):
    bars = bench("bars")
    row = bars.Row("time", 2.0, "s", bars.Bar(3), {"one": 5.0, "other": None})
    table = bars.Finding("x", (row,)).table()
    assert "| time (s) | 2 | ≤ 3 | yes | 5 (2.50 of ours) | skipped |" in table


def test_results_do_not_name_the_machine(bench):
    import platform

    told = bench("bars").Finding("x", (), ()).markdown(bench("bars").machine())
    assert platform.node() not in told


def test_run_ends_with_one_where_a_must_is_missed(bench, monkeypatch, capsys):
    run, bars = bench("run"), bench("bars")
    start = bench("start")
    monkeypatch.setattr(start, "measure", lambda *, reduced: bars.Finding(
        "x", (bars.Row("too little", 1, "", bars.Bar(2, at_least=True, must=True)),)))  # fmt: skip
    assert run.main(["--reduced", "start"]) == 1
    assert "MISSED (must): start: too little" in capsys.readouterr().out


def test_run_says_that_it_is_reduced_and_keeps_nothing(bench, monkeypatch, capsys):
    run, bars = bench("run"), bench("bars")
    monkeypatch.setattr(bench("start"), "measure", lambda *, reduced: bars.Finding("x", ()))
    monkeypatch.setattr(run, "write", lambda *_: pytest.fail("a reduced run keeps nothing"))
    assert run.main(["--reduced", "start"]) == 0
    assert "REDUCED" in capsys.readouterr().out


def test_what_needs_real_data_is_skipped_aloud_without_it(bench, monkeypatch, capsys):
    monkeypatch.delenv("CAMPANILE_DATA", raising=False)
    assert bench("run").main(["--reduced", "ifood"]) == 0
    assert "skipped" in capsys.readouterr().out


def test_made_up_tables_are_the_same_for_a_seed(bench, tmp_path):
    made = bench("made")
    one, two = made.wide(tmp_path / "1.csv", 50), made.wide(tmp_path / "2.csv", 50)
    assert one.read_bytes() == two.read_bytes()
    assert len(one.read_text().splitlines()[0].split(",")) == 31
