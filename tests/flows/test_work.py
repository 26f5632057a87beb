"""Work is checked when it is asked for, and travels to the worker as plain data."""

import json
import pickle

import pytest
from huey.registry import Message

from campanile.flows import WORK, again, submit
from campanile.flows.queue import Letter, open_lane, put, waiting
from campanile.words import say, speaking
from campanile.workspace.errors import NotFound, SpecError
from campanile.workspace.spec import Spec


@pytest.mark.parametrize("verb", WORK)
def test_every_verb_has_a_spec_and_bounds(verb):
    work = WORK[verb]
    assert issubclass(work.shape, Spec)
    assert 0 < work.hours <= 48
    assert work.grace_seconds >= 10


def test_what_is_asked_waits_in_the_catalog_and_in_the_queue(workspace):
    with speaking("pl"):
        job = submit(workspace, "quality", {"table": "customers"}, who="ann")
    assert (job.state, job.who, job.language, job.heavy) == ("queued", "ann", "pl", False)
    assert waiting(workspace) == {job.id}


def test_work_that_needs_a_core_has_a_lane_of_its_own(workspace):
    light = submit(workspace, "quality", {"table": "customers"}, who="ann")
    heavy = submit(workspace, "train", {"table": "customers", "target": "response"}, who="ann")
    lanes = {name: open_lane(workspace, name) for name in ("light", "heavy")}
    taken = {name: lane.dequeue().id for name, lane in lanes.items()}
    for lane in lanes.values():
        lane.storage.close()
    assert taken == {"light": light.id, "heavy": heavy.id}


def test_jobs_leave_a_lane_in_the_order_in_which_they_came(workspace):
    asked = [submit(workspace, "quality", {"table": name}, who="ann").id for name in "abc"]
    lane = open_lane(workspace, "light")
    assert [lane.dequeue().id for _ in asked] == asked
    lane.storage.close()


def test_unknown_work_is_refused_with_the_nearest_name(workspace):
    with pytest.raises(NotFound, match="'train'"):
        submit(workspace, "trian", {}, who="ann")
    assert workspace.jobs.jobs() == ()


def test_a_spec_that_cannot_be_is_refused_before_there_is_a_job(workspace):
    with pytest.raises(SpecError, match="minutes"):
        submit(workspace, "train", {"table": "customers", "target": "response", "minutes": -1}, who="ann")
    assert workspace.jobs.jobs() == ()
    assert waiting(workspace) == set()


def test_the_same_can_be_asked_for_again(workspace):
    first = submit(workspace, "quality", {"table": "customers"}, who="ann")
    workspace.jobs.stop(first.id)
    second = again(workspace, first.id, who="ben")
    assert second.id != first.id
    assert (second.verb, second.spec, second.who, second.state) == (first.verb, first.spec, "ben", "queued")


def test_the_queue_holds_a_job_s_id_and_spec_as_json_and_nothing_else(workspace):
    job = submit(workspace, "quality", {"table": "customers"}, who="ann")
    lane = open_lane(workspace, "light")
    (letter,) = lane.storage.enqueued_items()
    lane.storage.close()
    assert json.loads(letter) == {"job": job.id, "spec": job.spec}


@pytest.mark.parametrize("spec", [{"when": object()}, {"words": say("x")}, {"share": float("nan")}, {"set": {1}}])
def test_the_queue_refuses_what_is_not_json(spec):
    with pytest.raises((TypeError, ValueError)):
        Letter().serialize(Message("1", "job", args=("1", spec)))


@pytest.mark.parametrize(
    "data",
    [
        pickle.dumps({"job": "1", "spec": {}}),
        b"[]",
        b'{"job": "1"}',
        b'{"job": 1, "spec": {}}',
        b'{"job": "1", "spec": {}, "name": "os.system"}',
    ],
)
def test_the_queue_reads_nothing_but_its_own_messages(data):
    with pytest.raises(ValueError):  # noqa: PT011  (the kind of error is the promise)
        Letter().deserialize(data)


def test_a_job_that_is_put_twice_is_one_job(workspace):
    job = submit(workspace, "quality", {"table": "customers"}, who="ann")
    put(workspace, job)
    assert waiting(workspace) == {job.id}
    with workspace.jobs.at_work(job.id) as first:
        assert first is not None
        workspace.jobs.fail(job.id, "stopped")
    with workspace.jobs.at_work(job.id) as second:
        assert second is None
