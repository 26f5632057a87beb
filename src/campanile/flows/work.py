"""What can be asked for as a job: the verbs of the command line, each with its spec and what it answers."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from campanile.words import Sentence, say
from campanile.workspace.errors import not_found
from campanile.workspace.jobs import Job, Made, Outcome
from campanile.workspace.place import Workspace
from campanile.workspace.spec import Spec


class Note(Protocol):
    """Told by work at hand: the share done, what is being done, and the lines known so far (None: as before)."""

    def __call__(self, share: float, doing: Sentence | None, found: Sequence[Sentence] | None = None, /) -> None:
        """Tell how far the work is."""
        ...


@dataclass(frozen=True)
class Work:
    """A verb: ``spec`` is named as ``module:name``, for the heavy rooms are imported when they are needed.

    ``do(workspace, spec, note)`` returns the data and the words of the answer. Heavy work waits for a core. Work is
    ended after ``hours``, and ``grace_seconds`` after it was asked to stop.
    """

    spec: str
    do: Callable[[Workspace, Any, Note], tuple[Mapping[str, Any], Sequence[Sentence]]]
    heavy: bool = False
    hours: float = 2.0
    grace_seconds: float = 20.0

    @property
    def shape(self) -> type[Spec]:
        """The spec's class."""
        module, _, name = self.spec.partition(":")
        found: type[Spec] = getattr(importlib.import_module(module), name)
        return found


def submit(workspace: Workspace, verb: str, spec: Spec | Mapping[str, Any], *, who: str) -> Job:
    """Ask for work: check what is asked, note the job and put it in the queue.

    Raises NotFound for an unknown verb and SpecError for a spec that cannot be.
    """
    from campanile.flows.queue import put

    work = _known(verb)
    asked = spec if isinstance(spec, Spec) else work.shape(**spec)
    job = workspace.jobs.add(verb, asked.model_dump(mode="json"), who=who, heavy=work.heavy)
    put(workspace, job)
    return job


def again(workspace: Workspace, job_id: str, *, who: str) -> Job:
    """Ask once more for what an earlier job was asked; raises what ``submit`` raises."""
    job = workspace.jobs.job(job_id)
    return submit(workspace, job.verb, job.spec, who=who)


def perform(workspace: Workspace, job: Job, note: Note) -> Outcome:
    """Do what a job asks for, in this process; raises what the work raises."""
    work = _known(job.verb)
    before = len(workspace.made)
    data, words = work.do(workspace, work.shape(**job.spec), note)
    made = tuple(Made(one.kind, one.name, one.version, one.id) for one in workspace.made[before:])
    return Outcome(data, tuple(words), made)


def _known(verb: str) -> Work:
    if verb not in WORK:
        raise not_found(say("work"), verb, WORK)
    return WORK[verb]


def _load(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.sources import load

    note(0.0, say("Reading {name:quoted}", name=spec.named))
    done = load(workspace, spec)
    # The texts of refused rows may hold personal data: they stay in the artifact alone.
    refused = [{name: value for name, value in row.items() if name != "raw"} for row in done.to_dict()["refusals"]]
    return {**done.to_dict(), "refusals": refused}, done.words()


def _inspect(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.flows.inspection import inspect

    note(0.0, say("Reading {name:quoted}", name=spec.called or spec.path.name))
    done = inspect(workspace, spec)
    return done.to_dict(), done.words()


def _quality(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.quality import check

    note(0.0, say("Checking {table:quoted}", table=spec.table))
    done = check(workspace, spec)
    return done.to_dict(), done.words()


def _repair(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.quality import repair

    note(0.0, say("Repairing {table:quoted}", table=spec.table))
    done = repair(workspace, spec)
    return done.to_dict(), done.words()


def _revert(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.quality import revert

    note(0.0, say("Going back to version {version}", version=spec.version))
    done = revert(workspace, spec.table, spec.version)
    return done.to_dict(), done.words()


def _difference(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.sources.versions import difference

    note(0.0, say("Comparing two versions of {table:quoted}", table=spec.table))
    done = difference(workspace, spec)
    return done.to_dict(), done.words()


def _sample(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.flows.demonstration import demo

    steps: list[Sentence] = []

    def told(what: Sentence, share: float, doing: Sentence | None = None, found: Any = None) -> None:
        if what not in steps:
            steps.append(what)
        note(min(1.0, (len(steps) - 1 + share) / SAMPLE_STEPS), doing or what, found)

    done = demo(workspace, rows=spec.rows, seed=spec.seed, quick=True, report=workspace.path / "sample" / "report.html",
                progress=told)  # fmt: skip
    return done.to_dict(), done.words()


def _train(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.flows.learning import learn

    # As many trainings run side by side as there are cores, so each takes one.
    alone = spec.model_copy(update={"jobs": spec.jobs or 1})
    done = learn(workspace, alone, progress=lambda _, share, doing=None, found=None: note(share, doing, found))
    return done.to_dict(), done.words()


def _compare(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.models.rollouts import compare

    note(0.0, say("Joining answers with what happened"))
    done = compare(workspace, spec)
    return done.to_dict(), done.words()


def _drift(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.models.rollouts import drift

    note(0.0, say("Holding answers against the training"))
    done = drift(workspace, spec)
    return done.to_dict(), done.words()


def _explain(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.explain import explain

    note(0.0, say("Explaining the answers"))
    done = explain(workspace, spec)
    return done.to_dict(), (done.words,)


def _reasons(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.explain import reasons

    done = reasons(workspace, spec)
    return done.to_dict(), (done.words, *(one.words for one in done.reasons), *(one.words for one in done.changes))


def _audience(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.audience import select

    note(0.0, say("Selecting the audience"))
    done = select(workspace, spec)
    return done.to_dict(), (done.words, done.cut.words)


def _persuade(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.audience.persuaded import persuade

    note(0.0, say("Cutting the list"))
    done = persuade(workspace, spec)
    return done.to_dict(), (done.words, *done.notes)


def _design(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.flows.plan import plan

    note(0.0, say("Planning the test"))
    done = plan(workspace, spec)
    return done.to_dict(), (done.words, *done.notes)


def _assign(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.experiments import assign

    note(0.0, say("Putting users into groups"))
    # Whoever asks from afar names a table: a file of this machine is not theirs to read.
    workspace.table(spec.users)
    done = assign(workspace, spec)
    return done.to_dict(), (done.words, *done.notes)


def _analyse(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.experiments import analyse

    note(0.0, say("Comparing the groups"))
    done = analyse(workspace, spec)
    return done.to_dict(), (done.words, *(one.words for one in done.effects), *done.notes)


def _simulate_aa(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.experiments import simulate_aa

    note(0.0, say("Trying the method on these customers"))
    done = simulate_aa(workspace, spec)
    return done.to_dict(), (done.words, *(one.words for one in done.metrics), *done.notes)


def _uplift(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.experiments.uplift import measure

    note(0.0, say("Reading the trial"))
    # Whoever asks from afar names a table: a file of this machine is not theirs to read.
    workspace.table(spec.source)
    done = measure(workspace, spec, lambda _, share, doing=None, *__: note(share, doing))
    return done.to_dict(), (done.words, *done.notes)


def _sample_test(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.flows.sampletest import sample_test

    done = sample_test(workspace, spec, progress=lambda what, share, *_: note(share, what))
    return done.to_dict(), done.words()


def _sample_trial(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.flows.sampletrial import sample_trial

    done = sample_trial(workspace, spec, progress=lambda _, share, doing=None, *__: note(share, doing))
    return done.to_dict(), done.words()


def _simulate(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.simulate import simulate

    # As many searches run side by side as there are cores, so each takes one.
    alone = spec.model_copy(update={"jobs": spec.jobs or 1})
    done = simulate(workspace, alone, progress=note)
    return done.to_dict(), done.words()


def _report(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.flows.paper import keep_report

    note(0.0, say("Writing the report"))
    done = keep_report(workspace, spec)
    return done.to_dict(), done.words()


def _score_study(workspace: Workspace, spec: Any, note: Note) -> tuple[Mapping[str, Any], Sequence[Sentence]]:
    from campanile.flows.eventscoring import score_study

    done = score_study(workspace, spec, progress=lambda what, share, *_: note(share, what))
    return done.to_dict(), done.words()


SAMPLE_STEPS = 6
"""Load, check, train, explain, select, report."""

WORK: Mapping[str, Work] = {
    "inspect": Work("campanile.flows.inspection:InspectSpec", _inspect, hours=0.25),
    "load": Work("campanile.sources:LoadSpec", _load, hours=1),
    "quality": Work("campanile.quality:QualitySpec", _quality),
    "repair": Work("campanile.quality:RepairSpec", _repair),
    "difference": Work("campanile.sources.versions:DifferenceSpec", _difference),
    "revert": Work("campanile.quality.spec:RevertSpec", _revert),
    "sample": Work("campanile.flows.demonstration:SampleSpec", _sample, heavy=True),
    "train": Work("campanile.models:TrainSpec", _train, heavy=True, hours=30, grace_seconds=180),
    "compare": Work("campanile.models.rollouts:CompareSpec", _compare),
    "drift": Work("campanile.models.rollouts:DriftSpec", _drift),
    "explain": Work("campanile.explain:ExplainSpec", _explain, heavy=True, hours=6),
    "reasons": Work("campanile.explain:ReasonsSpec", _reasons),
    "audience": Work("campanile.audience:AudienceSpec", _audience, heavy=True),
    "persuade": Work("campanile.audience.spec:PersuadeSpec", _persuade),
    "simulate": Work("campanile.simulate:SimulateSpec", _simulate, heavy=True),
    "score": Work("campanile.flows.eventscores:ScoreStudySpec", _score_study, heavy=True, hours=6),
    "design": Work("campanile.flows.plan:PlanSpec", _design),
    "assign": Work("campanile.experiments:AssignSpec", _assign),
    "analyse": Work("campanile.experiments:AnalyseSpec", _analyse, heavy=True, hours=6),
    "simulate-aa": Work("campanile.experiments:AaSpec", _simulate_aa, heavy=True),
    "uplift": Work("campanile.experiments.uplift:UpliftSpec", _uplift, heavy=True, hours=6),
    "sample-test": Work("campanile.flows.sampletest:SampleTestSpec", _sample_test),
    "sample-trial": Work("campanile.flows.sampletrial:SampleTrialSpec", _sample_trial, heavy=True),
    "report": Work("campanile.flows.paper:WriteReportSpec", _report),
}
