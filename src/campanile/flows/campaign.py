"""From one file to who, why and whom: load, check, train, explain, select, report."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from campanile.flows.study import StudySpec
from campanile.words import Sentence, Told, say, texts
from campanile.workspace.progress import Progress, quiet

if TYPE_CHECKING:
    from campanile.audience import Audience
    from campanile.explain import Explanation
    from campanile.models import Training
    from campanile.quality import Finding, Quality
    from campanile.sources import Load
    from campanile.workspace import Workspace

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Profile(Told):
    """All answers about one campaign; ``report`` is the page that tells them, ``seconds`` what it took."""

    load: Load
    quality: Quality
    training: Training
    explanation: Explanation
    audience: Audience
    report: Path
    seconds: float

    @property
    def leaks(self) -> tuple[Finding, ...]:
        """Columns that may be known only once the outcome is."""
        return tuple(finding for finding in self.quality.found if finding.check == "leaks")

    def words(self) -> tuple[Sentence, ...]:
        """Say what was found, the answer first."""
        return (
            self.audience.words,
            self.training.verdict,
            self.explanation.words,
            *self.training.notes,
            *(
                finding.words
                for finding in self.quality.found
                if finding.severity == "serious" or finding in self.leaks
            ),
            *((_keep_out(self.leaks),) if self.leaks else ()),
            *self.load.refused_words(),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what ``campanile profile --json`` prints."""
        chosen, judged = self.training[self.training.best], self.audience.judged
        explained = self.explanation.to_dict()
        profit = judged.profit_out_of_fold
        return {
            "rows": self.load.rows,
            "positives": self.explanation.responders,
            "model": chosen.name,
            "auc": chosen.metrics["roc_auc"].to_dict(),
            "baseline_auc": self.training["baseline"].metrics["roc_auc"].estimate,
            "profit_out_of_fold": profit.estimate if profit else None,
            "profit_interval": profit.to_dict() if profit else None,
            "profit_contact_all": judged.profit_contact_all,
            "profit_perfect": judged.profit_perfect,
            "responders_expected": judged.responders_expected.estimate,
            "responders_interval": judged.responders_expected.to_dict(),
            "responders_actual": judged.responders_actual,
            "deciles": self.audience.to_dict()["deciles"],
            "features": explained["features"],
            "target_groups": explained["target_groups"],
            "zones": explained["zones"],
            "leaks": [finding.to_dict() for finding in self.leaks],
            "models": self.training.to_dict()["models"],
            "verdict": str(self.training.verdict),
            "words": [str(sentence) for sentence in self.words()],
            "report": str(self.report),
            "seconds": round(self.seconds, 2),
        }


def _keep_out(leaks: Sequence[Finding]) -> Sentence:
    options = " ".join(f"--exclude {finding.column}" for finding in leaks)
    return say(
        "If these are known only after the outcome, the figures are too good; keep them out: {options}", options=options
    )


def profile(
    workspace: Workspace, study: StudySpec, *, report: str | Path = "report.html", progress: Progress = quiet
) -> Profile:
    """Answer all questions about the campaign in ``study.source`` and write the report.

    Raises the errors of the rooms it passes: SourceError, DataError, NotFound, SpecError.
    """
    from campanile import audience, explain, quality, sources
    from campanile.flows.learning import learn
    from campanile.flows.paper import write_report

    started = time.monotonic()
    rooms = study.asked()
    loaded = _step(progress, say("Loading the file"), lambda: sources.load(workspace, rooms.load))
    checked = _step(progress, say("Checking the data"), lambda: quality.check(workspace, rooms.quality))
    trained = learn(workspace, rooms.train, progress=progress)
    best = trained[trained.best]
    about = {"model": best.name, "version": best.version}
    why = _step(progress, say("Explaining"), lambda: explain.explain(workspace, rooms.explain.model_copy(update=about)))
    whom = _step(
        progress, say("Selecting the audience"),
        lambda: audience.select(workspace, rooms.audience.model_copy(update=about)),
    )  # fmt: skip
    title = texts(study.title) if study.title else None
    page = _step(progress, say("Writing the report"), lambda: write_report(workspace, report, title=title, **about))
    return Profile(loaded, checked, trained, why, whom, page, time.monotonic() - started)


def _step(progress: Progress, what: Sentence, work: Callable[[], Answer]) -> Answer:
    progress(what, 0.0)
    answer = work()
    progress(what, 1.0)
    return answer
