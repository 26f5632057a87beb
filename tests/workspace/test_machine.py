"""Spark starts quietly, ends with its last engine, and when its machine dies that is told in words."""

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from campanile.workspace.engines import open_engine
from campanile.workspace.engines.machine import memory
from campanile.workspace.errors import BadInput
from tests.workspace.conftest import needs_spark

BEGIN = """
import os, signal, sys, threading, time
from pathlib import Path
import pyarrow as pa
from campanile.workspace.engines import open_engine
from campanile.workspace.errors import CampanileError, EngineError, OutOfMemory

def later(seconds, act):
    threading.Timer(seconds, act).start()

def long(engine):
    one = engine.arrow("one", pa.table({"i": range(20000)}))
    both = one.cross_join(one.select(k="i"))
    return both.mutate(h=(both.i.cast("string") + both.k.cast("string")).hexdigest("md5"))

def works(engine):
    return engine.to_arrow(engine.arrow("one", pa.table({"i": [1]}))).to_pylist() == [{"i": 1}]
"""


def run(body, tmp_path, **environment):
    """Run a program of its own with Spark, and return what it printed; stderr must stay empty."""
    needs_spark()
    limits = {"CAMPANILE_MEMORY_LIMIT": "1GB", "CAMPANILE_THREADS": "2", "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + textwrap.dedent(body)],
        capture_output=True, text=True, timeout=240, cwd=tmp_path, check=False,
        env=os.environ | limits | environment,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.returncode == 0
    assert list(tmp_path.rglob("engine-*")) == []
    return done.stdout


@pytest.mark.slow
def test_it_is_quiet_leaves_nothing_and_ends_with_the_last_engine(tmp_path):
    printed = run("""
        with open_engine("spark") as one:
            pid = one._machine.process.pid
            with open_engine("spark") as other:
                assert other._machine is one._machine
                one.arrow("t", pa.table({"i": [1]}))
                assert works(other)
                assert one.to_arrow(one.arrow("t", pa.table({"i": [2]}))).num_rows == 1
                try:
                    with open_engine("spark", master="local[7]"):
                        pass
                except CampanileError as error:
                    print(error)
            assert works(one)
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            print("ended")
    """, tmp_path)  # fmt: skip
    assert "local[7]" in printed
    assert printed.endswith("ended\n")
    assert list(tmp_path.glob("**/*metastore*")) + list(tmp_path.glob("spark-warehouse")) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "work",
    [
        "engine.to_arrow(long(engine).agg(n=lambda t: t.h.nunique()))",
        "engine.to_arrow(long(engine).limit(30_000_000))",
        "engine.to_parquet(long(engine), Path('half'))",
        "next(engine.batches(long(engine)))",
    ],
)
def test_a_machine_that_is_killed_at_work_is_told(tmp_path, work):
    printed = run(f"""
        try:
            with open_engine("spark") as engine:
                later(2.5, lambda: os.kill(engine._machine.process.pid, signal.SIGKILL))
                {work}
        except EngineError as error:
            print(error)
        assert not list(Path().glob("half*"))
    """, tmp_path)  # fmt: skip
    assert printed.startswith("Spark ended in the middle of its work")


@pytest.mark.slow
def test_after_a_machine_was_killed_the_next_one_works(tmp_path):
    printed = run("""
        with open_engine("spark") as engine:
            os.kill(engine._machine.process.pid, signal.SIGKILL)
            for again in (works, works):
                try:
                    again(engine)
                except EngineError as error:
                    print(error)
            with open_engine("spark") as fresh:
                assert works(fresh)
    """, tmp_path)  # fmt: skip
    assert [line[:11] for line in printed.splitlines()] == ["Spark ended"] * 2


@pytest.mark.slow
@pytest.mark.parametrize("work", ["many.agg(n=lambda t: t.s.collect().length())", "many"])
def test_too_little_memory_is_told(tmp_path, work):
    printed = run(f"""
        try:
            with open_engine("spark") as engine:
                texts = engine.arrow("texts", pa.table({{"s": ["x" * 1000] * 1000}}))
                numbers = engine.arrow("numbers", pa.table({{"k": range(3000)}}))
                many = texts.cross_join(numbers).mutate(s=lambda t: t.s + t.k.cast("string"))
                engine.to_arrow({work})
        except OutOfMemory as error:
            print(error)
    """, tmp_path)  # fmt: skip
    assert "1GB" in printed
    assert "CAMPANILE_MEMORY_LIMIT" in printed


@pytest.mark.slow
def test_ctrl_c_ends_the_work_and_nothing_else(tmp_path):
    printed = run("""
        mine = signal.getsignal(signal.SIGINT)
        with open_engine("spark") as engine:
            begun = []

            def when_at_work():
                while not engine._machine.session.sparkContext.statusTracker().getActiveJobsIds():
                    time.sleep(0.2)
                begun.append(time.monotonic())
                os.kill(os.getpid(), signal.SIGINT)

            threading.Thread(target=when_at_work, daemon=True).start()
            try:
                engine.to_arrow(long(engine).agg(n=lambda t: t.h.nunique()))
            except KeyboardInterrupt:
                print("stopped", time.monotonic() - begun[0] < 10)
            assert works(engine)
        assert signal.getsignal(signal.SIGINT) is mine
    """, tmp_path)  # fmt: skip
    assert printed == "stopped True\n"


@pytest.mark.slow
def test_java_that_does_not_start_says_why(tmp_path):
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'This Java is too old' >&2\nexit 1\n")
    java.chmod(0o755)
    printed = run("""
        try:
            with open_engine("spark"):
                pass
        except EngineError as error:
            print(error)
    """, tmp_path, JAVA_HOME=str(tmp_path))  # fmt: skip
    assert "This Java is too old" in printed


@pytest.mark.slow
def test_it_dies_with_the_process_that_started_it(tmp_path):
    needs_spark()
    program = BEGIN + textwrap.dedent("""
        with open_engine("spark") as engine:
            print(engine._machine.process.pid, flush=True)
            time.sleep(600)
    """)
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment) as child:
        assert child.stdout is not None
        pid = int(child.stdout.readline())
        child.kill()
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not Path(f"/proc/{pid}").exists()


def test_limits_of_memory_are_read_as_the_settings_write_them():
    assert memory("4GB") == 4_000_000_000
    assert memory("512MiB") == 512 * 2**20
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert memory("50%") == whole // 2


@pytest.mark.parametrize("master", ["sparkk://host", "local[", "", "host:7077"])
def test_what_is_no_master_is_told_before_java_starts(master):
    with pytest.raises(BadInput, match="no master of Spark"), open_engine("spark", master=master):
        pass
