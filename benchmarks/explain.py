"""Explain 20,000 customers x 25 features with the booster, all figures, beside explainerdashboard."""

from __future__ import annotations

from typing import Any

from bars import Bar, Finding, Row
from made import responders
from running import campanile, folder, peer


def measure(*, reduced: bool) -> Finding:
    rows, features = (5_000, 25) if reduced else (20_000, 25)
    with folder() as place:
        file, at = responders(place / "customers.csv", rows, features), place / "workspace"
        campanile("load", file, "--as", "customers", "--key", "id", workspace=at)
        campanile("train", "customers", "--target", "response", "--method", "boosting", "--minutes", 0, workspace=at)
        model = boosted(campanile("models", workspace=at).said)
        why = campanile("explain", "--model", model, "--features", features, workspace=at)
        page = campanile("report", "--model", model, "--out", place / "report.html", workspace=at)
        mb = (place / "report.html").stat().st_size / 1e6
        theirs = None if reduced else peer("dashboard.py", file, "response", place / "dashboard.html")
    said = theirs.said if theirs else {}

    def beside(figure: str) -> dict[str, float | None]:
        return {} if reduced else {"explainerdashboard": said.get(figure)}

    return Finding(
        f"Explain {rows:,} x {features}",
        (
            Row("explanation, all figures", why.seconds + page.seconds, "s", Bar(20), beside("seconds")),
            Row("… of it the explanation", why.seconds, "s"),
            Row("… of it the page", page.seconds, "s"),
            Row("page", mb, "MB", Bar(10), beside("page_mb")),
            Row("what holds every figure", mb, "MB", None, beside("kept_mb")),
            Row("peak memory", max(why.peak_mb, page.peak_mb), "MB", None, beside("peak_mb")),
        ),
        (
            "Two processes of ours with their start-up: explain (influence with intervals over folds, curves, zones,"
            " target groups, for every feature) and report. The model is trained before, on both sides.",
            *(("Reduced: 5,000 rows, no peer.",) if reduced else ()),
        ),
    )


def boosted(said: dict[str, Any]) -> str:
    """Return the name of the booster among the models kept."""
    return next(one["name"] for one in said["models"] if one["method"] == "boosting")
