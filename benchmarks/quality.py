"""Profile a table of 182,388 x 31: time start-up apart, and the size of the page, beside skrub's TableReport."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from bars import Bar, Finding, Row
from made import WIDE_ROWS, wide
from running import campanile, folder, peer


def measure(*, reduced: bool) -> Finding:
    with folder() as place:
        file, at = wide(place / "wide.csv"), place / "workspace"
        campanile("load", file, "--as", "customers", "--key", "customer_id", workspace=at)
        start = campanile("tables", workspace=at).seconds
        ours = campanile("quality", "customers", "--target", "responded", workspace=at)
        page = page_mb(at, place)
        theirs = None if reduced else peer("table_report.py", file, place / "skrub.html")
    said = theirs.said if theirs else {}
    return Finding(
        f"Quality of {WIDE_ROWS:,} x 31",
        (
            Row("profile and checks", ours.seconds - start, "s", Bar(3), {"skrub": said.get("seconds")}),
            Row("start-up included", ours.seconds, "s"),
            Row("page, chart library apart", page, "MB", Bar(2), {"skrub": said.get("mb")}),
            Row("peak memory", ours.peak_mb, "MB", None, {"skrub": theirs and theirs.peak_mb}),
        ),
        (
            f"{len(ours.said['findings'])} findings of ours, the leak scan against the outcome included.",
            "Start-up (that of `campanile tables`) is not counted, nor are skrub's imports and reading.",
            *(("Reduced: without skrub.",) if reduced else ()),
        ),
    )


def page_mb(workspace: Path, place: Path) -> float:
    """Write the quality page as a user of Python would, and weigh it without the chart library."""
    import campanile as cp
    from campanile import quality, report

    out = place / "quality.html"
    with closing(cp.Workspace.open(workspace)) as opened:
        checked = quality.check(opened, quality.QualitySpec(table="customers", target="responded"))
        page = report.Page(checked.words, (), quality.sections(checked))
        out.write_text(report.render(page, "en"), encoding="utf-8")
    return (out.stat().st_size - library_bytes()) / 1e6


def library_bytes() -> int:
    """The size of the chart library as it stands in a page."""
    from plotly.offline import get_plotlyjs

    return len(get_plotlyjs().encode())
