"""The whole chain on a real file: load, quality, train (one minute of tuning), explain, audience, report."""

from __future__ import annotations

from pathlib import Path

from bars import Bar, Finding, Row
from running import Ran, campanile, folder, peer, real

STEPS = ("load", "quality", "train", "explain", "audience", "report")


def measure(*, reduced: bool) -> Finding | None:
    file = real("ifood", "marketing_campaign.csv")
    if file is None:
        return None
    with folder() as place:
        chain = {} if reduced else steps(file, place)
        quick = campanile("profile", file, "--target", "Response", "--contact-cost", 3, "--sale-value", 11, "--quick",
                          "--out", place / "quick.html", workspace=place / "quick")  # fmt: skip
        page = (place / "quick.html").stat().st_size / 1e6
        theirs = None if reduced else peer("dashboard.py", file, "Response", place / "dashboard.html")
    said = theirs.said if theirs else {}
    dashboard = {} if reduced else {"explainerdashboard": said.get("seconds")}
    in_all = sum(ran.seconds for ran in chain.values())
    return Finding(
        "The whole chain on a real campaign (2,240 customers)",
        (
            *([Row("load to report, one minute of tuning", in_all, "s", Bar(100), dashboard)] if chain else []),
            Row("profile --quick", quick.seconds, "s", Bar(20), dashboard),
            *(Row(f"… {name}", ran.seconds, "s") for name, ran in chain.items()),
            Row("report, chart library included", page, "MB", Bar(6), {} if reduced else {
                "explainerdashboard": said.get("page_mb")}),
            *([Row("what holds every figure", page, "MB", None, {"explainerdashboard": said.get("kept_mb")})]
              if chain else []),
            Row("peak memory of profile --quick", quick.peak_mb, "MB"),
        ),
        (
            "Six processes of ours, each with its start-up. explainerdashboard starts from one trained booster; it"
            " writes its static page, which loads its chart library from outside, and its kept explainer.",
            *(("Reduced: profile --quick only, no peer.",) if reduced else ()),
        ),
    )  # fmt: skip


def steps(file: Path, place: Path) -> dict[str, Ran]:
    """Run the commands one after another, as a user would."""
    at = place / "chain"
    asked = {
        "load": ("load", file, "--as", "customers", "--key", "ID"),
        "quality": ("quality", "customers", "--target", "Response"),
        "train": ("train", "customers", "--target", "Response", "--contact-cost", 3, "--sale-value", 11),
        "explain": ("explain",),
        "audience": ("audience", "--out", place / "list.csv"),
        "report": ("report", "--out", place / "report.html"),
    }
    return {name: campanile(*asked[name], workspace=at) for name in STEPS}
