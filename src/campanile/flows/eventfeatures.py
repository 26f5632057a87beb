"""The features of a study of events as a kept table; of features that were computed before, only others are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from campanile.features.events.panel import CUTOFF, EXPOSURE
from campanile.features.events.spec import FeatureSpec, PanelSpec
from campanile.flows.eventtables import dictionaries, for_engine, note_sources
from campanile.flows.steps import fingerprint
from campanile.tables import Column, Dictionary, Semantic
from campanile.words import say
from campanile.workspace.errors import SpecError

if TYPE_CHECKING:
    from campanile.features.events.computing import Panel
    from campanile.flows.eventrun import Running
    from campanile.flows.events import EventStudy

_MOST_LEVELS = 200
"""A category with more levels than these is no category: nobody could learn from them."""


def made(running: Running) -> Mapping[str, Any]:
    """Compute the features and keep them; the answer tells the table, its version, and what there is to say."""
    study = running.study
    declared = {name: feature.model_dump(mode="json") for name, feature in study.features.items()}
    base = {"panel": study.panel().model_dump(mode="json", exclude={"features"}), "sources": running.brought.about,
            "now": study.now, "engine": running.engine}  # fmt: skip
    today = str(running.now.date())
    return running.steps.do(
        "features", say("Computing features"), {"base": base, "features": declared},
        lambda: _computed(running, fingerprint(base)) | {"day": today},
        # What lay in the future yesterday may have happened by now.
        holds=lambda kept: (not kept["future"] or kept["day"] == today) and _newest(running, kept),
    )  # fmt: skip


def _newest(running: Running, kept: Mapping[str, Any]) -> bool:
    """Tell whether kept features are what stands in the table now: another declaration may have come between."""
    return bool(running.workspace.table(kept["table"]).version == kept["version"])


def _computed(running: Running, base: str) -> dict[str, Any]:
    from campanile.features.events.computing import compute

    study, workspace = running.study, running.workspace
    with running.opened() as engine:
        tables = for_engine(workspace, engine, running.brought)
        known = dictionaries(workspace, study, running.brought, _described(study))
        features, left_out = (study.features, ()) if study.features else _proposed(running, engine, tables, known)
        definitions = {name: feature.model_dump(mode="json") for name, feature in features.items()}
        kept = _kept(running, base, definitions)
        fresh = {name: feature for name, feature in features.items() if name not in kept}
        panel = compute(engine, study.panel().model_copy(update={"features": fresh}), tables, running.now)
    whole = study.panel(features)
    rows = _together(whole, panel, kept)
    table = _save(running, whole, rows, _dictionary(whole, rows, known))
    words = [*panel.notes, *(say("{column} was left out: {reason}.", column=one, reason=why) for one, why in left_out)]
    return {
        "table": table.name, "version": table.version, "rows": rows.num_rows, "names": list(features), "base": base,
        "definitions": definitions, "computed": list(fresh), "cutoffs": [str(day) for day in panel.days],
        "future": panel.future, "words": [line.to_dict() for line in words],
    }  # fmt: skip


def _described(study: EventStudy) -> frozenset[str]:
    """Return the tables whose columns' meanings are asked for: to propose features, or because columns are taken."""
    if not study.features:
        return frozenset(study.tables)
    taken = study.attributes or any(target.column for target in study.targets.values())
    return frozenset({study.entity} if taken else ())


def _proposed(running: Running, engine: Any, tables: Any, known: Mapping[str, Dictionary]) -> tuple[Any, Any]:
    from campanile.features.events.proposal import propose_events

    spec = running.study.panel()
    levels = {
        table: {one.name: _levels(engine, tables[table], one.name) for one in known[table].of(Semantic.CATEGORY)}
        for table in spec.event_tables if table in known
    }  # fmt: skip
    proposed = propose_events(spec, known, levels)
    return proposed.features, proposed.left_out


def _levels(engine: Any, table: Any, column: str) -> list[str]:
    """Return a category's levels, the most frequent first; none where there are too many."""
    counts = table.group_by(level=table[column].cast("string")).aggregate(n=lambda one: one.count())
    counts = counts.filter(counts.level.notnull()).order_by(counts.n.desc(), counts.level).limit(_MOST_LEVELS + 1)
    found = engine.to_arrow(counts)["level"].to_pylist()
    return found if len(found) <= _MOST_LEVELS else []


def _kept(running: Running, base: str, definitions: Mapping[str, Any]) -> dict[str, pa.ChunkedArray]:
    """Return the columns of features that were computed before, of the same sources and as they are declared now."""
    last = running.steps.last("features")
    if last is None or last["base"] != base:
        return {}
    same = [name for name, said in definitions.items() if last["definitions"].get(name) == said]
    table = running.workspace.table(last["table"], last["version"])
    order = [(name, "ascending") for name in _keys(running.study.panel())]
    rows = running.workspace.read(table).sort_by(order)
    return {name: rows[name] for name in same}


def _keys(spec: PanelSpec) -> tuple[str, str]:
    return str(spec.tables[spec.entity].key), CUTOFF


def _together(spec: PanelSpec, panel: Panel, kept: Mapping[str, pa.ChunkedArray]) -> pa.Table:
    """Lay fresh and kept columns side by side, in the order of the study; yes and no as such."""
    entity, cutoff = _keys(spec)
    order = [entity, cutoff, *spec.attributes, *spec.features, EXPOSURE, *spec.targets]
    columns = {name: kept[name] if name in kept else panel.rows[name] for name in order}
    for name, target in spec.targets.items():
        if target.event is not None:
            columns[name] = columns[name].cast(pa.bool_())
    return pa.table({name: _canonical(column) for name, column in columns.items()})


def _canonical(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("us", tz="UTC"))
    if pa.types.is_integer(kind):
        return column.cast(pa.int64())
    return column.cast(pa.float64()) if pa.types.is_floating(kind) or pa.types.is_decimal(kind) else column


def _dictionary(spec: PanelSpec, rows: pa.Table, known: Mapping[str, Dictionary]) -> Dictionary:
    entity, cutoff = _keys(spec)
    columns = [Column(entity, Semantic.IDENTIFIER, _type(rows, entity)), Column(cutoff, Semantic.DATE, "date32")]
    columns += [_of_entity(spec, rows, name, name, known) for name in spec.attributes]
    columns += [_of_feature(rows, name, feature) for name, feature in spec.features.items()]
    columns.append(Column(EXPOSURE, Semantic.NUMBER, "int64", "day", label=_EXPOSED))
    columns += [_of_target(spec, rows, name, known) for name in spec.targets]
    single = len(set(rows[cutoff].unique().to_pylist())) == 1
    return Dictionary(tuple(columns), entity if single else None)


_EXPOSED = {"en": "Days there", "pl": "Dni obecności", "es": "Días de presencia"}


def _of_entity(spec: PanelSpec, rows: pa.Table, name: str, column: str, known: Mapping[str, Dictionary]) -> Column:
    there = known.get(spec.entity)
    if there is not None and column in there:
        return replace(there[column], name=name)
    return Column(name, _semantic(rows[name].type), _type(rows, name))


def _of_target(spec: PanelSpec, rows: pa.Table, name: str, known: Mapping[str, Dictionary]) -> Column:
    """Return a target's column with the labels of its classes. Raises SpecError for labels of what is no class."""
    target = spec.targets[name]
    if target.column is not None:
        column = _of_entity(spec, rows, name, target.column, known)
    else:
        column = Column(name, Semantic.FLAG, "bool", known="after")
    column = replace(column, label=target.label or column.label)
    if not target.classes:
        return column
    there = {str(value).lower() if isinstance(value, bool) else str(value) for value in rows[name].unique().to_pylist()}
    faults = [
        say("'classes' of target {name:quoted} speak of {value:quoted}, and its values are: {known}.", name=name,
            value=value, known=", ".join(sorted(there - {"None"})))
        for value in target.classes if value not in there
    ]  # fmt: skip
    if faults:
        raise SpecError(faults)
    return replace(column, classes=target.classes)


def _of_feature(rows: pa.Table, name: str, feature: FeatureSpec) -> Column:
    return Column(name, _semantic(rows[name].type), _type(rows, name), feature.unit, label=feature.label,
                  description=feature.description)  # fmt: skip


def _semantic(kind: pa.DataType) -> Semantic:
    if pa.types.is_boolean(kind):
        return Semantic.FLAG
    if pa.types.is_temporal(kind):
        return Semantic.DATE
    return Semantic.CATEGORY if pa.types.is_string(kind) else Semantic.NUMBER


def _type(rows: pa.Table, name: str) -> str:
    return str(rows[name].type)


def _save(running: Running, spec: PanelSpec, rows: pa.Table, dictionary: Dictionary) -> Any:
    workspace, study = running.workspace, running.study
    with workspace.lock_table(study.prepared), workspace.run("features", {"study": study.name}) as run:
        note_sources(workspace, run, running.brought)
        meta = {"dictionary": dictionary.to_dict(), "refused": 0, "added": rows.num_rows, "study": study.name,
                "panel": spec.model_dump(mode="json")}  # fmt: skip
        draft = run.save_table(study.prepared, rows, key=dictionary.key, meta=meta)
    return run.artifact(draft)
