"""An experiment's draft: what one answer expects, in the shape in which a test is designed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from campanile.words import Sentence, say
from campanile.workspace.errors import BadInput, SourceError, SpecError
from campanile.workspace.spec import fault_words
from campanile.workspace.store import write_file


@dataclass(frozen=True)
class Draft:
    """A test that would confirm or refute what is expected. Nothing of it is confirmed yet.

    ``metric`` is the share of customers with the outcome, ``baseline`` that share today; ``lift`` (from ``lift_low``
    to ``lift_high``) is relative: 0.2 is a fifth more. ``unit`` is whom the groups are made of, ``share`` the
    treatment's percent, ``segment`` who takes part ("everybody", "segment:NAME") and ``customers`` how many they are.
    ``changes`` is what is done to the treatment, by feature; ``source`` names the answer that drafted it.
    """

    name: str
    hypothesis: Sentence
    metric: str
    baseline: float
    lift: float
    lift_low: float
    lift_high: float
    unit: str
    share: float
    segment: str
    who: Sentence
    customers: int
    changes: Mapping[str, float] = field(default_factory=dict)
    source: Mapping[str, Any] = field(default_factory=dict)

    @property
    def worth_finding(self) -> float:
        """The lift to plan for: the least that is expected, where that is one at all; else the expected one."""
        return self.lift_low if self.lift_low > 0 else self.lift

    def asked(self) -> dict[str, Any]:
        """Return the draft as the fields by which an experiment is designed."""
        return {"name": self.name, "metrics": [self.metric], "baseline": self.baseline, "lift": self.worth_finding,
                "share": self.share}  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold and ``from_dict`` reads back; ``words`` tells the hypothesis."""
        return {
            "name": self.name, "hypothesis": self.hypothesis.to_dict(), "words": str(self.hypothesis),
            "metric": self.metric, "baseline": self.baseline, "lift": self.lift, "lift_low": self.lift_low,
            "lift_high": self.lift_high, "unit": self.unit, "share": self.share, "segment": self.segment,
            "who": self.who.to_dict(), "customers": self.customers,
            "changes": dict(self.changes), "source": dict(self.source),
        }  # fmt: skip

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> Draft:
        """Read what ``to_dict`` wrote. Raises SpecError for what is missing or of another kind."""
        known = {name: value for name, value in shape.items() if name in cls.__dataclass_fields__}
        missing = [name for name in cls.__dataclass_fields__ if name not in known and name not in ("changes", "source")]
        if missing:
            raise SpecError([say("The draft lacks {name:quoted}.", name=name) for name in missing])
        try:
            draft = TypeAdapter(cls).validate_python(known)
            # A sentence shows only when it is told that something is wrong with it.
            _ = str(draft.hypothesis), str(draft.who)
            return draft
        except ValidationError as error:
            faults = [fault_words(one, set(cls.__dataclass_fields__)) for one in error.errors()]
            raise SpecError(faults) from None
        except (TypeError, LookupError, AttributeError, ValueError) as error:
            raise SpecError([say("The draft is not one that Campanile writes: {reason}.", reason=str(error))]) from None


def read_draft(path: str | Path) -> Draft:
    """Return the draft in a file. Raises SourceError where there is none or no JSON, SpecError for its content."""
    file = Path(path)
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SourceError(say("There is no file {path:quoted}.", path=str(file))) from None
    except (OSError, ValueError) as error:
        raise SourceError(say("{path:quoted} cannot be read as a draft: {reason}.", path=str(file),
                              reason=str(error))) from None  # fmt: skip
    if not isinstance(said, Mapping):
        raise SourceError(say("{path:quoted} holds no draft of an experiment.", path=str(file)))
    return Draft.from_dict(said)


def write_draft(draft: Draft, path: str | Path) -> Path:
    """Write a draft as JSON. Raises BadInput for another ending, StorageError where the file cannot be written."""
    file = draft_file(path)
    write_file(file, json.dumps(draft.to_dict(), ensure_ascii=False, indent=2).encode())
    return file


def draft_file(path: str | Path) -> Path:
    """Return a path that a draft can be written to. Raises BadInput for another ending than .json."""
    file = Path(path)
    if file.suffix.lower() != ".json":
        raise BadInput(say("A draft is written as JSON: use a name that ends in .json, not {name:quoted}.",
                           name=file.name))  # fmt: skip
    return file
