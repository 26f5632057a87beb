"""A person brings a file, corrects what was found, imports it, adds rows, compares, goes back."""

import re
from pathlib import Path

import pytest

from campanile.web.pages import data_importing as importing
from campanile.workspace import Workspace

HEAD = "customer_id;e-mail;joined;spent;response"


def write(path: Path, keys: range, *more: str) -> Path:
    rows = [f"{at};p{at}@example.org;{at % 28 + 1:02d}/02/2024;{at},5;{'yes' if at % 4 == 0 else 'no'}" for at in keys]
    path.write_text("\n".join([HEAD, *rows, *more]) + "\n", encoding="utf-8")
    return path


def bring(page, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.click("#data-choose")
    chooser.value.set_files(file)
    page.wait_for_selector("#data-import")


def test_from_a_file_to_a_table_and_back(page, staffed, workspace: Workspace, tmp_path: Path) -> None:
    page.goto(staffed(workspace) + "/data")
    page.wait_for_selector("text=No table yet")
    bring(page, write(tmp_path / "customers.csv", range(1, 200), "500;x@example.org;never;1,5;no"))

    page.wait_for_selector("text=The file holds 199 rows with 5 columns.")
    assert page.input_value("#data-separator") == "semicolon"
    assert page.input_value("#data-decimal") == "1,5"
    assert page.input_value("#data-key") == "customer_id"
    page.wait_for_selector("text=1 row does not fit")
    assert "example.org" not in page.inner_text("#page")
    assert "job=" in page.url

    page.click("input[aria-label=\"Meaning of 'spent'\"]")
    page.click("[role=option]:has-text('Number'):visible")
    page.click("#data-again")
    page.wait_for_selector("text=as you said")

    page.click("#data-import")
    page.wait_for_selector("text=Table 'customers' version 1: 199 rows.")
    page.wait_for_selector("text=1 row does not fit")
    assert str(workspace.table("customers").meta["dictionary"]["columns"][3]["semantic"]) == "number"

    bring(page, write(tmp_path / "more.csv", range(150, 260)))
    page.click("#data-into")
    page.click("[role=option]:has-text(\"Append to 'customers'\"):visible")
    page.click("#data-import")
    page.wait_for_selector("text=Table 'customers' version 2: 259 rows.")

    page.click("#data-compare")
    page.wait_for_selector("text=From v1 to v2 of table 'customers': 60 rows added, 0 removed, 0 changed.")
    assert re.search(r"before=1&after=2", page.url)

    page.click("text=Go back to v1")
    page.wait_for_selector("td:text-is('back to v1')")
    assert workspace.table("customers").version == 3
    assert workspace.table("customers").meta["rows"] == 199


def test_a_sending_can_be_cancelled_and_leaves_nothing(page, served: str, workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    file.write_bytes(b"a,b\n" + b"1,2\n" * 2_000_000)
    page.goto(served + "/data")
    page.route("**/api/v1/uploads*", lambda route: None)  # a network that never answers
    with page.expect_file_chooser() as chooser:
        page.click("#data-choose")
    chooser.value.set_files(file)
    page.click("#data-cancel")
    page.wait_for_selector("text=Stopped: nothing of the file was kept.")
    assert not list(workspace.path.glob("uploads/*/upload.json"))


def test_a_file_that_is_refused_is_told_where_it_was_dropped(page, served: str, tmp_path: Path) -> None:
    page.goto(served + "/data")
    problem = '{"detail": "The file is larger.", "remedy": "Pack it."}'
    kind = "application/problem+json"
    page.route("**/api/v1/uploads*", lambda route: route.fulfill(status=413, content_type=kind, body=problem))
    with page.expect_file_chooser() as chooser:
        page.click("#data-choose")
    chooser.value.set_files(write(tmp_path / "customers.csv", range(3)))
    page.wait_for_selector("text=The file is larger. Pack it.")


@pytest.mark.parametrize("path", ["/", "/data", "/quality"])
def test_on_a_phone_nothing_scrolls_sideways(page, serve, sample: Workspace, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(serve(sample) + path)
    page.wait_for_selector("#page h1")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_only_what_the_visitor_changed_is_asked_of_the_importer(workspace: Workspace, tmp_path: Path) -> None:
    from campanile.flows.work import WORK, perform

    spec = {"path": str(write(tmp_path / "customers.csv", range(1, 50)))}
    job = workspace.jobs.add("inspect", WORK["inspect"].shape(**spec).model_dump(mode="json"), who="ann", heavy=False)
    with workspace.jobs.at_work(job.id) as held:
        workspace.jobs.finish(job.id, perform(workspace, held, lambda *_: None))
    done = workspace.jobs.job(job.id)
    found = {column["name"]: column["semantic"] for column in done.outcome.data["columns"]}
    same = importing.corrections(done, done.outcome.data["dialect"], found)
    assert "separator" not in same
    assert same["types"] == {}
    changed = importing.corrections(done, {"separator": ","}, {**found, "spent": "number"})
    assert changed["separator"] == ","
    assert changed["types"] == {"spent": {"semantic": "number"}}
