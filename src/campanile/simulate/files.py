"""Levers as a file of their own or a part of a study's, and answers as a file that other programs read."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from campanile.simulate.result import Simulation
from campanile.tables.export import WRITERS
from campanile.words import Sentence, say
from campanile.words.strict import finite
from campanile.workspace.errors import BadInput, SourceError, SpecError, nearest
from campanile.workspace.store import write_file

_EXAMPLE = say("A lever is a table with a line for each of its keys, for example: {example}",
               example='[levers.advertisements] / direction = "down" / step = 1 / cost = 0.02')  # fmt: skip
_BESIDE = ("budget", "value", "reach", "currency")


def read_levers(path: str | Path) -> dict[str, Any]:
    """Return what a levers file says, as ``SimulateSpec`` takes it: ``levers`` and the money that stands above them.

    Of a study's file only ``[levers]`` is read. Raises SourceError for a file that is not there or no TOML, SpecError
    for one without levers or with what is not known.
    """
    said = _parsed(Path(path))
    faults = _faults(said)
    if faults:
        raise SpecError(faults)
    return {name: said[name] for name in ("levers", *_BESIDE) if name in said and not _is_study(said, name)}


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SourceError(say("There is no levers file {path:quoted}.", path=str(file)), _EXAMPLE) from None
    except OSError as error:
        raise SourceError(say("The levers file {path:quoted} cannot be read: {reason}.", path=str(file),
                              reason=error.strerror or str(error))) from None  # fmt: skip
    except UnicodeDecodeError:
        raise SourceError(say("The levers file {path:quoted} is no text in UTF-8.", path=str(file)),
                          say("Save it as plain text with the encoding UTF-8.")) from None  # fmt: skip
    except tomllib.TOMLDecodeError as error:
        raise SourceError(say("The levers file {path:quoted} is not TOML: {reason}.", path=str(file),
                              reason=str(error)), _EXAMPLE) from None  # fmt: skip


def _faults(said: Mapping[str, Any]) -> list[Sentence]:
    faults = []
    if not isinstance(said.get("levers"), Mapping) or not said["levers"]:
        faults.append(say("The file declares no lever; write a table for each: [levers.COLUMN]."))
    known = {"levers", *_BESIDE}
    for name in () if _is_study(said, "") else sorted(set(said) - known):
        near = nearest(name, known)
        faults.append(
            say("{where:quoted} is not known. Did you mean {near:quoted}?", where=name, near=near)
            if near
            else say("{where:quoted} is not known. Known are: {names}.", where=name, names=", ".join(sorted(known)))
        )
    return faults


def _is_study(said: Mapping[str, Any], name: str) -> bool:
    """Tell whether the file is a study's, whose own money is about contacts: there only levers are meant for us."""
    return name != "levers" and bool({"study", "tables", "source", "target"} & set(said))


def write(simulation: Simulation, path: str | Path) -> Path:
    """Write the answers: all that was found as .json, a row for each answer and lever as .csv, .parquet or .jsonl.

    Raises BadInput for another ending, StorageError where the file cannot be written.
    """
    file, ending = Path(path), ending_of(path)
    if ending == ".json":
        write_file(file, json.dumps(finite(simulation.to_dict()), ensure_ascii=False, indent=2).encode())
    else:
        write_file(file, WRITERS[ending](_rows(simulation)))
    return file


def ending_of(path: str | Path) -> str:
    """Return the ending by which answers are written to a path. Raises BadInput for one that is not known."""
    file = Path(path)
    ending = file.suffix.lower()
    if ending not in (".json", *WRITERS):
        raise BadInput(
            say("Answers cannot be written as {suffix:quoted}.", suffix=file.suffix or file.name),
            say("Use a name that ends in {endings:list or}.", endings=(".json", *WRITERS)),
        )
    return ending


def _rows(simulation: Simulation) -> pa.Table:
    told = [
        {"answer": answer.number, "lever": change.name, "by": change.by, "before_mean": change.before,
         "after_mean": change.after, "cost": answer.cost, "expected_before": answer.before.estimate,
         "expected_after": answer.after.estimate, "gain": answer.gain.estimate, "gain_low": answer.gain.low,
         "gain_high": answer.gain.high}
        for answer in simulation.answers for change in answer.changes
    ]  # fmt: skip
    types = {"answer": pa.int64(), "lever": pa.string()}
    names = ("answer", "lever", "by", "before_mean", "after_mean", "cost", "expected_before", "expected_after", "gain",
             "gain_low", "gain_high")  # fmt: skip
    return pa.Table.from_pylist(told, pa.schema([(name, types.get(name, pa.float64())) for name in names]))
