"""The page Report: written by a worker as the form asks, shown apart from the application, kept as a file."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from campanile.flows.paper import WriteReportSpec, keep_report
from campanile.web.app import create_app
from campanile.workspace import Workspace
from tests.web.conftest import ask_uplift, bring_trial  # type: ignore[import-not-found]


def test_a_report_is_written_in_polish_as_the_form_asks_and_shown(
    sample: Workspace, staffed: Callable[[Workspace], str], page: Any
) -> None:
    page.set_default_timeout(120_000)
    page.goto(f"{staffed(sample)}/report?features=2&customers=40&language=pl")
    page.fill("#report-title", "Jesień")
    page.get_by_label("The quality of the data").uncheck()
    page.wait_for_url(re.compile("title=Jesie.*sections="), wait_until="commit")
    page.click("#report-write")
    shown = page.frame_locator("#report-frame")
    shown.locator("h1", has_text="Jesień").wait_for()
    assert "40" in shown.locator("#audience .answer").first.inner_text()
    assert shown.locator("h2", has_text="Kto jest na liście?").count() == 1
    assert shown.locator("#quality").count() == 0
    assert page.get_attribute("#report-frame", "title") == "The report that is open"
    with page.expect_download() as download:
        page.click("#report-download")
    kept = sample.artifact("report")
    assert Path(download.value.path()).read_bytes() == sample.file(kept, "report.html")
    assert page.input_value("#report-customers") == "40"


def test_a_report_holds_what_was_asked_for(sample: Workspace) -> None:
    def told(**asked: Any) -> str:
        report = keep_report(sample, WriteReportSpec(**asked))
        page = sample.file(report.artifact, "report.html").decode()
        return re.sub("<script.*?</script>", "", page, flags=re.DOTALL)

    whom = told(sections=("audience",), customers=12, budget=30.0)
    assert re.findall(r'<section[^>]* id="(\w+)"', whom) == ["audience", "list", "segments", "campaigns"]
    assert re.search(r"10 of these [\d,]+ customers can be contacted", whom)
    models = told(sections=("models",))
    assert "A responder is ranked before another customer" in models
    assert "The fewer are chosen, the more of them respond" in models
    free = told(sections=("audience",), lifted=("contact_cost", "sale_value"))
    assert "so no profit can be told" in free


def test_a_report_is_served_apart_from_the_application(sample: Workspace) -> None:
    client = TestClient(create_app(sample, open_to_all=True), base_url="http://127.0.0.1")
    kept = sample.artifact("report")
    answer = client.get(f"/reports/{kept.id}")
    assert answer.content == sample.file(kept, "report.html")
    policy = answer.headers["content-security-policy"]
    assert "sandbox allow-scripts allow-downloads; frame-ancestors 'self'" in policy
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "allow-same-origin" not in policy
    saved = client.get(f"/reports/{kept.id}", params={"download": "true"})
    assert saved.headers["content-disposition"].startswith(f'attachment; filename="{kept.name}-1-')
    assert client.get("/reports/none-such").status_code == 404


def test_without_a_model_the_page_says_what_to_bring(served: str, page: Any) -> None:
    page.goto(f"{served}/report")
    page.get_by_text("There is nothing to report yet.").wait_for()


def test_a_report_tells_of_a_test_that_was_looked_at(sample: Workspace) -> None:
    from campanile import experiments
    from campanile.workspace.errors import NotFound

    experiments.assign(sample, experiments.AssignSpec(name="offer", users="customers", month="2026-01"))
    for name, said in (("offer", "Nobody has looked"), ("ofer", "no experiment")):
        with pytest.raises(NotFound, match=said):
            keep_report(sample, WriteReportSpec(experiment=name))
    asked = {"name": "offer", "metrics": ("bought=response",), "least": 50}
    told = experiments.analyse(sample, experiments.AnalyseSpec(**asked))
    report = keep_report(sample, WriteReportSpec(experiment="offer", sections=("models",)))
    text = html.unescape(sample.file(report.artifact, "report.html").decode())
    assert str(told.words).partition(":")[0] in text
    assert "Who has looked?" in text


def test_the_form_chooses_the_trial_of_which_a_report_tells(
    sample: Workspace, serve: Callable[[Workspace], str], page: Any, tmp_path: Any
) -> None:
    bring_trial(sample, tmp_path)
    ask_uplift(sample)
    page.goto(f"{serve(sample)}/report")
    page.locator("#report-uplift").click()
    page.get_by_role("option", name="trial", exact=True).click()
    page.wait_for_url("**/report?*uplift=trial*")
    page.locator("#report-write").click()
    page.locator("#report-jobs .job").wait_for()
    assert sample.jobs.jobs()[0].spec["uplift"] == "trial"
    page.reload()
    page.locator("#report-uplift").wait_for()
    assert page.locator("#report-uplift").input_value() == "trial"
