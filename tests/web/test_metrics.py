"""What Prometheus reads, and the line that each request leaves on standard error."""

import asyncio
import io
import json
import subprocess
import sys

import numpy as np
import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from campanile.web.log import Logged
from campanile.web.metrics import Metrics


def read(address):
    return parsed(requests.get(f"{address}/metrics", timeout=60).text)


def parsed(text):
    return {
        (one.name, *sorted(one.labels.values())): one.value
        for family in text_string_to_metric_families(text) for one in family.samples
    }  # fmt: skip


def test_requests_are_counted_by_route_and_never_by_what_was_asked(served):
    for path in ("/api/v1/tables/of-nobody", "/api/v1/tables/other", "/nowhere/at-all"):
        assert requests.get(served + path, timeout=60).status_code == 404
    found = read(served)
    assert found["campanile_requests_total", "/api/v1/tables/{name}", "404", "GET"] == 2
    assert found["campanile_requests_total", "404", "GET", "none"] == 1
    assert found["campanile_request_seconds_count", "/api/v1/tables/{name}", "GET"] == 2
    assert not any("of-nobody" in part or "at-all" in part for key in found for part in key)


def test_predictions_are_counted_by_model_and_version_with_their_spread(sample, serve):
    address = serve(sample)
    customers = json.loads(json.dumps(sample.read("customers").to_pylist(), default=str))
    told = requests.post(f"{address}/api/v1/predictions", json={"customers": customers}, timeout=60).json()
    found, model = read(address), (str(told["version"]), told["model"])
    scores = np.array([one["probability"] for one in told["predictions"]])
    assert found["campanile_predictions_requests_total", *model] == 1
    assert found["campanile_prediction_probability_count", *model] == len(scores)
    assert found["campanile_prediction_probability_sum", *model] == pytest.approx(scores.sum())
    for tenth in range(1, 10):
        assert found["campanile_prediction_probability_bucket", f"{tenth / 10}", *model] == (scores <= tenth / 10).sum()
    assert found["campanile_table_rows", "customers"] == len(scores)
    assert found["campanile_table_versions", "customers"] == 1


def test_jobs_are_counted_by_verb_and_state(workspace, serve):
    job = workspace.jobs.add("train", {}, who="local", heavy=True)
    workspace.jobs.add("train", {}, who="local", heavy=True)
    workspace.jobs.stop(job.id)
    found = read(serve(workspace))
    assert (found["campanile_jobs", "stopped", "train"], found["campanile_jobs", "queued", "train"]) == (1, 1)
    assert found["campanile_job_seconds_count", "stopped", "train"] == 1


def test_processes_add_up_their_numbers(tmp_path, workspace):
    """Each of several web processes counts for itself; whoever is asked tells the sum."""
    code = (
        "import sys; from campanile.workspace import Workspace; from campanile.web.metrics import Metrics;"
        "import numpy as np; here = Metrics(Workspace.open(sys.argv[1]));"
        "here.predicted('m', 1, np.array([0.05, 0.95])); here.uploaded.inc(10);"
        "print(here.told().body.decode())"
    )
    (tmp_path / "shared").mkdir()
    shared = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "shared"), "PATH": ""}
    for _ in range(2):
        ran = subprocess.run([sys.executable, "-c", code, str(workspace.path)], capture_output=True, text=True,
                             env=shared, check=True)  # fmt: skip
    found = parsed(ran.stdout)
    assert found["campanile_upload_bytes_total",] == 20
    assert found["campanile_prediction_probability_bucket", "0.1", "1", "m"] == 2
    assert found["campanile_prediction_probability_count", "1", "m"] == 4


def test_scores_fall_into_the_buckets_that_observing_one_by_one_gives(workspace):
    metrics, one_by_one = Metrics(workspace), Metrics(workspace)
    scores = np.array([0.0, 0.1, 0.1000001, 0.35, 0.9, 0.91, 1.0])
    metrics.predicted("m", 1, scores)
    for score in scores:
        one_by_one._scores.labels("m", 1).observe(score)
    found, expected = parsed(metrics.told().body.decode()), parsed(one_by_one.told().body.decode())
    name = "campanile_prediction_probability_bucket"
    assert {key: found[key] for key in found if key[0] == name} == {
        key: expected[key] for key in expected if key[0] == name
    }


def test_a_request_leaves_one_line_without_what_it_held():
    async def hello(request):
        request.scope["who"] = "ada"
        return PlainTextResponse(request.path_params["name"])

    written, sent = io.StringIO(), []
    app = Logged(Starlette(routes=[Route("/hello/{name}", hello)]), json=True, file=written)

    async def receive():
        return {"type": "http.request", "body": b"secret body"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": "/hello/secret-name", "query_string": b"token=secret-query",
        "headers": [
            (b"authorization", b"Bearer secret-key"), (b"cookie", b"c=secret-cookie"), (b"x-request-id", b"r-1"),
        ],
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    line = json.loads(written.getvalue())
    assert written.getvalue().count("\n") == 1
    assert "secret" not in written.getvalue()
    assert (line["id"], line["method"], line["status"], line["who"]) == ("r-1", "GET", 200, "ada")
    assert (line["route"], line["level"], line["event"]) == ("/hello/{name}", "info", "request")
    assert (b"x-request-id", b"r-1") in sent[0]["headers"]


def test_an_id_that_could_forge_a_line_is_replaced(served):
    answer = requests.get(f"{served}/healthz", headers={"X-Request-ID": 'x", "who": "admin'}, timeout=60)
    assert len(answer.headers["X-Request-ID"]) == 32
