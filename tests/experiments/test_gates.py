"""Every kind of broken test is stopped by the right gate, and a sound one is not."""

import importlib.util
from pathlib import Path

import pytest

from campanile.experiments import analyse
from campanile.experiments.gates import GATES
from campanile.experiments.gates.labels import LABELS

spec = importlib.util.spec_from_file_location("experiment_faults", Path(__file__).with_name("faults.py"))
faults = importlib.util.module_from_spec(spec)
spec.loader.exec_module(faults)


def test_there_are_forty_kinds_of_fault_and_each_gate_has_one():
    assert len(faults.FAULTS) >= 40
    assert {gate for gate, _ in faults.FAULTS.values()} == set(GATES)


def test_each_gate_is_called_by_a_name_that_people_read():
    assert list(LABELS) == list(GATES)
    assert not {str(label) for label in LABELS.values()} & set(GATES)


@pytest.mark.parametrize("seed", range(3))
def test_a_sound_test_passes_every_gate_and_has_a_verdict(workspace, seed):
    told = analyse(workspace, faults.load(workspace, faults.sound(seed)))
    assert [gate.gate for gate in told.failed] == []
    assert told.verdict is not None
    assert told.effects


def first_of_each_gate():
    seen = set()
    return {kind for kind, (gate, _) in faults.FAULTS.items() if not (gate in seen or seen.add(gate))}


QUICK = first_of_each_gate()


@pytest.mark.parametrize(
    "kind", [kind if kind in QUICK else pytest.param(kind, marks=pytest.mark.slow) for kind in faults.FAULTS]
)
def test_a_broken_test_is_stopped_by_the_right_gate(workspace, kind):
    gate, broken = faults.FAULTS[kind]
    world = faults.sound(4)
    broken(world)
    told = analyse(workspace, faults.load(workspace, world))
    assert gate in [one.gate for one in told.failed], [str(one.words) for one in told.failed]
    assert told.verdict is None
    assert told.effects == ()
    assert told.to_dict()["verdict"] is None
    assert all(one.repair is not None for one in told.failed)
    assert str(told.words).startswith("No verdict: ")
