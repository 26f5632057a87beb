"""The whole OpenAPI document, asked at random as each role and as nobody: nothing falls, nothing leaks."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from campanile import experiments
from campanile.audience.persuaded import persuade
from campanile.audience.spec import PersuadeSpec
from campanile.flows.events import EventStudy, keep_study
from campanile.flows.work import submit
from campanile.models import rollouts
from campanile.simulate import SimulateSpec, simulate
from campanile.tables.export import plain_rows
from campanile.web.app import create_app
from campanile.workspace import Workspace
from campanile.workspace.accounts import RIGHTS
from tests.web.conftest import ask_uplift, bring_trial

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PUBLIC = {"/healthz"}
GUEST = "guest"
PASSWORD = "seven bells at the harbour"  # noqa: S105


class Doors:
    """An application with an account and a key for each role; ``known`` are names of things that are there."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.app = create_app(workspace, host="0.0.0.0")  # noqa: S104
        self.keys: dict[str, str] = {}
        self.seen: dict[str, set[int]] = defaultdict(set)
        self.upload = ""
        self.customer = plain_rows(workspace.read("customers").slice(0, 1))[0]
        job = submit(workspace, "difference", {"table": "customers", "before": 1, "after": 1}, who="admin")
        self.job = workspace.jobs.stop(job.id).id
        self.model = workspace.artifacts("model")[-1]
        self.training = workspace.artifacts("training")[-1]
        keep_study(workspace, EventStudy(name="shop", entity="people", tables={"people": {"source": "people.csv"}}))
        self.rollout = self.rolled_out()
        self.experiment = self.looked_at()
        self.measured_uplift()
        levers = {"web_visits_month": {"direction": "up"}}
        quick = {"sample": 20, "population": 8, "generations": 1}
        asked = {"levers": levers, "model": self.model.name, "version": self.model.version, **quick}
        simulate(workspace, SimulateSpec(**asked))

    def looked_at(self) -> str:
        """Put the customers into groups of a test and look at it once."""
        experiments.assign(self.workspace, experiments.AssignSpec(name="offer", users="customers", month="2026-01"))
        asked = {"name": "offer", "metrics": ["bought=response"], "least": 50}
        experiments.analyse(self.workspace, experiments.AnalyseSpec(**asked))
        return "offer"

    def measured_uplift(self) -> None:
        """Measure whom a made-up mail persuades, and cut a list by it."""
        bring_trial(self.workspace, self.workspace.path.parent)
        ask_uplift(self.workspace)
        persuade(self.workspace, PersuadeSpec(scores="trial_uplift", capacity=10))

    def rolled_out(self) -> str:
        """Declare a rollout whose answers were compared and watched."""
        champion = {"model": self.model.name, "version": self.model.version}
        declared = rollouts.declare(self.workspace, rollouts.RolloutSpec(name="spring", champion=champion))
        scorer = rollouts.Scorer(self.workspace, declared)
        scorer.score(self.workspace.read("customers"))
        asked = {"rollout": "spring", "table": "customers", "outcome": "response", "until": "2099-12-31"}
        rollouts.compare(self.workspace, rollouts.CompareSpec(**asked))
        rollouts.drift(self.workspace, rollouts.DriftSpec(rollout="spring"))
        return declared.name

    def let_in(self) -> None:
        """Give each role a key that opens, and bring what was removed, whatever was done meanwhile."""
        accounts = self.workspace.accounts
        if all(one.name != GUEST or one.closed for one in accounts.users()):
            accounts.add(GUEST, "viewer", PASSWORD)
            self.key = accounts.make_key(GUEST, ["read"])[0].id
        if not (self.workspace.path / "uploads" / (self.upload or "-")).exists():
            with self.workspace.uploads.arriving("customers.csv", "admin") as (self.upload, arriving):
                arriving.write(b"id,spent\n1,5\n2,6\n")
        for role, rights in RIGHTS.items():
            found = accounts.by_key(self.keys[role]) if role in self.keys else None
            if found is None or found[0].rights != rights:
                name = f"{role}-{len(accounts.users())}"
                accounts.add(name, role, PASSWORD)
                _, self.keys[role] = accounts.make_key(name, rights)

    def headers(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[role]}"} if role in self.keys else {}

    def about_known(self, case: Any) -> None:
        """Let a random request speak of things that are there."""
        # Keys are drawn from few: most stand for another request already.
        case.headers.pop("Idempotency-Key", None)
        whole = {"model": self.model.name, "version": 1, "name": "customers"}
        if "/models/" in case.path:
            whole |= {"name": self.model.name, "version": self.model.version}
        if "/rollouts/" in case.path:
            whole["name"] = self.rollout
        if "/experiments/" in case.path:
            whole["name"] = self.experiment
        if "/uplifts/" in case.path or "/uplift-lists/" in case.path:
            whole |= {"table": "trial", "scores": "trial_uplift"}
        if "/trainings/" in case.path:
            whole["name"] = self.training.name
        for folder, known in (("/uploads/", self.upload), ("/jobs/", self.job), ("/lineage/", self.model.id)):
            if folder in case.path:
                whole["id"] = known
        case.path_parameters = {name: whole.get(name, value) for name, value in (case.path_parameters or {}).items()}
        for folder, known in (("/users/", GUEST), ("/keys/", self.key)):
            if folder in case.path:
                case.path_parameters |= {"name": known, "id": known}
        self._known_body(case)
        if isinstance(case.body, dict):
            there = {"table": "customers", "upload": self.upload, "model": None, "version": None, "table_version": None,
                     "before": 1, "after": 1, "owner": GUEST, "scopes": ["read"], "password": PASSWORD,
                     "rollout": self.rollout}  # fmt: skip
            case.body |= {name: there[name] for name in case.body if name in there}

    def _known_body(self, case: Any) -> None:
        bodies = {
            "/tables": {"upload": self.upload}, "/inspections": {"upload": self.upload},
            "/designs": {"name": "offer", "metrics": [{"name": "bought"}], "baseline": 0.1, "lift": 0.3},
            "/assignments": {"name": self.experiment, "users": "customers"},
            "/analyses": {"name": self.experiment, "outcomes": "customers"},
            "/aa-tests": {"table": "customers"},
            "/uplifts": {"source": "trial", "treatment": "got", "outcome": "visit"},
            "/uplift-lists": {"scores": "trial_uplift"},
            "/comparisons": {"rollout": self.rollout, "table": "customers", "outcome": "response"},
            "/predictions": {"customers": [self.customer]},
            "/scorings": {"study": "shop", "events": [{"table": "people", "upload": self.upload}]},
        }  # fmt: skip
        case.body = next((body for end, body in bodies.items() if case.path.endswith(end)), case.body)
        if "/rollouts/" in case.path and isinstance(case.body, dict):
            case.body = {"champion": {"model": self.model.name, "version": self.model.version}}


@pytest.fixture(scope="module")
def doors(_sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("schema") / "workspace"
    shutil.copytree(_sample, folder)
    workspace = Workspace.open(folder)
    yield Doors(workspace)
    workspace.close()


def operations(doors: Doors) -> Iterator[Any]:
    document = schemathesis.openapi.from_asgi("/openapi.json", doors.app)
    for found in document.get_all_operations():
        yield found.ok()


def modest(examples: int) -> Any:
    return settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


def ask(case: Any, doors: Doors) -> None:
    """Ask the same as nobody and as each role, those with fewer rights first."""
    right = case.operation.definition.raw.get("x-right")
    for role in ("nobody", *RIGHTS):
        answer = case.call_and_validate(headers=doors.headers(role), checks=CHECKS, timeout=60)
        doors.seen[case.operation.label].add(answer.status_code)
        assert str(doors.workspace.path).encode() not in answer.content
        if case.path in PUBLIC:
            continue
        if role == "nobody":
            assert answer.status_code == 401
        elif right not in RIGHTS[role]:
            assert answer.status_code >= 400


def findings(doors: Doors, examples: int) -> list[str]:
    """Ask each operation so many times; return what was wrong with which."""
    wrong = []
    for operation in operations(doors):

        @modest(examples)
        @given(case=operation.as_strategy())
        def asked(case: Any) -> None:
            doors.let_in()
            ask(case, doors)
            doors.let_in()
            doors.about_known(case)
            ask(case, doors)

        try:
            asked()
        except (Exception, ExceptionGroup) as error:
            wrong.append(f"{operation.label}: {error} {'; '.join(map(str, getattr(error, 'exceptions', ())))}")
    return wrong


def test_each_role_and_nobody_gets_an_answer_of_the_document_and_of_their_right(doors):
    assert not findings(doors, 1)
    asked_well = {label for label, seen in doors.seen.items() if any(status < 400 for status in seen)}
    assert set(doors.seen) == asked_well


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_whoever_asks_long_gets_the_same(doors):
    assert not findings(doors, int(os.environ.get("CAMPANILE_SCHEMA_EXAMPLES", "20")))


def test_each_operation_declares_its_right_and_its_problems(doors):
    for path, operations in doors.app.openapi()["paths"].items():
        for method, operation in operations.items():
            if path in PUBLIC:
                continue
            assert operation["x-right"] in ("read", "predict", "write", "admin"), (method, path)
            assert operation["summary"]
            assert operation["tags"]
            assert {"401", "403", "422", "500"} <= set(operation["responses"])
            assert method == "get" or operation["x-right"] != "read"
