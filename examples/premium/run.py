"""Which listeners will buy premium, what would change that, and did it work? python examples/premium/run.py

The study's files are looked for in the folder that CAMPANILE_DATA names; without them a made-up service stands in.
The test of what is recommended is made up in any case, so it is known what the change truly does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
from pyarrow import csv, parquet

import campanile as cp
from campanile.flows import run_events
from campanile.sources import worlds
from campanile.tables.draft import Draft, write_draft

HERE = Path(__file__).parent
MONTHS, MONTHLY = 6, 20_000


def who_will_buy(workspace: cp.Workspace) -> None:
    study = cp.read_study(HERE / "study.toml", quick=True)
    done = run_events(workspace, study)
    tell("Who will buy?", done.words())


def what_if(workspace: cp.Workspace) -> Draft | None:
    levers = cp.simulate.read_levers(HERE / "levers.toml")
    found = cp.simulate.simulate(workspace, cp.simulate.SimulateSpec(**levers))
    tell("What if?", found.words())
    return found.draft


def plan(workspace: cp.Workspace, draft: Draft) -> None:
    write_draft(draft, "experiment.json")
    asked = {**draft.asked(), "monthly": MONTHLY, "months": MONTHS, "window_days": 30}
    planned = cp.experiments.design(workspace, cp.experiments.DesignSpec(**asked))
    tell("How large must the test be?", (planned.words, *planned.notes))


def test(workspace: cp.Workspace, draft: Draft) -> None:
    tell("Who takes part?", [f"Nobody has made this test: its {MONTHLY * MONTHS:,} listeners are made up."])
    added = draft.baseline * draft.worth_finding
    made = worlds.trial(MONTHLY * MONTHS, MONTHS, base_rate=draft.baseline, added_rate=added)
    for month in made.months:
        groups = assign(workspace, draft, made.joined_by(month), month)
        treated = csv.read_csv(groups).column("group").to_numpy() == "treatment"
        outcomes = made.until(month, treated).rename_columns({"bought": draft.metric})
        analyse(workspace, draft, outcomes, month)
    tell("What is true?", [f"The change truly adds {1000 * added:.3g} buyers of every 1,000 listeners."])


def assign(workspace: cp.Workspace, draft: Draft, listeners: pa.Table, month: str) -> Path:
    users, groups = workspace.path / "listeners.parquet", workspace.path / f"groups-{month}.csv"
    parquet.write_table(listeners, users)
    joining = cp.experiments.AssignSpec(name=draft.name, users=str(users), key="user_id", joined="joined", month=month)
    done = cp.experiments.assign(workspace, joining, groups)
    tell(f"Who is in which group, {month}?", [done.words])
    return groups


def analyse(workspace: cp.Workspace, draft: Draft, outcomes: pa.Table, month: str) -> None:
    file = workspace.path / "outcomes.parquet"
    parquet.write_table(outcomes, file)
    cp.sources.load(workspace, cp.sources.LoadSpec(path=file, table="outcomes", key="user_id"))
    ripe = date.fromisoformat(f"{month}-28") + timedelta(days=31)
    asked = cp.experiments.AnalyseSpec(name=draft.name, outcomes="outcomes", now=ripe)
    told = cp.experiments.analyse(workspace, asked)
    tell(f"Did it work, as of {month}?", [told.words])


def tell(question: str, sentences: Iterable[object]) -> None:
    print(question, *sentences, "", sep="\n")


if __name__ == "__main__":
    here = cp.Workspace.open()
    who_will_buy(here)
    drafted = what_if(here)
    if drafted is not None:
        plan(here, drafted)
        test(here, drafted)
        print(cp.write_report(here, "report.html", experiment=drafted.name))
