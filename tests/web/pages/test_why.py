"""The page Why as a marketer uses it, in a real browser."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from campanile.explain import ExplainSpec, Explanation, explain
from campanile.models import promote
from campanile.words import speaking
from campanile.workspace import Workspace

MODEL = "response-logistic"
OUT = ".why-card:not(.beyond)"


@pytest.fixture(scope="module")
def _explained(_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explained") / "workspace"
    shutil.copytree(_sample, folder)
    workspace = Workspace.open(folder)
    promote(workspace, MODEL)
    explain(workspace, ExplainSpec(features=12, sample=300))
    workspace.close()
    return folder


@pytest.fixture
def explained(_explained: Path, tmp_path: Path) -> Iterator[Workspace]:
    """The sample with a quick model chosen and twelve of its curves computed."""
    shutil.copytree(_explained, tmp_path / "explained")
    workspace = Workspace.open(tmp_path / "explained")
    yield workspace
    workspace.close()


@pytest.fixture
def worker() -> Iterator[Callable[[Workspace], None]]:
    """Start a worker that does the jobs of a workspace until the test's end."""
    started: list[subprocess.Popen[bytes]] = []

    def start(workspace: Workspace) -> None:
        command = [sys.executable, "-m", "campanile.flows.worker", "--workspace", str(workspace.path)]
        started.append(subprocess.Popen(command))

    yield start
    for one in started:
        one.terminate()
        one.wait(30)


@pytest.fixture
def expect() -> Any:
    api = pytest.importorskip("playwright.sync_api")
    api.expect.set_options(timeout=30_000)
    return api.expect


def result(workspace: Workspace) -> Explanation:
    return workspace.result(workspace.artifact("explanation", MODEL), Explanation)


def move(page: Any, steps: int) -> None:
    page.focus("#why-slider [role=slider]")
    for _ in range(abs(steps)):
        page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")


def test_the_slider_goes_from_three_to_ten_and_the_address_follows(
    page: Any, serve: Callable[[Workspace], str], explained: Workspace, expect: Any
) -> None:
    page.goto(serve(explained) + "/why?features=3")
    expect(page.locator(OUT)).to_have_count(3)
    expect(page.locator(".why-card")).to_have_count(12)
    move(page, 7)
    expect(page.locator(OUT)).to_have_count(10)
    expect(page.locator("#why-bars .bars .point")).to_have_count(10)
    expect(page.locator("#why-bars-title")).to_contain_text("10 features")
    expect(page).to_have_url(re.compile("features=10"))
    page.reload()
    expect(page.locator(OUT)).to_have_count(10)
    assert page.get_by_role("slider").get_attribute("aria-valuenow") == "10"


def test_a_zone_is_told_under_its_curve(
    page: Any, serve: Callable[[Workspace], str], explained: Workspace, expect: Any
) -> None:
    first = result(explained).curves[0]
    zones = [zone for zone in result(explained).zones if zone.name == first.name]
    page.goto(serve(explained) + "/why?features=1")
    expect(page.locator(f"{OUT} .plot .main-svg").first).to_be_visible()
    with speaking("en"):
        expect(page.locator(f"{OUT} .zone")).to_have_text([str(zone.words) for zone in zones])


def test_the_groups_are_told_in_another_language_and_the_page_is_not(
    page: Any, serve: Callable[[Workspace], str], explained: Workspace, expect: Any
) -> None:
    page.goto(serve(explained) + "/why?features=1")
    page.get_by_role("radiogroup", name="Language of the groups").get_by_text("Polski").click()
    with speaking("pl"):
        told = str(result(explained).target_groups[0].sentence)
    expect(page.locator("#why-groups .told").first).to_have_text(told)
    assert page.locator("#why-groups [lang=pl]").count() == 1
    assert page.inner_text("h1") == "What do customers who respond have in common?"


def test_one_customer_is_explained_by_the_worker_and_the_link_shows_it_again(
    page: Any, serve: Callable[[Workspace], str], worker: Callable[[Workspace], None], explained: Workspace, expect: Any
) -> None:
    worker(explained)
    key = str(explained.read("customers", ["customer_id"])["customer_id"][7])
    page.goto(serve(explained) + "/why?features=1")
    field = page.get_by_role("textbox", name="The customer's key")
    field.fill("nobody at all")
    page.get_by_role("button", name="Explain this customer").click()
    expect(page.locator("#why-key-trouble")).to_contain_text("There is no customer 'nobody at all'")
    field.fill(key)
    page.get_by_role("button", name="Explain this customer").click()
    expect(page.locator("#why-reasons .answer")).to_contain_text(re.compile(rf"Customer {key} .* in 10"))
    expect(page.locator("#why-reasons .plot .main-svg").first).to_be_visible()
    expect(page).to_have_url(re.compile(f"customer={key}"))
    kept = explained.artifact("reasons", MODEL)
    assert kept.meta["key"] == key
    page.reload()
    expect(page.locator("#why-reasons .answer")).to_contain_text(f"Customer {key}")
    assert explained.artifact("reasons", MODEL) == kept


def test_another_models_curves_are_drawn_over_the_first_once_it_is_explained(
    page: Any, serve: Callable[[Workspace], str], explained: Workspace, expect: Any
) -> None:
    page.goto(serve(explained) + "/why?features=1&with=response-boosting:1")
    expect(page.locator("#why-other-slot")).to_contain_text("no curves")
    expect(page.get_by_role("button", name="Explain it")).to_be_visible()
    explain(explained, ExplainSpec(model="response-boosting", features=12, sample=300))
    page.reload()
    named = page.locator(f"{OUT} .plot").first
    expect(named).to_contain_text("response-logistic v1")
    expect(named).to_contain_text("response-boosting v1")


def test_without_a_model_the_page_leads_to_training(page: Any, served: str, expect: Any) -> None:
    page.goto(served + "/why")
    page.get_by_role("button", name="Train models").click()
    expect(page).to_have_url(re.compile("/models"))
