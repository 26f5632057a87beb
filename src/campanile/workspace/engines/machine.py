"""The Java machine in which Spark runs: started quietly, shared within a process, told in words when it ends."""

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from pydantic import ByteSize, TypeAdapter

from campanile.words import say
from campanile.workspace.engines import files
from campanile.workspace.errors import BadInput, EngineError
from campanile.workspace.settings import Settings

if TYPE_CHECKING:
    from pyspark import SparkConf
    from pyspark.sql import SparkSession


@dataclass
class Machine:
    """A running Java machine with Spark in it; ``users`` counts the engines that share it."""

    session: SparkSession
    process: subprocess.Popen[bytes]
    master: str
    folder: Path
    closing: ExitStack
    users: int = 0

    def ended(self, patience_seconds: float) -> bool:
        """Whether the machine is gone; its connections break a moment before it is."""
        try:
            self.process.wait(timeout=patience_seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    @property
    def last_words(self) -> str:
        """What the machine wrote at the end."""
        return _log(self.folder)


@contextmanager
def machine(master: str, spill: Path | None) -> Iterator[Machine]:
    """Give the process's one machine, started for the first engine and ended with the last.

    Raises BadInput where Spark or Java is missing, or where an open engine has another ``master``.
    """
    global _running  # noqa: PLW0603 - Spark allows one in a process
    with _starting:
        if _running is None or _running.process.poll() is not None:
            _running = _start(master, spill)
        if _running.master != master:
            raise BadInput(say("Spark runs on {one:quoted} already, and cannot run on {other:quoted} at the same time.",
                               one=_running.master, other=master))  # fmt: skip
        ours = _running
        ours.users += 1
    try:
        yield ours
    finally:
        with _starting:
            ours.users -= 1
            if not ours.users:
                _stop(ours)
                _running = None if _running is ours else _running


_running: Machine | None = None
_starting = threading.Lock()


_MASTER = re.compile(r"local(-cluster)?(\[[^\]]+\])?|yarn|(spark|k8s)://.+")


def _start(master: str, spill: Path | None) -> Machine:
    if not _MASTER.fullmatch(master):
        raise BadInput(
            say("{master:quoted} is no master of Spark.", master=master),
            say("Write local[*], spark://host:7077, yarn or k8s://host."),
        )
    _must_have_java()
    with ExitStack() as closing:
        folder = closing.enter_context(files.spill(spill))
        with _told(folder):
            from pyspark import SparkContext
            from pyspark.java_gateway import launch_gateway
            from pyspark.sql import SparkSession

            _forget()
            closing.enter_context(_hushed())
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
            conf = _configuration(master, folder)
            with _log_file(folder).open("wb") as log:
                gateway = launch_gateway(conf, {"stdout": log, "stderr": log})
            closing.callback(_end, gateway.proc)
            before = signal.getsignal(signal.SIGINT)
            session = SparkSession(SparkContext(conf=conf, gateway=gateway))
            closing.enter_context(_interruptible(session, before))
        return Machine(session, gateway.proc, master, folder, closing.pop_all())


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Tell why Spark does not start."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise BadInput(
            say("Spark is not installed."), say("Install it: {command}", command="pip install 'campanile[spark]'")
        ) from error
    except Exception as error:
        lines = [line.strip() for line in (*_log(folder).splitlines(), *str(error).splitlines(), type(error).__name__)]
        reason = next(line for line in lines if line and not line.startswith("WARNING"))
        raise EngineError(
            say("Spark does not start: {reason}.", reason=reason.rstrip(".")),
            say("It needs Java 17 or newer, and as much memory as CAMPANILE_MEMORY_LIMIT says."),
        ) from error


@contextmanager
def _interruptible(session: SparkSession, before: Any) -> Iterator[None]:
    """Let Ctrl-C end Spark's work and then do what it did; Spark's own way of it outlives Spark, and does that only."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        with suppress(Exception):
            session.sparkContext.cancelAllJobs()
        if callable(before):
            before(number, frame)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, interrupt if callable(before) else before)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep Spark's Python side from writing pages of traces to stderr, besides raising what they tell."""
    root, asked, nowhere = logging.getLogger(), logging.getLogger("SQLQueryContextLogger"), logging.NullHandler()
    asked.disabled = True
    # py4j logs at the root, which without a handler makes itself one that writes to stderr.
    root.addHandler(nowhere)
    root.addFilter(_of_others)
    try:
        yield
    finally:
        asked.disabled = False
        root.removeHandler(nowhere)
        root.removeFilter(_of_others)


def _of_others(record: logging.LogRecord) -> bool:
    return "py4j" not in Path(record.pathname).parts


def _must_have_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if not (home and Path(home, "bin", "java").exists()) and shutil.which("java") is None:
        raise BadInput(
            say("Spark needs Java, which is not installed."),
            say("Install Java 17 or newer (on Debian and Ubuntu: {command}), or set JAVA_HOME.",
                command="apt-get install openjdk-17-jre-headless"),
        )  # fmt: skip


def _configuration(master: str, folder: Path) -> SparkConf:
    from pyspark import SparkConf

    settings = Settings()
    memory_mib = memory(settings.memory_limit) // 2**20
    local = master.startswith("local")
    threads = settings.threads if master == "local[*]" and settings.threads else None
    chosen = {
        "spark.app.name": "campanile",
        "spark.master": f"local[{threads}]" if threads else master,
        "spark.driver.memory": f"{memory_mib}m",
        # Half of it, so that a result that is too big is refused before it ends the machine.
        "spark.driver.maxResultSize": f"{memory_mib // 2}m",
        "spark.driver.extraJavaOptions": f"-XX:+ExitOnOutOfMemoryError -Djava.io.tmpdir={folder} -Dfile.encoding=UTF-8",
        "spark.local.dir": str(folder),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(4 if local else 200),
        "spark.sql.ansi.enabled": "true",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.sql.legacy.parquet.nanosAsLong": "true",
        "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    }
    if local:
        chosen |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    return SparkConf(loadDefaults=not local).setAll(list(chosen.items()))


def memory(limit: str) -> int:
    """Return bytes of a limit such as 4GB, or 80% of what the computer has."""
    if limit.strip().endswith("%"):
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return int(whole * float(limit.strip().rstrip("%")) / 100)
    return int(TypeAdapter(ByteSize).validate_python(limit))


def _stop(machine: Machine) -> None:
    """End Spark and its machine; where it is gone already, nothing is left to end."""
    with machine.closing:
        if not machine.ended(0):
            with suppress(Exception):
                machine.session.stop()
        _forget()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a machine: it goes when its input does; one that does not is killed."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _forget() -> None:
    """Make pyspark forget a machine: it would hand out the dead one for ever."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    gateway = SparkContext._gateway
    if gateway is not None:
        gateway.shutdown()
    SparkContext._gateway = None
    SparkContext._jvm = None
    SparkContext._active_spark_context = None
    SparkSession._instantiatedSession = None


def _log_file(folder: Path) -> Path:
    return folder / "machine.log"


def _log(folder: Path) -> str:
    try:
        return _log_file(folder).read_text(encoding="utf-8", errors="replace")[-20_000:]
    except OSError:
        return ""
