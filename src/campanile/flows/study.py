"""A study: the declarative form of what a profile is asked, kept as a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from campanile.simulate.spec import Lever
from campanile.tables import Declared
from campanile.words import say
from campanile.workspace.errors import SourceError
from campanile.workspace.spec import Spec

if TYPE_CHECKING:
    from campanile.audience import AudienceSpec
    from campanile.explain import ExplainSpec
    from campanile.flows.events import EventStudy
    from campanile.models import TrainSpec
    from campanile.quality import QualitySpec
    from campanile.sources import LoadSpec


class StudySpec(Spec):
    """Profile a campaign: which customers responded, why, and whom to contact next.

    ``source`` is the campaign's file, ``target`` the column that says who responded, ``positive`` its
    value that counts as a response (default: yes, true or 1). Money (``contact_cost``,
    ``sale_value``, ``budget``) is in one currency. ``minutes`` bounds the tuning; ``quick`` skips it.
    ``columns`` says what is known of columns: type, unit, valid range, label in each language;
    ``feature_labels`` labels the features that are made from them. ``levers`` are what ``simulate`` may move.
    """

    source: Path
    target: str
    name: str = ""
    title: dict[str, str] = Field(default_factory=dict)
    table: str = "customers"
    key: str | None = None
    positive: str | None = None
    contact_cost: float | None = Field(None, gt=0)
    sale_value: float | None = Field(None, gt=0)
    budget: float | None = Field(None, gt=0)
    capacity: int | None = Field(None, ge=1)
    exclude: tuple[str, ...] = ()
    columns: dict[str, Declared] = Field(default_factory=dict)
    feature_labels: dict[str, dict[str, str]] = Field(default_factory=dict)
    levers: dict[str, Lever] = Field(default_factory=dict)
    features: int = Field(8, ge=1, le=50)
    minutes: float = Field(1.0, gt=0)
    quick: bool = False
    seed: int = Field(0, ge=0)

    def asked(self) -> Asked:
        """Return what the study asks of each room. Raises SpecError for all that one of them refuses."""
        from campanile.audience import AudienceSpec
        from campanile.explain import ExplainSpec
        from campanile.models import TrainSpec
        from campanile.quality import QualitySpec
        from campanile.sources import LoadSpec

        outcome = given(target=self.target, positive=self.positive)
        economics = given(contact_cost=self.contact_cost, sale_value=self.sale_value)
        return Asked(
            LoadSpec(path=self.source, table=self.table, types=self.columns, **given(key=self.key)),
            QualitySpec(table=self.table, **outcome),
            TrainSpec(
                table=self.table, exclude=self.exclude, minutes=self.minutes, quick=self.quick, seed=self.seed,
                feature_labels=self.feature_labels,
                **outcome, **economics,
            ),
            ExplainSpec(features=self.features, seed=self.seed),
            AudienceSpec(seed=self.seed, **economics, **given(budget=self.budget, capacity=self.capacity)),
        )  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A study as the specs of the rooms that it passes through."""

    load: LoadSpec
    quality: QualitySpec
    train: TrainSpec
    explain: ExplainSpec
    audience: AudienceSpec


def given(**values: Any) -> dict[str, Any]:
    """Return what was said: for the rest, the defaults of the specs hold."""
    return {name: value for name, value in values.items() if value is not None}


def read_study(path: str | Path, **overrides: Any) -> StudySpec | EventStudy:
    """Read a study file; ``overrides`` replace what it says. Paths in it are relative to the file.

    A file that declares ``[tables]`` is a study of events, any other one of a campaign.
    Raises SourceError for a file that is not there or no TOML, SpecError for what it says wrongly.
    """
    file = Path(path)
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SourceError(say("There is no study file {path:quoted}.", path=str(file))) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(
            say("The study file {path:quoted} is not TOML: {reason}.", path=str(file), reason=str(error))
        ) from None
    if "tables" in said:
        from campanile.flows.events import event_study

        said["study"] = {**said.get("study", {}), **given(**overrides)}
        return event_study(said, file.parent)
    study = {**said.pop("study", {}), **said}
    study |= given(**overrides)
    if "source" in study and "source" not in overrides:
        study["source"] = file.parent / study["source"]
    study.setdefault("name", file.parent.name)
    return StudySpec(**study)
