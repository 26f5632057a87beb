"""Two hundred people on the page Why while a training runs: do answers stay quick, is memory flat?"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
from bars import Bar, Finding, Row
from running import CAMPANILE, HERE, Failed, campanile, folder

STATIC = re.compile(r"^/(assets|_dash-component-suites)/")
WARM_SECONDS = 30


def measure(*, reduced: bool) -> Finding:
    users, seconds, rows = (20, 45, 2_000) if reduced else (200, 600, 20_000)
    with folder() as place:
        campanile("demo", "--quick", "--rows", rows, "--out", place / "report.html", workspace=place / "w")
        with served(place / "w") as (address, link, process):
            recorded = record(address, link)
            (place / "requests.json").write_text(json.dumps(recorded))
            train(address, recorded["cookie"], minutes=seconds / 60)
            memory = crowd(address, recorded["cookie"], place, users=users, seconds=seconds, process=process)
            training = jobs(address, recorded["cookie"])
        told = next(row for row in csv.DictReader((place / "crowd_stats.csv").open()) if row["Name"] == "Aggregated")
        failed = [f"{row['Name']}: {row['Error']}" for row in csv.DictReader((place / "crowd_failures.csv").open())]
    warm = [mb for at, mb in memory if at >= WARM_SECONDS]
    growth = 100 * (sum(warm[-3:]) / len(warm[-3:]) / (sum(warm[:3]) / len(warm[:3])) - 1)
    return Finding(
        f"{users} people on the page Why for {seconds} s while a training runs",
        (
            Row("requests", float(told["Request Count"])),
            Row("errors", float(told["Failure Count"]), "", Bar(0, must=True)),
            Row("answer, 95th percentile", float(told["95%"]) / 1000, "s", Bar(1.0)),
            Row("answer, median", float(told["50%"]) / 1000, "s"),
            Row("memory of the web process at the end", warm[-1], "MB"),
            Row("growth of it after the first half minute", growth, "%", Bar(5.0)),
        ),
        (
            f"A made-up campaign of {rows:,} customers; each visitor replays a browser's requests, thinking 5 to 15 s.",
            f"One web process, one worker; the training was {training} at the end. Locust runs on the same cores.",
            *(f"Failed: {one}" for one in failed[:5]),
        ),
    )  # fmt: skip


@contextmanager
def served(workspace: Path) -> Iterator[tuple[str, str, psutil.Process]]:
    """Serve a workspace; give its address, the one-time link and the web process."""
    command = [str(CAMPANILE), "serve", "--no-browser", "--port", "0", "--json", "--workspace", str(workspace)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        said = json.loads((child.stdout.readline() if child.stdout else "") or "{}")
        if "url" not in said:
            raise Failed("campanile serve did not start")
        address = f"http://{urlsplit(said['url']).netloc}"
        yield address, said["url"], web_process(child.pid, urlsplit(address).port or 0)
    finally:
        child.terminate()
        child.wait(30)


def web_process(parent: int, port: int) -> psutil.Process:
    """Return the process that answers on ``port``: the one that watches holds it open too, and is small."""
    family = [psutil.Process(parent), *psutil.Process(parent).children(recursive=True)]
    listening = [one for one in family for at in one.net_connections("tcp") if at.laddr.port == port]
    return max(listening, key=lambda one: one.memory_info().rss)


def record(address: str, link: str) -> dict[str, Any]:
    """Look at the page with a browser and note what it asks for, at first and for each move of the slider."""
    from playwright.sync_api import sync_playwright

    asked: list[dict[str, str]] = []

    def note(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.netloc == urlsplit(address).netloc and not STATIC.match(parts.path):
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            asked.append({"method": request.method, "path": path, "body": request.post_data or ""})

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
        )
        page = browser.new_page()
        page.goto(link)
        page.wait_for_selector("#page h1")
        page.on("request", note)
        page.goto(f"{address}/why?features=3")
        page.wait_for_selector("[role=slider]")
        page.wait_for_load_state("networkidle")
        opened, moves = list(asked), []
        for _ in range(5):
            asked.clear()
            page.locator("[role=slider]").first.press("ArrowRight")
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(500)
            moves.append(list(asked))
        cookie = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
        browser.close()
    return {"open": opened, "moves": [move for move in moves if move], "cookie": cookie}


def train(address: str, cookie: str, *, minutes: float) -> None:
    """Ask for a training that lasts as long as the crowd."""
    import requests

    body = {"table": "customers", "target": "response", "minutes": minutes}
    heads = {"Cookie": cookie, "Origin": address}
    answer = requests.post(f"{address}/api/v1/trainings", json=body, headers=heads, timeout=60)
    answer.raise_for_status()


def jobs(address: str, cookie: str) -> str:
    """Return the state of the newest job."""
    import requests

    newest: dict[str, Any] = requests.get(
        f"{address}/api/v1/jobs?limit=1", headers={"Cookie": cookie}, timeout=60
    ).json()["items"][0]  # fmt: skip
    return str(newest["state"])


def crowd(
    address: str, cookie: str, place: Path, *, users: int, seconds: int, process: psutil.Process
) -> list[tuple[float, float]]:
    """Let Locust's users in; return the web process's memory in MB over time."""
    command = [
        sys.executable, "-m", "locust", "-f", str(HERE / "crowd_visitors.py"), "--headless", "--host", address,
        "-u", str(users), "-r", str(max(1, users // 10)), "-t", f"{seconds}s", "--csv", str(place / "crowd"),
        "--only-summary", "--exit-code-on-error", "0",
    ]  # fmt: skip
    told = {"CROWD_REQUESTS": str(place / "requests.json"), "CROWD_COOKIE": cookie}
    child = subprocess.Popen(command, env=os.environ | told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    started, seen = time.monotonic(), []
    while child.poll() is None:
        seen.append((time.monotonic() - started, process.memory_info().rss / 2**20))
        time.sleep(2)
    return seen
