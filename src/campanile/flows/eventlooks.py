"""What the features of a study of events show before any model: what moves together, and what a leak would claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from campanile.features.events.cut import applies
from campanile.features.events.panel import CUTOFF, EXPOSURE
from campanile.features.events.spec import FeatureSpec, PanelSpec
from campanile.words import say

if TYPE_CHECKING:
    from campanile.flows.eventrun import Running
    from campanile.models.leak import LeakScan


def correlations(running: Running, features: Mapping[str, Any]) -> Mapping[str, Any]:
    """Correlate features and targets; the answer tells the strongest of each target, and pairs that are alike."""
    from campanile.quality.correlation.spec import CorrelationSpec

    study = running.study
    first = study.trained_for
    spec = CorrelationSpec(
        table=features["table"], version=features["version"], entity=str(study.tables[study.entity].key),
        targets=tuple(sorted(study.targets, key=lambda name: name != first)), exclude=(*study.exclude, CUTOFF),
        seed=study.seed,
    )  # fmt: skip

    def work() -> Mapping[str, Any]:
        from campanile.quality.correlation import correlate

        found = correlate(running.workspace, spec)
        return {**found.to_dict(), "words": [line.to_dict() for line in found.words()]}

    about = {"spec": spec.model_dump(mode="json")}
    return running.steps.do("correlations", say("Comparing features and targets"), about, work)


def leak_scan(running: Running, features: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Measure what periods cut at the event would have claimed; None where nothing can be cut."""
    study, target = running.study, str(running.study.trained_for)
    definitions = {name: FeatureSpec(**said) for name, said in features["definitions"].items()}
    panel = study.panel(definitions)
    if not applies(panel, target):
        return None

    def work() -> Mapping[str, Any]:
        found = _scanned(running, features, panel, target)
        return {**found.to_dict(), "target": target, "words": [line.to_dict() for line in found.words()]}

    about = {"table": features["table"], "version": features["version"], "target": target, "seed": study.seed}
    return running.steps.do("leaks", say("Looking for leaks"), about, work)


def _scanned(running: Running, features: Mapping[str, Any], panel: PanelSpec, target: str) -> LeakScan:
    from campanile.features.events.cut import DAYS, HAPPENED, cut_short
    from campanile.flows.eventtables import for_engine
    from campanile.models.leak import Scanned, Side, scanned
    from campanile.tables import dictionary_of

    workspace, entity = running.workspace, str(panel.tables[panel.entity].key)
    table = workspace.table(features["table"], features["version"])
    dictionary = dictionary_of(table)
    with running.opened() as engine:
        cut = cut_short(engine, panel, for_engine(workspace, engine, running.brought), running.now, target)
    with workspace.run("leaks", {"study": running.study.name, "target": target}, seed=running.study.seed) as run:
        rows = workspace.read(run.read(table))
        if cut.one_in > 1:
            # The same entities in both: fewer rows, and nothing but the cut differs.
            rows = rows.filter(pc.is_in(rows[entity], value_set=cut.rows[entity].cast(rows[entity].type).unique()))
        labels = {name: dictionary[name].named() for name in panel.features if _judged(rows, cut.rows, name)}
        found = scanned(Scanned(
            dictionary[target].named(), cut.every, Side(cut.rows, entity, HAPPENED), Side(rows, entity, target),
            (DAYS, EXPOSURE), labels, cut.one_in, seed=running.study.seed,
        ))  # fmt: skip
        run.save_result("leak", table.name, found, meta={"table_version": table.version, "target": target})
    return found


def _judged(honest: pa.Table, cut: pa.Table, name: str) -> bool:
    """Tell whether a feature is a number (or yes and no) in both panels."""
    return all(
        name in rows.column_names
        and (pa.types.is_integer(kind := rows[name].type) or pa.types.is_floating(kind) or pa.types.is_boolean(kind))
        for rows in (honest, cut)
    )
