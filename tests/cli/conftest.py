"""The command line as a person calls it, and a small campaign to call it with."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def campanile(tmp_path):
    """Call a command in a workspace of its own: ``campanile("load", path, "--json")``."""
    from campanile.cli.app import app

    def call(*arguments: object) -> Said:
        words = [str(word) for word in arguments]
        result = CliRunner().invoke(app, [*words, "--workspace", str(tmp_path / "workspace"), "--lang", "en"])
        return Said(result.exit_code, result.stdout, result.stderr)

    return call


@pytest.fixture(scope="session")
def campaign_file(tmp_path_factory) -> Path:
    from campanile.flows import sample_campaign

    return sample_campaign(tmp_path_factory.mktemp("sample") / "campaign.csv", rows=700, seed=3)


@pytest.fixture(scope="session")
def trained(tmp_path_factory, campaign_file) -> Path:
    """A workspace in which the sample campaign was loaded and quickly trained; copy it before changing it."""
    from campanile import models, sources
    from campanile.workspace import Workspace

    folder = tmp_path_factory.mktemp("trained") / "workspace"
    workspace = Workspace.open(folder)
    sources.load(workspace, sources.LoadSpec(path=campaign_file, table="customers"))
    spec = models.TrainSpec(
        table="customers",
        target="response",
        quick=True,
        methods=("baseline", "logistic"),
        contact_cost=3,
        sale_value=11,
    )
    models.train(workspace, spec)
    workspace.close()
    return folder
