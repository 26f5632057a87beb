"""Visitors of the page Why, for Locust: what a browser asked for when a person looked at it, asked again by many.

The requests stand in the file that ``CROWD_REQUESTS`` names, as ``crowd.py`` recorded them; ``CROWD_COOKIE`` is a
session.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from locust import HttpUser, between, task

RECORDED = json.loads(Path(os.environ["CROWD_REQUESTS"]).read_text())


class Visitor(HttpUser):
    """Opens the page, then moves its slider, thinking about ten seconds each time."""

    wait_time = between(5, 15)

    def on_start(self) -> None:
        self.client.headers.update({"Cookie": os.environ["CROWD_COOKIE"], "Origin": str(self.host)})
        self.move = 0
        self.open()

    @task(1)
    def open(self) -> None:
        for request in RECORDED["open"]:
            self._send(request)

    @task(9)
    def slide(self) -> None:
        moves = RECORDED["moves"]
        for request in moves[self.move % len(moves)]:
            self._send(request)
        self.move += 1

    def _send(self, request: dict[str, str]) -> None:
        kind = {"content-type": "application/json"} if request["body"] else {}
        name = request["path"].split("?")[0]
        self.client.request(request["method"], request["path"], data=request["body"], headers=kind, name=name)
