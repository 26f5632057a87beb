"""A list cut by uplift scores: whom a contact moves, beside a list of the same size by who responds."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.audience.compose import economics_of
from campanile.audience.cut import Choice, choose, ranks
from campanile.audience.expected import expected, in_doubt, words
from campanile.audience.export import writer
from campanile.audience.result import Economics, Rule, plain
from campanile.audience.spec import CutSpec, PersuadeSpec
from campanile.estimates import Estimate, Ordered, orderer, places
from campanile.tables import uplift
from campanile.words import Sentence, say
from campanile.workspace.errors import DataError
from campanile.workspace.store import write_file

if TYPE_CHECKING:
    from campanile.workspace import Artifact, Workspace

Floats = NDArray[np.float64]
KIND = "persuaded"
_STEPS = 100


@dataclass(frozen=True)
class Persuaded:
    """Whom to contact by predicted effect, and what that list adds on the trial's own customers.

    ``outcomes`` are added by contacting the list; ``by_response`` by one of the same size by predicted response;
    ``more`` is the first less the second, on the same customers (paired). Profits are None where money is not known.

    Of customers outside the trial (``in_trial`` false) nobody knows: ``outcomes`` is then what as many of the trial's
    customers with predictions as high gained, its first ``depth``; ``expected`` and ``expected_by_response`` are sums
    of predicted effects; there is no ``by_response`` and no ``more``.
    """

    words: Sentence
    scores: str
    scores_version: int
    outcome: str
    targetable: bool
    rows: int
    customers: int
    rule: Rule
    threshold: float | None
    outcomes: Estimate
    by_response: Estimate | None
    more: Estimate | None
    profit: Estimate | None
    profit_by_response: Estimate | None
    in_trial: bool = True
    depth: float | None = None
    expected: float | None = None
    expected_by_response: float | None = None
    notes: tuple[Sentence, ...] = ()
    version: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {field.name: plain(getattr(self, field.name)) for field in fields(self)}


def persuade(workspace: Workspace, spec: PersuadeSpec, out: Path | None = None) -> Persuaded:
    """Cut a list by a table of uplift scores and keep it; with ``out`` write it too.

    Raises NotFound for an unknown table, DataError for one that holds no uplift scores, SpecError for a budget without
    the cost of a contact.
    """
    form = writer(out) if out is not None else None
    table = workspace.table(spec.scores, spec.version)
    if table.meta.get("scores") != uplift.KIND:
        raise DataError(
            say("Table {table:quoted} holds no uplift scores.", table=table.name),
            say("Make one: campanile experiments uplift FILE --treatment COLUMN --control VALUE --outcome COLUMN"),
        )
    with workspace.run(KIND, spec, seed=spec.seed) as run:
        run.read(table)
        answer, listed = _answered(table, workspace.read(table), spec)
        draft = run.save_result(KIND, table.name, answer, tables={"list": listed})
    if form is not None and out is not None:
        write_file(out, form(listed))
    return replace(answer, version=run.artifact(draft).version)


def _answered(table: Artifact, rows: pa.Table, spec: PersuadeSpec) -> tuple[Persuaded, pa.Table]:
    cut = CutSpec(**{name: getattr(spec, name) for name in CutSpec.model_fields})
    score = _numbers(rows, uplift.UPLIFT)
    choice = choose(score, **cut.model_dump(), average=float(score.mean()))
    money, outside = economics_of(cut), uplift.MEASURED in table.meta
    answer = _outside(table, rows, choice, money) if outside else _inside(table, rows, choice, money, spec)
    return answer, _listed(table, rows, score, choice.customers)


def _inside(table: Artifact, rows: pa.Table, choice: Choice, money: Economics | None, spec: PersuadeSpec) -> Persuaded:
    """Tell what the list adds on the trial's own customers."""
    first, other = _judged(rows, choice.customers / max(rows.num_rows, 1), spec)
    added, beside = first * choice.customers, other * choice.customers
    told = Ordered(np.empty((0, 0))).told
    kept_out = () if table.meta["targetable"] else (_in_doubt(),)
    by_uplift, by_response, more = told(added), told(beside), told(added - beside)
    return Persuaded(
        words=_words(table, rows.num_rows, choice.customers, (by_uplift, by_response, more)), scores=table.name,
        scores_version=table.version, outcome=table.meta["target"], targetable=bool(table.meta["targetable"]),
        rows=rows.num_rows, customers=choice.customers, rule=choice.rule, threshold=choice.threshold,
        outcomes=by_uplift, by_response=by_response, more=more, profit=_profit(by_uplift, choice.customers, money),
        profit_by_response=_profit(by_response, choice.customers, money), notes=kept_out,
    )  # fmt: skip


def _outside(table: Artifact, rows: pa.Table, choice: Choice, money: Economics | None) -> Persuaded:
    """Tell what is expected of a list of customers who were in no trial."""
    told, targetable = expected(table, rows, choice), bool(table.meta["targetable"])
    outcome, listed = table.meta["target"], choice.customers
    outcomes = told.times(listed)
    return Persuaded(
        words=words(told, listed, rows.num_rows, outcome, targetable=targetable) if listed else _nobody(outcome),
        scores=table.name, scores_version=table.version, outcome=outcome, targetable=targetable, rows=rows.num_rows,
        customers=listed, rule=choice.rule, threshold=choice.threshold, outcomes=outcomes, by_response=None, more=None,
        profit=_profit(outcomes, listed, money), profit_by_response=None, in_trial=False, depth=told.depth,
        expected=told.outcomes, expected_by_response=told.by_response, notes=(in_doubt(targetable=targetable),),
    )  # fmt: skip


def _judged(rows: pa.Table, share: float, spec: PersuadeSpec) -> tuple[Floats, Floats]:
    """Return the effect among so large a share by uplift, and by response; (1 + resamples,)."""
    score = _numbers(rows, uplift.UPLIFT)
    group, fold = (np.asarray(rows[name].to_numpy(), dtype=np.int64) for name in (uplift.GROUP, uplift.FOLD))
    judge = orderer(
        _numbers(rows, uplift.TREATED), _numbers(rows, uplift.OUTCOME), _numbers(rows, uplift.WEIGHT), group,
        resamples=spec.resamples, seed=spec.seed,
    )  # fmt: skip
    marks = np.random.default_rng(spec.seed).permutation(len(score)).astype(np.uint64)
    at = int(np.clip(round(share * _STEPS), 1, _STEPS)) - 1
    by_uplift = judge(places(score, fold, marks)).uplift[:, at]
    return by_uplift, judge(places(_numbers(rows, uplift.RESPONSE), fold, marks)).uplift[:, at]


def _listed(table: Artifact, rows: pa.Table, score: Floats, customers: int) -> pa.Table:
    """Return every customer once, the highest predicted effect first."""
    rank = ranks(score)
    key = table.meta["key"] or uplift.ROW
    listed = pa.table({
        key: rows[key], uplift.UPLIFT: pa.array(score), uplift.RESPONSE: rows[uplift.RESPONSE], "rank": pa.array(rank),
        "contact": pa.array(rank <= customers),
    })  # fmt: skip
    return listed.take(pa.array(np.argsort(rank)))


def _numbers(rows: pa.Table, name: str) -> Floats:
    return np.asarray(rows[name].to_numpy(), dtype=np.float64)


def _profit(outcomes: Estimate, customers: int, money: Economics | None) -> Estimate | None:
    if money is None:
        return None
    earned = (money.sale_value * part - money.contact_cost * customers
              for part in (outcomes.estimate, outcomes.low, outcomes.high))  # fmt: skip
    return Estimate(*earned, outcomes.level)


def _words(table: Artifact, rows: int, customers: int, told: tuple[Estimate, Estimate, Estimate]) -> Sentence:
    outcome = table.meta["target"]
    if not customers:
        return _nobody(outcome)
    added, others, more = (one.told() for one in told)
    return say(
        "Contacting the {customers:number} of {rows:number} customers with the highest predicted effect adds "
        "{outcomes} {outcome:quoted}; as many by who responds add {others}, a difference of {more}.",
        customers=customers, rows=rows, outcomes=added, outcome=outcome, others=others, more=more,
    )  # fmt: skip


def _nobody(outcome: str) -> Sentence:
    return say("Nobody is worth a contact: no predicted effect on {outcome:quoted} pays for it.", outcome=outcome)


def _in_doubt() -> Sentence:
    return say("The trial did not find that some are more persuadable than others: this order may be chance.")
