"""Rollouts declared: kept in the workspace, each declaration a version of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from campanile.models.registry import RETIRED
from campanile.models.rollouts.rollout import Arm, Range, Rollout, allotted
from campanile.models.rollouts.spec import BUCKETS, Champion, Fault, RolloutSpec, size, told_version
from campanile.models.rollouts.standing import KIND, read, shape
from campanile.tables import Semantic, dictionary_of
from campanile.words import say
from campanile.workspace.catalog import Artifact
from campanile.workspace.errors import NotFound, SpecError
from campanile.workspace.place import Workspace


def declare(workspace: Workspace, spec: RolloutSpec) -> Rollout:
    """Let the versions answer as ``spec`` says, from now on; what is so already is returned as it is.

    Raises SpecError with all faults: models that are not there, are retired, predict something else, or name customers
    otherwise.
    """
    # One after another: what a challenger keeps depends on the declaration before.
    with workspace.numbering(KIND) as number:
        models = _models(workspace, spec)
        before = next(iter(reversed(workspace.artifacts(KIND, spec.name))), None)
        made = _made(workspace, spec, models[0], before)
        if before is not None and replace(read(before), declaration=made.declaration) == made:
            return read(before)
        made = replace(made, declaration=number(spec.name))
        with workspace.run(KIND, spec) as run:
            for model in models:
                run.read(model)
            run.save_result(KIND, spec.name, made, meta={"rollout": shape(made)})
    return made


def _made(workspace: Workspace, spec: RolloutSpec, champion: Artifact, before: Artifact | None) -> Rollout:
    key = dictionary_of(workspace.table(champion.meta["table"], champion.meta["table_version"]))
    held = {arm.named: arm.ranges for arm in read(before).arms if arm.role == "challenger"} if before else {}
    sizes = {(one.model, one.version): size(one) for one in spec.challengers if not one.shadow}
    ranges = allotted(sizes, held)
    first = Arm(spec.champion.model, spec.champion.version, "champion", _rest(ranges))
    others = [
        Arm(one.model, one.version, "shadow" if one.shadow else "challenger", ranges.get((one.model, one.version), ()))
        for one in spec.challengers
    ]
    return Rollout(
        spec.name, 1, spec.salt or spec.name, champion.meta["target"], str(key.key),
        key[str(key.key)].type.startswith(("int", "uint")), (first, *others),
    )  # fmt: skip


def _rest(ranges: dict[tuple[str, int], tuple[Range, ...]]) -> tuple[Range, ...]:
    taken: list[Range] = sorted(one for held in ranges.values() for one in held)
    bounds = [0, *np.ravel(taken).astype(int).tolist(), BUCKETS]
    return tuple((start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=True) if start < end)


def _models(workspace: Workspace, spec: RolloutSpec) -> tuple[Artifact, ...]:
    """Return the models, the champion first. Raises SpecError with all that stands against them."""
    asked: list[tuple[Champion, tuple[str | int, ...]]] = [(spec.champion, ("champion",))]
    asked += [(one, ("challengers", at)) for at, one in enumerate(spec.challengers)]
    roles, faults, found = workspace.catalog.roles("model"), list[Fault](), list[Artifact]()
    for one, place in asked:
        try:
            found.append(workspace.artifact("model", one.model, one.version))
        except NotFound as error:
            faults.append((say("{what} {remedy}", what=error.what, remedy=error.remedy or ""), place))
            continue
        if roles.get((one.model, one.version)) == RETIRED:
            words = say("{version} is retired: it cannot answer.", version=told_version(one.model, one.version))
            faults.append((words, place))
        faults += ((words, place) for words, _ in _against(workspace, found[0], found[-1]))
    if faults:
        raise SpecError([words for words, _ in faults], type(spec).__name__, [place for _, place in faults])
    return tuple(found)


def _against(workspace: Workspace, champion: Artifact, other: Artifact) -> Iterator[Fault]:
    """Say why a model cannot answer beside another, or at all."""
    told = told_version(other.name, other.version)
    if other.meta["target"] != champion.meta["target"]:
        yield say("{version} predicts {other:quoted}, not {target:quoted}.", version=told,
                  other=other.meta["target"], target=champion.meta["target"]), ()  # fmt: skip
    elif (other.meta["classes"], other.meta["positive"]) != (champion.meta["classes"], champion.meta["positive"]):
        yield say("{version} was trained on other classes of {target:quoted}.", version=told,
                  target=champion.meta["target"]), ()  # fmt: skip
    keys = [dictionary_of(workspace.table(one.meta["table"], one.meta["table_version"])) for one in (champion, other)]
    key = keys[1].key
    if key is None:
        yield say("{version} was trained on a table without a key: customers cannot be told apart.", version=told), ()
    elif key != keys[0].key:
        yield say("{version} names customers by {other:quoted}, not by {key:quoted}.", version=told, other=key,
                  key=keys[0].key or "-"), ()  # fmt: skip
    elif keys[1][key].semantic is Semantic.PERSONAL:
        yield say("The key {key:quoted} of {version} is personal data, and answers are logged by it: load the table"
                  " with another key.", key=key, version=told), ()  # fmt: skip
    elif not keys[1][key].type.startswith(("int", "uint", "string", "large_string")):
        yield say("The key {key:quoted} of {version} is neither text nor a whole number.", key=key, version=told), ()
