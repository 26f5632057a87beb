"""What a benchmark finds: measures of ours beside those of what a user would pick instead, and the bars."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True)
class Bar:
    """A limit. One that ``must`` hold ends the run with an error where it is missed."""

    limit: float
    at_least: bool = False
    must: bool = False

    def met(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {told(self.limit)}{' (must)' if self.must else ''}"


@dataclass(frozen=True)
class Row:
    """One measure: ours, its bar, and the same of each peer (None: could not be measured)."""

    what: str
    ours: float | None
    unit: str = ""
    bar: Bar | None = None
    peers: dict[str, float | None] = field(default_factory=dict)

    @property
    def missed(self) -> bool:
        return self.bar is not None and (self.ours is None or not self.bar.met(self.ours))


@dataclass(frozen=True)
class Finding:
    """What one benchmark found; ``notes`` say how it was measured and what was skipped or reduced."""

    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    @property
    def musts_missed(self) -> list[str]:
        return [row.what for row in self.rows if row.missed and row.bar and row.bar.must]

    def table(self) -> str:
        """Lay the rows out in Markdown; beside each peer's value how many times ours it is."""
        peers = list(dict.fromkeys(name for row in self.rows for name in row.peers))
        heads = ["measure", "Campanile", "bar", "met", *peers]
        lines = [heads, ["---"] * len(heads), *(self._cells(row, peers) for row in self.rows)]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)

    def _cells(self, row: Row, peers: list[str]) -> list[str]:
        met = "" if row.bar is None else "NO" if row.missed else "yes"
        beside = [beside_ours(row.peers.get(name), row.ours) if name in row.peers else "" for name in peers]
        what = f"{row.what} ({row.unit})" if row.unit else row.what
        return [what, told(row.ours), str(row.bar or ""), met, *beside]

    def markdown(self, machine: dict[str, Any]) -> str:
        on = ", ".join(f"{name} {value}" for name, value in machine.items())
        notes = "".join(f"- {note}\n" for note in self.notes)
        return f"# {self.title}\n\n{self.table()}\n\n{notes}\nMeasured on: {on}.\n"


def beside_ours(theirs: float | None, ours: float | None) -> str:
    """Tell a peer's value, with its ratio to ours."""
    if theirs is None:
        return "skipped"
    return told(theirs) if not ours or ours < 0 or theirs < 0 else f"{told(theirs)} ({theirs / ours:.2f} of ours)"


def told(value: float | None) -> str:
    """Write a number with as many digits as it can bear."""
    if value is None:
        return "not measured"
    if float(value).is_integer() or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def machine() -> dict[str, Any]:
    """Describe what was measured on, without saying whose it is."""
    import campanile

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": os.cpu_count(), "memory": f"{memory:.0f} GiB", "Python": platform.python_version(),
        "system": platform.system(), "Campanile": campanile.__version__, "day": f"{datetime.now(UTC):%Y-%m-%d}",
        "other load": f"{os.getloadavg()[2]:.1f} (processes that want a core, 15 minutes before the end)",
    }  # fmt: skip


def write(name: str, finding: Finding) -> None:
    """Keep a full run's result beside the code."""
    RESULTS.mkdir(exist_ok=True)
    here = machine()
    (RESULTS / f"{name}.md").write_text(finding.markdown(here), encoding="utf-8")
    kept = {"title": finding.title, "machine": here, "rows": [asdict(row) for row in finding.rows]}
    (RESULTS / f"{name}.json").write_text(
        json.dumps(kept | {"notes": finding.notes}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
