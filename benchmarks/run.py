"""Run benchmarks: python benchmarks/run.py [--reduced] [name ...]

Each prints a table of Campanile beside what a user would pick instead. A full run keeps its tables in
benchmarks/results; --reduced is a check in a few minutes and keeps nothing. The exit code is 1 where a
bar marked "must" is missed. The real data's folder is named by CAMPANILE_DATA.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time

from bars import Finding, write

NAMES = ("start", "quality", "importing", "score", "serving", "explain", "ifood", "chain", "truth", "clickstream",
         "events", "large", "service", "experiments", "assignment", "uplift", "simulate", "expecting", "pages",
         "crowd")  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reduced", action="store_true", help="smaller, in a few minutes, nothing kept")
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(NAMES))
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.names if name not in NAMES]
    if unknown:
        parser.error(f"no benchmark is named {', '.join(unknown)}; there are: {', '.join(NAMES)}")
    if asked.reduced:
        print("REDUCED: fewer rows, seeds and peers, as each table's notes say. Not the figures to quote.\n")
    missed = [f"{name}: {what}" for name in asked.names or NAMES for what in run(name, reduced=asked.reduced)]
    for what in missed:
        print(f"MISSED (must): {what}")
    return 1 if missed else 0


def run(name: str, *, reduced: bool) -> list[str]:
    """Run one benchmark, print it, keep it if it was a full run; return the musts that were missed."""
    print(f"== {name}", flush=True)
    started = time.perf_counter()
    try:
        finding: Finding | None = importlib.import_module(name).measure(reduced=reduced)
    except Exception as error:
        print(f"  could not be measured: {type(error).__name__}: {error}\n", flush=True)
        return ["it could not be measured"]
    if finding is None:
        print("  skipped: it needs the real data (set CAMPANILE_DATA to their folder)\n", flush=True)
        return []
    print(f"{finding.title}\n\n{finding.table()}\n")
    print("\n".join(f"- {note}" for note in finding.notes) + f"\n({time.perf_counter() - started:.0f} s)\n", flush=True)
    if not reduced:
        write(name, finding)
    return finding.musts_missed


if __name__ == "__main__":
    sys.exit(main())
