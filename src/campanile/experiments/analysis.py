"""Did it work? Count, put through the gates, compare, and write the look into the ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from campanile.experiments import comparison, looks, standing
from campanile.experiments.assignment import exposures_of, table_of
from campanile.experiments.counting import Counted, centres, count
from campanile.experiments.declaration import declared, find, fresh, joined, keep, read, with_metrics
from campanile.experiments.gates import examine
from campanile.experiments.gates.evidence import Evidence
from campanile.experiments.measuring import measured
from campanile.experiments.people import ALL, Sources, check, people, rows_of
from campanile.experiments.result import Analysis, Experiment, Measure
from campanile.experiments.sentences import blocked, verdict_of
from campanile.experiments.spec import AnalyseSpec, Metric
from campanile.words import Sentence, plural, say
from campanile.workspace.engines import open_engine
from campanile.workspace.errors import SpecError, not_found

if TYPE_CHECKING:
    import ibis

    from campanile.workspace import Artifact, Run, Workspace
    from campanile.workspace.engines import Engine


def analyse(workspace: Workspace, spec: AnalyseSpec) -> Analysis:
    """Compare the groups of an experiment and keep what was seen as one more look of its ledger.

    Raises NotFound for an unknown experiment, table or column, SpecError where no metric is named.
    """
    with (
        workspace.numbering(looks.KIND) as number,
        workspace.run("analyse", spec) as run,
        open_engine(spec.engine, master=spec.master) as engine,
    ):
        before = find(workspace, spec.name) if spec.group is not None else read(workspace, spec.name)
        experiment = before or fresh(spec.name)
        look = number(spec.name)
        metrics = _metrics(experiment, spec)
        experiment = with_metrics(experiment, metrics, look - 1)
        sources = _sources(workspace, run, experiment, spec)
        analysis = _analysed(engine, workspace, experiment, spec, sources, _order(metrics, spec), look)
        analysis = replace(analysis, notes=(*_stands(workspace, analysis), *analysis.notes))
        run.save_result(looks.KIND, spec.name, analysis, meta=looks.facts(analysis))
        keep(run, experiment, before)
    return analysis


def _metrics(experiment: Experiment, spec: AnalyseSpec) -> tuple[Metric, ...]:
    """Return the metrics that were declared and those named now, which count as declared from now on."""
    known = joined(declared(experiment), spec.metrics)
    if not known:
        raise SpecError([say("Name a metric, with --metric: NAME=COLUMN.")])
    if spec.value is not None:
        first = spec.metrics[0].name if spec.metrics else known[0].name
        known = tuple(one.model_copy(update={"value": spec.value}) if one.name == first else one for one in known)
    return known


def _order(metrics: tuple[Metric, ...], spec: AnalyseSpec) -> tuple[Metric, ...]:
    """Return the metrics that are looked at, those that were named first; all guardrails stay."""
    if not spec.metrics:
        return metrics
    named = [one.name for one in spec.metrics]
    by_name = {one.name: one for one in metrics}
    return (*(by_name[name] for name in named), *(m for m in metrics if m.guardrail and m.name not in named))


def _sources(workspace: Workspace, run: Run, experiment: Experiment, spec: AnalyseSpec) -> Sources:
    assigned = None
    if spec.group is None:
        assigned = run.read(workspace.table(table_of(spec.name)))
    name = spec.outcomes or experiment.users
    if name is None:
        raise SpecError([say("Name the table that tells what became of the users, with --outcomes.")])
    outcomes = run.read(workspace.table(name))
    key = spec.key or (experiment.key if assigned is not None else None) or outcomes.meta["key"]
    if key is None and assigned is not None:
        raise SpecError([say("Name the column of {table:quoted} that tells users apart, with --key.", table=name)])
    return Sources(
        outcomes, assigned, _exposures(workspace, run, spec), key,
        single=outcomes.meta["key"] in (key, None) or key is None, time=spec.time, group=spec.group, cohort=spec.cohort,
        segment=spec.segment,
        window_days=experiment.window_days if spec.window_days is None else spec.window_days, now=spec.now,
    )  # fmt: skip


def _exposures(workspace: Workspace, run: Run, spec: AnalyseSpec) -> Artifact | None:
    if spec.exposures is not None:
        return run.read(workspace.table(spec.exposures))
    kept = workspace.artifacts("table", exposures_of(spec.name))
    return run.read(kept[-1]) if kept else None


def _analysed(
    engine: Engine, workspace: Workspace, experiment: Experiment, spec: AnalyseSpec, sources: Sources,
    metrics: tuple[Metric, ...], look: int,
) -> Analysis:  # fmt: skip
    last = looks.read(workspace, spec.name) if look > 1 else None
    measures = measured(engine, workspace, sources, metrics, last.measures if last else ())
    named = dict(experiment.named)
    measures = tuple(replace(one, since_look=named[one.raw_of or one.name]) for one in measures)
    check(sources, measures)
    rows = people(engine, workspace, sources, measures)
    if spec.month is not None:
        rows = rows.filter(rows["month"] <= spec.month)
    centre = centres(engine, rows_of(engine, workspace, sources.outcomes), measures)
    counted = count(engine, rows, measures, centre, now=sources.noon, window_days=sources.window_days)
    evidence = _evidence(engine, workspace, experiment, spec, sources, measures, counted)
    gates = examine(evidence)
    users = int(evidence.tested.users.sum())
    planned = (last.planned_users if last else None) or experiment.planned_users or max(users, 1)
    terms = comparison.Terms(evidence.arms, measures, spec.level, planned, spec.currency)
    failed = tuple(gate for gate in gates if not gate.passed)
    analysis = Analysis(
        blocked(failed) if failed else say("Only guardrails were looked at."), spec.name,
        max(counted.rows, default=spec.month or ALL), look, spec.level, planned, spec.currency, gates, None, (), (), (),
        measures,
        tuple(zip(evidence.arms, (int(n) for n in evidence.of("users")), strict=True)),
        (*_unknown(evidence), *_notes(measures, terms, look, standing.strangers(engine, workspace, sources))),
    )  # fmt: skip
    return (
        analysis
        if failed
        else _with_verdict(analysis, evidence.tested, terms, _segments(engine, rows, spec, terms, centre))
    )


def _evidence(
    engine: Engine, workspace: Workspace, experiment: Experiment, spec: AnalyseSpec, sources: Sources,
    measures: tuple[Measure, ...], counted: Counted,
) -> Evidence:  # fmt: skip
    arms = _arms(experiment, spec, counted)
    if sources.assignments is None:
        shares = standing.given(spec.shares, arms, counted.rows)
        outcomes = rows_of(engine, workspace, sources.outcomes)
        twice, again = (
            (0, 0) if sources.key is None else standing.doubled(engine, outcomes, sources.key, str(spec.group))
        )
        again = again if sources.single else 0
        moved = crossed = 0
    else:
        shares = standing.shares(experiment, arms, counted.rows)
        twice, _ = standing.doubled(engine, rows_of(engine, workspace, sources.assignments), "key", "group")
        again = standing.repeated(engine, workspace, sources)
        moved = standing.moved(workspace, experiment, sources.assignments)
        crossed = standing.crossed(workspace, experiment, sources.assignments)
    return Evidence(
        counted, arms, shares, measures, spec.least, sources.window_days, sources.noon.date(),
        logged=sources.exposures is not None, crossed=crossed, doubled=twice, repeated=again - min(again, twice),
        moved=moved,
    )  # fmt: skip


def _arms(experiment: Experiment, spec: AnalyseSpec, counted: Counted) -> tuple[str, ...]:
    """Return the groups that are compared, control first."""
    if spec.group is None:
        return (experiment.control, *(arm.name for arm in experiment.arms if arm.name != experiment.control))
    if spec.control not in counted.groups:
        raise not_found(say("group"), spec.control, counted.groups, say("Column {column:quoted}", column=spec.group))
    return (spec.control, *(spec.arms or (name for name in counted.groups if name not in (spec.control, "None"))))


def _segments(
    engine: Engine, rows: ibis.Table, spec: AnalyseSpec, terms: comparison.Terms, centre: list[comparison.Floats]
) -> Counted | None:
    if spec.segment is None:
        return None
    return count(engine, rows, terms.measures, centre, by="segment").only(terms.arms)


def _with_verdict(analysis: Analysis, tested: Counted, terms: comparison.Terms, segments: Counted | None) -> Analysis:
    effects = comparison.compare(tested, terms)
    verdict = verdict_of(effects, terms.currency)
    parts = comparison.by_segment(segments, terms) if segments is not None else ()
    words = verdict.words if verdict else analysis.words
    return replace(
        analysis, words=words, verdict=verdict, effects=effects, months=comparison.months(tested, terms), segments=parts
    )


def _stands(workspace: Workspace, analysis: Analysis) -> tuple[Sentence, ...]:
    """Say that a difference was found before, where this look by itself shows none: intervals hold at all looks."""
    if analysis.verdict is None or analysis.verdict.decision != "no_difference":
        return ()
    metrics = tuple(one.name for one in analysis.measures if one.raw_of is None)
    found = [one for one in looks.ledger(workspace, analysis.name) if one.decision in _FOUND and one.metrics == metrics]
    if not found:
        return ()
    return (say("Look {look:number} did find a difference. As the intervals hold at all looks at once that stands, "
                "unless the data were mended since.", look=found[0].number),)  # fmt: skip


_FOUND = ("better", "worse")


def _unknown(evidence: Evidence) -> tuple[Sentence, ...]:
    """Say how many users are not compared because nothing is known of them."""
    users = evidence.of("users").sum()
    missing = [
        (measure.name, int(users - moments.n.sum()))
        for measure, moments in zip(evidence.measures, evidence.tested.moments, strict=True)
        if measure.raw_of is None and moments.n.sum() < users
    ]
    if not missing:
        return ()
    told = tuple(say("{metric:quoted} of {n:number}", metric=name, n=n) for name, n in missing)
    return (say("Of {users:number} users, some are not compared, their outcome being unknown: {told}.",
                users=int(users), told=told),)  # fmt: skip


def _notes(measures: tuple[Measure, ...], terms: comparison.Terms, look: int, strangers: int) -> tuple[Sentence, ...]:
    late = tuple(one.name for one in measures if one.since_look and one.raw_of is None)
    notes = []
    if late:
        notes.append(plural("{metrics:quoted} was named after the first look: a question for the next test.",
                            "{metrics:quoted} were named after the first look: questions for the next test.",
                            n=len(late), metrics=late))  # fmt: skip
    if strangers:
        notes.append(
            plural(
                "{n:number} user was reached without being assigned, and is not compared.",
                "{n:number} users were reached without being assigned, and are not compared.",
                n=strangers,
            )
        )
    cut = tuple(say("{metric:quoted} at {cap:number}", metric=one.name, cap=one.cap) for one in measures if one.cap)
    if cut:
        notes.append(say("The largest amounts are cut: {cuts}.", cuts=cut))
    notes.append(say("Look {look:number}. The intervals hold at every look, among all comparisons at once.", look=look))
    return tuple(notes)
