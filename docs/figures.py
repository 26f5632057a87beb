"""Writes the figures of docs/ifood.md from benchmarks/results/ifood.json: python docs/figures.py"""

import json
from pathlib import Path

PAGE = Path(__file__).with_name("ifood.md")
RESULTS = PAGE.parents[1] / "benchmarks" / "results" / "ifood.json"
START, END = "<!-- figures: python docs/figures.py -->\n", "<!-- end -->"


def page() -> str:
    """Return the page with the figures of the last full run."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(START)
    return before + START + _table(json.loads(RESULTS.read_text(encoding="utf-8"))) + END + rest.split(END)[1]


def _table(found: dict) -> str:
    rows = {row["what"]: row for row in found["rows"]}
    auc, profit = rows["AUC, mean (aim)"], rows["profit, mean (aim)"]
    lines = ["| | AUC | profit |", "|---|---|---|", f"| Campanile | {auc['ours']:.3f} | {profit['ours']:,.0f} |"]
    for name, value in auc["peers"].items():
        if value is not None:
            lines.append(f"| {name} | {value:.3f} | {profit['peers'][name]:,.0f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
