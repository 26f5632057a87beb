"""The part "Whom does it persuade?" as a person uses it: choose columns and values, read the answer, hand it on."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from campanile.web.pages import experiments as page_of
from campanile.web.pages.experiments_uplift_form import treatments, values
from campanile.web.visit import Visit, visiting
from campanile.workspace import Workspace
from campanile.workspace.accounts import RIGHTS, Visitor
from tests.web.conftest import ask_uplift, bring_trial  # type: ignore[import-not-found]


@pytest.fixture(scope="module")
def _measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("measured")
    workspace = Workspace.open(folder / "workspace")
    bring_trial(workspace, folder)
    ask_uplift(workspace, value=12, contact_cost=1)
    workspace.close()
    return folder / "workspace"


@pytest.fixture
def measured(_measured: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with a trial on which uplift was measured once."""
    shutil.copytree(_measured, tmp_path / "measured")
    workspace = Workspace.open(tmp_path / "measured")
    yield workspace
    workspace.close()


def told(workspace: Workspace, role: Any = "analyst", **asked: str) -> str:
    """Return the part as a text, told to somebody of a role."""
    here = Visit(workspace, Visitor("ann", role, "session", RIGHTS[role]), "en", "light")
    with visiting(here):
        return re.sub(r"</?[a-z]+>", "", html.unescape(str(page_of.layout(here, {"part": "uplift", **asked}))))


def test_where_nobody_asked_it_says_what_to_bring(workspace: Workspace) -> None:
    said = told(workspace)
    assert "Nobody has asked yet whom a contact persuades." in said
    assert "Bring a file" in said
    assert "experiments-uplift-source" not in said
    assert "Open the sample trial" in said
    assert "Open the sample trial" not in told(workspace, "viewer")


def test_the_test_and_whom_it_persuades_lead_to_each_other(measured: Workspace) -> None:
    assert "href='/experiments'" in told(measured)
    assert "href='/experiments?part=uplift'" in told(measured, part="")


def test_the_answer_names_its_table_arms_and_scores_and_leads_to_a_list(measured: Workspace) -> None:
    said = told(measured)
    assert "more have 'visit' than without it. Among the 30 %" in said
    assert "'mail' against 'nothing', 2,000 customers" in said
    assert "trial v1" in said
    assert "scores trial_uplift v1" in said
    assert "href='/audience?scores=trial_uplift'" in said
    assert "href='/report?uplift=trial'" in said
    assert "All 4 checks passed." in said
    assert said.count("Graph(") == 3


def test_the_address_names_an_earlier_answer(measured: Workspace) -> None:
    ask_uplift(measured, least=5000)
    assert "it takes 5,000" in told(measured)
    assert "it takes 5,000" not in told(measured, of="trial", version="1")
    assert "Nothing was measured on 'other' yet." in told(measured, of="other")


def test_a_trial_that_cannot_be_trusted_shows_no_effect_and_no_list(measured: Workspace) -> None:
    ask_uplift(measured, least=5000, percent=80)
    said = told(measured)
    assert "2 of 4 checks did not pass" in said
    assert "What to repair" in said
    assert "Graph(" not in said
    assert "/audience" not in said


def test_where_nobody_is_more_persuadable_it_says_what_that_means_for_a_list(
    workspace: Workspace, tmp_path: Path
) -> None:
    bring_trial(workspace, tmp_path, moved=0)
    assert not ask_uplift(workspace).targetable
    said = told(workspace)
    assert "Nobody in particular: no one is found to be more persuadable than another." in said
    assert "Neither is it seen that it works on the whole." in said


def test_nobody_who_may_only_read_is_offered_the_form(measured: Workspace) -> None:
    assert "experiments-uplift-source" in told(measured)
    assert "experiments-uplift-source" not in told(measured, "viewer")


def test_columns_and_values_are_those_of_the_table(measured: Workspace) -> None:
    from campanile.web.pages.experiments_fields import columns

    assert {"got", "member", "visit"} <= set(treatments(columns(measured, "trial")))
    assert "spend_eur" not in treatments(columns(measured, "trial"))
    assert values(measured, "trial", "got") == ("mail", "nothing")
    assert values(measured, "trial", "member") == ("false", "true")
    assert values(measured, "nothing", "got") == values(measured, None, None) == ()


@pytest.mark.slow
def test_whom_a_contact_persuades_is_asked_without_typing_a_name(
    workspace: Workspace, tmp_path: Path, staffed: Callable[[Workspace], str], page: Any
) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    bring_trial(workspace, tmp_path)
    page.goto(staffed(workspace) + "/experiments")
    page.get_by_role("link", name="Whom does it persuade?").click()
    page.locator("#experiments-uplift").click()
    page.locator("#experiments-uplift-asked", has_text="Something is not chosen yet.").wait_for()
    for field, value in (("source", "trial"), ("treatment", "got"), ("control", "nothing"), ("outcome", "visit")):
        page.locator(f"#experiments-uplift-{field}").click()
        page.get_by_role("option", name=value, exact=True).click()
    playwright.expect(page.locator("#experiments-uplift-arm")).to_have_value("mail")
    page.locator("#experiments-uplift").click()
    page.locator(".answer", has_text="more have 'visit' than without it").wait_for(timeout=120_000)
    page.locator(".plot svg").first.wait_for()
    assert "part=uplift&of=trial" in page.url
    page.reload()
    page.locator(".answer", has_text="more have 'visit'").wait_for()
    (job,) = workspace.jobs.jobs()
    assert (job.verb, job.heavy, job.spec["arm"], job.spec["value"]) == ("uplift", True, "mail", None)


@pytest.mark.slow
def test_the_sample_is_opened_from_the_empty_part(
    workspace: Workspace, staffed: Callable[[Workspace], str], page: Any
) -> None:
    page.goto(staffed(workspace) + "/experiments?part=uplift")
    page.get_by_role("button", name="Open the sample trial").click()
    page.locator(".answer", has_text="more have 'visited' than without it").wait_for(timeout=120_000)
    page.locator(".plot svg").first.wait_for()


def test_another_answer_is_opened_and_the_address_says_so(
    measured: Workspace, serve: Callable[[Workspace], str], page: Any
) -> None:
    ask_uplift(measured, least=5000)
    page.goto(serve(measured) + "/experiments?part=uplift")
    page.locator(".answer", has_text="it takes 5,000").wait_for()
    page.locator("#experiments-uplift-which").click()
    page.get_by_role("option").filter(has_text="trial v1").click()
    page.locator(".answer", has_text="more have 'visit'").wait_for()
    assert page.url.endswith("/experiments?part=uplift&of=trial&version=1")


@pytest.mark.slow
def test_a_list_is_cut_from_the_scores_and_downloaded(
    measured: Workspace, staffed: Callable[[Workspace], str], page: Any
) -> None:
    page.goto(staffed(measured) + "/experiments?part=uplift")
    page.get_by_role("link", name="Cut a list").click()
    page.locator(".answer", has_text="No list has been cut by these scores yet.").wait_for()
    assert page.locator("#persuaded-contact_cost").input_value() == "1"
    page.locator("#persuaded-cut").click()
    page.locator(".answer", has_text="customers with the highest predicted effect adds").wait_for(timeout=90_000)
    with page.expect_download() as arrived:
        page.locator("#persuaded-csv").click()
    lines = Path(arrived.value.path()).read_text().splitlines()
    kept = measured.artifacts("persuaded")[-1]
    assert len(lines) - 1 == measured.frame(kept, "list")["contact"].to_pylist().count(True)


def test_scores_of_another_kind_cut_no_list(measured: Workspace) -> None:
    from campanile.web.pages import audience

    here = Visit(measured, Visitor("ann", "analyst", "session", RIGHTS["analyst"]), "en", "light")
    with visiting(here):
        said = html.unescape(str(audience.layout(here, {"scores": "trial"})))
    assert "Table 'trial' holds no scores of whom a contact persuades." in said
    assert "persuaded-cut" not in said


@pytest.mark.parametrize(("language", "said"), [("pl", "Kogo to przekonuje?"), ("es", "¿A quién persuade?")])
def test_it_fits_a_phone_in_another_language(
    measured: Workspace, serve: Callable[[Workspace], str], page: Any, language: str, said: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{serve(measured)}/experiments?part=uplift&lang={language}")
    page.locator("h1", has_text=said).wait_for()
    page.locator(".plot svg").first.wait_for()
    page.evaluate("document.querySelectorAll('#page details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
