"""The command for levers: simulate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from campanile.cli.data import given
from campanile.cli.door import Shown, Visit, argument, command, option
from campanile.cli.learning import MODEL, VERSION
from campanile.words import Sentence, say

_LEVERS = say("The levers (TOML), or a study file with [levers].")
_FOR = say("For whom: everybody, segment:NAME (or its number) or customer:KEY.")
_TABLE = say("Whose customers (default: the model's).")
_BUDGET = say("What may be spent on all of them together.")
_VALUE = say("What one response is worth: the first answer is then the one that earns most.")
_REACH = say("The share that should respond: the first answer is then the cheapest that reaches it.")
_OUT = say("Write the answers: .json, .csv, .parquet or .jsonl.")
_DRAFT = say("Write the draft of the experiment that would confirm the first answer: .json.")

_SEARCH = say("Searching for better levers")


def add_to(app: typer.Typer) -> None:
    """Hang this file's command on ``app``."""
    command(app, "simulate", say("What if: which lever to pull, and what the model expects of it."))(simulate)


def simulate(
    visit: Visit,
    levers: Annotated[Path, argument(_LEVERS)],
    whom: Annotated[str | None, option("--for", _FOR, "WHOM")] = None,
    model: Annotated[str | None, option("--model", MODEL)] = None,
    version: Annotated[int | None, option("--version", VERSION)] = None,
    table: Annotated[str | None, option("--table", _TABLE)] = None,
    budget: Annotated[float | None, option("--budget", _BUDGET)] = None,
    value: Annotated[float | None, option("--value", _VALUE)] = None,
    reach: Annotated[float | None, option("--reach", _REACH)] = None,
    answers: Annotated[int | None, option("--answers", say("How many different answers to give (default: 4)."))] = None,
    out: Annotated[Path | None, option("--out", _OUT)] = None,
    draft: Annotated[Path | None, option("--draft", _DRAFT)] = None,
) -> Shown:
    """Search over the levers."""
    from campanile import simulate as room
    from campanile.tables.draft import draft_file, write_draft

    asked = given(
        whom=whom, model=model, version=version, table=table, budget=budget, value=value, reach=reach, answers=answers,
        seed=visit.seed,
    )  # fmt: skip
    spec = room.SimulateSpec(**{**room.read_levers(levers), **asked})
    # What cannot be written is told before anybody waits for it.
    if out is not None:
        room.ending_of(out)
    if draft is not None:
        draft_file(draft)
    with visit.progress() as progress:
        found = room.simulate(visit.workspace, spec, lambda share, doing: progress(_SEARCH, share, doing))
    data, written = found.to_dict(), list[Sentence]()
    if out is not None:
        data["out"] = str(room.write(found, out))
        written.append(say("The answers: {path}", path=str(out)))
    if draft is not None and found.draft is not None:
        data["draft_file"] = str(write_draft(found.draft, draft))
        written.append(say("The experiment's draft: {path}", path=str(draft)))
    elif draft is not None:
        written.append(say("There is nothing to test, so no draft was written."))
    return Shown(data, (*found.words(), *written))
