"""What Prometheus reads at /metrics: requests, jobs, predictions, tables, uploads, refused logins.

Labels are route templates, names of models and of tables, never what visitors write. With several web processes
each writes its own numbers to files in one folder, named by PROMETHEUS_MULTIPROC_DIR, and whoever is asked adds
them up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from campanile.models.rollouts.rollout import Arm
from campanile.workspace import Workspace

# When each series began is of no use to anybody, and half of what would be told.
disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0)
_TENTHS = tuple(tenth / 10 for tenth in range(1, 10))
_UPLOADS = "/api/v1/uploads"


class Metrics:
    """The numbers of one application."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._registry = CollectorRegistry()
        of, kept = ["method", "route", "status"], self._registry
        self.requests = Counter("campanile_requests", "Requests answered.", of, registry=kept)
        self.seconds = Histogram(
            "campanile_request_seconds", "How long answers took.", of[:2], buckets=_SECONDS, registry=kept
        )
        self.uploaded = Counter("campanile_upload_bytes", "Bytes of files uploaded.", registry=kept)
        by = ["model", "version"]
        self._asked = Counter("campanile_predictions_requests", "Requests for predictions.", by, registry=kept)
        self._scores = Histogram(
            "campanile_prediction_probability", "Customers predicted for, by the probability of a response.", by,
            buckets=_TENTHS, registry=kept,
        )  # fmt: skip

        self._rolled = Counter(
            "campanile_rollout_answers", "Customers scored under a rollout.", ["rollout", "model", "version", "role"],
            registry=kept,
        )  # fmt: skip

        self._lost = Counter("campanile_rollout_answers_lost", "Answers that could not be logged.", registry=kept)

    def lost(self, answers: int) -> None:
        """Count answers under rollouts that could not be logged."""
        self._lost.inc(answers)

    def rolled(self, rollout: str, arm: Arm, customers: int) -> None:
        """Count customers whom a version of a rollout scored; a shadow for the log alone."""
        self._rolled.labels(rollout, arm.model, arm.version, arm.role).inc(customers)

    def predicted(self, model: str, version: int, probabilities: NDArray[np.float64]) -> None:
        """Count a request for predictions and the probabilities that it was answered with."""
        self._asked.labels(model, version).inc()
        scores = self._scores.labels(model, version)
        # As ``observe`` does for one value: for a thousand of them it would take longer than the model.
        places = np.searchsorted(_TENTHS, probabilities, side="left")
        for bucket, count in enumerate(np.bincount(places, minlength=len(_TENTHS) + 1).tolist()):
            if count:
                scores._buckets[bucket].inc(count)
        scores._sum.inc(float(probabilities.sum()))

    def told(self) -> Response:
        """Return all numbers as Prometheus reads them."""
        registry = self._registry
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        catalog = CollectorRegistry()
        catalog.register(_Kept(self._workspace))
        return Response(generate_latest(registry) + generate_latest(catalog), media_type=CONTENT_TYPE_LATEST)


class Measured:
    """Counts and times each request, outside of all else that answers it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        async def counted() -> Message:
            message = await receive()
            self.metrics.uploaded.inc(len(message.get("body", b"")))
            return message

        uploads = scope["path"].startswith(_UPLOADS)
        try:
            await self.app(scope, counted if uploads else receive, noted)
        finally:
            method, route = known(scope["method"]), template(scope)
            self.metrics.requests.labels(method, route, status).inc()
            self.metrics.seconds.labels(method, route).observe(time.perf_counter() - begun)


def template(scope: Scope) -> str:
    """Return the template of the route that answered, never what the visitor wrote."""
    # A route of an included router knows its own part only; FastAPI keeps the whole beside it.
    whole = scope.get("fastapi", {}).get("effective_route_context")
    return str(getattr(whole or scope.get("route"), "path", None) or "none")


def known(method: str) -> str:
    """Return a method by name; what is none of HTTP's is "other"."""
    return method if method in _METHODS else "other"


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def metrics(request: Request) -> Response:
    """Answer Prometheus."""
    told: Metrics = request.app.state.metrics
    return told.told()


class _Kept(Collector):
    """Numbers that the catalog knows, whichever process brought them about; read when asked for."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def collect(self) -> Iterable[Metric]:
        """Return tables, jobs and refused logins."""
        rows = GaugeMetricFamily("campanile_table_rows", "Rows of the newest version.", labels=["table"])
        versions = GaugeMetricFamily("campanile_table_versions", "Versions kept.", labels=["table"])
        jobs = GaugeMetricFamily("campanile_jobs", "Jobs by what became of them.", labels=["verb", "state"])
        seconds = SummaryMetricFamily("campanile_job_seconds", "How long jobs took.", labels=["verb", "state"])
        refused = CounterMetricFamily("campanile_logins_refused", "Logins refused.")
        with self._workspace.catalog.reading() as connection:
            for name, count, newest in connection.execute(text(_TABLES)):
                rows.add_metric([name], newest or 0)
                versions.add_metric([name], count)
            for verb, state, count, ended, took in connection.execute(text(_JOBS)):
                jobs.add_metric([verb, state], count)
                if ended:
                    seconds.add_metric([verb, state], count_value=ended, sum_value=took)
            refused.add_metric([], connection.execute(text(_REFUSED)).scalar_one())
        return (rows, versions, jobs, seconds, refused)


_TABLES = """
    SELECT name, count(*), (
        SELECT json_extract(newest.meta, '$.rows') FROM artifacts AS newest
        WHERE newest.kind = 'table' AND newest.name = artifacts.name ORDER BY newest.version DESC LIMIT 1
    ) FROM artifacts WHERE kind = 'table' GROUP BY name ORDER BY name"""
_JOBS = """
    SELECT verb, state, count(*), count(finished_at),
        sum((julianday(finished_at) - julianday(coalesce(started_at, finished_at))) * 86400)
    FROM jobs GROUP BY verb, state ORDER BY verb, state"""
_REFUSED = "SELECT count(*) FROM audit WHERE action = 'login' AND outcome = 'refused'"
