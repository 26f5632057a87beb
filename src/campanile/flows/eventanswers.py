"""What a study of events answers once its features are there: quality, models, predictions, explanation, report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campanile.features.events.panel import CUTOFF, EXPOSURE
from campanile.features.events.spec import Join
from campanile.flows.eventmessages import messaged
from campanile.words import current, say, texts
from campanile.workspace.store import write_file

if TYPE_CHECKING:
    from campanile.flows.eventrun import Running
    from campanile.flows.eventtables import Part
    from campanile.quality import QualitySpec

_NAMES = {"roc_auc": "auc"}
"""Metrics that programs know under another name."""


def checked(running: Running) -> Mapping[str, Any]:
    """Check each loaded table; the answer tells what is serious."""
    loaded = [(name, part) for name, parts in running.brought.parts.items() for part in parts if part.table is not None]

    asked = [_quality(running, name, part) for name, part in loaded]

    def work() -> Mapping[str, Any]:
        from campanile.quality import check

        found = [check(running.workspace, spec) for spec in asked]
        serious = [line.words.to_dict() for one in found for line in one.found if line.severity == "serious"]
        return {"tables": [part.table for _, part in loaded], "words": serious}

    hashes = [part.hash for _, part in loaded]
    about = {"tables": [[mark, spec.model_dump(mode="json")] for mark, spec in zip(hashes, asked, strict=True)]}
    return running.steps.do("quality", say("Checking the data"), about, work)


def _quality(running: Running, name: str, part: Part) -> QualitySpec:
    """Ask what can be asked of one table; a table in several parts is no place to look ids up in."""
    from campanile.quality import QualitySpec
    from campanile.quality.spec import CHECK_NAMES

    table, brought = running.study.tables[name], running.brought.parts
    whole = all(len(parts) == 1 for parts in brought.values())
    joins = [join for join in map(Join.read, running.study.joins) if join.left == name and brought[join.right][0].table]
    return QualitySpec(
        table=str(part.table), version=part.version, time=table.time, entity=table.entity,
        references={join.column: f"{brought[join.right][0].table}.{join.key}" for join in joins} if whole else {},
        checks=None if whole else tuple(check for check in CHECK_NAMES if check != "references"),
    )  # fmt: skip


def answered(running: Running, features: Mapping[str, Any], asked: Sequence[str], report: Path) -> dict[str, Any]:
    """Train, and go on as far as ``asked``."""
    training = _trained(running, features)
    found: dict[str, Any] = {"training": training}
    if "predict" in asked and running.study.predictions is not None:
        found["predictions"] = _predicted(running, features, training)
    if "explain" in asked:
        listed = _explained(running, training).get("audience")
        if running.study.predictions is not None or running.study.messages is not None:
            found["messages"] = messaged(running, training, listed)
    if "report" in asked:
        found["report"] = _reported(running, training, report, found.get("messages", {}).get("version"))
    return found


def _trained(running: Running, features: Mapping[str, Any]) -> Mapping[str, Any]:
    from campanile.models import TrainSpec

    study, target = running.study, str(running.study.trained_for)
    others = [name for name in study.targets if name != target]
    panel = len(features["cutoffs"]) > 1
    together: dict[str, Any] = {}
    if panel:
        entity = str(study.tables[study.entity].key)
        together = {"entity": entity, "time": CUTOFF, "horizon_days": study.targets[target].within_days,
                    "exposure": EXPOSURE}  # fmt: skip
    spec = TrainSpec(
        table=features["table"], target=target, name=study.name, positive=study.positive,
        exclude=(*study.exclude, *others, *(() if panel else (CUTOFF,))), keep=study.attributes, derive=False,
        minutes=study.minutes, quick=study.quick, seed=study.seed, **together,
    )  # fmt: skip

    def work() -> Mapping[str, Any]:
        from campanile.flows.learning import learn

        done = learn(running.workspace, spec, progress=running.progress)
        best = done[done.best]
        return {
            "model": best.name, "version": best.version, "metrics": _figures(best.metrics),
            "baseline": _figures(done["baseline"].metrics),
            "naive_split_metrics": _figures(done.naive) if done.naive else None,
            "words": [line.to_dict() for line in (done.verdict, *done.notes)],
        }  # fmt: skip

    about = {"spec": spec.model_dump(mode="json"), "version": features["version"]}
    return running.steps.do("train", say("Training models"), about, work)


def _figures(metrics: Mapping[str, Any]) -> dict[str, Any]:
    return {_NAMES.get(name, name): estimate.to_dict() for name, estimate in metrics.items()}


def _about(training: Mapping[str, Any]) -> dict[str, Any]:
    return {"model": training["model"], "version": training["version"]}


def _predicted(running: Running, features: Mapping[str, Any], training: Mapping[str, Any]) -> str:
    """Write the class of each row that has no outcome yet."""
    asked = running.study.predictions
    out = Path(asked.file if asked is not None else "predictions.json")
    done = running.steps.do(
        "predict", say("Predicting"), {**_about(training), "key": asked.key if asked else None},
        lambda: {"target": _classes(running, features, training)},
    )  # fmt: skip
    content = json.dumps({"target": done["target"]}, indent=4) + "\n"
    if not out.is_file() or out.read_text(encoding="utf-8") != content:
        write_file(out, content.encode())
    return str(out.resolve())


def _classes(running: Running, features: Mapping[str, Any], training: Mapping[str, Any]) -> dict[str, Any]:
    import pyarrow.compute as pc

    from campanile import models
    from campanile.flows.scoring import likeliest

    study, workspace = running.study, running.workspace
    rows = workspace.read(workspace.table(features["table"], features["version"]))
    rows = rows.filter(pc.is_null(rows[str(study.trained_for)]))
    model = models.load(workspace, training["model"], training["version"])
    entity = str(study.tables[study.entity].key)
    scores = models.predict(model, rows)
    classes = likeliest(model, scores)
    keys = _keys(running, entity, study.predictions.key if study.predictions else None)
    whose = rows[entity].to_pylist()
    return {
        str(keys.get(one, one)): _plain(label) for one, label in zip(whose, classes.to_pylist(), strict=True)
    }  # fmt: skip


def _keys(running: Running, entity: str, column: str | None) -> dict[Any, Any]:
    """Return what each entity is called in the predictions."""
    if column is None:
        return {}
    found: dict[Any, Any] = {}
    for part in running.brought.parts[running.study.entity]:
        if part.table is not None:
            rows = running.workspace.read(running.workspace.table(part.table, part.version))
            if column in rows.column_names:
                found |= dict(zip(rows[entity].to_pylist(), rows[column].to_pylist(), strict=True))
    return {one: name for one, name in found.items() if name is not None}


def _plain(label: str) -> int | str:
    return int(label) if label.lstrip("-").isdigit() else label


def _explained(running: Running, training: Mapping[str, Any]) -> Mapping[str, Any]:
    """Explain and list; the answer tells the list's version."""

    def work() -> Mapping[str, Any]:
        from campanile import audience, explain

        explain.explain(running.workspace, explain.ExplainSpec(seed=running.study.seed, **_about(training)))
        listed = audience.AudienceSpec(seed=running.study.seed, **_about(training))
        return {"audience": audience.select(running.workspace, listed).version}

    return running.steps.do("explain", say("Explaining"), _about(training), work)


def _reported(running: Running, training: Mapping[str, Any], report: Path, messages: int | None) -> str:
    study = running.study

    def work() -> Mapping[str, Any]:
        from campanile.flows.paper import WriteReportSpec, keep_report

        title = texts(study.title) if study.title else None
        done = keep_report(running.workspace, WriteReportSpec(**_about(training)), title)
        return {"name": done.artifact.name, "version": done.artifact.version}

    about = {**_about(training), "language": current(), "messages": messages}
    done = running.steps.do("report", say("Writing the report"), about, work)
    kept = running.workspace.artifact("report", done["name"], done["version"])
    write_file(report, running.workspace.file(kept, "report.html"))
    return str(report.resolve())
