"""Which listeners will buy premium, what would change that, and did it work? python examples/premium/run.py

The study's files are looked for in the folder that CAMPANILE_DATA names; without them a made-up service stands in.
Nobody has made the test yet, so its listeners are made up, and what the change truly does to them is known.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from pyarrow import csv, parquet

import campanile as cp
from campanile.flows import run_events
from campanile.sources import worlds
from campanile.tables.draft import Draft, write_draft

HERE = Path(__file__).parent
MONTHS, MONTHLY = 6, 20_000


def who_will_buy(workspace: cp.Workspace) -> None:
    study = cp.read_study(HERE / "study.toml", quick=True)
    for sentence in run_events(workspace, study).words():
        print(sentence)


def what_if(workspace: cp.Workspace) -> Draft | None:
    levers = cp.simulate.read_levers(HERE / "levers.toml")
    found = cp.simulate.simulate(workspace, cp.simulate.SimulateSpec(**levers))
    print(found.headline)
    if found.draft is not None:
        print(found.draft.hypothesis)
        write_draft(found.draft, "experiment.json")
    return found.draft


def plan(workspace: cp.Workspace, draft: Draft) -> None:
    asked = {**draft.asked(), "monthly": MONTHLY, "months": MONTHS, "window_days": 30}
    planned = cp.experiments.design(workspace, cp.experiments.DesignSpec(**asked))
    print(planned.words, *planned.notes, sep="\n")


def test(workspace: cp.Workspace, draft: Draft) -> None:
    added = draft.baseline * draft.lift
    made = worlds.trial(MONTHLY * MONTHS, MONTHS, base_rate=draft.baseline, added_rate=added)
    for month in made.months:
        listeners, groups = made.joined_by(month), workspace.path / f"groups-{month}.csv"
        parquet.write_table(listeners, "listeners.parquet")
        assigned = cp.experiments.assign(
            workspace,
            cp.experiments.AssignSpec(
                name=draft.name, users="listeners.parquet", key="user_id", joined="joined", month=month
            ),
            groups,
        )
        print(assigned.words)
        treated = csv.read_csv(groups).column("group").to_numpy() == "treatment"
        outcomes = made.until(month, treated).rename_columns({"bought": draft.metric})
        parquet.write_table(outcomes, "outcomes.parquet")
        cp.sources.load(workspace, cp.sources.LoadSpec(path="outcomes.parquet", table="outcomes", key="user_id"))
        told = cp.experiments.analyse(
            workspace,
            cp.experiments.AnalyseSpec(
                name=draft.name, outcomes="outcomes", now=date.fromisoformat(f"{month}-28") + timedelta(days=31)
            ),
        )
        print(told.words)
    print(f"The truth of the made-up test: {1000 * added:.3g} more of every 1,000.")


if __name__ == "__main__":
    here = cp.Workspace.open()
    who_will_buy(here)
    drafted = what_if(here)
    if drafted is not None:
        plan(here, drafted)
        test(here, drafted)
        print(cp.write_report(here, "report.html", experiment=drafted.name))
