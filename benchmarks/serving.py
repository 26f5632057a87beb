"""Predictions by HTTP on a real campaign, beside a bare FastAPI endpoint and MLflow's server around a pipeline."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bars import Bar, Finding, Row
from running import CAMPANILE, HERE, campanile, folder, process, real

MLFLOW = HERE / ".mlflow" / "bin" / "python"
METHODS = ("boosting", "logistic")
LOADS = {"pace": (1, 16), "single": (1, 16), "batch": (1000, 2)}
"""How many customers in a request, and how many connections."""


@dataclass(frozen=True)
class Server:
    """A server of one model: how it is started, and how its requests look."""

    command: Sequence[object]
    path: str
    field: str
    headers: dict[str, str]


def measure(*, reduced: bool) -> Finding | None:
    file = real("ifood", "marketing_campaign.csv")
    if file is None:
        return None
    seconds = 1 if reduced else 10
    rows: list[Row] = []
    with folder() as place:
        at, key = trained(file, place)
        customers = read(at)
        for method in METHODS:
            servers = {"Campanile": ours(at, key), **peers(file, method, place, reduced=reduced)}
            found = {name: asked(server, customers, place, seconds, f"response-{method}" if name == "Campanile" else "")
                     for name, server in servers.items()}  # fmt: skip
            rows += told(method, found)
        rows += rolled(at, key, customers, place, seconds)
    return Finding(
        "Predictions by HTTP: the ifood campaign, one process a server",
        tuple(rows),
        (
            "One core for the server, the other for who asks, where the system can hold them so; HTTP without"
            f" encryption over loopback, {seconds} s a figure after 1 s of warming; any answer but a 200 ends the run.",
            "Singles at 50 a second come whether or not earlier ones are answered: the time runs from when they were"
            " due. As many as it can: 16 connections; batches: 1,000 customers a request, 2 connections.",
            "Ours checks a key, the rights and each value's type, builds 38 features, calibrates, counts for the"
            " metrics, and is asked for all columns of the table; theirs check nothing and take columns as they are.",
            "Under a rollout answers are logged with their features; a shadow scores on the same core.",
            "The peers' boosting has 300 trees of depth 4, as ours has about.",
            *(("Reduced: 1 s a figure, no MLflow.",) if reduced else ()),
            *(() if reduced or MLFLOW.exists() else ("MLflow is skipped: benchmarks/peers.sh makes its environment.",)),
        ),
    )  # fmt: skip


def trained(file: Path, place: Path) -> tuple[Path, str]:
    """Return a workspace with the models, and a key that may predict."""
    from campanile.workspace import Workspace

    at = place / "workspace"
    campanile("load", file, "--as", "customers", "--key", "ID", workspace=at)
    chosen = [part for method in METHODS for part in ("--method", method)]
    campanile("train", "customers", "--target", "Response", "--minutes", 0, *chosen, workspace=at)
    workspace = Workspace.open(at)
    _, key = workspace.accounts.make_key("local", {"predict"})
    workspace.close()
    named = [f"response-{method}@1" for method in METHODS]
    campanile("rollout", "set", "alone", "--champion", named[0], workspace=at)
    campanile("rollout", "set", "split", "--champion", named[0], "--challenger", f"{named[1]}=50", workspace=at)
    campanile("rollout", "set", "shadowed", "--champion", named[0], "--shadow", named[1], workspace=at)
    return at, key


def rolled(at: Path, key: str, customers: list[dict[str, Any]], place: Path, seconds: int) -> list[Row]:
    """Return singles a second under rollouts, every answer logged, beside those of the champion by itself."""
    ways = {"the champion by its name": {"model": f"response-{METHODS[0]}"}} | {
        told: {"rollout": name}
        for told, name in (("alone", "alone"), ("with a challenger", "split"), ("with a shadow", "shadowed"))
    }
    found = {}
    with listening(ours(at, key), place) as port:
        for told, named in ways.items():
            found[told] = asked_of(ours(at, key), port, written(ours(at, key), customers, 1, named), place, seconds, 16)
    plain = found.pop("the champion by its name")["a_second"]
    return [
        Row(f"{METHODS[0]} under a rollout, {told}: singles a second", said["a_second"], "", None, {"by name": plain})
        for told, said in found.items()
    ]


def read(at: Path) -> list[dict[str, Any]]:
    """Return the customers as a program would send them, dates written as the loaded table has them."""
    from campanile.workspace import Workspace

    workspace = Workspace.open(at)
    rows = workspace.read("customers").to_pylist()
    workspace.close()
    return [{name: plain(value) for name, value in row.items() if name != "Response"} for row in rows]


def plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else int(value) if isinstance(value, bool) else value


def ours(at: Path, key: str) -> Server:
    command = [CAMPANILE, "serve", "--no-browser", "--workspace", at, "--port", "{port}"]
    return Server(command, "/api/v1/predictions", "customers", {"Authorization": f"Bearer {key}"})


def peers(file: Path, method: str, place: Path, *, reduced: bool) -> dict[str, Server]:
    """Return what the model is served by elsewhere."""
    script = HERE / "peers" / "endpoint.py"
    found = {"bare FastAPI": Server([sys.executable, script, "serve", file, method, "{port}"], "/predict",
                                    "customers", {})}  # fmt: skip
    if reduced or not MLFLOW.exists():
        return found
    kept = place / f"mlflow-{method}"
    process([str(MLFLOW), str(script), str(file), method, str(kept)], PYTHONWARNINGS="ignore")
    command = [MLFLOW, "-m", "mlflow", "models", "serve", "-m", kept, "--env-manager", "local", "-p", "{port}"]
    return {**found, "MLflow": Server(command, "/invocations", "dataframe_records", {})}


def asked(server: Server, customers: list[dict[str, Any]], place: Path, seconds: int, model: str) -> dict[str, Any]:
    """Start a server, ask it in three ways, and return the figures."""
    with listening(server, place) as port:
        found = {}
        for name, (size, connections) in LOADS.items():
            bodies = written(server, customers, size, {"model": model} if model else {})
            found[name] = asked_of(server, port, bodies, place, seconds, connections, pace=name == "pace")
    return found


def asked_of(
    server: Server, port: int, bodies: Iterator[str], place: Path, seconds: int, connections: int, *, pace: bool = False
) -> dict[str, Any]:
    """Ask a server that listens with these bodies in turn, and return the figures."""
    file = place / "bodies.jsonl"
    file.write_text("\n".join(bodies) + "\n")
    plan = {
        "host": "127.0.0.1", "port": port, "path": server.path, "headers": server.headers, "bodies": str(file),
        "connections": connections, "seconds": seconds, **({"rate": 50} if pace else {}),
    }  # fmt: skip
    (place / "plan.json").write_text(json.dumps(plan))
    found: dict[str, Any] = process(on(1, [sys.executable, str(HERE / "load.py"), str(place / "plan.json")])).said
    return found


def written(server: Server, customers: list[dict[str, Any]], size: int, named: dict[str, str]) -> Iterator[str]:
    """Write requests of ``size`` customers, all customers in turn."""
    for start in range(0, min(len(customers), 200 * size) - size + 1, size):
        yield json.dumps({**named, server.field: customers[start : start + size]})


@contextmanager
def listening(server: Server, place: Path) -> Iterator[int]:
    """Run a server on one core while the block lasts; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(part).format(port=port) for part in server.command]
    alone = {"OMP_NUM_THREADS": "1", "MLFLOW_MODELS_WORKERS": "1", "PYTHONWARNINGS": "ignore"}
    alone["PATH"] = f"{Path(command[0]).parent}{os.pathsep}{os.environ['PATH']}"
    with (place / "server.log").open("wb") as log:
        child = subprocess.Popen(on(0, command), stdout=log, stderr=log, env=os.environ | alone, start_new_session=True)
    try:
        until_open(port, child)
        yield port
    finally:
        os.killpg(child.pid, 15)
        child.wait(30)


def until_open(port: int, child: subprocess.Popen[bytes], patience_s: float = 120) -> None:
    """Wait until a server takes connections. Raises TimeoutError."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end and child.poll() is None:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError("a server did not start")


def on(core: int, command: list[str]) -> list[str]:
    """Return a command held to one core, where the system can."""
    if not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2:
        return command
    held = sorted(os.sched_getaffinity(0))[core]
    code = f"import os,sys; os.sched_setaffinity(0, {{{held}}}); os.execvp(sys.argv[1], sys.argv[1:])"
    return [sys.executable, "-c", code, *command]


def told(method: str, found: dict[str, dict[str, Any]]) -> list[Row]:
    """Return the figures of one method as rows, the bars set by the best of the peers."""
    mine, others = found["Campanile"], {name: said for name, said in found.items() if name != "Campanile"}
    fastest = {load: max(said[load]["a_second"] for said in others.values()) for load in ("single", "batch")}

    def beside(load: str, figure: str, times: float = 1) -> dict[str, float | None]:
        return {name: said[load][figure] * times for name, said in others.items()}

    return [
        Row(f"{method}: singles at 50 a second, median", mine["pace"]["p50_ms"], "ms", None, beside("pace", "p50_ms")),
        Row(f"{method}: … 99th percentile", mine["pace"]["p99_ms"], "ms", Bar(30), beside("pace", "p99_ms")),
        Row(f"{method}: singles a second, as many as it can", mine["single"]["a_second"], "",
            Bar(1.5 * fastest["single"], at_least=True), beside("single", "a_second")),
        Row(f"{method}: customers a second in batches of 1,000", 1000 * mine["batch"]["a_second"], "",
            Bar(max(20_000.0, 1500 * fastest["batch"]), at_least=True), beside("batch", "a_second", 1000)),
    ]  # fmt: skip
