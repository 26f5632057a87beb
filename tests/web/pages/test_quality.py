"""A person checks a table, looks at a column, sees what a repair would change, makes it, and takes it back."""

from pathlib import Path

import pytest

from campanile.quality import QualitySpec, check
from campanile.sources import LoadSpec, load
from campanile.workspace import Workspace


@pytest.fixture
def dirty(workspace: Workspace, tmp_path: Path) -> Workspace:
    """A table with impossible birth years and personal data."""
    years = [1893 if at in (7, 30) else 1950 + at % 50 for at in range(300)]
    rows = [f"{at},p{at}@example.org,{year},{'yes' if at % 5 == 0 else 'no'}" for at, year in enumerate(years)]
    path = tmp_path / "customers.csv"
    path.write_text("customer_id,email,birth_year,response\n" + "\n".join(rows) + "\n")
    load(workspace, LoadSpec(path=path))
    return workspace


def test_from_findings_to_a_repair_and_back(page, staffed, dirty: Workspace) -> None:
    from playwright.sync_api import expect

    page.goto(staffed(dirty) + "/quality")
    page.wait_for_selector("text=This version has not been checked yet.")
    page.click("#quality-target")
    page.click("[role=option]:has-text('response'):visible")
    page.click("#quality-check")
    page.wait_for_selector("#quality-preview")
    assert "example.org" not in page.inner_text("#page")

    page.click("#quality-column")
    page.click("[role=option]:has-text('Birth year'):visible")
    page.wait_for_selector("#quality-large .js-plotly-plot")
    assert "column=birth_year" in page.url

    page.click("#quality-preview")
    page.wait_for_selector("text=Table 'customers' v1 would change: 2 values changed, 0 rows dropped.")
    page.wait_for_selector("#quality-changes .ag-cell:has-text('1893')")
    assert dirty.table("customers").version == 1

    page.click("#quality-repair")
    page.wait_for_selector("text=table 'customers' is now v2")
    page.click("text=Take the repair back: v1")
    expect(page.locator("#quality-version")).to_have_value("v3", timeout=30_000)
    assert dirty.table("customers").meta["reverted_to"] == 1


def test_a_personal_column_has_nothing_to_be_drawn(page, serve, dirty: Workspace) -> None:
    check(dirty, QualitySpec(table="customers"))
    page.goto(serve(dirty) + "/quality?column=email")
    page.wait_for_selector("text=This column holds personal data: its values are kept out of everything shown.")
    assert "example.org" not in page.content()


def test_the_address_names_table_version_and_column(page, serve, dirty: Workspace) -> None:
    check(dirty, QualitySpec(table="customers", target="response"))
    page.goto(serve(dirty) + "/quality?table=customers&version=1&column=birth_year")
    page.wait_for_selector("#quality-large .js-plotly-plot")
    assert page.input_value("#quality-target") == "response"
    assert page.input_value("#quality-column") == "Birth year"
