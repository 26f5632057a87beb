"""A first visitor is led; others find the newest answers, what needs attention, and what is here."""

from pathlib import Path

from campanile.flows.work import perform, submit
from campanile.quality import RepairSpec, repair
from campanile.web.pages import home_attention as attention
from campanile.web.visit import Visit
from campanile.words import say
from campanile.workspace import Workspace
from campanile.workspace.accounts import RIGHTS, Visitor
from campanile.workspace.jobs import Trouble


def visiting(workspace: Workspace) -> Visit:
    return Visit(workspace, Visitor("ann", "analyst", "session", RIGHTS["analyst"]), "en", "light")


def test_a_first_visitor_brings_a_file_or_opens_the_sample(page, served: str, workspace: Workspace) -> None:
    page.goto(served)
    page.wait_for_selector("text=Nothing is here yet.")
    page.click("#home-sample")
    page.wait_for_selector("#home-jobs .job")
    assert [job.verb for job in workspace.jobs.jobs()] == ["sample"]
    page.click("text=Bring a file")
    page.wait_for_selector("#data-choose")


def test_the_sample_brings_every_answer(page, serve, workspace: Workspace) -> None:
    job = submit(workspace, "sample", {"rows": 400}, who="ann")
    shares: list[float] = []
    with workspace.jobs.at_work(job.id) as held:
        workspace.jobs.finish(job.id, perform(workspace, held, lambda share, *_: shares.append(share)))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    page.goto(serve(workspace))
    for question in ("Whom should we talk to?", "Why do customers respond?", "Who will respond?"):
        page.wait_for_selector(f"a:has-text('{question}')")
    page.click("a:has-text('Can we trust this data?')")
    page.wait_for_selector("#quality-check")


def test_models_that_know_less_than_the_data_need_attention(sample: Workspace) -> None:
    assert not any("is newer" in str(one.words) for one in attention.matters(visiting(sample)))
    repair(sample, RepairSpec(table="customers", repairs=("join_rare", "impossible_to_missing", "drop_twins")))
    assert sample.table("customers").version == 2
    assert any("customers v1; v2 is newer" in str(one.words) for one in attention.matters(visiting(sample)))


def test_work_that_came_to_nothing_needs_attention_until_it_is_done_again(workspace: Workspace, tmp_path: Path) -> None:
    spec = {"path": str(tmp_path / "gone.csv")}
    job = workspace.jobs.add("load", spec, who="ann", heavy=False)
    with workspace.jobs.at_work(job.id):
        workspace.jobs.fail(job.id, "failed", Trouble(say("It is gone."), None, "NotFound", ours=False))
    assert [one.id for one in attention.fallen(visiting(workspace))] == [job.id]
    submit(workspace, "load", spec, who="ann")
    assert attention.fallen(visiting(workspace)) == []


def test_new_rows_teach_the_models_and_the_page_shows_before_and_after(page, serve, sample: Workspace) -> None:
    spec = {"table": "customers", "target": "response", "again": True, "methods": ("logistic",), "minutes": 0}
    job = submit(sample, "train", spec, who="ann")
    with sample.jobs.at_work(job.id) as held:
        sample.jobs.finish(job.id, perform(sample, held, lambda *_: None))
    page.goto(serve(sample) + f"/data?job={job.id}")
    page.wait_for_selector("text=The models learned from the new rows")
    page.wait_for_selector("text=Log loss")
    assert "v1" in page.inner_text("#page")
    assert "v2" in page.inner_text("#page")
